"""The benchmarks run, all who take part agree on the result, and the table goes to the terminal. No time is judged.

`BENCHMARKS_JSON=FILE` also writes the figures down, one object a line. `python -m tests.benchmarks` measures at length.
"""

import os
from pathlib import Path

import pytest

from firewall_admin.core.domains import order
from firewall_admin.core.listfile import read

from . import corpus, publishing
from .compiling import FORMATS, compiling
from .contest import commands, contest, table, to_json

SIZES = [10_000, 100_000]


@pytest.mark.parametrize("size", SIZES)
def test_all_who_take_part_come_to_the_same_names(size, tmp_path, capsys):
    files = corpus.made(tmp_path, size)
    figures = contest(f"made {size:,}", files, tmp_path, rounds=1)
    with capsys.disabled():
        print("\n" + table(figures))
    if "BENCHMARKS_JSON" in os.environ:
        with Path(os.environ["BENCHMARKS_JSON"]).open("a") as out:
            out.write(to_json(figures) + "\n")
    names = {figure.who: figure.names for figure in figures}
    assert {names[who] for who in ("C floor", "normalise", "plain loop") if who in names} == {names["normalise"]}
    assert names["normalise"] > size / 4
    assert all(figure.seconds > 0 and figure.megabytes > 0 for figure in figures)


def test_every_bulk_format_is_compiled_and_counted(tmp_path, capsys):
    figures = compiling("made 20,000", corpus.made(tmp_path, 20_000), tmp_path, rounds=1)
    with capsys.disabled():
        print("\n" + table(figures))
    assert [figure.who for figure in figures] == [f"compile {name}" for name in FORMATS]
    assert len({figure.names for figure in figures}) == 1
    assert all(figure.names > 10_000 and figure.megabytes > 0 for figure in figures)


def test_a_changed_rule_is_published_to_every_bulk_format(tmp_path):
    found = publishing.measure(2_000, tmp_path)
    assert found["names"] > 1_000
    assert all(found[step] > 0 for step in ("preview", "edit", "published", *publishing.FORMATS))


def test_the_floor_and_normalise_write_the_same_bytes(tmp_path):
    files = [str(file) for file in corpus.made(tmp_path, 20_000)]
    results = {}
    for who, command in commands(tmp_path).items():
        if who != "sort, awk":  # which drops duplicates alone
            _run([*command, str(tmp_path / "out"), *files])
            results[who] = (tmp_path / "out").read_bytes()
    assert len(set(results.values())) == 1
    names = results["normalise"].decode().splitlines()
    assert names == sorted(names, key=order)


def test_made_lists_are_the_same_every_time_and_hold_what_they_should(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    files = corpus.made(one, 6_000)
    assert [f.read_bytes() for f in files] == [f.read_bytes() for f in corpus.made(other, 6_000)]
    listed = [read(file.read_bytes()) for file in files]
    assert sum(each.lines for each in listed) == 6_000
    assert [each.rejected for each in listed] == [()] * len(files)


def test_grown_lists_have_so_many_times_the_lines_and_are_still_lists(tmp_path):
    files = corpus.made(tmp_path, 600)
    grown = tmp_path / "grown"
    grown.mkdir()
    for before, after in zip(files, corpus.grown(grown, files, 5), strict=True):
        old, new = read(before.read_bytes()), read(after.read_bytes())
        assert new.lines == 5 * old.lines
        assert len(new.names) > 4 * len(old.names)
        assert new.rejected == ()


def _run(command):
    import subprocess

    from .contest import ROOT

    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True)
