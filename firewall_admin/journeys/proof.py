"""What is known to be in force, because a check saw it; and how long it takes until a target has what is published.

"It works now" is said only with a Proof in hand. Looking never writes: every function takes the caller's session.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.db.tables import AudienceRow, Delivery, LiveCheck, Release, RuleRow, TargetRow

from . import rings
from .releases import published, targets_of

TTL = timedelta(seconds=60)  # what every export gives its answers: so long a cache below may keep an old one
RELOAD = timedelta(seconds=30)  # until a device has read the file that it was given
LOOK = timedelta(seconds=5)  # until the worker has made a release of an edit and put it into a folder
TAKEN = ("feed", "download")  # every other way brings the files to the target
State = Literal["live", "waiting", "failed", "not-checked"]
SEEN_AS = {"open": ("open", "rewritten")}  # a name that is allowed stays steered to its safe host


@dataclass(frozen=True)
class Proof:
    """When something was seen to be so: which target's resolver said it."""

    at: datetime
    target: str
    resolver: str


@dataclass(frozen=True)
class TargetState:
    """Whether a decision is in force at a target. `at`: when that was seen, or last asked."""

    target: str
    state: State
    text: str
    at: datetime | None


def seen(
    session: Session, school_id: UUID, *, domain: str, audience: str, expected: str, since: datetime
) -> Proof | None:
    """The newest check that saw a name blocked, open or rewritten for an audience at or after an instant."""
    query = (
        select(LiveCheck.done_at, TargetRow.name, LiveCheck.resolver)
        .join(TargetRow, TargetRow.id == LiveCheck.target_id)
        .where(LiveCheck.school_id == school_id, LiveCheck.domain == domain, LiveCheck.audience == audience)
        .where(LiveCheck.expected.in_(SEEN_AS.get(expected, (expected,))), LiveCheck.finding == "enforced")
        .where(LiveCheck.done_at >= since)
        .order_by(LiveCheck.done_at.desc(), LiveCheck.id.desc())
    )
    found = session.execute(query.limit(1)).first()
    return Proof(found[0], found[1], found[2]) if found and found[0] else None


def last_seen(
    session: Session, school_id: UUID, domains: Iterable[str], *, expected: str
) -> Mapping[tuple[str, str], datetime]:
    """When names were last seen so, by name and audience."""
    query = (
        select(LiveCheck.domain, LiveCheck.audience, func.max(LiveCheck.done_at))
        .where(LiveCheck.school_id == school_id, LiveCheck.domain.in_(list(domains)))
        .where(LiveCheck.expected.in_(SEEN_AS.get(expected, (expected,))), LiveCheck.finding == "enforced")
        .where(LiveCheck.done_at.is_not(None))
        .group_by(LiveCheck.domain, LiveCheck.audience)
    )
    return {(domain, audience): at for domain, audience, at in session.execute(query) if at}


def state(session: Session, school_id: UUID, *, decision: str) -> tuple[TargetState, ...]:
    """How a decision stands at each target that filters for its audience, by the target's name. Empty while no rule
    has come of it."""
    return states(session, school_id, [decision])[decision]


def states(session: Session, school_id: UUID, decisions: Iterable[str]) -> Mapping[str, tuple[TargetState, ...]]:
    """The same for many decisions, for as many questions to the database as for one."""
    rules: dict[str, list[RuleRow]] = {decision: [] for decision in decisions}
    query = select(RuleRow).where(RuleRow.school_id == school_id, RuleRow.decision.in_(rules))
    for rule in session.scalars(query.order_by(RuleRow.id)):
        rules[str(rule.decision)].append(rule)
    names = {row.id: row.name for row in session.scalars(select(AudienceRow).where(AudienceRow.school_id == school_id))}
    targets = targets_of(session, school_id)
    changed = {
        decision: max(each.ended_at or each.made_at for each in made) for decision, made in rules.items() if made
    }
    newest = _newest(session, targets, changed)
    return {
        decision: tuple(_states_at(targets, _audiences_of(names, made), newest, decision))
        for decision, made in rules.items()
    }


