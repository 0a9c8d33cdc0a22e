"""A secret word in restricted records is looked for in every answer of the service, for everybody: only the pages of
the two roles that read such records have it, and no file, letter, search or sheet does."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from firewall_admin import demonstration, worker
from firewall_admin.adapters.policy_files import shipped
from firewall_admin.adapters.sealed import Sealed
from firewall_admin.adapters.store import Store
from firewall_admin.app import create_app
from firewall_admin.core.people import PERMISSIONS, Actor, Role
from firewall_admin.db.change import Database
from firewall_admin.db.tables import ContentReport, Entry, Person, Release, Row
from firewall_admin.db.upgrade import upgrade
from firewall_admin.journeys import content_reports, incidents, inspections, retention, subject_access
from firewall_admin.journeys import report_records as records
from firewall_admin.ports import Ports
from firewall_admin.settings import Settings
from tests.world import Clock, World

from .member import Member, member

SECRET, GONE, CALLED, PUPIL = "zebraquartz", "lynxonyx", "Quokka Mistral", "9Z-777"
ASKED = "?word=zebraquart&words=zebraquart&q=zebraquart&text=zebraquart&address=zebraquart.example&which=all"
READERS = (Role.HEADTEACHER, Role.SAFEGUARDING_LEAD)
PAGES = {"content_reports", "incidents", "restrictions", "retention", "subject_access", "legal_holds", "report_blocks"}
"""The views that may hold it, for those two."""
PARAMETERS = {"kind": "restricted", "name": "risk", "slug": "youtube", "platform": "tiktok", "digest": "x", "file": "x"}
"""What is no row of a table."""


@dataclass
class Planted:
    """The demonstration school with restricted records in it. `since`: the last entry of the trail before them."""

    ports: Ports
    clock: Clock
    app: Flask
    people: dict[Role, Actor]
    since: int
    token: str
    rows: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        return self.ports.db


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    folder, clock = tmp_path_factory.mktemp("restricted"), Clock()
    database = Database(f"sqlite:///{folder / 'school.db'}", clock)
    sealed = Sealed(Path(folder, "key"))
    ports = Ports(database, Store(folder / "store"), clock, shipped(), sealed=sealed)
    ports = replace(ports, pdf=lambda name, data: b"%PDF-" + json.dumps(data).encode())
    upgrade(database)
    demonstration.make(ports)
    people = _people(ports)
    with database.look() as session:
        since = max(session.scalars(select(Entry.number)))
    made = _plant(ports, clock, people)
    worker.once(ports)
    token = inspections.make(ports, people[Role.HEADTEACHER], purpose="An inspection", days=3)
    found = Planted(ports, clock, create_app(Settings(), ports), people, since, token, made)
    _look_up(found)
    yield found
    database.engine.dispose()


def _people(ports: Ports) -> dict[Role, Actor]:
    with ports.db.look() as session:
        rows = session.scalars(select(Person).where(Person.state == "active").order_by(Person.id.desc()))
        return {
            Role(row.role): Actor(row.school_id, row.name, Role(row.role), row.id, PERMISSIONS[Role(row.role)])
            for row in rows
        }


def _plant(ports: Ports, clock: Clock, people: dict[Role, Actor]) -> dict[str, list[Any]]:
    """The word in every field that restricted records have, through every way by which a record comes to be one."""
    teacher, lead, at = people[Role.TEACHER], people[Role.SAFEGUARDING_LEAD], clock.at - timedelta(minutes=9)
    about: dict[str, Any] = {"pupil": PUPIL, "pupil_name": CALLED}
    illegal = content_reports.report_restricted(
        ports, teacher, seen_at=at, place=f"iPad {SECRET}", done=f"Done {SECRET}", **about
    )
    content_reports.hand_over(ports, lead, report=illegal, body="iwf", outside=SECRET[:20], text=f"Told {SECRET}")
    records.hold(ports, lead, ContentReport, illegal, reason=f"A claim, {SECRET}")
    address = f"https://www.{GONE}.example/{GONE}"
    seen = content_reports.Seen(address, at, "content", "sexual", f"Room {GONE}.example", done=f"Saw {GONE}", **about)
    turned = content_reports.report(ports, teacher, seen)
    content_reports.leave_open(ports, people[Role.NETWORK_MANAGER], report=turned, reason=f"It is {GONE}")
    content_reports.restrict(ports, lead, report=turned)
    happened = incidents.Happened(
        at, evidence=f"With {SECRET}", place=SECRET, done=f"Said {SECRET}", log_reference=SECRET, **about
    )
    bullied = incidents.report_harassment(ports, teacher, happened)
    way = replace(happened, method="vpn", found="seen", indicator=f"{SECRET}.example")
    passed = incidents.report(ports, teacher, way)
    incidents.act(ports, people[Role.NETWORK_MANAGER], incident=passed, text=f"Took {SECRET}")
    incidents.pass_on(ports, lead, incident=passed, text=f"Mind {SECRET}")
    incidents.hand_over(ports, lead, incident=bullied, body="police", outside=SECRET, text=f"Gave {SECRET}")
    case = subject_access.begin(ports, lead, asked_by=f"Mrs {SECRET}", asked_on=at.date(), pupil=PUPIL)
    subject_access.case(ports, lead, case)
    retention.hold(ports, lead, rule="session", reason="A claim")
    return {"content_report": [illegal, turned], "incident": [bullied, passed], "subject_access": [case]}


def _look_up(planted: Planted) -> None:
    """Rows of every table, for the addresses that name one: the planted ones, and otherwise the newest."""
    with planted.db.look() as session:
        for table in Row.metadata.sorted_tables:
            if "id" in table.columns:
                ids = session.scalars(select(table.c.id).order_by(table.c.id.desc()).limit(12)).all()
                few = ids if table.name == "letter" else ids[:2]
                planted.rows[table.name] = [*planted.rows.get(table.name, ()), *few]
        numbers = session.scalars(select(Entry.number).where(Entry.number > planted.since)).all()
        releases = session.scalars(select(Release.number).order_by(Release.number.desc()).limit(1)).all()
    planted.rows["number"] = [1, *releases, *numbers]
    planted.rows["listed"] = planted.rows["list"]
    planted.rows["token"] = [planted.token]
    planted.rows |= {name: [value] for name, value in PARAMETERS.items()}


def addresses(planted: Planted, rule: Rule) -> Iterator[str]:
    """Every address of a rule that names something there is: one after the other where there are several."""
    lists = {name: planted.rows[name] for name in rule.arguments}
    if not rule.endpoint.startswith("trail."):
        lists = {name: found[:3] if name == "number" else found for name, found in lists.items()}
    for turn in range(max(map(len, lists.values()), default=1)):
        values = {name: found[min(turn, len(found) - 1)] for name, found in lists.items() if found}
        if values.keys() == rule.arguments:
            with planted.app.test_request_context():
                built = rule.build(values)
            assert built is not None, rule
            yield built[1]


def words(data: bytes) -> str:
    """An answer as text; what is packed is unpacked."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            data = b"\n".join(packed.read(name) for name in packed.namelist())
    return data.decode("utf-8", "replace").casefold()


