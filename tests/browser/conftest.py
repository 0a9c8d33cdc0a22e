"""Pages in a real browser: Debian's Chromium, at the width of a phone and of a desk.

A test that asks for `size` runs twice, where people do something else at a desk. A page that only has to be right at
both widths is opened once, and `sound` turns it: that costs half.

In the environment of the tests SCREENSHOTS may name a folder: every page that `see` opens then leaves a picture there.
"""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from firewall_admin.app import create_app
from firewall_admin.core.people import Actor
from firewall_admin.settings import Settings
from tests.web.member import member
from tests.world import World

from .axe import SCRIPT, faults

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
Serve = Callable[[Flask], str]
See = Callable[[str], Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser itself: one for all tests of a process."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on the PATH")
    with sync_playwright() as playwright:
        # A container gives it no sandbox, little shared memory and no graphics; it opens our own pages only.
        flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        found = playwright.chromium.launch(executable_path=program, args=flags)
        with closing(found):
            yield found


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    """Every test that asks for it runs as a phone and as a desktop."""
    return str(request.param)


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A person's browser without any history: of the test's size, or a phone."""
    wide, high = SIZES[request.getfixturevalue("size") if "size" in request.fixturenames else "phone"]
    with closing(browser.new_context(viewport={"width": wide, "height": high}, locale="en-GB")) as mine:
        mine.set_default_timeout(30_000)
        mine.add_init_script(path=SCRIPT)  # told once; handed over on each page it takes longer than its rules
        yield mine


@pytest.fixture
def complaints() -> list[str]:
    """What the pages of a test logged as errors. Whoever wants one looks at it here and clears the list."""
    return []


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Iterator[Page]:
    """An empty tab. A page that logs an error (a file not found, a script refused) fails the test at its end."""
    tab = context.new_page()
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield tab
    # A page that is itself an error is logged too, and may be just what the test wanted.
    assert [c for c in complaints if not re.search(r"the server responded with a status of [45]\d\d", c)] == []


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Serve an application on a port that the system gives; gives its address. All are stopped at the end."""
    started = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        started.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in started:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def app(school: World) -> Flask:
    """The application of a test's own school."""
    return create_app(Settings(), school.ports)


@pytest.fixture
def at(serve: Serve, app: Flask) -> str:
    """Where it is served."""
    return serve(app)


@pytest.fixture
def see(page: Page) -> See:
    """Open an address and give the page, with a picture of it where SCREENSHOTS names a folder."""

    def open_it(address: str) -> Page:
        page.goto(address)
        picture(page, address)
        return page

    return open_it


def enter(context: BrowserContext, at: str, app: Flask, world: World, actor: Actor) -> None:
    """Sign somebody in to the application that is served there, without the way through the form."""
    client = member(app, world)
    client.sign_in(actor)
    cookie = client.get_cookie("session")
    assert cookie is not None
    context.add_cookies([{"name": "session", "value": cookie.value, "domain": urlsplit(at).hostname, "path": "/"}])


def sizes(page: Page) -> Iterator[str]:
    """The page at each width, beginning with the one it has; it stays at the last one."""
    page.wait_for_load_state()  # a click comes back when the next page has begun
    has = page.viewport_size or {"width": 0}
    for size in sorted(SIZES, key=lambda size: SIZES[size][0] != has["width"]):
        wide, high = SIZES[size]
        if has["width"] != wide:
            page.set_viewport_size({"width": wide, "height": high})
        yield size


def unsound(page: Page, name: str) -> list[str]:
    """What axe finds and what sticks out, at both widths; a picture of each."""
    found = []
    for size in sizes(page):
        picture(page, name)
        found += [f"{name}, {size}: {fault}" for fault in faults(page)]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{name}, {size}: wider than the window")
    return found


def sound(page: Page, name: str) -> None:
    """The page is accessible, and no wider than the window, on a phone and at a desk."""
    assert unsound(page, name) == []


def picture(page: Page, address: str) -> None:
    """Leave a picture of the whole page, where somebody asked for them."""
    if folder := os.environ.get("SCREENSHOTS"):
        name = re.sub(r"\W+", "-", re.sub(r"https?://[^/]*", "", address)).strip("-") or "home"
        wide = (page.viewport_size or {"width": 0})["width"]
        size = next((size for size, (width, _) in SIZES.items() if width == wide), str(wide))
        page.wait_for_load_state()
        page.evaluate("document.fonts.ready")
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder, f"{name}-{size}.png"), full_page=True)
