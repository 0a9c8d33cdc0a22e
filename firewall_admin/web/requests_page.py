"""What the page of one request shows: how it stands, what was asked, advised and decided, and what can be done next."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import current_app, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core import pasted
from ..core.access_requests import OPEN, reference
from ..core.effects import registrable
from ..core.people import PERMISSIONS, Actor, Permission, Role
from ..core.refusals import Refusal
from ..core.terms import Kind, from_json
from ..db.tables import AccessRequest, Person
from ..journeys import explain, name_history, request_queue
from ..journeys.access_requests import find
from ..journeys.dossiers import Dossier, Past, dossier
from ..journeys.request_progress import Happened, progress
from ..journeys.standing import Standing, standing
from ..ports import Ports
from .plans import ShownPlan, shown_plan

LEVELS = {"waiting": "waiting", "good": "good", "care": "care", "danger": "danger", "over": "quiet"}
"""The tone of a tag for each level of standing."""
BUTTONS = {
    "answer": ("Answer the question", "request_steps.answer"),
    "decide": ("Decide", "decisions.decide"),
    "assess": ("Assess", "assessments.assess"),
    "appeal": ("Appeal", "request_again.appeal"),
    "renew": ("Ask for it again", "request_again.renew"),
    "change": ("Change the request", "asking.edit"),
    "return": ("Ask a question", "request_steps.send_back"),
    "comment": ("Comment", "request_steps.comment"),
    "decide anew": ("Decide anew", "decisions.anew"),
    "end": ("End it early", "request_steps.end"),
    "withdraw": ("Take it back", "request_steps.withdraw"),
}
"""The words and the view of each step, the most pressing first."""


@dataclass(frozen=True)
class Related:
    """Another request that this one follows, or that follows this one: `words` says which."""

    id: UUID
    reference: str
    words: str


@dataclass(frozen=True)
class ShownDecision:
    """A decision: `stands` if no other has taken its place, `tag` its words and tone at this instant, `here` if it is
    on this request."""

    past: Past
    stands: bool
    in_force: bool
    tag: tuple[str, str]
    here: bool


@dataclass(frozen=True)
class Step:
    """Something that whoever looks can do now: words, and the page to do it on."""

    name: str
    words: str
    href: str


@dataclass(frozen=True)
class ShownRequest:
    """The whole page. `verdicts` and `history` are empty for who may read only their own; `waits` is
    the step that waits for whoever looks; `hold` and `destroyed_at` are of what people wrote in it."""

    dossier: Dossier
    subject: str
    standing: Standing
    own: bool
    steps: tuple[Step, ...]
    related: tuple[Related, ...]
    decisions: tuple[ShownDecision, ...]
    verdicts: tuple[explain.ForAudience, ...]
    history: tuple[name_history.Happened, ...]
    plan: ShownPlan | None
    waits: str | None
    asker_assesses: bool
    needed_by: date | None
    progress: tuple[Happened, ...] = ()
    hold: str | None = None
    destroyed_at: datetime | None = None

    @property
    def tone(self) -> str:
        return LEVELS[self.standing.level]

    @property
    def is_open(self) -> bool:
        return self.dossier.state in OPEN


def shown(ports: Ports, actor: Actor, request: UUID) -> ShownRequest:
    """One request as this person sees it; NotFound where they may not."""
    seen = dossier(ports, actor, request)
    with ports.db.look() as session:
        row = find(session, actor, request)
        now_standing = standing(ports, session, row)
        related = tuple(_related(session, row))
        decisions = tuple(_decisions(ports, session, row, seen, now_standing))
        needed_by, waits = row.needed_by, request_queue.waits_for(session, actor, row, ports.clock())
        taken = progress(session, row)
        subject, own = request_queue.subject(row), row.asked_by == actor.person_id
        asker_assesses = Permission.ASSESS in PERMISSIONS[Role(session.get_one(Person, row.asked_by).role)]
    sees = actor.may(Permission.SEE_REQUESTS)
    return ShownRequest(
        dossier=seen,
        subject=subject,
        standing=now_standing,
        own=own,
        steps=tuple(_steps(seen, now_standing)),
        related=related,
        decisions=decisions,
        verdicts=verdicts(ports, actor, seen) if sees and seen.state in OPEN else (),
        history=name_history.history(ports, actor, from_json(seen.asked["terms"]), request) if sees else (),
        plan=shown_plan(seen.plan) if seen.plan else None,
        waits=waits,
        asker_assesses=asker_assesses,
        needed_by=needed_by,
        progress=taken,
        hold=row.hold,
        destroyed_at=row.destroyed_at,
    )


def verdicts(ports: Ports, actor: Actor, seen: Dossier) -> tuple[explain.ForAudience, ...]:
    """What happens to the first name now, for the audiences asked for."""
    names = seen.terms.names or ((seen.asked["domain"],) if seen.asked["domain"] else ())
    if not names:
        return ()
    wanted = seen.terms.audiences or tuple(seen.asked["terms"]["audiences"])
    told = explain.explain(ports, actor, address=names[0])
    return tuple(one for one in told.audiences if one.audience in wanted)


def other_widths(seen: Dossier) -> tuple[tuple[str, str], ...]:
    """Other widths of the first name, each in words and as a name: the very host that was pasted where more was asked
    for, and the whole site where less was."""
    if not seen.terms.names:
        return ()
    first, whole = seen.terms.names[0], registrable(seen.terms.names[0])
    found = [("The whole site, wider", whole)] if whole != first else []
    with suppress(Refusal):
        host = pasted.read(seen.asked["address"]).domain
        if host.endswith(f".{first}"):
            found.append(("Only what was pasted, narrower", host))
    return tuple(found)


def _steps(seen: Dossier, stands: Standing) -> Iterator[Step]:
    over = stands.level == "over"
    for name, (words, view) in BUTTONS.items():
        if name not in seen.steps or view not in current_app.view_functions:
            continue
        if name == "end" and (over or not _opens(seen)):
            continue
        if name == "renew" and not _opens(seen):
            continue
        yield Step(name, words, url_for(view, access_request=seen.id))


def _opens(seen: Dossier) -> bool:
    return Kind(seen.asked["kind"]).opens_until


def _related(session: Session, row: AccessRequest) -> Iterator[Related]:
    if row.follows:
        earlier = session.get_one(AccessRequest, row.follows)
        words = "This appeals against" if row.why_again == "appeal" else "This asks again for"
        yield Related(earlier.id, reference(earlier.number), words)
    query = select(AccessRequest).where(AccessRequest.follows == row.id).order_by(AccessRequest.number)
    for later in session.scalars(query):
        words = "Appealed against by" if later.why_again == "appeal" else "Asked for again by"
        yield Related(later.id, reference(later.number), words)


def _decisions(
    ports: Ports, session: Session, row: AccessRequest, seen: Dossier, stands: Standing
) -> Iterator[ShownDecision]:
    """The newest first. Of each whether it is in force now: of this request's last one that is how the request stands;
    of the request that this one follows, how that one stands."""
    newest: dict[str, str] = {past.request: past.reference for past in seen.past}
    for past in reversed(seen.past):
        here = past.request == seen.reference
        of = stands if here else _standing_of(ports, session, row)
        last = newest[past.request] == past.reference
        if not last:
            yield ShownDecision(past, False, False, ("No longer in force: another took its place", "quiet"), here)
        elif past.outcome == "refused":
            yield ShownDecision(past, True, False, ("Refused: it stands", "quiet"), here)
        else:
            yield ShownDecision(past, True, of.in_force, (of.words, LEVELS[of.level]), here)


def _standing_of(ports: Ports, session: Session, row: AccessRequest) -> Standing:
    earlier = session.get_one(AccessRequest, row.follows)
    return standing(ports, session, earlier)
