"""A fortnight of a small school, lived by hand: every number that a review tells of it can be counted on fingers."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from firewall_admin.core.reviews import SECTIONS
from firewall_admin.db.tables import AccessRequest
from firewall_admin.journeys import (
    access_requests,
    asking,
    assessments,
    assignments,
    delegations,
    filtering_checks,
    inspections,
    mistaken_blocks,
    preparing,
    reviews,
    rules,
    statements,
)
from firewall_admin.journeys.asking import Asked
from tests.world import TestedSchool, World

from .reporting import block, harassment, incident, report, restricted, restriction
from .request_world import again, assess, decided

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def at(world: World, day: int, hour: int = 10) -> None:
    """Turn the clock to a day, counted from Monday 23 November 2026."""
    world.clock.at = MONDAY.replace(hour=hour, minute=0) + timedelta(days=day)


def lived(world: World) -> TestedSchool:
    """The whole history. What is counted of it stands in test_review_history."""
    school = world.oakfield
    _begun(world, school)
    _requests(world, school)
    _reports(world, school)
    _checks(world, school)
    at(world, 9)
    return school


def _begun(world: World, school: TestedSchool) -> None:
    """Three lists and three sites blocked, the policy signed, one release."""
    manager = school.network_manager
    for slug in ("facebook", "youtube", "tiktok"):
        assignments.assign(world.ports, manager, slug=slug, to=["pupils"])
    for name in ("chess.example", "puzzle.example", "maths.example"):
        rules.add(world.ports, manager, action="block", domain=name, audience="pupils", reason="games")
    world.sign(school)
    preparing.prepare_due(world.ports)


def ask(world: World, school: TestedSchool, site: str, follows: UUID | None = None) -> AccessRequest:
    asked = Asked(site, ("pupils",), world.clock() + timedelta(days=20), "Year 9", previewed=True)
    why = "appeal" if follows else None
    number = asking.ask(world.ports, school.teacher, asked, follows=follows, why_again=why)
    with world.db.look() as session:
        return session.query(AccessRequest).filter_by(school_id=school.id, number=number).one()


def decide(world: World, school: TestedSchool, row: AccessRequest, outcome: str = "approved") -> None:
    assess(world, school, again(world, row))
    decided(world, school.headteacher, again(world, row), outcome)


def _requests(world: World, school: TestedSchool) -> None:
    """Seven: allowed the same day, refused after one, allowed after three, an appeal allowed after one, one that
    waits, one withdrawn, and one that finds a block to be a mistake, ended after two."""
    at(world, 0)
    youtube, tiktok = ask(world, school, "youtube.com"), ask(world, school, "tiktok.com")
    at(world, 0, 12)
    decide(world, school, youtube)
    at(world, 1)
    decide(world, school, tiktok, "refused")
    facebook, maths, puzzle = (
        ask(world, school, f"{name}") for name in ("facebook.com", "maths.example", "puzzle.example")
    )
    at(world, 1, 12)
    access_requests.withdraw(world.ports, school.teacher, request=puzzle.id, version=again(world, puzzle).version)
    at(world, 3)
    appeal = ask(world, school, "tiktok.com", follows=tiktok.id)
    _mend(world, school, maths)
    at(world, 4)
    decide(world, school, facebook)
    decide(world, school, appeal)
    ask(world, school, "chess.example")


def _mend(world: World, school: TestedSchool, row: AccessRequest) -> None:
    """The block itself is the mistake, and is ended."""
    manager = school.network_manager
    (way,) = mistaken_blocks.ways_to_end(world.ports, manager, row.id)
    terms = mistaken_blocks.terms_for(world.ports, manager, row.id, way.key)
    version = again(world, row).version
    assessments.assess(
        world.ports, manager, request=row.id, version=version, advice="allow", text="It is no game", terms=terms
    )  # fmt: skip
    decided(world, school.headteacher, again(world, row))


def _reports(world: World, school: TestedSchool) -> None:
    """Seven reports (six of content, one of contact), one of them blocked; one that may be illegal; five VPNs; one
    case of harassment; one restriction."""
    at(world, 4, 13)
    for area in ("aggressive",) * 4 + ("sexual",) * 2:
        made = report(world, school.teacher, area=area)
    report(world, school.teacher, kind="contact", area="values")
    block(world, school.network_manager, made)
    restricted(world, school.teacher)
    for _ in range(5):
        incident(world, school.teacher)
    harassment(world, school.teacher)
    restriction(world, school.headteacher)


def _checks(world: World, school: TestedSchool) -> None:
    """Two by hand, of which one found a fault; one from outside; one planned and late. The deputy stood in once, one
    person has read the rules, and an inspector has a link."""
    at(world, 5)
    today = world.clock().date()
    ports, manager = world.ports, school.network_manager
    for kind, device, result in (("hand", "iPad", "good"), ("hand", "Laptop", "bad"), ("outside", "iPad", "good")):
        wanted = filtering_checks.Plan(kind=kind, device=device, site="Hall", group="pupils", due=today)
        outcome = filtering_checks.Outcome(today, "Dan", "tried ten sites", result, "told the provider")
        filtering_checks.record(ports, manager, check=None, wanted=wanted, outcome=outcome)
    late = filtering_checks.Plan(kind="hand", device="Phone", site="Gate", group="pupils", due=today)
    filtering_checks.plan(ports, manager, late)
    deputy, until = school.deputy.person_id, world.clock() + timedelta(days=2)
    assert deputy is not None
    delegations.make(ports, school.headteacher, deputy=deputy, since=world.clock(), until=until, reason="a course")
    statements.acknowledge(ports, school.teacher, version=statements.read(ports, school.teacher).version)
    inspections.make(ports, school.headteacher, purpose="Ofsted", days=20)


def begun(world: World, school: TestedSchool) -> UUID:
    """The yearly review, opened."""
    return reviews.begin(world.ports, school.headteacher, cause="")


def finished(world: World, school: TestedSchool, review: UUID | None = None) -> UUID:
    """A review, written and finished."""
    review = review or begun(world, school)
    for section in SECTIONS:
        reviews.write(world.ports, school.headteacher, review=review, section=section.name, text="As it should be.")
    reviews.finish(world.ports, school.headteacher, review=review)
    return review


def signed(world: World, school: TestedSchool, review: UUID | None = None) -> UUID:
    """A review that all four have signed."""
    review = review or finished(world, school)
    sha256 = reviews.state(world.ports, school.governor, review).review.sha256 or ""
    for who in (school.headteacher, school.safeguarding_lead, school.network_manager, school.governor):
        reviews.sign(world.ports, who, review=review, sha256=sha256)
    return review
