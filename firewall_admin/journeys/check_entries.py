"""Questions as rows: those of one occasion at one resolver, entered once, whoever else enters them too."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from firewall_admin.core import checks, exports
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.refusals import BadPolicy
from firewall_admin.core.release_mark import NAME
from firewall_admin.db.tables import LiveCheck, Release, TargetRow
from firewall_admin.ports import Ports

from . import check_names, release_markers
from .release_contents import rebuild
from .resolvers import Vantage


def occasion_of(live: Release) -> str:
    """The occasion of this publishing of a release: going back to it is another."""
    return f"release {live.published_at.isoformat() if live.published_at else live.number}"


def at_of(occasion: str) -> datetime:
    """The instant of an occasion."""
    return datetime.fromisoformat(occasion.partition(" ")[2])


def enter(ports: Ports, target: TargetRow, live: Release, place: Vantage, occasion: str) -> int:
    """Enter the questions of one occasion at one resolver, as new rows. None where another worker has entered them."""
    rows = _rows(ports, target, live, place, occasion)
    try:
        with ports.db.note() as session:
            open_ = _open_at(session, target, place)
            kept = {row.domain: row for row in open_ if row.state == "watched"}
            if occasion.startswith("release"):
                for old in open_:
                    if old.state == "due":
                        session.delete(old)
                session.flush()
            fresh = [row for row in rows if row.domain not in kept]
            session.add_all(fresh)
            _carry_over(kept.values(), rows, ports.clock())
            session.flush()
    except IntegrityError:
        return 0
    return len(rows)


def _open_at(session: Session, target: TargetRow, place: Vantage) -> Sequence[LiveCheck]:
    query = select(LiveCheck).where(
        LiveCheck.target_id == target.id,
        LiveCheck.resolver == place.where.text,
        LiveCheck.audience == place.audience,
        LiveCheck.state.in_(("due", "watched")),
    )
    return session.scalars(query).all()


def _carry_over(kept: Iterable[LiveCheck], rows: Sequence[LiveCheck], now: datetime) -> None:
    """What was found wrong goes on being asked, by what the new release says of it."""
    fresh = {row.domain: row for row in rows}
    for old in kept:
        if new := fresh.get(old.domain):
            old.release_id, old.occasion, old.expected = new.release_id, new.occasion, new.expected
            old.wanted, old.before, old.decision = new.wanted, new.before, new.decision
            old.next_try = now


def _rows(ports: Ports, target: TargetRow, live: Release, place: Vantage, occasion: str) -> list[LiveCheck]:
    policy = rebuild(ports, live)
    if place.audience not in {audience.name for audience in policy.audiences}:
        return []
    with ports.db.look() as session:
        changed = occasion.startswith(("release", "late"))
        before = replaced_by(session, live) if changed else None
        watched = [row.domain for row in _open_at(session, target, place) if row.state == "watched"]
        if changed:
            named = check_names.of_release(ports, session, policy, place.audience, live, before)
        else:
            day = at_of(occasion).toordinal()
            named = check_names.of_day(session, policy, place.audience, live, day)
    if place.is_proxy:
        named = check_names.harmless(named, policy.policy(place.audience, live.at))
    if release_markers.tells(target):
        named.append(check_names.Candidate(NAME, "mark"))
    known = {NAME, *(each.domain for each in named)}
    named += [check_names.Candidate(domain, "sample") for domain in watched if domain not in known]
    control = next(each.domain for each in named if each.why == "control")
    was = _policy_of(ports, before, place.audience)
    return [_row(target, live, place, occasion, each, control, policy, was, ports.clock()) for each in named]


def _row(
    target: TargetRow,
    live: Release,
    place: Vantage,
    occasion: str,
    named: check_names.Candidate,
    control: str,
    policy: SchoolPolicy,
    was: tuple[SchoolPolicy, datetime] | None,
    now: datetime,
) -> LiveCheck:
    wanted = _expected(target, policy, place.audience, live.at, named.domain)
    old = _expected(target, was[0], place.audience, was[1], named.domain) if was else None
    if was is None and occasion.startswith("release") and wanted.what not in ("open", "release"):
        old = checks.Expected("nothing")
    return LiveCheck(
        school_id=target.school_id,
        target_id=target.id,
        release_id=live.id,
        resolver=place.where.text,
        vantage=asdict(place.where) | {"control": control} | ({"proxy": True} if place.is_proxy else {}),
        audience=place.audience,
        domain=named.domain,
        expected=wanted.what,
        wanted=wanted.kept(),
        before=old.kept() if old and old != wanted else {},
        why=named.why,
        decision=named.decision,
        occasion=occasion,
        next_try=now,
    )


def _expected(target: TargetRow, policy: SchoolPolicy, audience: str, at: datetime, domain: str) -> checks.Expected:
    """What a target should do with a name: one whose format steers nothing leaves the name open."""
    if domain == NAME:
        return checks.Expected("release")
    wanted = checks.expected(policy.policy(audience, at), domain, policy.addresses)
    steers = exports.load(target.format).CARRIES.rewrites
    return wanted if steers or wanted.what != "rewritten" else checks.Expected("open", sinkhole=wanted.sinkhole)


def replaced_by(session: Session, live: Release) -> Release | None:
    """The release that this one replaced, when it was put in force."""
    query = select(Release).where(
        Release.school_id == live.school_id, Release.id != live.id, Release.published_at.is_not(None)
    )
    replaced = query.where(Release.replaced_at.is_not(None)).order_by(Release.replaced_at.desc(), Release.number.desc())
    return session.scalars(replaced.limit(1)).first()


def _policy_of(ports: Ports, release: Release | None, audience: str) -> tuple[SchoolPolicy, datetime] | None:
    try:
        policy = rebuild(ports, release) if release else None
    except BadPolicy:
        return None
    if policy is None or release is None or audience not in {one.name for one in policy.audiences}:
        return None
    return policy, release.at
