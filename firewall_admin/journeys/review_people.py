"""What a review tells of people: their parts, what the school says of itself, who was told, what is left to do."""

from firewall_admin.core.figures import Figure, Grid, Source, Told, counted
from firewall_admin.core.people import Role
from firewall_admin.core.school_days import said
from firewall_admin.db.tables import Acknowledgement, Delegation, InspectionLink, Person, Review, ReviewAction

from . import statements
from .looked import Looked

OF_PEOPLE = ("RoleChanged", "RoleApproved", "PersonLeft", "PersonInvited", "StaffImported")
PARTS = (Role.HEADTEACHER, Role.DEPUTY, Role.SAFEGUARDING_LEAD, Role.NETWORK_MANAGER, Role.GOVERNOR, Role.ADMINISTRATOR)


def people(look: Looked) -> Told:
    """Who has which part, and what changed in that."""
    here = look.rows(Person, Person.state == "active")
    rows = tuple(
        (role.words, person.name, look.day(person.created_at))
        for role in PARTS
        for person in sorted((p for p in here if p.role == role), key=lambda p: p.name)
    )
    missing = tuple((role.words, "Nobody", "–") for role in PARTS if not any(p.role == role for p in here))
    changes = look.sources(look.entries(*OF_PEOPLE))
    figures = (
        counted("staff", "People with an account", [_person(look, person) for person in here]),
        counted("changes", "Changes of who is here and what they are", changes),
        counted("delegations", "Times in which the deputy decided for the headteacher", _delegations(look)),
    )
    grids = (
        Grid("Who has which part", ("Part", "Who", "Here since"), rows + missing),
        look.undertook("Who is responsible", "slt-lead", "governor-lead"),
    )
    return Told(figures, grids)


def _person(look: Looked, person: Person) -> Source:
    return Source(person.name, look.day(person.created_at), Role(person.role).words, f"/people/{person.id}")


def _delegations(look: Looked) -> list[Source]:
    names = {person.id: person.name for person in look.rows(Person)}
    overlap = (Delegation.since < look.until, Delegation.until > look.since)
    return [
        Source(names[row.deputy_id], look.day(row.since), f"Until {look.day(row.ended_at or row.until)}: {row.reason}")
        for row in sorted(look.rows(Delegation, *overlap), key=lambda row: row.since)
    ]


def risks(look: Looked) -> Told:
    """What the school says of its pupils, and of what looks at content."""
    return Told(grids=(look.undertook("What we say of ourselves", "risk-profile", "prevent", "content"),))


def telling(look: Looked) -> Told:
    """Who has read the rules, and who from outside has read the evidence."""
    version = statements.now(look.ports, look.session, look.actor).version
    read = {row.person_id: row.at for row in look.rows(Acknowledgement, Acknowledgement.version == version)}
    here = sorted(look.rows(Person, Person.state == "active"), key=lambda person: person.name)
    done = [
        Source(p.name, look.day(read[p.id]), Role(p.role).words, "/statement/readers") for p in here if p.id in read
    ]
    left = [Source(p.name, "–", Role(p.role).words, "/statement/readers") for p in here if p.id not in read]
    links = sorted(look.rows(InspectionLink, look.within(InspectionLink.made_at)), key=lambda row: row.made_at)
    figures = (
        counted("read", "People who have acknowledged the present rules", done),
        counted("not-read", "People who have not", left),
        counted("inspectors", "Links made for inspectors", [_link(look, link) for link in links]),
    )
    return Told(figures, (look.undertook("What we say of ourselves", "impact"),))


def _link(look: Looked, link: InspectionLink) -> Source:
    last = f", last read on {look.day(link.read_at)}" if link.read_at else ", never read"
    what = f"By {link.made_by}, until {look.day(link.ended_at or link.expires_at)}{last}"
    return Source(link.purpose, look.day(link.made_at), what, "/evidence/inspection")


def ahead(look: Looked) -> Told:
    """What earlier reviews found to do, and what came of it."""
    today = look.until.astimezone(look.zone).date()
    numbers = {row.id: row.number for row in look.rows(Review)}
    actions = sorted(look.rows(ReviewAction), key=lambda row: (row.due, row.made_at))
    undone = [row for row in actions if row.done_at is None]

    def sources(rows: list[ReviewAction]) -> list[Source]:
        return [_action(numbers, row) for row in rows]

    figures: tuple[Figure, ...] = (
        counted("open", "Actions of reviews that are still to be done", sources(undone)),
        counted("late", "Of them late", sources([row for row in undone if row.due < today])),
        counted(
            "done",
            "Actions closed in this time",
            sources([r for r in actions if r.done_at and r.done_at >= look.since]),
        ),
    )
    return Told(figures, (look.undertook("What we say of ourselves", "trust", "self-review"),))


def _action(numbers: dict[object, int], row: ReviewAction) -> Source:
    outcome = f": {row.outcome} ({row.done_by})" if row.done_at else ""
    name = f"review {numbers[row.review_id]}"
    return Source(name, said(row.due), f"{row.text}, {row.owner}{outcome}", f"/reviews/{row.review_id}")
