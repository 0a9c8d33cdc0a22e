"""One's own second factor: turning it on and off, and codes for the day the phone is lost.

How a code is looked at is in `proving_codes.py`; how one is taken away by others in `lost_factors.py`.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete

from firewall_admin.core import events_second_factor as events
from firewall_admin.core import second_factor as core
from firewall_admin.core import second_factor_letters as words
from firewall_admin.core.people import Actor, Role
from firewall_admin.core.refusals import Conflict, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Person, RecoveryCode, School, SecondFactor
from firewall_admin.db.tables.row import new_id
from firewall_admin.ports import Ports

from . import guesses, letters, one_time_codes, proving_codes, sign_in
from .invitations import digest, end_sessions

OFFERED = timedelta(hours=1)  # after which an offered seed is made anew
NONE = "You have no second factor."
BEGIN = "Begin again: this was left too long, or is on already."


@dataclass(frozen=True)
class Own:
    """How it stands: since when it is on, and how many recovery codes are left. `must`: the school asks for one."""

    on_at: datetime | None
    left: int
    must: bool


@dataclass(frozen=True)
class Offered:
    """What the app is to be given: the `seed` in groups, and the `address` that says the same as a QR code or link."""

    seed: str = field(repr=False)
    address: str = field(repr=False)


def own(ports: Ports, actor: Actor) -> Own:
    """How the actor's own stands."""
    with ports.db.look() as session:
        row = proving_codes.of(session, _person(actor))
        must = core.Must(session.get_one(School, actor.school_id).second_factor)
        role = Role(session.get_one(Person, actor.person_id).role)
        return Own(row.on_at if row else None, proving_codes.left(session, _person(actor)), must.covers(role))


def begin(ports: Ports, actor: Actor) -> None:
    """Offer a fresh seed, to be shown until it is proven or an hour has passed. One that was offered before ends."""
    with ports.db.change(actor) as change:
        row = proving_codes.of(change.session, _person(actor))
        if row is not None and row.on_at is not None:
            raise Conflict("Your second factor is on already. Turn it off first to set up another.")
        row = row or SecondFactor(id=new_id(), school_id=actor.school_id, person_id=_person(actor))
        row.seed = ports.sealed.seal(one_time_codes.seed(), proving_codes.cell(row))
        row.begun_at, row.last_step = change.now, 0
        change.session.add(row)
        change.did(events.SecondFactorBegun())


def offered(ports: Ports, actor: Actor) -> Offered | None:
    """What was offered and is not on yet; None where nothing was, or too long ago."""
    with ports.db.look() as session:
        row = proving_codes.of(session, _person(actor))
        if row is None or not _is_offered(row, ports.clock()):
            return None
        seed = proving_codes.opened(ports, row)
        school = session.get_one(School, actor.school_id).name
        email = session.get_one(Person, actor.person_id).email
        return Offered(core.grouped(seed), one_time_codes.address(seed, school=school, email=email))


def turn_on(ports: Ports, actor: Actor, *, token: str, code: str) -> tuple[str, ...]:
    """Turn it on, by a code that proves that the app has the seed; every other session than the one with this token
    ends. The recovery codes, in groups, which are told this once."""
    typed = proving_codes.read(code)
    with ports.db.change(actor) as change:
        person = change.session.get_one(Person, actor.person_id)
        row = proving_codes.of(change.session, person.id)
        if row is None or not _is_offered(row, change.now):
            raise Conflict(BEGIN)
        row.last_step = proving_codes.step(ports, row, typed, change)
        row.on_at = change.now
        end_sessions(change, person, but=digest(token))
        change.did(events.SecondFactorTurnedOn())
        draft = words.turned_on(when=letters.moment(change))
        letters.write(change, [person], draft, key=f"factor-on:{change.now.isoformat()}")
        return _codes(change, person)


def turn_off(ports: Ports, actor: Actor, *, token: str, address: str, password: str, code: str) -> None:
    """Turn it off: by the password, and a code of the app or a recovery code. Guesses at either are counted. A Refusal
    names `password` or `code`."""
    typed, tried = _proven(ports, actor, token, address, password, code)
    with proving_codes.counted(ports, tried), ports.db.change(actor) as change:
        person = change.session.get_one(Person, actor.person_id)
        proving_codes.accept(ports, change, person, typed)
        forget(change, person)
        change.did(events.SecondFactorTurnedOff())
        draft = words.turned_off(when=letters.moment(change))
        letters.write(change, [person], draft, key=f"factor-off:{change.now.isoformat()}")


def new_codes(ports: Ports, actor: Actor, *, token: str, address: str, password: str, code: str) -> tuple[str, ...]:
    """Ten recovery codes in place of those there were, told this once. Asked for as turning it off is."""
    typed, tried = _proven(ports, actor, token, address, password, code)
    with proving_codes.counted(ports, tried), ports.db.change(actor) as change:
        person = change.session.get_one(Person, actor.person_id)
        proving_codes.accept(ports, change, person, typed)
        change.did(events.RecoveryCodesMade(core.RECOVERY_CODES))
        draft = words.new_recovery_codes(when=letters.moment(change))
        letters.write(change, [person], draft, key=f"recovery-made:{change.now.isoformat()}")
        return _codes(change, person)


def forget(change: Change, person: Person) -> bool:
    """Take away a second factor with its recovery codes, on a change that says so; whether there was one."""
    change.session.flush()
    change.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    row = proving_codes.of(change.session, person.id)
    if row is None:
        return False
    change.session.delete(row)
    return row.on_at is not None


def _codes(change: Change, person: Person) -> tuple[str, ...]:
    change.session.flush()
    change.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    made = [core.recovery_code(secrets.token_bytes(core.RANDOM)) for _ in range(core.RECOVERY_CODES)]
    for code in made:
        row = RecoveryCode(school_id=person.school_id, person_id=person.id, token=core.kept(code))
        change.session.add(row)
    return tuple(core.grouped(code, "-") for code in made)


def _proven(
    ports: Ports, actor: Actor, token: str, address: str, password: str, code: str
) -> tuple[str, proving_codes.Tried]:
    """The password first. Guesses at the code count for this session alone, as those at the password do."""
    typed = proving_codes.read(code)
    with ports.db.look() as session:
        if not proving_codes.is_on(session, _person(actor)):
            raise Conflict(NONE)
    sign_in.prove(ports, actor, token=token, address=address, password=password)
    key = guesses.device_key(guesses.code_key(_person(actor)), digest(token))
    return typed, proving_codes.Tried(_person(actor), address, key)


def _is_offered(row: SecondFactor, now: datetime) -> bool:
    return row.on_at is None and row.begun_at > now - OFFERED


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise Refusal("Only a person has a second factor.")
    return actor.person_id
