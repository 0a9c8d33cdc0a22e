"""Every page of the product, as somebody of each role comes to it in the demonstration school: axe-core finds nothing,
and no page is wider than the window. A page that is added is looked at here by itself, because pages are found by
following links."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from firewall_admin import demonstration
from firewall_admin.adapters import clock
from firewall_admin.adapters.policy_files import shipped
from firewall_admin.adapters.store import Store
from firewall_admin.app import create_app
from firewall_admin.db.change import Database
from firewall_admin.db.upgrade import upgrade
from firewall_admin.ports import Ports
from firewall_admin.settings import Settings

from .conftest import Serve, unsound

ROLES = ("headteacher", "network manager", "administrator", "governor", "teacher")
FILES = (".zip", ".csv", ".ics", ".jsonl", ".pdf", "/file")  # taken, not looked at
REFUSED = (400, 409)  # a page too: it says why not
OWN = ("static", "feeds", "health")


@dataclass(frozen=True)
class Shown:
    app: Flask
    at: str
    made: demonstration.Made


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> Iterator[Shown]:
    folder = Path(tmp_path_factory.mktemp("every-page"))
    ports = Ports(
        Database(f"sqlite:///{folder / 'school.db'}", clock.now), Store(folder / "store"), clock.now, shipped()
    )
    upgrade(ports.db)
    made = demonstration.make(ports)
    app = create_app(Settings(), ports)
    yield Shown(app, serve(app), made)
    ports.db.engine.dispose()


def endpoint(app: Flask, address: str) -> str | None:
    """The view an address leads to by GET; None where there is none, or it is no page."""
    path = urlsplit(address).path
    if path.endswith(FILES):
        return None
    try:
        name, _ = app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return None
    return None if name.split(".")[0] in OWN else str(name)


def links(page: Page, app: Flask, at: str) -> Iterator[tuple[str, str]]:
    hrefs = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    for address in (urljoin(page.url, href) for href in hrefs):
        if address.startswith(at) and (name := endpoint(app, address)):
            yield name, address.split("#")[0]


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_on_any_page_that_somebody_of_a_role_can_follow_links_to(
    shown: Shown, page: Page, role: str
) -> None:
    person = next(person for person in shown.made.people if person.role == role.capitalize())
    page.goto(f"{shown.at}/sign-in")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(shown.made.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{shown.at}/")
    waiting, seen, wrong = {"home.page": f"{shown.at}/"}, set[str](), list[str]()
    while waiting:
        name, address = waiting.popitem()
        seen.add(name)
        answer = page.goto(address)
        assert answer is not None
        wrong += [f"{address}: status {answer.status}"] * (answer.status not in (200, *REFUSED))
        wrong += [f"{address}: {fault}" for fault in unsound(page, f"{role}-{name}")]
        waiting |= {name: at for name, at in links(page, shown.app, shown.at) if name not in seen}
    assert wrong == []
    assert len(seen) >= (25 if role == "network manager" else 3), sorted(seen)
