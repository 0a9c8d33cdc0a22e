"""A school in which something is blocked, and requests on their way: what tests of requests begin with."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core.people import DELEGATED, PERMISSIONS, Actor, Role
from firewall_admin.core.terms import Terms
from firewall_admin.db.tables import AccessRequest
from firewall_admin.journeys import asking, assessments, decisions, preparing, rules
from firewall_admin.journeys.asking import Asked
from firewall_admin.journeys.dossiers import dossier
from tests.world import TestedSchool, World

SITE = "scratch.mit.edu"


def furnished(world: World, school: TestedSchool | None = None, *names: str) -> TestedSchool:
    """A signed school whose pupils can't reach some names, published."""
    school = school or world.oakfield
    for name in names or (SITE,):
        rules.add(
            world.ports, school.network_manager, action="block", domain=name, audience="pupils", reason="games"
        )  # fmt: skip
    world.sign(school)
    preparing.prepare_due(world.ports)
    return school


def form(world: World, **changes: Any) -> Asked:
    asked: dict[str, Any] = {
        "address": f"https://{SITE}/projects",
        "audiences": ("pupils",),
        "until": world.clock() + timedelta(days=14),
        "purpose": "Year 5 coding",
        "previewed": True,
    }
    return Asked(**(asked | changes))


def submitted(world: World, school: TestedSchool, by: Actor | None = None, **changes: Any) -> AccessRequest:
    return numbered(world, school, asking.ask(world.ports, by or school.teacher, form(world, **changes)))


def numbered(world: World, school: TestedSchool, number: int) -> AccessRequest:
    with world.db.look() as session:
        query = select(AccessRequest).where(AccessRequest.school_id == school.id, AccessRequest.number == number)
        return session.scalars(query).one()


def again(world: World, row: AccessRequest | UUID) -> AccessRequest:
    """The request as it is now."""
    with world.db.look() as session:
        return session.get_one(AccessRequest, row if isinstance(row, UUID) else row.id)


def assess(world: World, school: TestedSchool, row: AccessRequest, advice: str = "allow", **more: Any) -> AccessRequest:
    version, manager = again(world, row).version, more.pop("by", school.network_manager)
    assessments.assess(
        world.ports, manager, request=row.id, version=version, advice=advice, text="harmless", **more
    )  # fmt: skip
    return again(world, row)


def assessed(world: World, school: TestedSchool, **changes: Any) -> AccessRequest:
    return assess(world, school, submitted(world, school, **changes))


def decided(
    world: World, actor: Actor, row: AccessRequest, outcome: str = "approved", terms: Terms | None = None
) -> str:
    """Decide what stands now; the decision's reference."""
    seen = dossier(world.ports, actor, row.id, terms)
    return decisions.decide(
        world.ports,
        actor,
        request=row.id,
        version=seen.version,
        outcome=outcome,
        reason="worth it",
        sha256=seen.sha256,
        terms=terms,
    )


def standing_in(school: TestedSchool, role: Role = Role.DEPUTY) -> Actor:
    """Somebody of a role while they stand in for the headteacher."""
    actor = school.people[role]
    permissions = PERMISSIONS[role] | DELEGATED
    return Actor(actor.school_id, actor.name, role, actor.person_id, permissions, school.headteacher.name)
