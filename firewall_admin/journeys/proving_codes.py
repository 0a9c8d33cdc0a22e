"""Whether a code is somebody's second factor: one of their app, accepted once, or a recovery code, which works once.

Wrong ones are counted as wrong passwords are, but by themselves: the right password, which whoever guesses here has,
must not wipe out what they have guessed.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.adapters.sealed import Cell, Failure
from firewall_admin.core import events_second_factor as events
from firewall_admin.core import second_factor as core
from firewall_admin.core import second_factor_letters as words
from firewall_admin.core.people import system
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Person, RecoveryCode, SecondFactor
from firewall_admin.ports import Ports

from . import guesses, letters, one_time_codes

NO_CODE = "Enter the six digits that your app shows now."
USED = "This code was used already. Wait until your app shows the next one."
LOST = "Your second factor can’t be read here any more. Use a recovery code, or ask your school’s administrator."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tried:
    """For whom and from where a code is tried; guesses at it count for `key`."""

    person: UUID
    address: str
    key: str


def is_on(session: Session, person: UUID) -> bool:
    """Whether signing in as somebody takes a code."""
    query = select(SecondFactor.id).where(SecondFactor.person_id == person, SecondFactor.on_at.is_not(None))
    return session.scalar(query) is not None


def of(session: Session, person: UUID) -> SecondFactor | None:
    """Somebody's, on or only offered."""
    return session.scalars(select(SecondFactor).where(SecondFactor.person_id == person)).first()


def left(session: Session, person: UUID) -> int:
    """How many recovery codes somebody has."""
    query = select(func.count()).where(RecoveryCode.person_id == person, RecoveryCode.used_at.is_(None))
    return session.scalar(query) or 0


def read(text: str) -> str:
    """A code as it was meant. Refusal of `code` for what can be none: that is no guess."""
    code = core.typed(text)
    if not (core.is_of_app(code) or core.is_recovery(code)):
        raise Refusal(NO_CODE if len(code) <= 8 else core.WRONG, "code")
    return code


@contextmanager
def counted(ports: Ports, tried: Tried) -> Iterator[None]:
    """Count a guess before the code is looked at inside, and take it back where that was right. Raises TooManyAttempts
    after ten."""
    guess = guesses.count(ports, {tried.key}, "codes")
    try:
        yield
    except NotFound:
        raise  # it came too late, whatever the code
    except Refusal:
        log.warning("a code was refused: person %s, from %s", tried.person, tried.address)
        if guess.last:
            _tell(ports, tried.person)
        raise
    with ports.db.note() as session:
        guesses.take_back(session, tried.key, (), guess)


def accept(ports: Ports, change: Change, person: Person, code: str) -> int | None:
    """Take a code, as `read` gives it, on a change that says what for; the same is never taken again. How many recovery
    codes are left, where it was one. Refusal of `code` where it is not right."""
    row = of(change.session, person.id)
    if row is None or row.on_at is None:
        raise NotFound("There is no second factor here any more. Sign in again.")
    if core.is_recovery(code):
        return _recovery(change, person, code)
    row.last_step = step(ports, row, code, change)
    return None


def step(ports: Ports, row: SecondFactor, code: str, change: Change) -> int:
    """The step of a code of an app, later than the last that was taken."""
    seed = opened(ports, row)
    found = one_time_codes.step(seed, code, change.now) if core.is_of_app(code) else None
    if found is None:
        raise Refusal(f"{core.WRONG} See that your phone sets its clock by itself, and enter the next one.", "code")
    if found <= row.last_step:
        raise Refusal(USED, "code")
    return found


def cell(row: SecondFactor) -> Cell:
    """Where a seed stands."""
    return Cell("second_factor", "seed", row.id)


def opened(ports: Ports, row: SecondFactor) -> str:
    """The seed. Refusal where it does not open."""
    found = ports.sealed.open(row.seed, cell(row))
    if isinstance(found, Failure):
        log.error("the second factor of person %s does not open: %s", row.person_id, found.reason)
        raise Refusal(LOST, "code")
    return found


def _recovery(change: Change, person: Person, code: str) -> int:
    query = select(RecoveryCode).where(
        RecoveryCode.person_id == person.id, RecoveryCode.token == core.kept(code), RecoveryCode.used_at.is_(None)
    )
    row = change.session.scalars(query).first()
    if row is None:
        raise Refusal("This is none of your recovery codes, or it was used already.", "code")
    row.used_at = change.now
    change.session.flush()
    count = left(change.session, person.id)
    change.did(events.RecoveryCodeUsed(count))
    letters.write(
        change, [person], words.recovery_used(when=letters.moment(change), left=count), key=f"recovery:{row.id}"
    )
    return count


def _tell(ports: Ports, person_id: UUID) -> None:
    """Into the trail, and to the person: whoever tries codes has given their password."""
    with ports.db.look() as session:
        school = session.get_one(Person, person_id).school_id
    with ports.db.change(system(school)) as change:
        person = change.session.get_one(Person, person_id)
        minutes = guesses.WITHIN // guesses.MINUTE
        change.did(events.CodesPaused(person.name, guesses.MOST, minutes, str(person.id)))
        draft = words.guessed(when=letters.moment(change))
        letters.write(change, [person], draft, key=f"codes-paused:{change.now.isoformat()}")
