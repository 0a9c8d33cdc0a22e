"""One zone of a primary brought to what a release says: looked at, changed as little as can be, and looked at again.

What a zone holds is read from the zone itself, by its marker and its serial, and where either is not what it was left
as, by all of its records. While a change is under way nothing is known of the zone but whose change it is, so that a
worker killed anywhere is followed by one that compares.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.adapters import push as wire
from firewall_admin.adapters.push import kept
from firewall_admin.core import events_push as events
from firewall_admin.core.people import system
from firewall_admin.core.push import Content, Difference, Marker, content, difference, read_marker
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import PushedZone, Release, TargetRow
from firewall_admin.ports import Ports

WHOLE = timedelta(days=1)  # between two comparisons of every record
Found = TypeVar("Found", wire.Seen, wire.Transferred)
TRIES = 3  # each time somebody else was faster


class NoLongerPublished(Refusal):
    """Something newer was published meanwhile, and that is pushed instead."""


@dataclass(frozen=True)
class Zone:
    """A zone to be pushed: its name, the file with its records (None for no records), that file's SHA-256, and what is
    known of the zone."""

    name: str
    file: Path | None
    sha256: str
    known: PushedZone | None


@dataclass(frozen=True)
class Push:
    """One release on its way to one primary. `impatient`: take over what another service began and did not finish."""

    ports: Ports
    primary: wire.Primary
    target: TargetRow
    release: Release
    impatient: bool

    def place(self, zone: str) -> Path:
        return self.ports.store.folder / "pushed" / str(self.target.id) / zone


@dataclass(frozen=True)
class Held:
    """What a zone holds now: its marker's text, and its records. `compared`: whether all were asked for."""

    marker: str | None
    lines: frozenset[str]
    compared: bool


def bring(one: Push, zone: Zone, *, keeping: bool = False) -> bool:
    """Bring one zone to what the release says. `keeping`: for now nothing is taken away. Whether all of it is done.
    Raises Refusal, in words that end a sentence."""
    try:
        wanted = kept.records(zone.file)
    except (OSError, ValueError):
        raise Refusal(f"the file of the zone {zone.name} can't be read") from None
    for _ in range(TRIES):
        if not _still_published(one):
            raise NoLongerPublished(f"release {one.release.number} is not published any more")
        if (held := _held(one, zone, wanted)) is None:
            return True
        found = difference(held.lines, wanted.text.splitlines())
        if not keeping or not found.removed:
            if _changed(one, zone, Marker(one.release.number, wanted.digest), wanted, held, found):
                return True
        elif _added(one, zone, held, found.without_removals()):
            return False
    raise Refusal(f"somebody else is changing the zone {zone.name} at the same time")


def needs_nothing(one: Push, zone: Zone) -> bool:
    """Whether a zone holds this very file, and nobody has touched it: a large one is not even read."""
    known = zone.known
    if not known or not zone.sha256 or known.file != zone.sha256 or not is_as_left(one.ports, one.primary, known):
        return False
    with one.ports.db.note() as session:
        _row(one, zone, session).seen_at = one.ports.clock()
    return True


def _held(one: Push, zone: Zone, wanted: Content) -> Held | None:
    """What the zone holds, or None where that is what it should, and nobody has touched it."""
    seen = _or_refused(wire.look(one.primary, zone.name))
    known = zone.known
    if known and _is_left(known, seen) and not _is_old(one.ports, known):
        if known.digest == wanted.digest:
            _note(one, zone, seen.serial, wanted, compared=False, release=known.release)
            return None
        if before := kept.kept(one.place(zone.name), known.digest):
            return Held(seen.marker, frozenset(before.text.splitlines()), compared=False)
    found = _transferred(one, zone, seen, wanted)
    by = read_marker(found.seen.marker)
    if known and known.serial is not None and by in (None, Marker(known.release, known.digest)):
        _tell_drift(one, zone, known, found.lines)
    return Held(found.seen.marker, found.lines, compared=True)


def _transferred(one: Push, zone: Zone, seen: wire.Seen, wanted: Content) -> wire.Transferred:
    """All of a zone, while nobody else's change is under way: its next message would change what was transferred, and
    leave the marker as it was seen. Somebody may begin between the look and the transfer, too."""
    left, mine = zone.known.token if zone.known else "", ""
    for _ in range(TRIES):
        marker = read_marker(seen.marker)
        if marker and marker.token:
            if not one.impatient and marker.token != left:
                raise Refusal(f"another service is changing the zone {zone.name} just now")
            mine = _take_over(one, zone, seen, wanted)
        found = _or_refused(wire.transfer(one.primary, zone.name))
        seen, by = found.seen, read_marker(found.seen.marker)
        if by is None or by.token in ("", mine):
            return found
    raise Refusal(f"somebody else is changing the zone {zone.name} at the same time")


