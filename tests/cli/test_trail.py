import json

import pytest

from tests.world import World


@pytest.fixture
def live(tmp_path, monkeypatch):
    """An installation with two schools, whose settings are this process's."""
    (tmp_path / "instance").mkdir()
    world = World(tmp_path / "instance")
    monkeypatch.setenv("FIREWALL_ADMIN_INSTANCE", str(tmp_path / "instance"))
    yield world
    world.db.engine.dispose()


@pytest.fixture
def export(live, run, tmp_path):
    """An export of Oakfield's trail, with one more entry than at the beginning."""
    live.sign(live.oakfield)
    file = tmp_path / "trail.jsonl"
    done = run("trail", "export", "--school", "oakfield primary school", "--out", file)
    assert done.exit_code == 0
    return file


def test_an_export_verifies_and_both_give_the_last_hash(export, run):
    done = run("trail", "verify", export)
    last = json.loads(export.read_text().splitlines()[-1])["hash"]
    assert (done.exit_code, done.stdout) == (0, f"2 entries, each as it was written. The last one's hash: {last}\n")
    assert run("trail", "verify", export, "--holds", last).exit_code == 0


def test_standard_output_and_standard_input_do_as_well(export, run, live):
    done = run("trail", "export", "--school", live.oakfield.name)
    assert done.stdout == export.read_text()
    assert run("trail", "verify", "-", input=done.stdout).exit_code == 0


def test_a_changed_entry_is_named_with_the_reason(export, run):
    export.write_text(export.read_text().replace("SetUpFinished", "SetUpBegun"))
    done = run("trail", "verify", export)
    assert done.exit_code == 1
    assert done.stderr == (
        "error: entry 2 is bad: what it says is not what was written. The 1 before it are as they were written.\n"
    )


def test_an_end_cut_off_is_found_with_a_hash_and_an_empty_file_is_no_trail(export, run):
    lines = export.read_text().splitlines(keepends=True)
    last = json.loads(lines[-1])["hash"]
    export.write_text(lines[0])
    assert run("trail", "verify", export).exit_code == 0
    done = run("trail", "verify", export, "--holds", last)
    assert done.exit_code == 1
    assert "the end is missing" in done.stderr
    export.write_text("")
    assert run("trail", "verify", export).exit_code == 1


def test_where_there_are_several_schools_one_has_to_be_named(live, run):
    done = run("trail", "export")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Elmfield Primary School, Oakfield Primary School" in done.stderr
    assert run("trail", "export", "--school", "Ashfield").exit_code == 1


def test_without_a_database_nothing_is_made_and_the_reason_is_given(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FIREWALL_ADMIN_INSTANCE", str(tmp_path / "none"))
    done = run("trail", "export")
    assert done.exit_code == 1
    assert "school create" in done.stderr
    assert not (tmp_path / "none").exists()
