"""What there is to know before one asks for a site: blocked for whom, locked, asked already, allowed for others, and
what opening it would really do. All of it by looking."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from firewall_admin.core import domains, pasted
from firewall_admin.core.access_requests import OPEN, State, reference
from firewall_admin.core.at_times import blocked_at_times
from firewall_admin.core.effects import Effect, registrable
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.policy import SchoolPolicy, decide
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.sentences import sentence
from firewall_admin.core.suffixes import hosting, is_suffix
from firewall_admin.core.terms import MOST_NAMES, Terms, from_json
from firewall_admin.db.tables import AccessRequest, AudienceRow, Person, RuleRow
from firewall_admin.ports import Ports

from . import earlier_answers, explain
from . import policy as policies
from .dossiers import effect_of

SHOWN = 5
SHOWN_REFUSALS = 3


@dataclass(frozen=True)
class ForAudience:
    """`blocked` now or at some time of the week; `locked`: no decision opens it. `words`: how it is now, and because of
    what."""

    audience: str
    blocked: bool
    locked: bool
    words: str


@dataclass(frozen=True)
class AskedAlready:
    """A request that is open. `id` only where whoever looks may read it."""

    reference: str
    state: str
    by: str
    own: bool
    audiences: tuple[str, ...]
    id: UUID | None


@dataclass(frozen=True)
class Granted:
    """What a decision allows now, or from `since` on, of this name, of one above it, or of a `part` of it."""

    decision: str
    domain: str
    audience: str
    until: datetime | None
    when: str | None
    part: bool
    since: datetime | None = None


@dataclass(frozen=True)
class Platform:
    """A whole service that a name belongs to, and how many names it has."""

    slug: str
    name: str
    count: int


@dataclass(frozen=True)
class Prospect:
    """Of `title`, a name or a platform. `whole`: the site's registered name, where the name is a part of it; `shared`:
    it belongs to a service where anybody may have a site. `settling`: the next release says otherwise than what is in
    force now."""

    title: str
    names: tuple[str, ...]
    platform: str | None
    note: str
    whole: str | None
    shared: bool
    audiences: tuple[ForAudience, ...]
    asked: tuple[AskedAlready, ...]
    granted: tuple[Granted, ...]
    refused: tuple[earlier_answers.Refused, ...]
    effect: Effect
    platforms: tuple[Platform, ...]
    settling: bool

    @property
    def can_ask_for(self) -> tuple[str, ...]:
        return tuple(each.audience for each in self.audiences if each.blocked and not each.locked)

    @property
    def locked(self) -> bool:
        """Blocked for somebody, and only by what nobody opens."""
        return any(each.locked for each in self.audiences) and not self.can_ask_for

    @property
    def also(self) -> tuple[str, ...]:
        """Other names it needs that would stay blocked."""
        return tuple(dict.fromkeys((*self.effect.leads_to, *self.effect.needs)))[:MOST_NAMES]


def prospect(ports: Ports, actor: Actor, *, address: str = "", platform: str | None = None) -> Prospect:
    """Everything known of an address or of a shipped platform. Refusal, whose field is `address` or `platform`, for
    what is neither, and for a public suffix."""
    policies.may(actor, Permission.ASK)
    title, names, note = _meant(ports, address, platform)
    with ports.db.look() as session:
        policy, now = policies.current(ports, session, actor.school_id), ports.clock()
        told = tuple(_told(policy, audience.name, now, names) for audience in policy.audiences)
        whom = tuple(each.audience for each in told if each.blocked and not each.locked)
        terms = Terms(names=names, audiences=whom or tuple(each.audience for each in told))
        site = names[0] if platform is None else None
        found = Prospect(
            title=title,
            names=names,
            platform=platform,
            note=note,
            whole=registrable(site) if site and registrable(site) != site else None,
            shared=bool(site) and any(part in hosting() for part in domains.lineage(names[0])[1:]),
            audiences=told,
            asked=tuple(_asked(session, actor, names[0]))[:SHOWN],
            granted=tuple(_granted(session, actor, names, now))[:SHOWN],
            refused=tuple(earlier_answers.refused(session, actor, names))[:SHOWN_REFUSALS],
            effect=effect_of(ports, session, actor.school_id, terms),
            platforms=() if platform else tuple(_platforms(ports, names[0])),
            settling=False,
        )
    if site and not any(each.blocked for each in told):
        return replace(found, settling=explain.explain(ports, actor, address=site).differs)
    return found


def _meant(ports: Ports, address: str, platform: str | None) -> tuple[str, tuple[str, ...], str]:
    if platform is None:
        read = pasted.read(address)
        if is_suffix(read.domain):
            raise Refusal(f"Every site under {read.domain} would be opened: name one site.", "address")
        return read.domain, (read.domain,), read.note
    known, listed = ports.shipped.described.get(platform), ports.shipped.lists.get(platform)
    if known is None or listed is None or known.kind != "platform":
        raise Refusal("There is no such platform.", "platform")
    return known.name, tuple(listed.names), ""


def _told(policy: SchoolPolicy, audience: str, now: datetime, names: tuple[str, ...]) -> ForAudience:
    """A platform is blocked where any of its names is; it is told of the first such name."""
    here = [decide(policy.policy(audience, now), name) for name in names]
    sometimes = [v for v in (blocked_at_times(policy, audience, now, name) for name in names) if v]
    locked = next((v for v in sometimes if v.because.kind == "locked"), None)
    shown = locked or next((v for v in here if v.blocked), here[0])
    plain = replace(shown, answer=None, rewrite=None)  # how a server answers is nothing to whoever asks
    return ForAudience(audience, bool(sometimes), locked is not None, sentence(policy, audience, now, plain))


def _asked(session: Session, actor: Actor, domain: str) -> Iterator[AskedAlready]:
    query = (
        select(AccessRequest, Person.name)
        .join(Person, Person.id == AccessRequest.asked_by)
        .where(AccessRequest.school_id == actor.school_id, AccessRequest.domain == domain)
        .where(AccessRequest.state.in_([state.value for state in OPEN]))
        .order_by(AccessRequest.number)
    )
    for row, name in session.execute(query):
        own = row.asked_by == actor.person_id
        terms = from_json(row.terms)
        readable = row.id if own or actor.may(Permission.SEE_REQUESTS) else None
        yield AskedAlready(reference(row.number), State(row.state).words, name, own, terms.audiences, readable)


def _granted(session: Session, actor: Actor, names: tuple[str, ...], now: datetime) -> Iterator[Granted]:
    around, under = domains.lineage(names[0]), RuleRow.domain.endswith(f".{names[0]}", autoescape=True)
    query = (
        select(RuleRow, AudienceRow.name)
        .join(AudienceRow, AudienceRow.id == RuleRow.audience_id)
        .where(RuleRow.school_id == actor.school_id, or_(RuleRow.domain.in_(around), under))
        .where(RuleRow.action == "allow", RuleRow.decision.is_not(None), RuleRow.ended_at.is_(None))
        .where(or_(RuleRow.until.is_(None), RuleRow.until > now))
        .order_by(under, AudienceRow.position, RuleRow.id.desc())
    )
    for rule, audience in session.execute(query):
        part = rule.domain not in around
        since = rule.since if rule.since and rule.since > now else None
        yield Granted(str(rule.decision), rule.domain, audience, rule.until, rule.when, part, since)


def _platforms(ports: Ports, domain: str) -> Iterator[Platform]:
    """The services of which this is a name, or under a name of which it lies."""
    for slug, known in ports.shipped.described.items():
        listed = ports.shipped.lists.get(slug)
        if known.kind != "platform" or listed is None or not 1 < len(listed.names) <= MOST_NAMES:
            continue
        if listed.names.closest(domain):
            yield Platform(slug, known.name, len(listed.names))
