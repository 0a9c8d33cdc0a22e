"""Sending what waits in the outbox: at least once, never by two workers, and never in the way of anything else.

Whoever sends a letter first puts off its next try (the lease), so that no other worker takes it; killed before the
server's answer is written down, the letter is due again when the lease is over, under the same Message-ID.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from firewall_admin.adapters.mail import Failure, Mail, Post
from firewall_admin.adapters.sealed import Cell
from firewall_admin.adapters.sealed import Failure as Unopened
from firewall_admin.db.tables import Letter, Person, School
from firewall_admin.ports import Ports

from .letters import DUE, GIVEN_UP, SENT, WITHDRAWN

LEASE = timedelta(minutes=10)  # longer than adapters.mail.DEADLINE, by which every try has ended
RETRY = (60, 300, 900, 1800, 3600)  # seconds between tries; the last one again and again
STALE = timedelta(days=5)  # RFC 5321, 4.5.4.1: how long mail is tried. What is older helps nobody
MOST = 50  # letters in one round, so that a worker looks at other things between
ALARM = timedelta(hours=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trouble:
    """Letters that should have gone out an hour ago: how many, since when, and what the mail server said."""

    letters: int
    since: datetime
    detail: str


def send_due(ports: Ports) -> int:
    """Send every letter whose time has come. How many went out. Without a mail server they wait, to be read here."""
    if ports.send is None:
        return 0
    now = ports.clock()
    with ports.db.look() as session:
        query = select(Letter.id).where(_ready(now)).order_by(Letter.send_after, Letter.id).limit(MOST)
        ready = session.scalars(query).all()
    sent = 0
    for id_ in ready:
        answer = _send(ports, ports.send, id_)
        sent += answer is True
        if isinstance(answer, Failure) and answer.server:
            break  # the others would fare no better, and each would wait as long
    return sent


def trouble(session: Session, school_id: UUID, now: datetime) -> Trouble | None:
    """What home shouts where letters have been waiting for an hour and the mail server doesn't take them."""
    late = and_(
        Letter.school_id == school_id,
        Letter.state == DUE,
        Letter.detail != "",
        Letter.digest.is_(False),
        Letter.send_after <= now - ALARM,
    )
    count, since = session.execute(select(func.count(), func.min(Letter.send_after)).where(late)).one()
    if not count:
        return None
    detail = session.scalars(select(Letter.detail).where(late).order_by(Letter.send_after).limit(1)).first()
    return Trouble(count, since, detail or "")


def _ready(now: datetime) -> ColumnElement[bool]:
    free = or_(Letter.next_try.is_(None), Letter.next_try <= now)
    return and_(Letter.state == DUE, Letter.digest.is_(False), Letter.send_after <= now, free)


def _send(ports: Ports, post: Post, id_: UUID) -> bool | Failure:
    """Take one letter and try it. False where another worker has it, or there is nothing to send any more."""
    now = ports.clock()
    if not _take(ports, id_, now):
        return False
    with ports.db.look() as session:
        letter = session.get_one(Letter, id_)
        person, school = session.get_one(Person, letter.person_id), session.get_one(School, letter.school_id)
    if why := _pointless(letter, person, now):
        _over(ports, letter, WITHDRAWN if person.state == "left" else GIVEN_UP, why)
        return False
    mail = _mail(ports, post, letter, person, school)
    answer = mail if isinstance(mail, Failure) else post(mail)
    if answer is None:
        _log.info("letter %s (%s) sent at try %s", letter.id, letter.kind, letter.tries)
        _over(ports, letter, SENT, "")
        return True
    _log.warning("letter %s (%s) not sent at try %s: %s", letter.id, letter.kind, letter.tries, answer.reason)
    if answer.gone:
        _over(ports, letter, GIVEN_UP, answer.reason)
    else:
        _put_off(ports, letter, answer)
    return answer


def _pointless(letter: Letter, person: Person, now: datetime) -> str:
    if person.state == "left":
        return "they have left"
    return letter.detail or "it was too old by the time it could be sent" if letter.send_after <= now - STALE else ""


def _take(ports: Ports, id_: UUID, now: datetime) -> bool:
    with ports.db.note() as session:
        query = update(Letter).where(Letter.id == id_, _ready(now))
        taken = session.execute(query.values(next_try=now + LEASE, tries=Letter.tries + 1).returning(Letter.id))
        return taken.first() is not None


def _mail(ports: Ports, post: Post, letter: Letter, person: Person, school: School) -> Mail | Failure:
    path = letter.path
    if letter.secret is not None:
        opened = ports.sealed.open(letter.secret, Cell("letter", "secret", letter.id))
        if isinstance(opened, Unopened):
            return Failure(opened.reason, gone=True)
        path = opened
    text = f"{letter.text}\n{post.address}{path}\n\n-- \n{school.name}\n"
    return Mail(
        id=str(letter.id),
        name=person.name,
        address=person.email,
        sender=f"{school.name}, web filter",
        subject=letter.subject,
        text=text,
        at=letter.written_at,
        calendar=letter.calendar,
    )


def _over(ports: Ports, letter: Letter, state: str, detail: str) -> None:
    """Nothing more is to be done for a letter, and its secret goes. One that was written anew meanwhile stays due."""
    now = ports.clock()
    with ports.db.note() as session:
        query = update(Letter).where(Letter.id == letter.id, Letter.written_at == letter.written_at)
        sent = now if state == SENT else None
        session.execute(query.values(state=state, sent_at=sent, detail=detail, next_try=None, secret=None))


def _put_off(ports: Ports, letter: Letter, failure: Failure) -> None:
    """Try again later; where the server is to blame, every letter that is due now."""
    now = ports.clock()
    later = now + timedelta(seconds=RETRY[min(letter.tries, len(RETRY)) - 1])
    mine = and_(Letter.id == letter.id, Letter.state == DUE)
    which = or_(mine, _ready(now)) if failure.server else mine
    with ports.db.note() as session:
        session.execute(update(Letter).where(which).values(next_try=later, detail=failure.reason))
