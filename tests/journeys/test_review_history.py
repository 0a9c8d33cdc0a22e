"""Every number of a review against a history that was counted by hand, and what was signed stays what it was."""

import json
from datetime import timedelta

import pytest

from firewall_admin.core.refusals import NotFound
from firewall_admin.journeys import evidence, reviews, rules

from .review_world import ask, at, begun, finished, lived, signed

MANAGER = "Network manager of Oakfield"
KINDS = (("Facebook", "social network, blocked"), ("TikTok", "video, blocked"), ("YouTube", "video, blocked"))
COUNTED = {
    "people": {"staff": "7", "changes": "0", "delegations": "1"},
    "risks": {},
    "blocked": {
        "blocks": "3",  # chess, puzzle, and what was reported; maths has ended
        "allows": "3",  # youtube, facebook, and tiktok after the appeal
        "closed": "7",  # three lists, three sites, and what was reported
        "opened": "4",  # the three that are open, and maths
        "refused": "1",
        "changed": "2",  # the policy signed, and the decision on maths
        "by-1": "6",  # the headteacher: three opened, maths ended and decided, one refused
        "by-2": "7",  # the network manager: all seven that closed something
        "by-3": "1",  # the service: the first signature
    },
    "learning": {
        "asked": "7",
        "undecided": "1",
        "withdrawn": "1",
        "approved": "4",
        "refused": "1",
        "by-1": "5",
        "half": "by the next school day",  # 0, 1, 1, 2 and 3 school days
        "slowest": "within 3 school days",
        "appeal": "1",
        "renewal": "0",
        "changed": "0",
        "ended": "0",
        "mended": "1",
        "mending": "within 2 school days",
    },
    "incidents": {
        "reports": "7",
        "blocked": "Fewer than 5",
        "illegal": "Fewer than 5",
        "ways": "5",
        "harassment": "Fewer than 5",
        "waiting": "12",
        "restrictions": "Fewer than 5",
        "destroyed": "0",
    },
    "checks": {
        "live": "0",
        "right": "0",
        "wrong": "0",
        "hand": "2",
        "faults": "1",
        "outside": "1",
        "overdue": "1",
        "releases": "1",
        "stale": "0",
    },
    "devices": {"targets": "0"},
    "telling": {"read": "1", "not-read": "6", "inspectors": "1"},
    "next": {"open": "0", "late": "0", "done": "0"},
}


@pytest.fixture
def oakfield(world):
    return lived(world)


def figures(known, section):
    return {each["key"]: each for each in known["sections"][section]["figures"]}


def grid(known, section, title):
    return next(each["rows"] for each in known["sections"][section]["grids"] if each["title"] == title)


def plain(value):
    """As it comes back from where it was kept."""
    return json.loads(json.dumps(value))


def test_every_figure_is_what_was_counted_by_hand(world, oakfield):
    known = reviews.known(world.ports, oakfield.governor, begun(world, oakfield))
    assert set(known["sections"]) == set(COUNTED)
    for section, counted in COUNTED.items():
        found = {key: each["value"] for key, each in figures(known, section).items()}
        assert {key: found.get(key) for key in counted} == counted, section
        assert {found[key] for key in found.keys() - counted.keys()} <= {"0"}, section


def test_a_number_is_the_number_of_the_records_behind_it(world, oakfield):
    known = reviews.known(world.ports, oakfield.governor, begun(world, oakfield))
    for section in COUNTED:
        for each in figures(known, section).values():
            if each["sources"] and each["value"].isdigit():
                assert int(each["value"]) == len(each["sources"]) + each["more"], each["key"]
    learning = figures(known, "learning")
    assert [one["name"] for one in learning["refused"]["sources"]] == ["D-2"]
    assert "refused by Headteacher of Oakfield, because worth it" in learning["refused"]["sources"][0]["what"]
    assert [one["name"] for one in learning["asked"]["sources"]] == [f"AR-{n}" for n in range(1, 8)]
    assert [one["name"] for one in learning["half"]["sources"]] == ["AR-3", "AR-4", "AR-2", "AR-6", "AR-1"]


