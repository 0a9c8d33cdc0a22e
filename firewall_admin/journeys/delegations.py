"""The deputy decides in the headteacher's place, for days that are named beforehand. It can't be handed on."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_people as events
from firewall_admin.core.people import Actor, Permission, Role
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Delegation, Person
from firewall_admin.ports import Ports

from .actors import school
from .people import find
from .policy import may

LONGEST = timedelta(days=30)


def make(ports: Ports, actor: Actor, *, deputy: UUID, since: datetime, until: datetime, reason: str) -> None:
    """Let a deputy decide from `since` until before `until`, aware instants; what has passed of it doesn't count.

    Refuses more than 30 days by the school's calendar, two at a time, and whoever is no deputy.
    """
    may(actor, Permission.DELEGATE)
    if not reason.strip():
        raise Refusal("Say why, so that it can be understood in three years.", "reason")
    with ports.db.change(actor) as change:
        zone = ZoneInfo(school(change).timezone)
        since = max(since, change.now)
        _check_days(since.astimezone(zone), until.astimezone(zone))
        person = find(change.session, actor, deputy)
        if person.role != Role.DEPUTY or person.state != "active":
            raise Refusal(f"{person.name} is no deputy who can sign in. The administrator can change that.", "deputy")
        _nobody_else(change, since, until)
        row = Delegation(
            school_id=actor.school_id,
            deputy_id=person.id,
            made_by=actor.person_id,
            since=since,
            until=until,
            reason=reason.strip(),
        )
        change.session.add(row)
        change.session.flush()
        first, last = (f"{at.astimezone(zone):%d %B %Y, %H:%M}" for at in (since, until))
        change.did(events.DelegationMade(person.name, first, last, reason.strip(), str(row.id)))


def end(ports: Ports, actor: Actor, *, delegation: UUID) -> None:
    """End a delegation early."""
    may(actor, Permission.DELEGATE)
    with ports.db.change(actor) as change:
        row = find_delegation(change.session, actor, delegation)
        if row.ended_at or row.until <= change.now:
            raise Refusal("This has ended already.")
        row.ended_at = change.now
        deputy = change.session.get_one(Person, row.deputy_id)
        change.did(events.DelegationEnded(deputy.name, str(row.id)))


def find_delegation(session: Session, actor: Actor, delegation: UUID) -> Delegation:
    """The delegation, if of the actor's school; NotFound otherwise."""
    query = select(Delegation).where(Delegation.id == delegation, Delegation.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("Nobody stands in like this.")
    return found


def _check_days(since: datetime, until: datetime) -> None:
    """Both on the school's clock: an hour more in October is no day more."""
    if until <= since:
        raise Refusal("It ends before it begins.", "until")
    if until.replace(tzinfo=None) - since.replace(tzinfo=None) > LONGEST:
        raise Refusal(f"{LONGEST.days} days at most. If it takes longer, renew it then.", "until")


def _nobody_else(change: Change, since: datetime, until: datetime) -> None:
    """Two people who decide for one headteacher at a time could not be told apart by those who ask."""
    query = (
        select(Person.name)
        .join(Delegation, Delegation.deputy_id == Person.id)
        .where(
            Delegation.school_id == change.actor.school_id,
            Delegation.made_by == change.actor.person_id,
            Delegation.ended_at.is_(None),
            Delegation.since < until,
            Delegation.until > since,
        )
    )
    if (name := change.session.scalars(query).first()) is not None:
        raise Refusal(f"{name} stands in for you already in that time.", "since")
