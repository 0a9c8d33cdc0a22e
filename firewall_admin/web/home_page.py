"""What home shows: what needs this person now, how things stand, and what was done lately."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..core.people import Actor, Permission
from ..db.tables import AudienceRow, Invitation, Person, Release, RoleProposal, RuleRow, School
from ..journeys import own_requests, request_queue, set_up
from ..journeys.filtering_checks import overdue
from ..journeys.releases import published, targets_of
from ..journeys.target_health import health
from ..ports import Ports
from . import (
    checks_page,
    content_reports_page,
    incidents_page,
    letters_page,
    lost_factors_page,
    resets_page,
    subscriptions_page,
    trail_page,
)
from .states import STATES
from .surroundings import Banner
from .written import short_day

P = Permission
SOON = timedelta(days=7)
LATEST = 6
PLACES = {
    "school": "/policy/school",
    "people": "/people",
    "audiences": "/policy/audiences",
    "lists": "/policy/platforms",
    "targets": "/targets",
    "sign": "/set-up/sign",
}
"""Where each task of setting up is done."""
REQUESTS = (
    ("decide", "To decide", "Requests for access wait for your word"),
    ("answer", "To answer", "You were asked something about a request of yours"),
    ("assess", "To assess", "Requests for access wait for your advice"),
)
"""What requests wait for, in the order in which home tells it."""


@dataclass(frozen=True)
class Need:
    """Something that waits for this person: what it is, a few words about it, its tag (words and tone), its page."""

    title: str
    text: str
    tag: tuple[str, str]
    href: str


@dataclass(frozen=True)
class ShownTask:
    """A task of setting up; `href` only where this person may do it, and `who` does it otherwise."""

    title: str
    done: bool
    fact: str
    who: str
    href: str | None
    can_start: bool


@dataclass(frozen=True)
class ShownAudience:
    """How things are for one audience: names blocked by the published release."""

    name: str
    blocked: int | None
    safe_search: bool
    youtube: str


@dataclass(frozen=True)
class Home:
    """The whole page. `own`: requests of one's own that are not long done. `release` is the number of the one in force;
    what somebody may not see is empty."""

    needs: tuple[Need, ...]
    own: tuple[own_requests.Own, ...]
    tasks: tuple[ShownTask, ...]
    release: int | None
    since: datetime | None
    audiences: tuple[ShownAudience, ...]
    latest: tuple[trail_page.ShownEntry, ...]


def home(ports: Ports, actor: Actor) -> Home:
    """What this person sees first."""
    now = ports.clock()
    with ports.db.look() as session:
        school = session.get_one(School, actor.school_id)
        live, sees = published(session, actor.school_id), actor.may(P.SEE_POLICY)
        return Home(
            needs=tuple(_needs(session, actor, school, live, now)),
            own=own_requests.latest(ports, actor) if actor.may(P.ASK) else (),
            tasks=tasks(session, actor) if _sets_up(actor, school) else (),
            release=live.number if live and sees else None,
            since=live.published_at if live and sees else None,
            audiences=_audiences(session, actor, live) if sees else (),
            latest=tuple(trail_page.latest(session, actor, LATEST)) if actor.may(P.SEE_TRAIL) else (),
        )


def tasks(session: Session, actor: Actor) -> tuple[ShownTask, ...]:
    """The tasks of setting up, as this person may take them."""
    return tuple(
        ShownTask(
            task.title,
            task.done,
            task.fact,
            task.who,
            PLACES[task.name] if task.can_start and any(map(actor.may, task.needs)) else None,
            task.can_start,
        )
        for task in set_up.tasks(session, actor)
    )


def waiting(ports: Ports, actor: Actor) -> dict[str, int]:
    """How much waits for this person at a place of the navigation, by the place's address."""
    with ports.db.look() as session:
        return {"/requests": sum(request_queue.waiting(session, actor, ports.clock()).values())}


def banner(ports: Ports, actor: Actor) -> Banner | None:
    """What shouts on every page of those who can act: a release that is held, or none that can be prepared."""
    if not (actor.may(P.ACCEPT_DANGER) or actor.may(P.PUBLISH)):
        return None
    with ports.db.look() as session:
        trouble = session.scalar(select(School.trouble).where(School.id == actor.school_id))
        held = _held(session, actor)
    if trouble:
        return Banner("The next release can’t be prepared. What is published stays.", "See why", "/releases")
    if held:
        return Banner(f"Release {held.number} is held: {_so_many(held)}.", "Look at it", f"/releases/{held.number}")
    return None


def _needs(session: Session, actor: Actor, school: School, live: Release | None, now: datetime) -> list[Need]:
    found: list[Need] = _of_requests(session, actor, now)
    if actor.may(P.ACCEPT_DANGER) or actor.may(P.PUBLISH):
        found += _of_releases(session, actor, school)
    if actor.may(P.MANAGE_TARGETS):
        found += _of_targets(session, actor, live, now)
        found += _of_checks(session, actor)
    if actor.may(P.REVIEW):
        found += _of_filtering_checks(session, actor, now)
    if actor.may(P.APPROVE_ROLES):
        found += _of_proposals(session, actor)
    if actor.may(P.REPORT):
        found += [
            Need(*told) for told in (*content_reports_page.needs(session, actor), *incidents_page.needs(session, actor))
        ]
    for of in (letters_page, resets_page, lost_factors_page):
        found += [Need(*told) for told in of.needs(session, actor, now)]
    if actor.may(P.ACCEPT_DANGER):
        found += [Need(*one) for one in subscriptions_page.needs(session, actor, now)]
    if actor.may(P.CHANGE_POLICY):
        found += _of_rules(session, actor, now)
    if actor.may(P.MANAGE_PEOPLE):
        found += _of_invitations(session, actor, now)
    return found