def test_tables_and_charts_are_what_was_counted_by_hand(world, oakfield):
    known = reviews.known(world.ports, oakfield.governor, begun(world, oakfield))
    lists = grid(known, "blocked", "What is blocked and allowed by lists")
    assert [tuple(row) for row in lists] == [
        ("pupils", name, kind, "Always", f"{MANAGER}, 23 November 2026")
        for name, kind in KINDS
    ]  # fmt: skip
    months, spans = known["sections"]["learning"]["charts"]
    assert plain(months["rows"]) == [["November 2026", [4, 1]]]
    assert [n for _, (n,) in spans["rows"]] == [1, 2, 2, 0, 0]


def test_no_cell_of_a_pupil_is_told_or_can_be_worked_out(world, oakfield):
    """Six and one are seven: neither may be told. Five VPNs are told, and who was in them is nowhere."""
    known = reviews.known(world.ports, oakfield.governor, begun(world, oakfield))
    hidden = "Not told (under 5, or next to one)"
    kinds = dict(grid(known, "incidents", "Content reports by kind"))
    assert sorted(kinds.values()) == ["0", hidden, hidden]
    subjects = dict(grid(known, "incidents", "Content reports by subject"))
    assert sorted(subjects.values()) == ["0", hidden, hidden, hidden]
    assert dict(grid(known, "incidents", "Ways round the filter")) == {"A VPN": "5"}
    assert known["sections"]["incidents"]["charts"] == []
    assert all(each["sources"] == () for each in figures(known, "incidents").values())
    told = json.dumps(known)
    assert not any(word in told for word in ("CR-", "IN-", "RS-", "4f-012", "dares.example/a", "somebody reported"))


def test_the_evidence_counts_the_same(world, oakfield):
    found = {one.obligation.number: one.answer for one in evidence.pack(world.ports, oakfield.governor)[1]}
    assert "Asked for in a year: 7. Allowed: 4; refused: 1; undecided: 1." in found["O13"].shown
    assert "Blocks that were found to be a mistake and ended: 1." in found["O13"].shown
    assert "Not decided yet: 1. The oldest waits for 3 school days." in found["O4"].shown
    assert "5 decisions in a year" in found["O3"].shown[0]
    assert found["O3"].shown[1] == "6 rules stand; 3 of them name a decision."
    assert found["O9"].missing == (
        "The last check found it wrong: Laptop at Hall as pupils.",
        "No check on record in a year: staff.",
    )
    assert found["O18"].shown[0] == "Circumvention in a year: 5."
    assert found["O23"].shown == ("1 of 7 people have acknowledged the present rules.",)


def test_what_is_signed_is_kept_for_ever_and_the_next_review_begins_where_it_ended(world, oakfield):
    review = begun(world, oakfield)
    finished(world, oakfield, review)
    before = plain(reviews.known(world.ports, oakfield.governor, review))
    signed(world, oakfield, review)
    at(world, 30)
    rules.add(world.ports, oakfield.network_manager, action="block", domain="late.example", audience=None, reason="x")
    ask(world, oakfield, "puzzle.example")
    assert plain(reviews.known(world.ports, oakfield.governor, review)) == before
    assert figures(before, "learning")["asked"]["value"] == "7"
    world.clock.at += timedelta(days=300)
    second = reviews.known(world.ports, oakfield.governor, begun(world, oakfield))
    assert second["since"] == before["until"]
    assert figures(second, "learning")["asked"]["value"] == "1"
    assert figures(second, "blocked")["closed"]["value"] == "1"


def test_a_figure_that_there_is_not_is_not_found(world, oakfield):
    review = begun(world, oakfield)
    for section, key in (("learning", "nothing"), ("nothing", "asked")):
        with pytest.raises(NotFound):
            reviews.figure(world.ports, oakfield.governor, review, section, key)
