"""Without --policy a command reads the live database, as people edit it there."""

import json

import pytest

from firewall_admin.journeys import rules
from tests.world import World


@pytest.fixture
def live(tmp_path, monkeypatch):
    """An installation with two schools; Oakfield blocks x.com for pupils."""
    (tmp_path / "instance").mkdir()
    world = World(tmp_path / "instance")
    monkeypatch.setenv("FIREWALL_ADMIN_INSTANCE", str(tmp_path / "instance"))
    manager = world.oakfield.network_manager
    rules.add(world.ports, manager, action="block", domain="x.com", audience="pupils", reason="a game")
    yield world
    world.db.engine.dispose()


OAKFIELD = ("--school", "Oakfield Primary School")


def test_explain_reads_it(live, run):
    done = run("explain", "--audience", "pupils", "--json", *OAKFIELD, "www.x.com", "y.com")
    found = [json.loads(line)["blocked"] for line in done.stdout.splitlines()]
    assert (done.exit_code, found) == (0, [True, False])


def test_check_and_compile_read_it(live, run, tmp_path):
    checked = run("check", *OAKFIELD)
    assert checked.exit_code == 0
    assert "the live policy: sound. Oakfield Primary School: 2 audiences" in checked.stdout
    done = run(
        "compile", "--format", "hosts", "--audience", "pupils", "--accept-loss", "--out", tmp_path / "out", *OAKFIELD
    )
    assert "x.com" in (tmp_path / "out" / "pupils.hosts").read_text(), done.stderr


def test_the_school_has_to_be_named_where_there_are_several(live, run):
    done = run("check")
    assert done.exit_code == 1
    assert "say which school: Elmfield Primary School, Oakfield Primary School" in done.stderr


def test_a_policy_file_is_of_one_school(live, run, policy):
    assert run("check", "--policy", policy, *OAKFIELD).exit_code == 1


def test_commands_leave_no_trace_in_the_trail(live, run):
    before = run("trail", "export", *OAKFIELD).stdout
    run("explain", "--audience", "pupils", *OAKFIELD, "x.com")
    assert run("trail", "export", *OAKFIELD).stdout == before
