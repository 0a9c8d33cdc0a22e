"""A decision in a browser, until the requester's page says "It works now": through the service as it is served, a real
primary, IXFR, and a real Unbound, with so many names in the zone of lists. What each step took is read off the page.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from firewall_admin.app import create_app
from firewall_admin.core.people import Actor
from firewall_admin.db.tables import Delivery, Release, TargetRow
from firewall_admin.journeys import resolvers
from firewall_admin.settings import Settings
from tests.journeys.request_world import assessed
from tests.servers import primaries
from tests.servers.internet import Internet
from tests.servers.processes import HOST, Server, accepts_tcp, running
from tests.web.member import member
from tests.world import World

from .corpus import domains
from .trust import PUPIL, blocked_at, say, tell, unbound_of, until
from .trust_schools import SITES, School, accept, furnish, world_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RUN = "from firewall_admin.cli import main; main()"
SIZES = {"head": (390, 844), "teacher": (1280, 900)}
WORKS = "It works now"


@dataclass(frozen=True)
class Decided:
    """One decision. Seconds from the click: until Unbound `answers`, and until the requester's page `says` that it
    works; `steps` as that page tells them."""

    answers: float
    says: float
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Proven:
    """`names` in the zone of lists. Seconds until the first release was made, until it was in the empty primary, and
    until Unbound had copied all of it."""

    names: int
    released: float
    pushed: float
    copied: float
    decisions: tuple[Decided, ...]


def proven(names: int, folder: Path, browser: "Browser", rounds: int = len(SITES)) -> Proven:
    """The story, in a new folder. Where SCREENSHOTS names a folder, the pages leave pictures there."""
    instance = folder / "instance"
    instance.mkdir(parents=True)
    world = world_of(instance)
    school = School(world.oakfield, "rpz", [])
    with ExitStack() as story:
        internet = story.enter_context(Internet())
        primary = story.enter_context(primaries.bind(folder / "primary", school.zones))
        furnish(world, [school], names, primary)
        began = time.monotonic()
        at = story.enter_context(served(instance, internet))
        until(lambda: has_release(world), "the first release")
        released, began = time.monotonic() - began, time.monotonic()
        accept(world, [school])
        until(lambda: is_delivered(world), "the first push")
        pushed, began = time.monotonic() - began, time.monotonic()
        server = story.enter_context(unbound_of(world, school, primary, folder, internet))
        until(lambda: blocked_at(server, last_of(names)), "the last name of the list")
        copied = time.monotonic() - began
        say(f"{names} names: released in {released:.1f} s, pushed in {pushed:.1f} s, copied in {copied:.1f} s")
        school.real.append(server)
        tell(primary, folder / "primary", [school])
        resolvers.add(
            world.ports, world.oakfield.network_manager, target=target_of(world), address=HOST, port=str(server.port),
            source=PUPIL,
        )  # fmt: skip
        time.sleep(2)
        tabs = {who: story.enter_context(tab(browser, at, instance, world, who)) for who in SIZES}
        decisions = tuple(decision(world, server, tabs, site) for site in SITES[:rounds])
    return Proven(names, released, pushed, copied, decisions)


def decision(world: World, server: Server, tabs: dict[str, "Page"], site: str) -> Decided:
    """The headteacher allows a site in the browser; the teacher, who asked, looks at their page again and again."""
    row = assessed(world, world.oakfield, address=f"https://{site}/")
    head, teacher = tabs["head"], tabs["teacher"]
    until(lambda: blocked_at(server, site), f"{site} is blocked to begin with")
    head.goto(f"/requests/{row.id}/decide")
    head.get_by_label("Allow", exact=True).check()
    head.get_by_label("Why?").fill("Worth it for the lesson.")
    picture(head, f"{site}-1-decide")
    began = time.monotonic()
    head.get_by_role("button", name="Decide").click(no_wait_after=True)
    until(lambda: not blocked_at(server, site), f"{site} is open")
    answers = time.monotonic() - began
    head.get_by_text("allowed. Whoever asked is told.").wait_for()
    picture(head, f"{site}-2-decided")

    def says_so() -> bool:
        teacher.goto(f"/requests/{row.id}")
        return WORKS in teacher.locator(".standing").inner_text()

    until(says_so, f"{site} is said to work", 0.2)
    says = time.monotonic() - began
    picture(teacher, f"{site}-3-works")
    found = Decided(answers, says, steps(teacher))
    say(f"answered after {answers:.2f} s, said after {says:.2f} s: {'; '.join(found.steps)}")
    return found


def steps(page: "Page") -> tuple[str, ...]:
    """What the page tells of how long it took, a line each."""
    heading = page.get_by_role("heading", name="How long it took", exact=True)
    rows = heading.locator("xpath=following-sibling::dl[1]/div").all_inner_texts()
    return tuple(" ".join(text.split()) for text in rows)


def table(figures: Sequence[Proven]) -> str:
    """As Markdown: medians and the slowest, and what the page told of the last one."""
    lines = [
        "| names | first release | pushed | copied | answered (slowest) | said to work (slowest) | the page |",
        "|--:|--:|--:|--:|--:|--:|---|",
    ]
    for one in figures:
        answers, says = ([getattr(each, what) for each in one.decisions] for what in ("answers", "says"))
        cells = [f"{one.names:,}", *(f"{each:.1f} s" for each in (one.released, one.pushed, one.copied))]
        cells += [f"{statistics.median(each):.1f} s ({max(each):.1f} s)" for each in (answers, says)]
        lines.append(f"| {' | '.join(cells)} | {'; '.join(one.decisions[-1].steps)} |")
    return "\n".join(lines)


@contextmanager
def browsing() -> "Iterator[Browser]":
    """Debian's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    from tests.servers.processes import program

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=program("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        with closing(found):
            yield found


@contextmanager
def served(instance: Path, internet: Internet) -> Iterator[str]:
    """The service as an administrator starts it; its address."""

    def command(port: int) -> Sequence[str]:
        settings = {"INSTANCE": instance, "CONTROL_RESOLVERS": f"{HOST}:{internet.port}"}
        set_ = [f"FIREWALL_ADMIN_{name}={value}" for name, value in settings.items()]
        return ["env", *set_, sys.executable, "-c", RUN, "serve", f"--port={port}"]

    with running("service", instance, command, accepts_tcp) as server:
        yield f"http://{HOST}:{server.port}"


@contextmanager
def tab(browser: "Browser", at: str, instance: Path, world: World, who: str) -> "Iterator[Page]":
    """Somebody's tab, signed in, in a browser of their own."""
    actor: Actor = world.oakfield.headteacher if who == "head" else world.oakfield.teacher
    client = member(create_app(Settings(instance=instance), world.ports), world)
    client.sign_in(actor)
    cookie = client.get_cookie("session")
    assert cookie is not None
    wide, high = SIZES[who]
    with closing(browser.new_context(viewport={"width": wide, "height": high}, locale="en-GB", base_url=at)) as mine:
        mine.add_cookies([{"name": "session", "value": cookie.value, "domain": HOST, "path": "/"}])
        yield mine.new_page()


def picture(page: "Page", name: str) -> None:
    """Leave a picture of the whole page, where somebody asked for them."""
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.wait_for_load_state()
        page.screenshot(path=Path(folder, f"proven-{name}.png"), full_page=True)


def last_of(names: int) -> str:
    """A name of the list that trust_schools makes."""
    *_, last = domains(random.Random(names), names * 5 // 4)
    return last


def has_release(world: World) -> bool:
    with world.db.look() as session:
        return session.scalars(select(Release.id)).first() is not None


def is_delivered(world: World) -> bool:
    with world.db.look() as session:
        found = session.scalars(select(Delivery)).first()
    assert found is None or found.state != "failed", found.detail
    return found is not None and found.state == "done"


def target_of(world: World) -> UUID:
    with world.db.look() as session:
        return session.scalars(select(TargetRow.id)).one()
