import hashlib
import json

import pytest

from firewall_admin.adapters import output_folder
from firewall_admin.core import exports

AT = "2026-11-23T10:00"


@pytest.fixture
def compile_(run, policy, tmp_path):
    def called(*words, form="hosts", out="out"):
        found = run("compile", "--policy", policy, "--format", form, "--at", AT, "--out", tmp_path / out, *words)
        return found, tmp_path / out

    return called


def everything(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("form", exports.NAMES)
def test_every_format_is_written_whole_with_a_manifest_that_is_true(compile_, form):
    found, out = compile_("--accept-loss", form=form)
    assert found.exit_code == 0, found.stderr
    manifest = json.loads((out / "manifest.json").read_text())
    assert (manifest["format"], manifest["school"], manifest["release"]) == (form, "Oakfield Primary School", None)
    assert (manifest["at"], manifest["next_change"]) == ("2026-11-23T10:00:00+00:00", "2026-11-23T12:00:00+00:00")
    assert set(manifest["counts"]) == {"pupils", "staff"}
    files = everything(out)
    del files["manifest.json"]
    assert {f["path"]: (f["sha256"], f["bytes"]) for f in manifest["files"]} == {
        path: (hashlib.sha256(data).hexdigest(), len(data)) for path, data in files.items()
    }
    assert all(f["use"] and "\n" not in f["use"] for f in manifest["files"])
    assert {f["audience"] for f in manifest["files"]} <= {None, "pupils", "staff"}


@pytest.mark.parametrize("form", exports.NAMES)
def test_the_same_policy_and_instant_give_the_same_bytes(compile_, form):
    _, one = compile_("--accept-loss", "--base", "/srv/x", form=form, out="one")
    _, two = compile_("--accept-loss", "--base", "/srv/x", form=form, out="two")
    assert everything(one) == everything(two)


def test_an_instant_in_another_spelling_gives_the_same_bytes_and_is_written_in_utc(compile_):
    words = ("--accept-loss", "--base", "/srv/x", "--at")
    _, summer = compile_(*words, "2026-06-23T12:00", out="one")  # the last --at counts
    _, utc = compile_(*words, "2026-06-23T11:00:00Z", out="two")
    assert everything(summer) == everything(utc)
    assert json.loads((summer / "manifest.json").read_text())["at"] == "2026-06-23T11:00:00+00:00"
    assert "policy at: 2026-06-23T11:00:00Z (Tue 23 Jun 2026 12:00 " in (summer / "pupils.hosts").read_text()


def test_the_next_change_is_told_in_utc_however_a_rule_spells_it(compile_, policy):
    policy.write_text(policy.read_text().replace("2026-12-18T15:30:00Z", "2026-11-23T12:15:00+02:00"))
    _, out = compile_("--accept-loss")
    assert json.loads((out / "manifest.json").read_text())["next_change"] == "2026-11-23T10:15:00+00:00"
    assert "changes next at: 2026-11-23T10:15:00Z (Mon 23 Nov 2026 10:15 " in (out / "pupils.hosts").read_text()


def test_a_loss_is_a_refusal_that_writes_nothing(compile_):
    found, out = compile_()
    assert found.exit_code == 1
    assert "loss: subdomains: pupils:" in found.stderr
    assert not out.exists()
    assert list(out.parent.glob(".out*")) == []


def test_an_accepted_loss_is_told_and_stands_in_the_manifest(compile_):
    found, out = compile_("--accept-loss")
    assert "loss: subdomains: pupils:" in found.stderr
    losses = json.loads((out / "manifest.json").read_text())["losses"]
    assert {"subdomains", "rewrites"} <= {loss["what"] for loss in losses}


def test_one_audience_alone(compile_):
    _, out = compile_("--accept-loss", "--audience", "staff")
    assert set(everything(out)) == {"manifest.json", "staff.hosts"}


def test_an_earlier_export_is_replaced_whole(compile_):
    compile_("--accept-loss")
    _, out = compile_("--accept-loss", "--audience", "staff")
    assert set(everything(out)) == {"manifest.json", "staff.hosts"}
    assert [path.name for path in out.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("manifest", [None, "{}", "hi", '{"files": []}', '{"files": [3]}'])
def test_a_folder_with_other_files_is_not_touched(compile_, tmp_path, manifest):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.txt").write_text("years of work")
    if manifest is not None:
        (tmp_path / "out/manifest.json").write_text(manifest)
    before = everything(tmp_path / "out")
    found, out = compile_("--accept-loss")
    assert found.exit_code == 1
    assert "holds other files" in found.stderr
    assert everything(out) == before


def test_a_file_put_into_an_earlier_export_is_not_lost(compile_):
    _, out = compile_("--accept-loss")
    (out / "notes.txt").write_text("mine")
    found, out = compile_("--accept-loss")
    assert (found.exit_code, (out / "notes.txt").read_text()) == (1, "mine")


@pytest.mark.parametrize("exchange", [True, False])
def test_a_failure_half_way_leaves_the_earlier_export_as_it_was(compile_, monkeypatch, exchange):
    _, out = compile_("--accept-loss")
    before = everything(out)
    if not exchange:
        monkeypatch.setattr(output_folder, "_exchange", lambda one, other: False)
    whole = output_folder._write

    def full(folder, file, pieces):
        if file.path == "staff.hosts":
            raise OSError(28, "No space left on device")
        return whole(folder, file, pieces)

    monkeypatch.setattr(output_folder, "_write", full)
    found, out = compile_("--accept-loss", "--audience", "staff")
    assert found.exit_code == 1
    assert "No space left on device; what was there stays" in found.stderr
    assert everything(out) == before
    assert [path.name for path in out.parent.iterdir() if path.name.startswith(".")] == []


def test_a_system_without_an_exchange_of_names_replaces_too(compile_, monkeypatch):
    monkeypatch.setattr(output_folder, "_exchange", lambda one, other: False)
    compile_("--accept-loss")
    found, out = compile_("--accept-loss", "--audience", "staff")
    assert found.exit_code == 0
    assert set(everything(out)) == {"manifest.json", "staff.hosts"}
    assert [path.name for path in out.parent.iterdir() if path.name.startswith(".")] == []


def test_a_second_rename_that_fails_is_undone(compile_, monkeypatch):
    _, out = compile_("--accept-loss")
    before = everything(out)
    monkeypatch.setattr(output_folder, "_exchange", lambda one, other: False)
    rename = type(out).rename

    def fails_once(self, target):
        if self.name.startswith(".out-") and not self.name.endswith(".old"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(type(out), "rename", fails_once)
    found, out = compile_("--accept-loss", "--audience", "staff")
    assert found.exit_code == 1
    assert everything(out) == before


def test_a_device_a_format_and_an_audience_that_do_not_exist_are_refused(compile_):
    found, _ = compile_("--device", "toaster")
    assert (found.exit_code, "no device 'toaster'" in found.stderr) == (1, True)
    found, _ = compile_("--audience", "guests")
    assert (found.exit_code, "no audience 'guests'" in found.stderr) == (1, True)
    found, out = compile_(form="cuneiform")
    assert (found.exit_code, out.exists()) == (2, False)


def test_a_rejected_line_of_a_list_is_told_but_does_not_stop_the_rest(compile_):
    found, _ = compile_("--accept-loss")
    assert "note: lists/games.txt:2:" in found.stderr


def test_a_list_without_a_single_name_is_refused(compile_, policy):
    (policy.parent / "lists/games.txt").write_text("<html><body>Sign in to the Wi-Fi</body></html>\n")
    found, out = compile_("--accept-loss")
    assert found.exit_code == 1
    assert "list[0] 'games' source" in found.stderr
    assert not out.exists()


def test_without_a_policy_file_the_reason_is_told(run, tmp_path):
    found = run("compile", "--format", "hosts", "--out", tmp_path / "out")
    assert (found.exit_code, "--policy" in found.stderr) == (1, True)
    found = run("compile", "--policy", tmp_path / "nosuch.toml", "--format", "hosts", "--out", tmp_path / "out")
    assert (found.exit_code, "can't be read" in found.stderr) == (1, True)
