"""A school with so many names in force and published, put on the disk without the hours that publishing them takes.

A release of small lists is made as in service; then long lists are put in their places in the rows and in the store,
and all their names are what the release is said to have blocked.
"""

import heapq
import random
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from sqlalchemy import select

from firewall_admin.adapters.store import Store
from firewall_admin.core.domains import from_order
from firewall_admin.core.events_people import SignedIn
from firewall_admin.core.events_releases import HoldLifted
from firewall_admin.core.names import Names
from firewall_admin.core.people import Actor
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AssignmentRow, AudienceRow, ListRow, Release, SignIn
from firewall_admin.journeys import inspections, lists, preparing
from firewall_admin.journeys.invitations import digest
from tests.world import World

from .corpus import domains

ASKED = 300
MANY = 1_000_000  # that are looked up together at most
SHARES = (0.46, 0.25, 0.20, 0.06, 0.02, 0.01)
NEW = 1.3  # as many are made, since some are made twice
TOKEN = "measured" * 6


def furnished(folder: Path, size: int) -> int:
    """Fill a folder; how many names there are in its lists. `asked` and `many` have names to ask for, a line each,
    `inspection` the token of a link, and `largest` the name of the largest list's file."""
    world = World(folder)
    manager = world.oakfield.network_manager
    with world.db.change(manager) as change:
        for number in range(len(SHARES)):
            _begin(world, change, manager, number)
        change.did(HoldLifted("measured"))
    preparing.prepare_due(world.ports)
    counted = 0
    with world.db.change(manager) as change:
        for number, share in enumerate(SHARES):
            made = Names.of(domains(random.Random(f"{size} {number}"), int(size * share * NEW)))
            counted += len(made)
            _put(change, manager, lists.snapshot(world.ports, change, made), number)
        _list_changes(world.ports.store, _release(change, manager))
        _sign_in(change, manager)
        change.did(SignedIn("measured"))
    (folder / "inspection").write_text(
        inspections.make(world.ports, world.oakfield.headteacher, purpose="measured", days=7)
    )
    _choose(folder, world.ports.store, _hashes(world), size)
    world.db.engine.dispose()
    return counted


def _begin(world: World, change: Change, manager: Actor, number: int) -> None:
    """A list of one name, in force for pupils."""
    pupils = change.session.scalars(select(AudienceRow).filter_by(school_id=manager.school_id, name="pupils")).one()
    of = {"school_id": manager.school_id, "slug": f"l{number}"}
    sha256 = lists.snapshot(world.ports, change, Names.of([f"l{number}.example"]))
    change.session.add(ListRow(**of, title=f"L{number}", role="blocked", snapshot=sha256, changed_at=change.now))
    change.session.add(AssignmentRow(**of, audience_id=pupils.id))


def _put(change: Change, manager: Actor, sha256: str, number: int) -> None:
    """Other names in a list's place, in the policy as it is edited and in the release."""
    row = change.session.scalars(select(ListRow).filter_by(slug=f"l{number}")).one()
    release = _release(change, manager)
    row.snapshot = sha256
    kept = release.snapshots["lists"]
    put = {**kept, row.slug: {**kept[row.slug], "sha256": sha256}}
    release.snapshots = {**release.snapshots, "lists": put}
    change.session.flush()


def _release(change: Change, manager: Actor) -> Release:
    return change.session.scalars(select(Release).filter_by(school_id=manager.school_id)).one()


def _list_changes(store: Store, release: Release) -> None:
    """All names of the lists are what the release blocked."""
    kept = [store.glance(ls["sha256"]) for slug, ls in release.snapshots["lists"].items() if slug.startswith("l")]
    lines = [f"+{from_order(key)}\n" for key, _ in groupby(heapq.merge(*map(_orders, kept)))]
    told = {**release.changes["pupils"], "blocked": len(lines), "listing": store.put_text("".join(lines))}
    release.changes = {**release.changes, "pupils": told}


def _orders(names: Names) -> Iterator[str]:
    for start in range(0, len(names.text), 1 << 20):
        first, last = (names.text.rfind(b"\n", 0, at) + 1 for at in (start, start + (1 << 20)))
        yield from names.text[first:last].decode("ascii").splitlines()


def _sign_in(change: Change, manager: Actor) -> None:
    now = change.now
    person = {"school_id": manager.school_id, "person_id": manager.person_id}
    change.session.add(
        SignIn(**person, token=digest(TOKEN), started_at=now, seen_at=now, proven_at=now, device="measured")
    )


def _hashes(world: World) -> list[str]:
    with world.db.look() as session:
        return list(session.scalars(select(ListRow.snapshot).order_by(ListRow.slug)))


def _choose(folder: Path, store: Store, hashes: list[str], size: int) -> None:
    """A third of the names are in a list, a third under one that is, and a third most likely in none."""
    chance, texts = random.Random(size), [store.glance(sha256).text for sha256 in hashes]
    found, new = [], domains(chance, MANY)
    for text in chance.choices(texts, SHARES, k=MANY // 3):
        line = text.rfind(b"\n", 0, chance.randrange(len(text))) + 1
        name = from_order(text[line : text.find(b"\n", line)].decode("ascii"))
        found += [name, f"www.x.{name}", next(new)]
    chance.shuffle(found)
    (folder / "asked").write_text("\n".join(found[:ASKED]))
    (folder / "many").write_text("\n".join(found) + "\n")
    (folder / "largest").write_text(str(Path("store") / "snapshots" / hashes[0][:2] / hashes[0]))
