"""What a network manager sees of live checks on a phone: amber, seen to work, changed by hand, gone back by itself."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page

from firewall_admin import worker
from firewall_admin.app import create_app
from firewall_admin.core.questions import Where
from firewall_admin.journeys import check_plan, going_back, resolvers
from firewall_admin.settings import Settings
from tests.journeys.check_world import ALL_TRIES, impatient, work
from tests.journeys.release_world import add_target, block, live, world_with_folders
from tests.servers import daemons
from tests.servers.internet import Internet
from tests.servers.processes import Server
from tests.servers.test_service_unbound import BOTH, HUP, PUPIL, TEACHER
from tests.world import World

from .conftest import Serve, enter, sound


@dataclass
class School:
    """A school with an Unbound that is filled by a folder, and its network manager's phone."""

    world: World
    tab: Page
    target: UUID
    folder: Path
    pid: Path
    server: Server
    signs_in: Callable[[], None]

    def publish(self, domain: str) -> int:
        block(self.world, self.world.oakfield, domain, audience="pupils")
        worker.once(self.world.ports)
        return live(self.world, self.world.oakfield).number

    def sees(self, path: str, *parts: str, name: str) -> None:
        self.signs_in()  # the hours that tests let pass end a session
        self.tab.set_viewport_size({"width": 390, "height": 844})
        self.tab.goto(path)
        text = " ".join(self.tab.inner_text("main").split())
        for part in parts:
            assert part in text, text
        sound(self.tab, name)


@pytest.fixture
def school(browser: Browser, serve: Serve, tmp_path: Path) -> Iterator[School]:
    pid = tmp_path / "unbound.pid"
    with Internet() as internet:
        world = world_with_folders(tmp_path, **{"Main resolver": (sys.executable, "-c", HUP, str(pid))})
        world.ports = replace(world.ports, controls=(Where("127.0.0.1", internet.port),))
        folder = tmp_path / "delivered" / "unbound"
        asked = {"audiences": BOTH, "delivery": "folder", "folder": str(folder)}
        target = add_target(world, world.oakfield, "Main resolver", "unbound", **asked)
        worker.once(world.ports)
        app = create_app(Settings(), world.ports)
        at = serve(app)
        main = f'include: "{folder}/unbound.conf"\n'
        with (
            daemons.unbound(tmp_path / "server", internet, main=main, modules="iterator") as server,
            closing(browser.new_context(base_url=at, locale="en-GB")) as context,
        ):
            pid.write_text(str(server.pid))
            for source in (PUPIL, TEACHER):
                where = {"address": "127.0.0.1", "port": str(server.port), "source": source}
                resolvers.add(world.ports, world.oakfield.network_manager, target=target, **where)
            context.set_default_timeout(30_000)
            signs_in = partial(enter, context, at, app, world, world.oakfield.network_manager)
            yield School(world, context.new_page(), target, folder, pid, server, signs_in)
        world.db.engine.dispose()


def test_a_release_is_amber_until_it_was_seen_and_what_goes_wrong_then_is_told_with_the_difference(
    school: School,
) -> None:
    world, target = school.world, f"/targets/{school.target}"
    work(world, *ALL_TRIES)
    pid = school.pid.rename(school.pid.with_suffix(".hidden"))  # it is given its files, and not told to read them
    number = school.publish("games.example")
    school.sees(f"/releases/{number}", "Not seen yet", name="checks-amber-release")
    school.sees(target, "Not seen yet", name="checks-amber-target")
    school.sees("/policy/rules", "Not seen yet", name="checks-amber-rules")
    pid.rename(school.pid)
    os.kill(school.server.pid, 1)
    work(world, *ALL_TRIES)
    school.sees(f"/releases/{number}", "Seen to work", name="checks-live-release")
    school.sees(target, "Seen to work", f"It has release {number}", name="checks-live-target")
    school.sees("/policy/rules", "Seen to work", name="checks-live-rules")

    conf = school.folder / "unbound.conf"
    conf.write_text("".join(line for line in conf.read_text().splitlines(True) if '"games.example.' not in line))
    os.kill(school.server.pid, 1)
    check_plan.order(world.ports, world.oakfield.network_manager, target=school.target)
    work(world, 5, 30, 90)
    leak = "games.example should be blocked, and was answered 198.51.100.7"
    school.sees("/", leak, name="checks-drift-home")
    school.sees("/checks", leak, "Something was changed on the device", name="checks-drift-checks")
    school.sees(target, "Something is wrong", leak, name="checks-drift-target")
    school.sees("/policy/rules", "Something is wrong", name="checks-drift-rules")


def test_a_release_that_silences_the_resolver_is_taken_back_and_the_pages_say_so(school: School) -> None:
    world = school.world
    going_back.choose(world.ports, world.oakfield.network_manager, goes_back=True)
    good = school.publish("games.example")
    work(world, *ALL_TRIES)
    school.pid.unlink()
    os.kill(school.server.pid, 9)
    impatient(world)
    bad = school.publish("later.example")
    work(world, *ALL_TRIES)
    assert live(world, world.oakfield).number == good
    school.sees(
        "/releases", "Publishing is held", f"went back to release {good} by itself", name="checks-back-releases"
    )
    school.sees("/", "Main resolver", name="checks-back-home")
    school.sees("/checks", "goes back to the last good release by itself", name="checks-back-checks")
    school.sees(f"/releases/{bad}", "Replaced", name="checks-back-release")
    school.sees("/filtering-checks", name="checks-log")
