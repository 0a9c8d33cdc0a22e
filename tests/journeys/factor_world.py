"""People with a second factor, and how a test makes the codes that their app would show."""

from dataclasses import dataclass

import pyotp

from firewall_admin.core import events_people as events
from firewall_admin.core.people import Actor, system
from firewall_admin.db.tables import Person
from firewall_admin.journeys import half_sign_in, second_factor, sign_in
from firewall_admin.journeys.proving import Known, Who
from tests.world import World

GOOD = "lamp gravel otter"


@dataclass(frozen=True)
class App:
    """Somebody's phone, and the paper with their recovery codes."""

    world: World
    seed: str
    codes: tuple[str, ...]

    def shows(self, steps: int = 0) -> str:
        """What it shows now, or so many half minutes later."""
        return pyotp.TOTP(self.seed).at(self.world.clock.at, counter_offset=steps)


def with_password(world: World, actor: Actor) -> str:
    """Somebody has a password from now on; their e-mail address."""
    with world.db.change(system(actor.school_id)) as change:
        person = change.session.get_one(Person, actor.person_id)
        person.password = world.ports.passwords.keep(GOOD)
        change.did(events.PasswordSet())
    return person.email


def offered(world: World, actor: Actor) -> str:
    """A seed that is offered to them, and not on yet."""
    second_factor.begin(world.ports, actor)
    found = second_factor.offered(world.ports, actor)
    assert found is not None
    return found.seed.replace(" ", "")


def turned_on(world: World, actor: Actor) -> App:
    """They turn one on, and wait until the app shows a code that was not used."""
    seed = offered(world, actor)
    codes = second_factor.turn_on(world.ports, actor, token="none", code=App(world, seed, ()).shows())
    world.clock.pass_by(seconds=30)
    return App(world, seed, codes)


def half(world: World, email: str, *, known: Known | None = None, password: str = GOOD) -> str:
    """The right password; the token of half a sign-in."""
    entered = sign_in.sign_in(world.ports, Who(email, "127.0.0.1", "Firefox on Linux", known), password=password)
    assert entered.owes_code
    return entered.token


def finish(world: World, token: str, code: str, address: str = "127.0.0.1") -> half_sign_in.Finished:
    """The code after it."""
    return half_sign_in.finish(world.ports, token=token, code=code, address=address)
