"""Letters as pages show them, and what home says of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..core.people import Actor, Permission
from ..core.refusals import NotFound
from ..db.tables import Letter, Person
from ..journeys import letters, outbox
from ..ports import Ports

STATES = {
    letters.DUE: ("Waiting", "waiting"),
    letters.SENT: ("Sent", "good"),
    letters.GIVEN_UP: ("Not delivered", "danger"),
    letters.WITHDRAWN: ("Withdrawn", "quiet"),
}
"""The words and the tone of a letter's state."""
HERE = ("To be read here", "quiet")  # where there is no mail server, nothing waits to be sent
KINDS = {
    "asked": "request to assess",
    "assessed": "request to decide",
    "returned": "question",
    "answered": "answer",
    "works": "works now",
    "appealed": "appeal",
    "link-asked": "new link to confirm",
    "link-confirmed": "new link confirmed",
    "lost-factor-asked": "lost second factor to confirm",
    "lost-factor-told": "second factor taken away",
}
LATEST = 100
LATELY = timedelta(days=7)
Told = tuple[str, str, tuple[str, str], str]
"""What home shows: a title, a few words, a tag (words and tone), a page."""


@dataclass(frozen=True)
class ShownLetter:
    """A letter of one's own. `path`: the page it leads to."""

    id: UUID
    subject: str
    text: str
    path: str
    at: datetime
    state: tuple[str, str]
    has_calendar: bool


@dataclass(frozen=True)
class ShownSending:
    """A letter as whoever looks after the mail may see it: of what kind, to whom, and how it fares; never its words."""

    kind: str
    to: str
    at: datetime
    state: tuple[str, str]
    tries: int
    detail: str


def own(ports: Ports, actor: Actor) -> tuple[ShownLetter, ...]:
    """The latest letters to this person, the newest first."""
    with ports.db.look() as session:
        query = (
            select(Letter)
            .where(Letter.school_id == actor.school_id, Letter.person_id == actor.person_id)
            .where(Letter.state != letters.WITHDRAWN)
            .order_by(Letter.written_at.desc(), Letter.id.desc())
            .limit(LATEST)
        )
        return tuple(map(_shown, session.scalars(query)))


def one(ports: Ports, actor: Actor, letter: UUID) -> tuple[ShownLetter, str | None]:
    """A letter to this person, and its calendar file; NotFound for anybody else's."""
    with ports.db.look() as session:
        query = select(Letter).where(
            Letter.id == letter, Letter.school_id == actor.school_id, Letter.person_id == actor.person_id
        )
        if (row := session.scalars(query).first()) is None:
            raise NotFound("There is no such letter to you.")
        return _shown(row), row.calendar


def sending(ports: Ports, actor: Actor) -> tuple[ShownSending, ...]:
    """The school's latest letters without their words, the newest first."""
    with ports.db.look() as session:
        query = (
            select(Letter, Person.name)
            .join(Person, Person.id == Letter.person_id)
            .where(Letter.school_id == actor.school_id)
            .order_by(Letter.written_at.desc(), Letter.id.desc())
            .limit(LATEST)
        )
        return tuple(
            ShownSending(kind(row), name, row.send_after, _state(ports, row), row.tries, row.detail)
            for row, name in session.execute(query)
        )


def kind(row: Letter) -> str:
    """A letter's kind in words."""
    return KINDS.get(row.kind, row.kind.replace("-", " "))


def needs(session: Session, actor: Actor, now: datetime) -> list[Told]:
    """What those who look after the service must know: that mail does not go out, or did not reach somebody."""
    if not (actor.may(Permission.MANAGE_PEOPLE) or actor.may(Permission.SET_UP)):
        return []
    found: list[Told] = []
    if trouble := outbox.trouble(session, actor.school_id, now):
        many = f"{trouble.letters} letter{'s wait' if trouble.letters != 1 else ' waits'}"
        found.append(("Letters can’t be sent", f"{many}: {trouble.detail}", ("Trouble", "danger"), "/letters/outbox"))
    lost = select(func.count()).where(
        Letter.school_id == actor.school_id, Letter.state == letters.GIVEN_UP, Letter.send_after > now - LATELY
    )
    if count := session.scalar(lost):
        text = f"{count} letter{'s were' if count != 1 else ' was'} refused by the mail server this week"
        found.append(("Not every letter arrived", text, ("Not delivered", "care"), "/letters/outbox"))
    return found


def _state(ports: Ports, row: Letter) -> tuple[str, str]:
    return HERE if ports.send is None and row.state == letters.DUE else STATES[row.state]


def _shown(row: Letter) -> ShownLetter:
    return ShownLetter(
        row.id, row.subject, row.text, row.path, row.written_at, STATES[row.state], row.calendar is not None
    )
