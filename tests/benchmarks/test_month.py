"""The month's own guard sees what it is there to see, in every format and in files kept as parts of others."""

import json

import pytest

from tests.journeys.month_of_lists import DAYS, OF_SERVERS, OF_TEXTS, Maker

from .corpus import FORMS
from .month_lists import BAD_DAYS, KINDS, makers
from .month_safety import Guard

NEEDED = {"www.bbc.co.uk", "google.com"}


@pytest.fixture
def guard(tmp_path):
    return Guard(NEEDED, tmp_path)


@pytest.fixture
def release(tmp_path):
    folder = tmp_path / "release"
    (folder / "zones").mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    "line",
    [
        '  local-zone: "google.com." always_nxdomain',
        '  local-zone: "co.uk." redirect',
        "bbc.co.uk CNAME .",
        "*.www.bbc.co.uk CNAME .",
        ".com",
    ],
)
def test_a_line_that_blocks_a_needed_name_or_one_above_it_is_seen_once(guard, release, line):
    (release / "zones" / "lists.rpz").write_text(f"harmless\n{line}\nharmless\n")
    (seen,) = guard.unsafe(release)
    assert line in seen
    assert guard.unsafe(release) == []


@pytest.mark.parametrize(
    "line",
    [
        '  local-zone: "google.com." always_transparent',
        '  local-zone: "ads.google.com." always_nxdomain',
        "google.com CNAME rpz-passthru.",
        "notgoogle.com CNAME .",
        ".ads.google.com",
    ],
)
def test_what_blocks_only_below_a_needed_name_or_opens_it_is_nothing(guard, release, line):
    (release / "unbound.conf").write_text(f"{line}\n")
    assert guard.unsafe(release) == []


def test_what_is_open_in_squid_is_left_out(guard, release):
    (release / "protected-open.txt").write_text(".google.com\n")
    assert guard.unsafe(release) == []


def test_a_file_kept_as_parts_of_another_is_read_as_a_whole(guard, release):
    (release / "lists-block.txt.base").write_text(".a.example\n.google.example\n.z.example\n")
    (release / "lists-block.txt.parts").write_text(json.dumps([[0, 19], "com\n", [27, 38]]))
    (seen,) = guard.unsafe(release)
    assert seen.endswith("lists-block.txt.parts: .google.com")


def test_every_trouble_has_its_day_and_every_list_changes_in_its_dialect():
    assert {trouble for trouble, _ in BAD_DAYS.values()} == {*OF_TEXTS, *OF_SERVERS}
    assert max(BAD_DAYS) < DAYS
    found = makers(20_000, NEEDED)
    assert list(found) == [kind.title for kind in KINDS]
    for kind in KINDS:
        maker: Maker = found[kind.title]
        first, last = set(maker.on(0)), set(maker.on(DAYS))
        assert len(first) == maker.size == len(last)
        assert first - last
        assert last - first
        assert maker.on(kind.days - 1) == maker.on(0)
        assert maker.text(0).startswith(FORMS[kind.form].split("{")[0].encode())