def _take_over(one: Push, zone: Zone, seen: wire.Seen, wanted: Content) -> str:
    """Make a change that was begun one's own before looking at what there is: whatever of it is still on its way, from
    a service that was given up too soon or from a worker that was killed, does nothing any more. The token."""
    token = secrets.token_hex(8)
    _begin(one, zone, token)
    mine = Marker(one.release.number, wanted.digest, token)
    done = wire.change(one.primary, zone.name, Difference(), seen.marker, mine, token)
    if isinstance(done, wire.Failure):
        raise Refusal(done.reason)
    if done:
        raise Refusal(f"somebody else is changing the zone {zone.name} at the same time")
    return token


def _added(one: Push, zone: Zone, held: Held, found: Difference) -> bool:
    """Change the zone to what it holds and is to hold together: see `pushes`. It is said to be of the release before,
    since it is not yet what this one says. False where somebody else was faster."""
    if not found:
        return True
    gone = {line for old, _ in found.replaced for line in old}
    lines = {*(held.lines - gone), *found.added, *(line for _, new in found.replaced for line in new)}
    both = content("".join(f"{line}\n" for line in sorted(lines)))
    marker = read_marker(held.marker)
    release = marker.release if marker else one.release.number
    return _changed(one, replace(zone, sha256=""), Marker(release, both.digest), both, held, found)


def _changed(one: Push, zone: Zone, after: Marker, wanted: Content, held: Held, found: Difference) -> bool:
    """Change the zone from what it holds to what is wanted. False where somebody else was faster; Refusal where it
    failed, and nothing is known of the zone any more but whose change was begun."""
    token = secrets.token_hex(8)
    marker = read_marker(held.marker)
    if not found and marker and not marker.token and marker.digest == wanted.digest:
        after = marker
    else:
        _begin(one, zone, token)
        done = wire.change(one.primary, zone.name, found, held.marker, after, token)
        if isinstance(done, wire.Overtaken):
            return False
        if done is not None:
            raise Refusal(done.reason)
    seen = _or_refused(wire.look(one.primary, zone.name))
    if seen.marker != str(after):
        return False
    kept.keep(one.place(zone.name), wanted)
    _note(one, zone, seen.serial, wanted, compared=held.compared, release=after.release)
    return True


def _tell_drift(one: Push, zone: Zone, known: PushedZone, lines: frozenset[str]) -> None:
    """What somebody wrote by hand is told; the repair is the same work as a release."""
    before = kept.kept(one.place(zone.name), known.digest)
    drift = difference(lines, before.text.splitlines()) if before else Difference()
    if not drift:
        return
    missing = len(drift.added) + sum(len(came) for _, came in drift.replaced)
    with one.ports.db.change(system(one.target.school_id)) as change:
        change.did(events.ZoneRepaired(one.target.name, zone.name, missing, len(drift) - missing))


def is_as_left(ports: Ports, primary: wire.Primary, known: PushedZone) -> bool:
    """Whether nobody else has touched a zone, by marker and serial; once a day that is not believed. Refusal where it
    can't be asked."""
    if known.serial is None or _is_old(ports, known):
        return False
    return _is_left(known, _or_refused(wire.look(primary, known.zone)))


def _is_left(known: PushedZone, seen: wire.Seen) -> bool:
    return seen == wire.Seen(known.serial or 0, str(Marker(known.release, known.digest)))


def _is_old(ports: Ports, known: PushedZone) -> bool:
    return known.compared_at is None or ports.clock() - known.compared_at > WHOLE


def _still_published(one: Push) -> bool:
    with one.ports.db.look() as session:
        return session.get_one(Release, one.release.id).state == "published"


def _begin(one: Push, zone: Zone, token: str) -> None:
    """From here on nothing is known of the zone, until it is seen to be right."""
    with one.ports.db.note() as session:
        row = _row(one, zone, session)
        row.serial, row.token = None, token


def _note(one: Push, zone: Zone, serial: int, wanted: Content, *, compared: bool, release: int) -> None:
    now = one.ports.clock()
    with one.ports.db.note() as session:
        row = _row(one, zone, session)
        row.serial, row.digest, row.release, row.token, row.seen_at = serial, wanted.digest, release, "", now
        row.file = zone.sha256
        if compared:
            row.compared_at = now


def _row(one: Push, zone: Zone, session: Session) -> PushedZone:
    query = select(PushedZone).where(PushedZone.target_id == one.target.id, PushedZone.zone == zone.name)
    if (row := session.scalars(query).one_or_none()) is None:
        row = PushedZone(school_id=one.target.school_id, target_id=one.target.id, zone=zone.name)
        row.release = one.release.number
        session.add(row)
    return row


def _or_refused(found: Found | wire.Failure) -> Found:
    if isinstance(found, wire.Failure):
        raise Refusal(found.reason)
    return found
