"""The demonstration school is what it says: made by the journeys, whole, and open to nobody who was not told."""

import re
import stat
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from firewall_admin import demonstration, worker
from firewall_admin.adapters.policy_files import shipped
from firewall_admin.adapters.store import Store
from firewall_admin.core import trail
from firewall_admin.core.events import sentence
from firewall_admin.core.people import Role
from firewall_admin.db.chain import exported
from firewall_admin.db.change import Database
from firewall_admin.db.tables import Entry, ListRefresh, Person, Release, School, Subscription
from firewall_admin.db.upgrade import upgrade
from firewall_admin.demonstration import story
from firewall_admin.journeys import refreshes, sign_in, subscriptions
from firewall_admin.journeys.proving import Who
from firewall_admin.journeys.sessions import present
from firewall_admin.ports import Ports
from tests.world import MONDAY_MORNING, Clock


@dataclass
class Shown:
    ports: Ports
    made: demonstration.Made
    clock: Clock


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The school, made once for all tests here: they only look."""
    folder = tmp_path_factory.mktemp("demonstration")
    clock = Clock()
    ports = Ports(Database(f"sqlite:///{folder / 'school.db'}", clock), Store(folder / "store"), clock, shipped())
    upgrade(ports.db)
    made = demonstration.make_once(ports, folder / "sign-in.txt")
    assert made is not None
    yield Shown(ports, made, clock)
    ports.db.engine.dispose()


def entries(shown):
    with shown.ports.db.look() as session:
        return session.scalars(select(Entry).order_by(Entry.number)).all()


def test_there_is_somebody_in_every_role_who_can_sign_in(shown):
    assert {person.role for person in shown.made.people} == {role.words for role in Role}
    for person in shown.made.people[:2]:
        who = Who(person.email, "127.0.0.1", "a test")
        token = sign_in.sign_in(shown.ports, who, password=shown.made.password).token
        found = present(shown.ports, token=token)
        assert found is not None
        assert found.actor.name == person.name


def test_nobody_and_no_address_is_real(shown):
    with shown.ports.db.look() as session:
        assert all(email.endswith("@oakfield.example") for email in session.scalars(select(Person.email)))
        assert session.scalars(select(School.domains)).one() == ["oakfield.example"]


def test_its_history_is_weeks_long_in_order_and_on_school_days(shown):
    told = [entry for entry in entries(shown) if entry.at < MONDAY_MORNING]
    assert told[-1].at - told[0].at > timedelta(days=20)
    assert [entry.at for entry in told] == sorted(entry.at for entry in told)
    people = [entry for entry in told if entry.actor_id]
    assert len(people) > 40
    assert {entry.at.weekday() for entry in people} <= set(range(5))


def test_its_trail_holds_and_every_entry_has_a_sentence(shown):
    with shown.ports.db.look() as session:
        school = session.scalars(select(School.id)).one()
        checked = trail.check(trail.line(entry).encode() for entry in exported(session, school))
    assert checked.bad is None
    for entry in entries(shown):
        said = sentence(entry.event, entry.actor, entry.fields)
        assert said.endswith(".")
        assert "{" not in said


def test_it_was_held_went_back_and_is_signed_and_publishing_goes_on(shown):
    happened = {entry.event for entry in entries(shown)}
    assert {"ReleaseHeld", "WentBack", "HoldLifted", "SetUpFinished", "DelegationMade", "RoleProposed"} <= happened
    with shown.ports.db.look() as session:
        school = session.scalars(select(School)).one()
        live = session.scalars(select(Release).where(Release.state == "published")).one()
        assert (school.hold, school.trouble) == (None, None)
        assert school.signed_at is not None
        assert live.revision == school.revision
        assert live.number == session.scalar(select(func.max(Release.number)))
        assert live.number > 10
    worker.once(shown.ports)


def test_tiktok_is_left_for_the_visitor_to_block(shown):
    from firewall_admin.journeys import explain

    with shown.ports.db.look() as session:
        from firewall_admin.journeys.actors import of_person

        manager = session.scalars(select(Person).where(Person.role == Role.NETWORK_MANAGER)).one()
        actor = of_person(session, manager.id, shown.clock.at)
    found = explain.explain(shown.ports, actor, address="tiktok.com")
    assert not any(audience.blocked for audience in found.audiences)
    assert explain.explain(shown.ports, actor, address="www.instagram.com").audiences[0].blocked


def test_how_to_sign_in_is_kept_in_a_file_of_its_owner_alone_and_the_school_is_made_once(shown, tmp_path):
    file = shown.ports.store.folder.parent / "sign-in.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert shown.made.password in file.read_text()
    assert all(person.email in file.read_text() for person in shown.made.people)
    assert demonstration.make_once(shown.ports, tmp_path / "again.txt") is None
    assert not (tmp_path / "again.txt").exists()


def test_a_password_can_be_said_and_is_another_each_time():
    found = {story.password() for _ in range(50)}
    assert len(found) == 50
    assert all(re.fullmatch(r"([a-z]{4}-){3}[a-z]{4}", password) for password in found)


def test_a_subscribed_list_waits_for_a_person_and_nobody_is_asked_for_it_again(shown):
    with shown.ports.db.look() as session:
        row = session.scalars(select(Subscription)).one()
        outcomes = set(session.scalars(select(ListRefresh.outcome)))
    assert {one.name for one in subscriptions.findings_of(row)} == {"popular-sites"}
    assert {"seen", "unchanged", "held"} <= outcomes
    assert row.paused_at
    assert row.address.partition("//")[2].partition("/")[0].endswith(".example")

    def network(url, *_, **__):
        raise AssertionError(url)

    at = shown.clock.at
    shown.clock.pass_by(days=3)
    try:
        assert refreshes.refresh_due(replace(shown.ports, fetch=network)) == 0
    finally:
        shown.clock.at = at
