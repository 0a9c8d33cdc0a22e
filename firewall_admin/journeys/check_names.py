"""Which names are worth asking about for an audience: few enough to be no load, enough that a wrong policy shows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from firewall_admin.core.checks import sample
from firewall_admin.core.domains import from_order, lineage
from firewall_admin.core.names import Names
from firewall_admin.core.policy import NameList, Policy, SchoolPolicy, decide
from firewall_admin.db.tables import AudienceRow, Release, RuleRow
from firewall_admin.ports import Ports

from .content_reports import reported_names

T = TypeVar("T")
CONTROL = "www.gov.uk"  # on the shipped protected list, so open for everyone, and it has an address
RULES = 40  # rules that a release began or ended, and in a day's sample
CHANGED = 20  # changed names of a release
BLOCKED = 10  # blocked names of lists
OPEN = 5  # names that must never be blocked
STEERED = 2


@dataclass(frozen=True)
class Candidate:
    """A name to ask about, why, and the decision whose effect it shows."""

    domain: str
    why: str
    decision: str | None = None


def control(policy: SchoolPolicy, audience: str, at: datetime) -> Candidate:
    """A name that is open and exists: without an answer to it, no other answer means anything."""
    mine = policy.policy(audience, at)
    open_ = (name for name in (CONTROL, *policy.domains) if not decide(mine, name).blocked)
    return Candidate(next(open_, CONTROL), "control")


def of_release(
    ports: Ports, session: Session, policy: SchoolPolicy, audience: str, live: Release, before: Release | None
) -> list[Candidate]:
    """After a release is put in force: what it began and ended, what it changed, and a sample of all else."""
    rules = _rules(session, live, audience, before.prepared_at if before else None)
    changed = sample(_changed(ports, session, live, before, audience), CHANGED)
    mine = policy.policy(audience, live.at)
    found = _distinct(
        [
            control(policy, audience, live.at),
            *(_of_rule(rule) for rule in rules),
            *(_decided(session, live.school_id, audience, name, "change") for name in changed),
            *_samples(mine, 0),
        ]
    )
    return _unreported(session, live.school_id, found)


def of_day(session: Session, policy: SchoolPolicy, audience: str, live: Release, day: int) -> list[Candidate]:
    """Every day other names: rules in force, and samples of what is blocked, open and steered. `day` counts days."""
    mine = policy.policy(audience, live.at)
    in_force = {rule.domain for rule in mine.rules}
    rules = [rule for rule in _rules(session, live, audience, None) if rule.domain in in_force]
    turned = _turn(rules, day * (RULES // 2))[: RULES // 2]
    found = _distinct(
        [control(policy, audience, live.at), *(_of_rule(rule, "sample") for rule in turned), *_samples(mine, day)]
    )
    return _unreported(session, live.school_id, found)


def harmless(candidates: list[Candidate], policy: Policy) -> list[Candidate]:
    """Those that may be asked of a proxy, which, where it leaks, fetches what it is asked for: nothing of the locked
    lists, and so nothing illegal."""
    return [each for each in candidates if not any(listed.names.closest(each.domain) for listed in policy.locked)]


def _unreported(session: Session, school_id: UUID, candidates: list[Candidate]) -> list[Candidate]:
    """All but what staff reported: nobody is asked about that, not even whether it is blocked."""
    reported = reported_names(session, school_id)
    return [each for each in candidates if not reported.intersection(lineage(each.domain))]


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each name once; the first reason counts, and a decision is never lost."""
    found: dict[str, Candidate] = {}
    for each in candidates:
        kept = found.setdefault(each.domain, each)
        if each.decision and not kept.decision:
            found[each.domain] = Candidate(kept.domain, kept.why, each.decision)
    return list(found.values())


