"""Many decide the same request at the same moment: one wins, and the others learn who did."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from firewall_admin.core.events_requests import AccessCommented
from firewall_admin.core.people import PERMISSIONS, Actor, Role, system
from firewall_admin.core.refusals import Conflict
from firewall_admin.db.tables import Decision, Entry, Person, RuleRow
from firewall_admin.db.tables.row import new_id
from firewall_admin.journeys import decisions
from firewall_admin.journeys.dossiers import dossier
from tests.journeys.release_world import told

from .request_world import again, assessed, furnished

MANY = 28


def headteachers(world, school):
    """So many people who may all decide."""
    found = []
    with world.db.change(system(school.id)) as change:
        for number in range(MANY):
            person = Person(
                id=new_id(),
                school_id=school.id,
                name=f"Head {number}",
                email=f"head-{number}@oakfield.leics.sch.uk",
                role=Role.HEADTEACHER,
                state="active",
                created_at=change.now,
            )
            change.session.add(person)
            permissions = PERMISSIONS[Role.HEADTEACHER]
            found.append(Actor(school.id, person.name, Role.HEADTEACHER, person.id, permissions))
        change.did(AccessCommented("AR-0"))
    return found


def test_of_many_who_decide_at_once_one_wins_and_the_others_learn_who(world):
    school = furnished(world)
    row = assessed(world, school)
    seen, start = dossier(world.ports, school.headteacher, row.id), Barrier(MANY)

    def decide(actor, outcome):
        start.wait()
        try:
            return decisions.decide(
                world.ports,
                actor,
                request=row.id,
                version=seen.version,
                outcome=outcome,
                reason=f"{actor.name} thinks so",
                sha256=seen.sha256,
            )
        except Conflict as conflict:
            return conflict

    everyone = headteachers(world, school)
    outcomes = ["approved" if number % 2 else "refused" for number in range(MANY)]
    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(decide, everyone, outcomes))
    won = [answer for answer in answers if isinstance(answer, str)]
    lost = [answer.message for answer in answers if isinstance(answer, Conflict)]
    assert (won, len(lost)) == (["D-1"], MANY - 1)
    with world.db.look() as session:
        decision = session.scalars(select(Decision)).one()
        rules = session.scalars(select(RuleRow).where(RuleRow.decision == "D-1")).all()
        entries = session.scalars(select(Entry).where(Entry.event == "AccessDecided")).all()
    assert (len(rules), len(entries)) == (1 if decision.outcome == "approved" else 0, 1)
    assert again(world, row).state == decision.outcome
    assert sum("decided (D-1)" in sentence for sentence in told(world, school)) == 1
    assert all(f"{decision.name} decided it" in message for message in lost), lost