def expected_by(session: Session, target: TargetRow, release: Release, now: datetime) -> timedelta | None:
    """How long until a target enforces a published release, at the latest as far as is known; zero where that time has
    passed. None where nobody can say: it is taken by hand, has never been fetched, can't be delivered, or its ring's
    turn has not come."""
    if not _has(session, target, release) and rings.held_back(session, release, target, now) is not None:
        return None
    if target.delivery not in TAKEN:
        return _brought(session, target, release, now)
    if target.delivery != "feed" or target.fetched_at is None:
        return None
    if target.fetched_release == release.number:
        return _rest(target.fetched_at + RELOAD + TTL - now)
    if target.interval is None:
        return None
    return timedelta(seconds=target.interval) + RELOAD + TTL


def honest_time(session: Session, school_id: UUID, audience: str, now: datetime) -> str:
    """A sentence about when an edit that is saved now works for an audience everywhere."""
    targets = [one for one in targets_of(session, school_id) if audience in one.audiences]
    if not targets:
        return f"Nobody can say: no target filters for {audience} yet."
    live = published(session, school_id)
    times = [(_usual(session, target, live), target) for target in targets]
    unknown = next((target for usual, target in times if usual is None), None)
    known = [(usual, target) for usual, target in times if usual]
    if unknown is not None and not known:
        return f"Nobody can say for certain: {_unknown(unknown)}."
    rest = f" Elsewhere nobody can say: {_unknown(unknown)}." if unknown else ""
    if last := max(
        (one for one in targets if rings.earlier_rings(session, one)), key=lambda one: one.ring, default=None
    ):
        slowest = max(usual for usual, _ in known)
        return f"Within about {_about(slowest)} in the first ring; {_in_turn(last)}.{rest}"
    slowest, target = max(known, key=lambda pair: pair[0])
    return f"Within about {_about(slowest)}: {_because(target)}.{rest}"


def _audiences_of(names: Mapping[UUID, str], rules: Sequence[RuleRow]) -> set[str]:
    """Whom the rules are for; a rule for everyone is for each audience there is."""
    if any(rule.audience_id is None and rule.former_audience is None for rule in rules):
        return set(names.values())
    return {names[rule.audience_id] if rule.audience_id else str(rule.former_audience) for rule in rules}


def _states_at(
    targets: Iterable[TargetRow], audiences: set[str], newest: "_Newest", decision: str
) -> Iterator[TargetState]:
    for target in targets:
        if mine := audiences & set(target.audiences):
            yield _state_at(target, mine, newest.get((target.id, decision), ()))


def _state_at(target: TargetRow, audiences: Iterable[str], rows: Sequence[LiveCheck]) -> TargetState:
    if not target.resolvers:
        return TargetState(target.name, "not-checked", f"'{target.name}' has no resolver that could be asked.", None)
    if bad := [row for row in rows if row.finding not in (None, "enforced", "not-known")]:
        return TargetState(target.name, "failed", _told(bad[0]), _asked_at(bad[0]))
    if unknown := [row for row in rows if row.finding == "not-known"]:
        return TargetState(target.name, "not-checked", _told(unknown[0]), unknown[0].done_at)
    waiting = [row for row in rows if row.finding is None]
    if waiting or not rows:
        asked = max((at for row in waiting if (at := _asked_at(row))), default=None)
        return TargetState(target.name, "waiting", f"'{target.name}' has not shown it yet.", asked)
    at = max(row.done_at for row in rows if row.done_at)
    unseen = sorted(set(audiences) - {row.audience for row in rows})
    rest = f" Nobody asks for {' and '.join(unseen)}." if unseen else ""
    return TargetState(target.name, "live", _told(rows[0]) + rest, at)


_Newest = Mapping[tuple[UUID, str], Sequence[LiveCheck]]