def _rules(session: Session, live: Release, audience: str, since: datetime | None) -> Sequence[RuleRow]:
    """Rules for an audience that began or ended from an instant until the release's; all that have not ended where
    there is no such instant. The newest first."""
    query = (
        select(RuleRow)
        .outerjoin(AudienceRow, AudienceRow.id == RuleRow.audience_id)
        .where(RuleRow.school_id == live.school_id)
        .where(or_(AudienceRow.name == audience, RuleRow.audience_id.is_(None)))
        .where(or_(RuleRow.former_audience.is_(None), RuleRow.former_audience == audience))
    )
    if since is None:
        query = query.where(RuleRow.ended_at.is_(None))
    else:
        first, last = sorted((since, live.prepared_at))  # going back, what it goes back to is the older one
        moved = (RuleRow.made_at, RuleRow.ended_at, RuleRow.since, RuleRow.until)
        query = query.where(or_(*((at >= first) & (at <= last) for at in moved)))
    return session.scalars(query.order_by(RuleRow.id.desc()).limit(RULES)).all()


def _of_rule(rule: RuleRow, why: str = "rule") -> Candidate:
    return Candidate(rule.domain, "decision" if rule.decision and why == "rule" else why, rule.decision)


def _decided(session: Session, school_id: UUID, audience: str, domain: str, why: str) -> Candidate:
    """A changed name, with the decision of a rule at it: a timetable opens and closes what a decision allowed."""
    query = (
        select(RuleRow.decision)
        .outerjoin(AudienceRow, AudienceRow.id == RuleRow.audience_id)
        .where(RuleRow.school_id == school_id, RuleRow.domain == domain, RuleRow.decision.is_not(None))
        .where(or_(AudienceRow.name == audience, RuleRow.audience_id.is_(None)))
    )
    return Candidate(domain, why, session.scalar(query.order_by(RuleRow.id.desc()).limit(1)))


def _changed(ports: Ports, session: Session, live: Release, before: Release | None, audience: str) -> list[str]:
    """Names that became something else for an audience. Going back undoes what the releases since had changed."""
    told = [live]
    if before and before.number > live.number:
        since = select(Release).where(Release.school_id == live.school_id, Release.number > live.number)
        told = list(session.scalars(since.where(Release.number <= before.number).order_by(Release.number)))
    names: dict[str, None] = {}
    for release in told:
        if audience in release.changes:
            names |= dict.fromkeys(_listing(ports, release, audience))
    return list(names)


def _listing(ports: Ports, release: Release, audience: str) -> list[str]:
    try:
        text = ports.store.text(release.changes[audience]["listing"])
    except OSError:
        return []  # the store has lost it; the samples still show what is in force
    return [line[1:] for line in text.splitlines()]


def _samples(policy: Policy, day: int) -> Iterator[Candidate]:
    """Of the lists in force, other names every day."""
    blocking = [listed for listed in (*policy.locked, *policy.lists) if listed.role in ("locked", "blocked")]
    sparing = [listed for listed in (*policy.protected, *policy.lists) if listed.role in ("protected", "allowed")]
    yield from _few(blocking, BLOCKED, day, lambda name: decide(policy, name).blocked)
    yield from _few(sparing, OPEN, day, lambda name: not decide(policy, name).blocked)
    steered = [host for host in sorted(policy.rewrites) if not decide(policy, host).blocked]
    yield from (Candidate(host, "sample") for host in _turn(steered, day * STEERED)[:STEERED])


def _few(lists: Sequence[NameList], most: int, day: int, fits: Callable[[str], bool]) -> Iterator[Candidate]:
    """Some names of each list in turn, at most so many in all."""
    each = max(1, most // max(1, len(lists)))
    for listed in _turn(lists, day)[:most]:
        for name in _some(listed.names, each, day):
            if fits(name):
                yield Candidate(name, "sample")


def _some(names: Names, most: int, day: int) -> list[str]:
    """Names from a place of the list that moves every day, without reading the rest."""
    if not names.text:
        return []
    at = (day * 7919 * 64) % len(names.text)  # a prime, so that a list is gone through and not only its corners
    start = names.text.rfind(b"\n", 0, at) + 1
    key = names.text[start : names.text.find(b"\n", start)].decode("ascii")
    return [from_order(found) for found in names.following(key, most, or_at=True)]


def _turn(items: Sequence[T], by: int) -> list[T]:
    """The items from another beginning."""
    at = by % len(items) if items else 0
    return [*items[at:], *items[:at]]
