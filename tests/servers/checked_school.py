"""A school that a real server works for, and whose live checks ask it."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from firewall_admin import worker
from firewall_admin.journeys import check_plan, check_states, resolvers
from tests.journeys.check_world import work
from tests.journeys.release_world import block, live, row, told
from tests.world import World

from .processes import Server
from .test_service_unbound import PUPIL, TEACHER


@dataclass
class CheckedSchool:
    """`asked`: what its server is called in the trail."""

    asked: ClassVar[str] = "resolver"
    world: World
    target: UUID

    def asked_at(self, server: Server) -> None:
        for source in (PUPIL, TEACHER):
            where = {"address": "127.0.0.1", "port": str(server.port), "source": source}
            resolvers.add(self.world.ports, self.world.oakfield.network_manager, target=self.target, **where)

    def publish(self, domain: str) -> int:
        block(self.world, self.world.oakfield, domain, audience="pupils")
        worker.once(self.world.ports)
        return live(self.world, self.world.oakfield).number

    def ordered(self) -> None:
        check_plan.order(self.world.ports, self.world.oakfield.network_manager, target=self.target)
        work(self.world, 5, 30, 90)

    def state(self, *after: float) -> str:
        """How the release stands there, when the worker has worked on so many seconds later."""
        work(self.world, *after)
        with self.world.db.look() as session:
            return check_states.at_target(
                session, row(self.world, self.target), live(self.world, self.world.oakfield)
            ).state

    def said(self, finding: str) -> list[str]:
        return [line for line in told(self.world, self.world.oakfield) if f"found {self.asked} {finding}" in line]
