"""Who must have a second factor at a school. Asking more is fast; asking less takes the headteacher."""

from firewall_admin.core import second_factor_letters as words
from firewall_admin.core.events_second_factor import SecondFactorDemanded
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import NotAllowed, Refusal
from firewall_admin.core.second_factor import Must, parse_must
from firewall_admin.db.tables import School
from firewall_admin.ports import Ports

from . import letters


def asked(ports: Ports, actor: Actor) -> Must:
    """Who must have one now."""
    with ports.db.look() as session:
        return Must(session.get_one(School, actor.school_id).second_factor)


def choices(actor: Actor, now: Must) -> tuple[Must, ...]:
    """What an actor may choose: only who approves roles may ask less of people than before."""
    may_ease = actor.may(Permission.APPROVE_ROLES)
    return tuple(each for each in Must if may_ease or not each.is_milder_than(now))


def demand(ports: Ports, actor: Actor, *, who: str) -> None:
    """Set who must have one. Whoever must and has none is led to set it up with their next click. Refusal of `who`."""
    if not (actor.may(Permission.MANAGE_PEOPLE) or actor.may(Permission.APPROVE_ROLES)):
        raise NotAllowed("Your role does not include this.")
    wanted = parse_must(who)
    with ports.db.change(actor) as change:
        row = change.session.get_one(School, actor.school_id)
        before = Must(row.second_factor)
        if wanted is before:
            raise Refusal("Nothing is different from what is there.", "who")
        if wanted not in choices(actor, before):
            raise NotAllowed("Only the headteacher can ask less of people.")
        if ports.sealed.key is None:
            raise Refusal("There is nowhere to keep the key for what is kept secret here.", "who")
        row.second_factor = wanted
        change.did(SecondFactorDemanded(wanted.words, before.words))
        heads = letters.people_who(change.session, actor.school_id, Permission.APPROVE_ROLES)
        others = [person for person in heads if person.id != actor.person_id]
        draft = words.demanded(who=wanted.words, by=actor.name)
        letters.write(change, others, draft, key=f"factor-demanded:{change.now.isoformat()}")
