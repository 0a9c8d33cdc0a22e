"""Why is this blocked, or open? What the policy says now and what the published release says, side by side.

Where they differ, the difference is the answer: the edit is not published yet, or a timetable has just turned.
Looking never writes; anyone signed in may ask about a name, and who sees the policy is told who decided it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from firewall_admin.core import pasted
from firewall_admin.core.access_requests import decision_number
from firewall_admin.core.domains import covers
from firewall_admin.core.events import sentence as told
from firewall_admin.core.many_names import decide_all
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.policy import ROLES, Policy, SchoolPolicy, Verdict, decide
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.sentences import sentence
from firewall_admin.db.tables import AudienceRow, Entry, Release, RuleRow, School
from firewall_admin.ports import Ports

from . import policy as policies
from .assignments import titled
from .policy import may
from .release_contents import rebuild
from .releases import published

LIST_EVENTS = ("ListAssigned", "ListAdded", "ListReplaced", "ListChanged", "ListRefreshed")
LOOKED_THROUGH = 2_000  # the newest entries of those kinds
SHOWN = 8  # exceptions under a name
LOOKED_UNDER = 500  # names of each list


@dataclass(frozen=True)
class Decided:
    """Who decided something, and when, in a sentence. `decision`: its number, where it was the headteacher's on a
    request."""

    sentence: str
    at: datetime | None = None
    decision: int | None = None


@dataclass(frozen=True)
class ForAudience:
    """What happens to the name for one audience. `published` is None where nothing is published for it; `otherwise`
    lists names under this one that are decided otherwise; `covering` is the name that decided, if it is another."""

    audience: str
    now: str
    blocked: bool
    published: str | None
    published_blocked: bool | None
    differs: bool
    covering: str | None
    otherwise: tuple[str, ...]
    otherwise_more: bool
    decided: tuple[Decided, ...]


@dataclass(frozen=True)
class Explained:
    """The answer for a name. `release` is the published one's number, `trouble` what keeps the next from coming, and
    `hold` why nothing is published by itself."""

    domain: str
    note: str
    at: datetime
    audiences: tuple[ForAudience, ...]
    release: int | None
    published_at: datetime | None
    hold: str | None
    trouble: str | None

    @property
    def differs(self) -> bool:
        return any(each.differs for each in self.audiences)


def explain(ports: Ports, actor: Actor, *, address: str) -> Explained:
    """Everything there is to say about an address, for every audience. NotADomain where it is none."""
    may(actor, Permission.EVERYONE)
    asked, now = pasted.read(address), ports.clock()
    with ports.db.look() as session:
        school = session.get_one(School, actor.school_id)
        live = published(session, actor.school_id)
        policy, before = policies.glanced(ports, session, actor.school_id), _rebuilt(ports, live)
        found = []
        for audience in policy.audiences:
            verdict = decide(policy.policy(audience.name, now), asked.domain)
            decided = tuple(_decided(ports, session, actor, audience.name, verdict)) if _sees(actor) else ()
            found.append(_for_audience(policy, before, live, audience.name, now, verdict, decided))
    number, since = (live.number, live.published_at) if live else (None, None)
    return Explained(asked.domain, asked.note, now, tuple(found), number, since, school.hold, school.trouble)


def _rebuilt(ports: Ports, live: Release | None) -> SchoolPolicy | None:
    """The policy of the published release; None where there is none, or the store has lost a part of it."""
    try:
        return rebuild(ports, live, ports.store.glance) if live else None
    except Refusal:
        return None


def _sees(actor: Actor) -> bool:
    return actor.may(Permission.SEE_POLICY)


def _for_audience(
    policy: SchoolPolicy,
    before: SchoolPolicy | None,
    live: Release | None,
    audience: str,
    now: datetime,
    verdict: Verdict,
    decided: tuple[Decided, ...],
) -> ForAudience:
    was, was_told = None, None
    if before and live and any(each.name == audience for each in before.audiences):
        was = decide(before.policy(audience, live.at), verdict.domain)
        was_told = sentence(before, audience, live.at, was)
    otherwise = list(_otherwise(policy.policy(audience, now), verdict))
    covering = verdict.because.name
    return ForAudience(
        audience=audience,
        now=sentence(policy, audience, now, verdict),
        blocked=verdict.blocked,
        published=was_told,
        published_blocked=was.blocked if was else None,
        differs=live is not None and (was is None or _effect(was) != _effect(verdict)),
        covering=covering if covering != verdict.domain else None,
        otherwise=tuple(otherwise[:SHOWN]),
        otherwise_more=len(otherwise) > SHOWN,
        decided=decided,
    )


def _effect(verdict: Verdict) -> tuple[object, ...]:
    return verdict.blocked, verdict.answer, verdict.rewrite


def _otherwise(policy: Policy, verdict: Verdict) -> Iterator[str]:
    """Names under this one that rules or lists name and that are decided otherwise, at most one more than is shown.

    What covers this name covers them too. So where one of them is decided otherwise, then because of a name under this
    one that opens where this one is blocked, or blocks where it is open. Where none does, nothing else is asked."""
    action, roles = ("allow", ("protected", "allowed")) if verdict.blocked else ("block", ("locked", "blocked"))

    def differ(names: set[str]) -> Iterator[str]:
        return (each.domain for each in decide_all(policy, sorted(names)) if each.blocked != verdict.blocked)

    if any(differ(_named_under(policy, verdict.domain, (action,), roles))):
        every = _named_under(policy, verdict.domain, ("allow", "block"), ROLES)
        yield from islice(differ(every), SHOWN + 1)


def _named_under(policy: Policy, domain: str, actions: Collection[str], roles: Collection[str]) -> set[str]:
    """The names under a name that rules of these actions and lists of these roles name, so many of each list."""
    named = {rule.domain for rule in policy.rules if rule.action in actions and covers(domain, rule.domain)}
    for listed in (*policy.locked, *policy.protected, *policy.lists):
        if listed.role in roles:
            named.update(listed.names.first_under(domain, LOOKED_UNDER))
    return named - {domain}


def _decided(ports: Ports, session: Session, actor: Actor, audience: str, verdict: Verdict) -> Iterator[Decided]:
    because = verdict.because
    if because.kind == "rule":
        yield from _by_rule(session, actor, audience, verdict)
    elif because.kind in ("list", "locked", "protected") and because.source:
        yield from _by_list(ports, session, actor, audience, because.source)


def _by_rule(session: Session, actor: Actor, audience: str, verdict: Verdict) -> Iterator[Decided]:
    query = (
        select(RuleRow, AudienceRow.name)
        .outerjoin(AudienceRow, AudienceRow.id == RuleRow.audience_id)
        .where(RuleRow.school_id == actor.school_id, RuleRow.domain == verdict.because.name)
        .where(RuleRow.action == ("block" if verdict.blocked else "allow"), RuleRow.ended_at.is_(None))
        .where(or_(RuleRow.audience_id.is_(None), AudienceRow.name == audience))
        .order_by(RuleRow.audience_id.is_(None), RuleRow.made_at.desc())
    )
    for rule, whom in session.execute(query).all()[:1]:
        words = f"{rule.made_by} made the rule to {rule.action} {rule.domain} for {whom or 'everyone'}: {rule.reason}"
        said = words + (f" (decision {rule.decision})." if rule.decision else ".")
        yield Decided(said, rule.made_at, decision_number(rule.decision))


def _by_list(ports: Ports, session: Session, actor: Actor, audience: str, slug: str) -> Iterator[Decided]:
    """The newest event about the list's content, and the one that put it in force for this audience."""
    if slug == "anti-bypass":
        yield Decided("It belongs to what keeps devices from going round the filter, which is on for this audience.")
        return
    if slug == "school":
        yield Decided("It is one of the school's own names.")
        return
    title = _title(ports, session, actor, slug)
    query = select(Entry.event, Entry.actor, Entry.fields, Entry.at).where(
        Entry.school_id == actor.school_id, Entry.event.in_(LIST_EVENTS)
    )
    seen: set[bool] = set()
    for entry in session.execute(query.order_by(Entry.number.desc()).limit(LOOKED_THROUGH)):
        assigned = entry.event == "ListAssigned"
        mine = entry.fields.get("list") == title and (not assigned or entry.fields.get("audience") == audience)
        if mine and assigned not in seen:
            seen.add(assigned)
            yield Decided(told(entry.event, entry.actor, entry.fields), entry.at)
    if False not in seen:
        yield Decided(f"The list '{title}' comes with the product.")


def _title(ports: Ports, session: Session, actor: Actor, slug: str) -> str:
    """What events call a list; its slug where it is of another time."""
    try:
        return titled(ports, session, actor, slug)[0]
    except Refusal:
        return slug
