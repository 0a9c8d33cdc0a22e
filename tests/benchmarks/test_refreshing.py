"""The benchmark of a refresh measures what it says."""

from .refreshing import CHANGED, bodies, refreshing


def test_one_name_in_a_hundred_differs_between_the_two_days():
    before, after = (set(body.split()) for body in bodies(2_000))
    assert len(before) == len(after) == 2_000
    assert len(before - after) == len(after - before) == 2_000 // CHANGED


def test_a_row_tells_every_step_beside_the_floor():
    head, _, row = refreshing([2_000]).split("\n")
    assert [cell.strip() for cell in head.strip("| ").split("|")] == [
        "names",
        "read",
        "compare",
        "keep",
        "whole",
        "floor",
        "× floor",
        "same body",
        "MB",
    ]
    told = dict(zip(head.strip("| ").split(" | "), row.strip("| ").split(" | "), strict=True))
    assert told["names"] == "2,000"
    assert float(told["whole"]) >= float(told["read"])