def told(planted: Planted, client: Member) -> Iterator[tuple[str, str, str]]:
    """Every address that is looked at or taken out as a file, its view, and what it answers."""
    for rule in planted.app.url_map.iter_rules():
        methods = rule.methods or set()
        file = re.search(r"\.(csv|pdf|json|jsonl|zip|ics|xlsx)$", rule.rule) is not None
        if not ("GET" in methods or file):
            continue
        for path in addresses(planted, rule):
            answer = client.get(path + ASKED) if "GET" in methods else client.send(path)
            assert answer.status_code < 500 or answer.status_code == 503, (path, answer.status_code)
            text = words(answer.data)
            answer.close()  # a file that is sent stays open until then
            yield path, rule.endpoint, text


def visitor(planted: Planted) -> Member:
    return member(planted.app, cast(World, planted))


@pytest.mark.parametrize("role", [*Role, None])
def test_the_word_is_on_no_page_and_in_no_file_but_of_those_who_read_such_records(planted, role):
    client = visitor(planted)
    if role is not None:
        client.sign_in(planted.people[role])
    seen = set()
    for path, view, text in told(planted, client):
        seen |= {(path, view)} if SECRET in text else set()
        assert GONE not in text, f"{path}: an address that was restricted is nowhere any more"
        if view.partition(".")[0] != "subject_access":  # an answer about that pupil, which two roles put together
            assert CALLED.casefold() not in text, f"{path}: a pupil’s name is on no page"
    if role in READERS:
        assert {view.partition(".")[0] for _, view in seen} <= PAGES, "and there only on these pages"
        assert {"content_reports.one", "incidents.one"} <= {view for _, view in seen}, "who may read it does"
        assert [path for path, _ in seen if re.search(r"\.\w{3,5}$", path)] == [], "and no file takes it out"
    else:
        assert seen == set()


def test_the_walk_looks_behind_every_address(planted):
    client = visitor(planted)
    client.sign_in(planted.people[Role.HEADTEACHER])
    looked = {view for _, view, _ in told(planted, client)}
    every = {rule.endpoint for rule in planted.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    empty = every - looked
    assert empty <= {"role_proposal", "roles.proposal"} | {view for view in empty if _nothing_there(planted, view)}, (
        empty
    )
    assert len(looked) > 150


def _nothing_there(planted: Planted, view: str) -> bool:
    """Whether a view shows rows of which the demonstration school has none."""
    rules = [rule for rule in planted.app.url_map.iter_rules() if rule.endpoint == view]
    return all(any(not planted.rows[name] for name in rule.arguments) for rule in rules)


def test_what_is_in_the_trail_and_in_letters_of_them_is_their_number(planted):
    with planted.db.look() as session:
        entries = session.scalars(select(Entry).where(Entry.number > planted.since)).all()
        said = json.dumps([entry.fields for entry in entries]).casefold()
        for table in ("letter", "live_check", "name_chain"):
            rows = session.execute(select(Row.metadata.tables[table])).all()
            said += str(rows).casefold()
    for word in (SECRET, GONE, CALLED.casefold(), PUPIL.casefold()):
        assert word not in said, word
