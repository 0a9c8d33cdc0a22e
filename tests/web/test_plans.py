"""Plans, charts, page numbers and states are shown as they are."""

import pytest
from flask import Flask, render_template_string

from firewall_admin.core.plan import Change, Objection, Plan
from firewall_admin.web import assets, charts, paging, states
from firewall_admin.web.plans import ACCEPTING, SOME_OTHER, Names, shown_plan


def test_a_plan_counts_everything_and_names_the_first() -> None:
    changes = (*(Change(f"x{n}.example", True) for n in range(7)), Change("open.example", False))
    hit = Objection("public-suffix", "every site under co.uk would be blocked", None, ("co.uk",))
    shown = shown_plan(Plan({"guests": (), "staff": (), "pupils": changes}, (hit, Objection("new", "x"))))
    assert [each.audience for each in shown.audiences] == ["pupils", "guests", "staff"]
    assert shown.audiences[0].blocked == Names(7, tuple(f"x{n}.example" for n in range(5)))
    assert (shown.audiences[0].blocked.more, shown.audiences[0].opened, shown.changes) == (
        2,
        Names(1, ("open.example",)),
        8,
    )
    assert [(w.text, w.accepting) for w in shown.objections] == [
        ("Every site under co.uk would be blocked.", ACCEPTING["public-suffix"]),
        ("X.", SOME_OTHER),
    ]


def test_a_plan_that_changes_nothing_says_so(sample_app: Flask) -> None:
    asked = "{% from 'macros/plans.html' import plan as shown %}{{ shown(plan) }}"
    with sample_app.test_request_context():
        assert "Nothing would change for anyone." in render_template_string(asked, plan=shown_plan(Plan()))


def test_bars_are_as_wide_as_their_numbers() -> None:
    bars = charts.drawn(charts.Chart("x", ("a", "b"), (("long", (60, 40)), ("short", (0, 25)), ("none", (0, 0)))))
    assert [[(s.x, s.width, s.series) for s in bar.segments] for bar in bars] == [
        [(0, 60, 1), (60, 40, 2)],
        [(0, 25, 2)],
        [],
    ]
    assert [bar.total for bar in bars] == [100, 25, 0]
    assert (bars[0].segments[1].middle, bars[0].segments[1].holds_its_number) == (80, True)


@pytest.mark.parametrize(
    ("series", "values"), [((), ()), (("a", "b", "c", "d"), (1, 1, 1, 1)), (("a",), (1, 2)), (("a",), (-1,))]
)
def test_what_bars_cannot_show_is_refused(series: tuple[str, ...], values: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="series"):
        charts.drawn(charts.Chart("x", series, (("row", values),)))


@pytest.mark.parametrize(
    ("current", "last", "numbers"),
    [
        (1, 1, [1]),
        (1, 2, [1, 2]),
        (1, 14, [1, 2, None, 14]),
        (3, 14, [1, 2, 3, 4, None, 14]),
        (4, 14, [1, 2, 3, 4, 5, None, 14]),
        (7, 14, [1, None, 6, 7, 8, None, 14]),
        (14, 14, [1, None, 13, 14]),
    ],
)
def test_a_long_list_offers_the_pages_near_and_the_ends(current: int, last: int, numbers: list) -> None:
    assert paging.offered(current, last) == numbers


def test_the_first_page_has_none_before_it_and_the_last_none_after() -> None:
    assert paging.pagination(1, 3, "?page={}".format).keys() == {"items", "next"}
    assert paging.pagination(3, 3, "?page={}".format)["previous"] == {"href": "?page=2"}
    with pytest.raises(ValueError, match="page 4 of 3"):
        paging.pagination(4, 3, str)


def test_every_state_has_a_tone_with_a_colour() -> None:
    sheet = (assets.FOLDER / "vendor" / "govuk-frontend.min.css").read_text("utf-8")
    for name in states.STATES:
        assert f".govuk-tag--{states.TONES[states.state(name).tone]}{{" in sheet
    with pytest.raises(LookupError):
        states.state("no such state")