def _newest(session: Session, targets: Iterable[TargetRow], changed: Mapping[str, datetime]) -> _Newest:
    """By target and decision: of each resolver, audience and name, the newest check since the decision's rules last
    changed. `changed`: when that was, by decision."""
    if not changed:
        return {}
    which = (LiveCheck.target_id, LiveCheck.decision, LiveCheck.resolver, LiveCheck.audience, LiveCheck.domain)
    query = select(LiveCheck.id, LiveCheck.next_try, *which)  # what was found is long, and most of it is old
    query = query.where(LiveCheck.target_id.in_([one.id for one in targets]), LiveCheck.decision.in_(changed))
    newest: dict[tuple[object, ...], UUID] = {}
    for id_, next_try, target, decision, *of in session.execute(
        query.where(LiveCheck.next_try >= min(changed.values()))
    ):
        key = (target, decision, *of)
        if next_try >= changed[str(decision)] and id_ > newest.get(key, UUID(int=0)):
            newest[key] = id_
    found: dict[tuple[UUID, str], list[LiveCheck]] = {}
    rows = select(LiveCheck).where(LiveCheck.id.in_(list(newest.values()))).order_by(LiveCheck.id.desc())
    for row in session.scalars(rows):
        found.setdefault((row.target_id, str(row.decision)), []).append(row)
    return found


def _told(row: LiveCheck) -> str:
    return str(row.evidence.get("text", ""))


def _asked_at(row: LiveCheck) -> datetime | None:
    asked = row.evidence.get("at")
    return row.done_at or (datetime.fromisoformat(asked) if asked else None)


def _brought(session: Session, target: TargetRow, release: Release, now: datetime) -> timedelta | None:
    query = select(Delivery).where(Delivery.target_id == target.id, Delivery.release_id == release.id)
    delivery = session.scalars(query).first()
    if delivery is None or delivery.state == "failed":
        return None
    if delivery.state == "done" and delivery.done_at:
        return _rest(delivery.done_at + RELOAD + TTL - now)
    return LOOK + RELOAD + TTL


def _usual(session: Session, target: TargetRow, live: Release | None) -> timedelta | None:
    """From saving an edit to the moment that a target enforces it."""
    if target.delivery not in TAKEN:
        query = select(Delivery.state).where(Delivery.target_id == target.id, Delivery.state == "failed")
        return None if live and session.scalar(query) else LOOK + RELOAD + TTL
    if target.delivery == "feed" and target.interval is not None:
        return timedelta(seconds=target.interval) + LOOK + RELOAD + TTL
    return None


def _has(session: Session, target: TargetRow, release: Release) -> bool:
    """Whether a target got a release already."""
    if target.delivery in TAKEN:
        return target.fetched_release == release.number
    query = select(Delivery.state).where(Delivery.target_id == target.id, Delivery.release_id == release.id)
    return session.scalar(query) == "done"


def _rest(left: timedelta) -> timedelta:
    return max(timedelta(0), left)


def _unknown(target: TargetRow) -> str:
    if target.delivery == "download":
        return f"the files of '{target.name}' are taken by hand"
    if target.delivery not in TAKEN:
        return f"'{target.name}' can't be given its files just now"
    if target.fetched_at is None:
        return f"'{target.name}' has never fetched its feed"
    return f"'{target.name}' has not fetched often enough to know its pace"


def _because(target: TargetRow) -> str:
    if target.delivery not in TAKEN:
        return f"'{target.name}' is given its files at once, and answers may be kept for a minute"
    return f"'{target.name}' fetches every {_about(timedelta(seconds=target.interval or 0))}"


def _in_turn(target: TargetRow) -> str:
    rest = _about(rings.WAIT)
    return (
        f"'{target.name}' is in ring {target.ring}, and gets it when the checks of the rings before it have passed, "
        f"or after {rest} in each where nothing is checked"
    )


def _about(time: timedelta) -> str:
    """A length of time in whole minutes or hours, never shorter than it is."""
    minutes = max(1, -(-int(time.total_seconds()) // 60))
    if minutes < 120:
        return "minute" if minutes == 1 else f"{minutes} minutes"
    return f"{-(-minutes // 60)} hours"
