import io
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firewall_admin.adapters import normalise as engine
from firewall_admin.adapters import processes
from firewall_admin.adapters.normalise import normalise
from firewall_admin.core.domains import covers, order
from firewall_admin.core.refusals import Refusal

labels = st.sampled_from(["a", "b", "ab", "a-b", "_x", "0"])
names = st.lists(labels, min_size=1, max_size=4).map(lambda found: ".".join([*found, "lab"]))
blocks = names.map("0.0.0.0 {}".format) | names.map("||{}^".format) | names
exceptions = names.map("@@||{}^".format)


@pytest.fixture
def write(tmp_path):
    def _write(name, text):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / name

    return _write


def _expected(texts):
    listed = [line for text in texts for line in text]
    spared = [line[4:-1] for line in listed if line.startswith("@@")]
    named = {line.removeprefix("0.0.0.0 ").strip("|^") for line in listed if not line.startswith("@@")}
    kept = [name for name in named if not any(covers(other, name) for other in spared)]
    return sorted((n for n in kept if not any(covers(m, n) for m in kept if m != n)), key=order)


@given(st.lists(st.lists(blocks | exceptions, max_size=30), min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_result_is_the_names_no_other_covers_less_the_exceptions_of_all_files(tmp_path, texts):
    files = [tmp_path / str(number) for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text("\n".join(text))
    out = io.BytesIO()
    if not _expected(texts):
        with pytest.raises(Refusal, match="there is no name"):
            normalise(files, out)
        return
    outcome = normalise(files, out)
    assert out.getvalue().decode().splitlines() == _expected(texts)
    assert outcome.names == len(_expected(texts))
    assert outcome.lines == sum(len(text) for text in texts)


def test_a_small_list_and_one_for_workers_come_to_the_same(write, monkeypatch):
    text = "".join(f"0.0.0.0 w{n % 7}.n{n * 7919 % 20011}.lab\n||n{n * 31 % 9001}.lab^\n" for n in range(30_000))
    file = write("list", text + "@@||n77.lab^\nhttps://a.com/\n")
    monkeypatch.setattr(engine, "PIECE", 50_000)
    results = []
    for count in (1, 2):
        monkeypatch.setattr(processes, "processors", lambda count=count: count)
        out = io.BytesIO()
        outcome = normalise([file], out)
        results.append((out.getvalue(), outcome))
    assert results[0] == results[1]
    assert [(each.line, each.text) for _, each in results[0][1].examples] == [(60_002, "https://a.com/")]


def test_rejected_lines_come_with_file_number_reason_and_text(write, tmp_path):
    one, other = write("one", "a.com\nhttps://a.com/x\n"), write("other", "@@||x.b.com^\n||b.com^\ncom\n")
    outcome = normalise([one, other], tmp_path / "out", tmp_path / "rejects")
    assert (tmp_path / "out").read_text() == "a.com\nb.com\n"
    found = [line.split("\t") for line in (tmp_path / "rejects").read_text().splitlines()]
    assert [(file, number, text) for file, number, _, text in found] == [
        (str(one), "2", "https://a.com/x"),
        (str(other), "3", "com"),
        (str(other), "1", "@@||x.b.com^"),
    ]
    assert outcome.rejected == len(outcome.examples) == 3


@pytest.mark.parametrize("bad", ["missing", "a folder", "a web page"])
def test_a_file_that_is_no_list_is_a_refusal_and_leaves_everything_as_it_was(bad, write, tmp_path):
    good, out, rejects = write("good", "a.com\n"), write("out", "before\n"), write("rejects", "before\n")
    file = tmp_path / "bad"
    if bad == "a folder":
        file.mkdir()
    if bad == "a web page":
        file.write_text("# list\n<!doctype html>\n<html></html>\n")
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(Refusal, match="bad"):
        normalise([good, file], out, rejects)
    assert (out.read_text(), rejects.read_text()) == ("before\n", "before\n")
    assert sorted(os.listdir(tmp_path)) == before


def test_a_result_that_cannot_be_written_is_a_refusal(write, tmp_path):
    with pytest.raises(Refusal, match="in-the-way"):
        normalise([write("good", "a.com\n")], write("in-the-way", "a file") / "out")
    with pytest.raises(Refusal, match="not a file"):
        normalise([write("good", "a.com\n")], tmp_path)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\x00\x01"])
def test_no_names_at_all_never_take_the_place_of_some(write, tmp_path, text):
    (tmp_path / "out").write_text("before.com\n")
    with pytest.raises(Refusal, match="there is no name"):
        normalise([write("empty", text)], tmp_path / "out")
    assert (tmp_path / "out").read_text() == "before.com\n"


def test_a_folder_that_is_missing_is_made(write, tmp_path):
    normalise([write("good", "a.com\n")], tmp_path / "new" / "folder" / "out")
    assert (tmp_path / "new/folder/out").read_text() == "a.com\n"


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(write, tmp_path):
    real = write("real", "before\n")
    real.chmod(0o600)
    (tmp_path / "link").symlink_to(real)
    normalise([write("list", "a.com\n")], tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert real.read_text() == "a.com\n"
    assert real.stat().st_mode & 0o777 == 0o600
