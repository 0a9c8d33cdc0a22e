"""`firewall-admin refresh`: what a person and a program are told."""

import json

import pytest

from firewall_admin.adapters import fetch as package
from firewall_admin.core import events
from firewall_admin.core.names import Names
from firewall_admin.core.people import system
from firewall_admin.db.tables import ListRow, School, Snapshot, Subscription
from firewall_admin.db.tables.row import new_id
from firewall_admin.db.upgrade import upgrade
from firewall_admin.installation import open_ports
from firewall_admin.settings import Settings
from tests.list_server import HOST, ListServer, authority, reply
from tests.list_server import reach as reach_of
from tests.web_of_lists import names


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An installation with a school that is subscribed to a list of a server on loopback."""
    monkeypatch.setenv("FIREWALL_ADMIN_INSTANCE", str(tmp_path))
    with ListServer(authority().server(HOST)) as server:
        ports = open_ports(Settings(instance=tmp_path))
        upgrade(ports.db)
        school = new_id()
        with ports.db.change(system(school)) as change:
            change.session.add(School(id=school, name="Oakfield Primary School", domains=[], created_at=change.now))
            change.session.flush()
            old = Names.of(f"bad{n}.example" for n in range(1_000))
            sha256 = ports.store.put(old)
            change.session.add(Snapshot(sha256=sha256, names=1_000, size=len(old.text), created_at=change.now))
            change.session.flush()
            listed = ListRow(
                school_id=school, slug="bad", title="Bad", role="blocked", snapshot=sha256, changed_at=change.now
            )
            change.session.add(listed)
            change.session.flush()
            change.session.add(
                Subscription(
                    school_id=school,
                    list_id=listed.id,
                    address=server.url("/bad.txt"),
                    title="Bad",
                    role="blocked",
                    made_by="a test",
                    made_at=change.now,
                )
            )
            change.did(events.SchoolCreated("Oakfield Primary School"))
        ports.db.engine.dispose()
        real = package.fetch
        monkeypatch.setattr(
            package, "fetch", lambda url, folder, **asked: real(url, folder, **{**asked, "reach": reach_of(server)})
        )
        yield server


def test_a_list_is_fetched_and_what_came_of_it_is_told(installed, run):
    installed.answers["/bad.txt"] = reply(names(1_001), etag='"1"')
    done = run("refresh", "bad")
    assert (done.exit_code, done.stdout) == (0, "bad has a new text (1,001 names; 1 came, 0 went)\n")
    installed.answers["/bad.txt"] = reply(status="304 Not Modified", etag='"1"')
    assert run("refresh", "bad").stdout == "bad has not changed\n"
    assert 'If-None-Match: "1"' in installed.requests[-1]


def test_for_a_program_each_list_is_one_line_of_json(installed, run):
    installed.answers["/bad.txt"] = reply(names(400))
    done = run("refresh", "bad", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["list"], told["outcome"]) == (1, "bad", "refused")
    assert "60% fewer" in told["why"]


def test_what_fails_is_told_on_standard_error_with_status_1(installed, run):
    done = run("refresh", "bad")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "could not be fetched: what was in force stays" in done.stderr
    assert "404" in done.stderr


def test_an_unknown_list_is_refused_with_those_there_are(installed, run):
    done = run("refresh", "good")
    assert (done.exit_code, done.stderr) == (1, "error: there is no subscribed list 'good'; there are: bad\n")


def test_without_a_name_only_what_is_due_is_fetched(installed, run):
    assert run("refresh").stdout == "nothing is due\n"
    assert installed.requests == []
