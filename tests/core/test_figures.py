"""Figures of a review: the number of its records, and nothing that names a pupil."""

import pytest

from firewall_admin.core.figures import MOST, Source, Told, counted, guarded, guarded_chart, guarded_grid, names


def sources(n):
    return [Source(f"AR-{i}", "1 July 2026", "x") for i in range(1, n + 1)]


def test_a_figure_counts_all_its_records_and_keeps_the_first():
    found = counted("asked", "Asked", sources(MOST + 1234))
    assert (found.value, len(found.sources), found.more) == (f"{MOST + 1234:,}", MOST, 1234)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, ""),
        (2, "AR-1, AR-2"),
        (12, ", ".join(f"AR-{i}" for i in range(1, 13))),
        (13, "AR-1, AR-2, AR-3 … AR-13"),
        (MOST + 5, f"AR-1, AR-2, AR-3 … AR-{MOST} and 5 more"),
    ],
)
def test_paper_names_the_records_of_a_figure(n, said):
    assert names(counted("asked", "Asked", sources(n))) == said


@pytest.mark.parametrize(("n", "told"), [(0, "0"), (1, "Fewer than 5"), (4, "Fewer than 5"), (5, "5"), (1200, "1,200")])
def test_what_could_name_a_person_has_no_records_and_no_small_number(n, told):
    found = guarded("reports", "Reports", n, "/reports")
    assert (found.value, found.sources, found.link) == (told, (), "/reports")


def test_a_table_and_a_chart_leave_out_the_same():
    counts = {"content": 9, "contact": 1, "conduct": 6, "other": 0}
    grid, chart = guarded_grid("By kind", "Kind", counts), guarded_chart("By kind", "Reports", counts)
    hidden = "Not told (under 5, or next to one)"
    assert grid is not None
    assert chart is not None
    assert grid.rows == (("content", "9"), ("contact", hidden), ("conduct", hidden), ("other", "0"))
    assert chart.rows == (("content", (9,)), ("other", (0,)))
    assert "left out" in chart.note


def test_where_nothing_was_or_nothing_may_be_told_there_is_no_chart():
    assert guarded_grid("By kind", "Kind", {"content": 0}) is None
    assert guarded_chart("By kind", "Reports", {"content": 3, "contact": 1}) is None


def test_what_is_kept_is_plain_and_names_its_records():
    kept = Told((counted("asked", "Asked", sources(1)),)).to_json()
    assert kept["figures"][0]["names"] == "AR-1"
    assert kept["figures"][0]["sources"][0] == {"name": "AR-1", "day": "1 July 2026", "what": "x", "path": ""}
    assert (kept["grids"], kept["charts"]) == ([], [])
