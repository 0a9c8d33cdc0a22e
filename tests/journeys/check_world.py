"""A resolver that a test tells what to answer, and a school whose target it is."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import UUID

from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.adapters.resolve import ask
from firewall_admin.core.policy import decide
from firewall_admin.core.questions import Answer, Failure, Question, Where
from firewall_admin.core.release_mark import NAME
from firewall_admin.db.tables import LiveCheck
from firewall_admin.journeys import resolvers
from tests.world import World

from .release_world import add_target, live, live_policy

REAL = "198.51.100.7"
CONTROL = Where("192.0.2.1")
PUPILS = "127.10.0.5"


@dataclass
class FakeResolver:
    """Answers as the published release says where it is up to date (`policy`), and what is not blocked with REAL.

    `missing` exist nowhere; `lies` maps a name to its addresses (none: NXDOMAIN); `broken` is how it fails, if so.
    `mark`: what it tells of its release. Names under .invalid exist nowhere, but where `portal` answers every name.
    """

    blocked: Callable[[str], bool] = lambda name: False
    missing: set[str] = field(default_factory=set)
    lies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    broken: str | None = None
    control_broken: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    rewrites: dict[str, str] = field(default_factory=dict)
    mark: str = ""
    portal: str = ""

    def __call__(self, question: Question, where: Where) -> Answer | Failure:
        self.asked.append((where.text, question.name))
        if where == CONTROL:
            if self.control_broken:
                return Failure(question, "silent", "no answer came in time")
            return self._open(question)
        if self.broken:
            return Failure(question, self.broken, "no answer came in time")  # type: ignore[arg-type]
        if question.name == NAME and not self.portal:
            return Answer(question, "NOERROR", data=(f'"{self.mark}"',) if self.mark and question.kind == "TXT" else ())
        if self.portal:
            return Answer(question, "NOERROR", data=(self.portal,) if question.kind == "A" else ())
        if question.name in self.lies:
            said = self.lies[question.name]
            return Answer(question, "NOERROR" if said else "NXDOMAIN", data=said if question.kind == "A" else ())
        if self.blocked(question.name):
            return Answer(question, "NXDOMAIN")
        return self._open(question)

    def _open(self, question: Question) -> Answer:
        if question.name in self.missing or question.name.endswith(".invalid"):
            return Answer(question, "NXDOMAIN")
        chain = (self.rewrites[question.name],) if question.name in self.rewrites else ()
        return Answer(question, "NOERROR", chain, (REAL,) if question.kind == "A" else ())


def follow(world: World, resolver: FakeResolver, audience: str = "pupils") -> None:
    """The resolver has loaded what is published at this moment."""
    release = live(world, world.oakfield)
    policy = live_policy(world, world.oakfield).policy(audience, release.at)
    resolver.mark = f"{release.number} {audience}"
    resolver.blocked = lambda name: decide(policy, name).blocked
    resolver.rewrites = dict(policy.rewrites)


def impatient(world: World) -> None:
    """Don't wait long for a real resolver that is known to be dead."""
    world.ports = replace(world.ports, ask=partial(ask, timeout=0.2))


def with_resolver(world: World, *, controls: bool = True) -> FakeResolver:
    """The world asks this one, and nothing outside."""
    fake = FakeResolver()
    world.ports = replace(world.ports, ask=fake, controls=(CONTROL,) if controls else ())
    return fake


def checked_target(world: World, name: str = "resolver", audiences: tuple[str, ...] = ("pupils",)) -> UUID:
    """A target whose files are taken by hand, so that a release has arrived as soon as it is published."""
    target = add_target(world, world.oakfield, name, "unbound", audiences=audiences, delivery="download")
    resolvers.add(
        world.ports, world.oakfield.network_manager, target=target, address="127.0.0.1", port="5353", source=PUPILS
    )
    return target


def checks(world: World, **wanted: str) -> list[LiveCheck]:
    """The rows of checks, the oldest first, with these values."""
    with world.db.look() as session:
        rows = session.scalars(select(LiveCheck).order_by(LiveCheck.id)).all()
    return [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]


def only(world: World, domain: str, **wanted: str) -> LiveCheck:
    """The newest check of a name."""
    return checks(world, domain=domain, **wanted)[-1]


def work(world: World, *seconds: float) -> None:
    """Let the worker work, and again each time after so many seconds."""
    worker.once(world.ports)
    for each in seconds:
        world.clock.pass_by(seconds=each)
        worker.once(world.ports)


ALL_TRIES = (5, 15, 30, 60, 120, 300, 600)


def following(world: World) -> FakeResolver:
    """One that has loaded what was published when the test begins: a first release, and a target that it is."""
    found = with_resolver(world)
    checked_target(world)
    worker.once(world.ports)
    follow(world, found)
    work(world, 5)
    return found
