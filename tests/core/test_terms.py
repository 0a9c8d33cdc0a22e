"""What may be asked for and granted, and how it is said."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core.refusals import Refusal
from firewall_admin.core.terms import Kind, Terms, checked, ending, from_json, listed, question, sentence

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 19, tzinfo=UTC)


def terms(**changes):
    given: dict[str, Any] = {"names": ("bbc.co.uk",), "audiences": ("pupils",), "until": MIDNIGHT}
    return Terms(**(given | changes))


def test_the_question_is_one_sentence():
    asked = "Allow pupils to reach bbc.co.uk until the end of Friday 18 December 2026?"
    assert question(terms(), LONDON) == asked


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"names": ("a.example", "b.example"), "audiences": ("pupils", "staff")},
            "allow pupils and staff to reach a.example and b.example until the end of Friday 18 December 2026",
        ),
        (
            {"since": NOW, "until": datetime(2026, 11, 24, 15, 10, tzinfo=UTC), "when": "lessons"},
            (
                "allow pupils to reach bbc.co.uk from Monday 23 November 2026 until 15:10 on Tuesday 24 November 2026, "
                "only during 'lessons'"
            ),
        ),
        ({"kind": Kind.END_RULE, "text": "approve this change: x"}, "approve this change: x"),
        (
            {"kind": Kind.PLATFORM, "text": "YouTube, the whole platform"},
            "allow pupils to reach YouTube, the whole platform until the end of Friday 18 December 2026",
        ),
    ],
)
def test_terms_are_said_in_plain_words(changes, said):
    assert sentence(terms(**changes), LONDON) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2027, 3, 28, 23, tzinfo=UTC), "the end of Sunday 28 March 2027"),  # midnight of summer time
        (datetime(2027, 3, 28, 0, tzinfo=UTC), "the end of Saturday 27 March 2027"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "01:30 on Sunday 31 October 2027"),
        (None, "further notice"),
    ],
)
def test_an_end_is_said_on_the_schools_clock(at, said):
    assert ending(at, LONDON) == said


@pytest.mark.parametrize(
    ("changes", "words", "field"),
    [
        ({"until": None}, "for ever", "until"),
        ({"until": NOW}, "over", "until"),
        ({"since": MIDNIGHT}, "before it begins", "until"),
        ({"until": NOW + timedelta(days=400)}, "A year", "until"),
        ({"until": NOW + timedelta(days=100)}, "half-term", "long_reason"),
        ({"names": ()}, "Name the site", "address"),
        ({"names": ("co.uk",)}, "name one site", "address"),
        ({"names": tuple(f"n{n}.example" for n in range(61))}, "at most", "also"),
        ({"audiences": ()}, "who needs it", "audiences"),
        ({"audiences": ("year-9",)}, "no audience", "audiences"),
    ],
)
def test_what_nobody_may_grant_is_refused_at_its_field(changes, words, field):
    with pytest.raises(Refusal, match=words) as refused:
        checked(terms(**changes), NOW, ["pupils", "staff"])
    assert refused.value.field == field


def test_longer_than_a_half_term_takes_a_second_reason():
    long = terms(until=NOW + timedelta(days=100))
    assert checked(long, NOW, ["pupils"], "all year's project") == long


def test_names_have_one_spelling_and_are_named_once():
    found = checked(terms(names=("BBC.co.uk.", "bbc.co.uk", "faß.de")), NOW, ["pupils"])
    assert found.names == ("bbc.co.uk", "xn--fa-hia.de")


@given(
    st.lists(st.sampled_from(["a.example", "b.example"]), max_size=3),
    st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
    st.one_of(st.none(), st.text(max_size=5)),
    st.sampled_from(list(Kind)),
)
def test_terms_come_back_from_json_as_they_were(names, at, when, kind):
    kept = Terms(kind, tuple(names), ("pupils",), at, at, when, {"rule": "x"}, "words")
    assert from_json(kept.to_json()) == kept


def test_a_long_list_is_cut():
    assert listed([str(n) for n in range(9)]) == "0, 1, 2, 3 and 5 more"
    assert listed(["a"]) == "a"
    assert listed([]) == ""
