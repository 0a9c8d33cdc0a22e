"""A school set up from nothing: what is still to do, read from what is there, and the first policy signed as a whole.

Nobody ticks a task: each is done where the facts say so, and undone where they stop.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from firewall_admin.core.events import SetUpFinished
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.policy import Audience, SchoolPolicy
from firewall_admin.core.refusals import Conflict, Refusal
from firewall_admin.db.tables import AssignmentRow, AudienceRow, Person, Release, School, TargetRow
from firewall_admin.ports import Ports

from .policy import may
from .release_contents import rebuild
from .releases import published

P = Permission
MANAGER, HEAD, ADMINISTRATOR = "the network manager", "the headteacher", "the administrator"


@dataclass(frozen=True)
class Task:
    """One thing to do. `name` is stable; `fact` says how it stands; `who` may do it, in words; `needs` one of these."""

    name: str
    title: str
    done: bool
    fact: str
    who: str
    needs: tuple[Permission, ...]
    can_start: bool = True


@dataclass(frozen=True)
class Signed:
    """What the first signature is put to, for one audience."""

    audience: Audience
    lists: tuple[str, ...]
    blocked: int
    open_below: int


@dataclass(frozen=True)
class Overview:
    """The policy as release `number` carries it. `accepted`: each danger with who accepted it and why."""

    number: int
    at: datetime
    audiences: tuple[Signed, ...]
    rules: int
    timetables: tuple[str, ...]
    accepted: tuple[tuple[str, str, str], ...]


def signed_at(ports: Ports, actor: Actor) -> datetime | None:
    """When the first policy was signed; None while the school is being set up."""
    with ports.db.look() as session:
        return session.get_one(School, actor.school_id).signed_at


def tasks(session: Session, actor: Actor) -> tuple[Task, ...]:
    """Every task of setting the school up, in order, as the facts stand."""
    school = session.get_one(School, actor.school_id)
    before = (
        _school(school),
        _people(session, actor),
        _audiences(session, actor),
        _lists(session, actor),
        _targets(session, actor),
    )
    ready = all(task.done for task in before)
    fact = "From then on, opening a name takes a decision" if ready else "When everything above is done"
    signing = Task("sign", "Sign the first policy", bool(school.signed_at), fact, HEAD, (P.SIGN_POLICY,), ready)
    return (*before, signing)


def overview(ports: Ports, actor: Actor) -> Overview:
    """What would be signed. Refusal where nothing is published, or the policy has moved on since."""
    may(actor, P.SIGN_POLICY)
    with ports.db.look() as session:
        release = _to_sign(session, actor)
        return _overview(rebuild(ports, release), release)


def sign(ports: Ports, actor: Actor, *, release: int) -> None:
    """The headteacher signs the first policy as a whole, as that release carries it. Conflict where it is another by
    now: what is signed is what was read."""
    may(actor, P.SIGN_POLICY)
    with ports.db.change(actor) as change:
        school = change.session.get_one(School, actor.school_id)
        found = _to_sign(change.session, actor)
        if found.number != release:
            raise Conflict(f"Release {found.number} is in force by now. Read it before you sign.")
        missing = [task for task in tasks(change.session, actor) if not task.done and task.name != "sign"]
        if missing:
            raise Refusal(f"This is still to do: {missing[0].title.lower()}.")
        school.signed_at = change.now
        change.did(SetUpFinished(release))


def _to_sign(session: Session, actor: Actor) -> Release:
    school = session.get_one(School, actor.school_id)
    if school.signed_at is not None:
        raise Conflict("The first policy is signed already.")
    live = published(session, actor.school_id)
    if live is None or live.revision != school.revision:
        raise Refusal("The policy is not in force as it stands: a release waits, is held, or can’t be prepared.")
    return live


def _overview(policy: SchoolPolicy, release: Release) -> Overview:
    accepted = [
        (str(o["text"]), str(o["accepted"]["by"]), str(o["accepted"]["reason"]))
        for o in release.objections
        if o.get("accepted")
    ]
    return Overview(
        number=release.number,
        at=release.at,
        audiences=tuple(_signed(audience, release.counts) for audience in policy.audiences),
        rules=len(policy.rules),
        timetables=tuple(sorted(policy.timetables)),
        accepted=tuple(accepted),
    )


def _signed(audience: Audience, counts: dict[str, Any]) -> Signed:
    blocked, below = (int(counts.get(audience.name, {}).get(what, 0)) for what in ("blocked", "open"))
    return Signed(audience, tuple(assigned.list for assigned in audience.lists), blocked, below)


def _of(table: type[Any], actor: Actor) -> Select[Any]:
    return select(table).where(table.school_id == actor.school_id)


def _school(school: School) -> Task:
    fact = ", ".join(school.domains) or "Its website and mail, so that nothing blocks them by mistake"
    title = "Say which names are the school’s own"
    return Task("school", title, bool(school.domains), fact, MANAGER, (P.CHANGE_POLICY,))


def _people(session: Session, actor: Actor) -> Task:
    query = select(Person.role, Person.state).where(Person.school_id == actor.school_id)
    found = [(role, state) for role, state in session.execute(query)]
    done = all((role, "active") in found for role in (Role.HEADTEACHER, Role.NETWORK_MANAGER))
    states = [state for _, state in found]
    waiting = f", {count} invited" if (count := states.count("invited")) else ""
    fact = f"{states.count('active')} can sign in{waiting}"
    if not done:
        fact += ". A headteacher and a network manager have to be among them"
    return Task("people", "Bring in your people", done, fact, ADMINISTRATOR, (P.MANAGE_PEOPLE,))


def _audiences(session: Session, actor: Actor) -> Task:
    found = session.scalars(_of(AudienceRow, actor).order_by(AudienceRow.position)).all()
    names = ", ".join(audience.name for audience in found)
    if without := ", ".join(audience.name for audience in found if not audience.networks):
        fact = f"No network yet: {without}"
    elif len(found) < 2:
        fact = f"{names}, and one more, such as staff" if found else "Pupils and staff at least, each with networks"
    else:
        fact = names
    done = len(found) > 1 and not without
    title = "Say who is filtered, and on which networks"
    return Task("audiences", title, done, fact, MANAGER, (P.CHANGE_POLICY,))


def _lists(session: Session, actor: Actor) -> Task:
    count = _count(session, _of(AssignmentRow, actor))
    fact = _so_many(count, "list", "in force") if count else "Services such as TikTok, and lists of your own"
    return Task("lists", "Choose what is blocked", bool(count), fact, MANAGER, (P.CHANGE_POLICY,))


def _targets(session: Session, actor: Actor) -> Task:
    count = _count(session, _of(TargetRow, actor).where(TargetRow.removed_at.is_(None)))
    fact = _so_many(count, "target", "connected") if count else "It fetches every release itself, or is handed files"
    return Task("targets", "Connect a resolver, proxy or firewall", bool(count), fact, MANAGER, (P.MANAGE_TARGETS,))


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _so_many(count: int, one: str, what: str) -> str:
    return f"{count} {one if count == 1 else one + 's'} {what}"
