"""A page that lists many things asks the database no more often than one that lists few: what is asked once a row is
fast in a demonstration, and slow in a school's third year."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from firewall_admin.core.people import Role
from firewall_admin.journeys import access_requests, decisions, lists, people, preparing, rules, timetables
from firewall_admin.web.access import NOBODY_NEEDED
from tests.journeys.release_world import add_target
from tests.journeys.reporting import incident, report, restriction
from tests.journeys.request_world import assessed, decided, submitted
from tests.world import World

from .member import Member

WAYS = ("waiting", "open", "decided", "ended", "all")
ROLES = (Role.NETWORK_MANAGER, Role.HEADTEACHER, Role.TEACHER, Role.ADMINISTRATOR)
FEW, MANY = 2, 5
ONCE_A_ROW = ("/reports/incidents", "/reports/restrictions")  # who reported or decided each, and its notes: few as yet


@pytest.fixture
def pages(app: Flask) -> list[str]:
    """Every page that is about no one thing."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" in (rule.methods or ()) and not rule.arguments and vars(view)["needs"] is not NOBODY_NEEDED:
            found.append(rule.rule)
    return sorted([*found, *(f"/requests?which={way}" for way in WAYS)])


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    asked: list[str] = []

    def one(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(world.db.engine, "before_cursor_execute", one)
    yield asked
    event.remove(world.db.engine, "before_cursor_execute", one)


def some_more(world: World, first: int, last: int) -> None:
    """Of everything that is listed somewhere, numbers `first` to before `last`."""
    school, ports = world.oakfield, world.ports
    manager, head, teacher = school.network_manager, school.headteacher, school.teacher
    for number in range(first, last):
        for kind in ("new", "assessed", "returned", "allowed", "refused", "ended", "withdrawn"):
            block(world, f"{kind}{number}.example")
        submitted(world, school, address=f"new{number}.example")
        assessed(world, school, address=f"assessed{number}.example")
        row = submitted(world, school, address=f"returned{number}.example")
        access_requests.send_back(ports, manager, request=row.id, version=row.version, text="Which class?")
        decided(world, head, assessed(world, school, address=f"allowed{number}.example"))
        decided(world, head, assessed(world, school, address=f"refused{number}.example"), "refused")
        decided(world, head, row := assessed(world, school, address=f"ended{number}.example"))
        decisions.end(ports, manager, request=row.id, reason="over")
        row = submitted(world, school, address=f"withdrawn{number}.example")
        access_requests.withdraw(ports, teacher, request=row.id, version=row.version)
        preparing.prepare_due(ports)
        lists.add(ports, manager, title=f"List {number}", role="blocked", text=f"listed{number}.example\n".encode())
        timetables.add(ports, manager, name=f"lunch{number}", windows=["mon-fri 12:00-13:00"])
        email = f"person{number}@oakfield.example"
        people.invite(ports, school.administrator, name=f"Person {number}", email=email, role=Role.TEACHER)
        report(world, teacher, address=f"https://reported{number}.example/")
        incident(world, teacher, indicator=f"vpn{number}.example")
        restriction(world, head, pupil=f"4f-{number}")


def block(world: World, name: str) -> None:
    rules.add(
        world.ports, world.oakfield.network_manager, action="block", domain=name, audience="pupils", reason="games"
    )


def asked(world: World, client: Member, pages: list[str]) -> dict[tuple[str, str], list[str]]:
    """What each page asks the database for, by role and page. Looked at twice: the first time fills what is kept."""
    found = {}
    for role in ROLES:
        client.sign_in(world.oakfield.people[role])
        for page in pages:
            if client.get(page).status_code != 200:
                continue
            with counted(world) as statements:
                client.get(page)
            found[role.value, page] = statements
    return found


def test_no_page_asks_the_database_more_often_because_there_is_more_of_anything(world, client, pages):
    world.sign(world.oakfield)
    for name in ("one", "two"):  # a school has a handful of targets, however long it has been there
        add_target(world, world.oakfield, name, "unbound", audiences=("pupils",), delivery="download")
    some_more(world, 0, FEW)
    few = asked(world, client, pages)
    some_more(world, FEW, MANY)
    many = asked(world, client, pages)
    assert len(many) > 60
    grown = [
        f"{role} {page}: {len(few[role, page])} → {len(many[role, page])}"
        for role, page in many
        if len(many[role, page]) > len(few[role, page]) and page not in ONCE_A_ROW
    ]
    assert grown == []