def _of_requests(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Requests that wait for this person: to decide first of all, because whoever asked waits for a lesson."""
    counts = request_queue.waiting(session, actor, now)
    return [
        Need(f"{words} ({counts[step]})", text, ("Waits for you", "waiting"), "/requests?which=waiting")
        for step, words, text in REQUESTS
        if counts.get(step)
    ]


def _of_releases(session: Session, actor: Actor, school: School) -> list[Need]:
    found = []
    if school.trouble:
        found.append(Need("The next release can’t be prepared", school.trouble, ("Trouble", "danger"), "/releases"))
    if held := _held(session, actor):
        text = f"{_so_many(held)}. What is published stays until somebody accepts."
        found.append(Need(f"Release {held.number} is held", text, ("Held", "care"), f"/releases/{held.number}"))
    if school.hold:
        found.append(Need("Publishing is held", school.hold, ("Held", "care"), "/releases"))
    return found


def _of_targets(session: Session, actor: Actor, live: Release | None, now: datetime) -> list[Need]:
    found = []
    for target in targets_of(session, actor.school_id):
        state = health(session, target, live, now)
        if state.level in ("care", "danger"):
            found.append(Need(target.name, state.text, (state.words, state.level), f"/targets/{target.id}"))
    return found


def _of_checks(session: Session, actor: Actor) -> list[Need]:
    """What the resolvers were seen to do wrong, and still do."""
    found = []
    for each in checks_page.wrong(session, actor):
        tag = STATES[each.finding]
        found.append(Need(each.target, each.text, (tag.words, tag.tone), f"/checks?target={each.target_id}"))
    return found


def _of_filtering_checks(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Planned checks of the filter whose day has passed."""
    late = overdue(session, actor.school_id, now)
    if not late:
        return []
    others = f", and {len(late) - 1} more" if len(late) > 1 else ""
    text = f"The planned check on {late[0].device} was due on {short_day(late[0].due, UTC)}{others}."
    return [Need("Filtering checks log", text, ("Overdue", "care"), "/filtering-checks")]


def _of_proposals(session: Session, actor: Actor) -> list[Need]:
    query = (
        select(Person.name, RoleProposal.role)
        .join(Person, Person.id == RoleProposal.person_id)
        .where(RoleProposal.school_id == actor.school_id, RoleProposal.state == "waiting")
        .order_by(RoleProposal.made_at)
    )
    return [
        Need(
            f"{row.name} as {row.role.replace('-', ' ')}",
            "The role waits for your word",
            ("To approve", "waiting"),
            "/people",
        )
        for row in session.execute(query)
    ]


def _of_rules(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Rules that end within a week: somebody may still need what they open."""
    query = select(RuleRow).where(
        RuleRow.school_id == actor.school_id,
        RuleRow.ended_at.is_(None),
        RuleRow.until > now,
        RuleRow.until <= now + SOON,
    )
    return [
        Need(f"The rule to {rule.action} {rule.domain} ends", rule.reason, ("Ends soon", "care"), "/policy/rules")
        for rule in session.scalars(query.order_by(RuleRow.until))
    ]


def _of_invitations(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Links that ended before anybody used them."""
    newest = (
        select(Invitation.person_id, func.max(Invitation.expires_at).label("ends"))
        .where(Invitation.school_id == actor.school_id)
        .group_by(Invitation.person_id)
        .subquery()
    )
    query = (
        select(Person.id, Person.name)
        .join(newest, newest.c.person_id == Person.id)
        .where(Person.state == "invited", newest.c.ends <= now)
        .order_by(Person.name)
    )
    return [
        Need(row.name, "The link ended before it was used", ("Make a new link", "waiting"), f"/people/{row.id}")
        for row in session.execute(query)
    ]


def _held(session: Session, actor: Actor) -> Release | None:
    query = select(Release).where(Release.school_id == actor.school_id, Release.state == "held")
    return session.scalars(query.order_by(Release.number.desc()).limit(1)).first()


def _so_many(held: Release) -> str:
    count = sum(not objection.get("accepted") for objection in held.objections)
    return f"{count} thing{'s speak' if count != 1 else ' speaks'} against it"


def _sets_up(actor: Actor, school: School) -> bool:
    return school.signed_at is None and (actor.may(P.SET_UP) or actor.may(P.SIGN_POLICY))


def _audiences(session: Session, actor: Actor, live: Release | None) -> tuple[ShownAudience, ...]:
    query = select(AudienceRow).where(AudienceRow.school_id == actor.school_id)
    return tuple(
        ShownAudience(row.name, _blocked(live, row.name), row.safe_search, row.youtube)
        for row in session.scalars(query.order_by(AudienceRow.position, AudienceRow.name))
    )


def _blocked(live: Release | None, audience: str) -> int | None:
    return live.counts[audience]["blocked"] if live and audience in live.counts else None
