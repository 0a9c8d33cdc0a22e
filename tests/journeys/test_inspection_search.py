"""An inspector's one search: who decided that a site is open or blocked, when and why, and nothing of anybody else."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from firewall_admin.core.refusals import NotFound
from firewall_admin.journeys import inspection_search, inspections

from .review_world import lived


@pytest.fixture
def oakfield(world):
    return lived(world)


@pytest.fixture
def token(world, oakfield):
    return inspections.make(world.ports, oakfield.headteacher, purpose="Ofsted", days=3)


@pytest.mark.parametrize("words", ["YouTube", "youtube.com", "https://www.youtube.com/watch?v=1", "  youtube "])
def test_who_decided_that_youtube_is_open_when_and_why(world, oakfield, token, words):
    found = inspection_search.search(world.ports, token, words)
    opened = found.entries[0]
    assert (opened.effect, opened.what, opened.audience) == ("opened", "youtube.com", "pupils")
    assert (opened.person, opened.reason, opened.decision) == (oakfield.headteacher.name, "worth it", "D-1")
    assert f"{opened.at:%d %B}" == "23 November"
    assert found.entries[1].what == "the list YouTube, always"
    assert found.site is not None
    pupils = next(each for each in found.site.audiences if each.audience == "pupils")
    assert not pupils.blocked
    assert "decision D-1" in pupils.decided[0].sentence
    assert found.signed_at is not None
    assert inspection_search.decision(world.ports, token, 1).outcome.startswith("Allowed by Headteacher of Oakfield")


def test_what_is_blocked_and_what_was_refused_is_found_too(world, token):
    found = inspection_search.search(world.ports, token, "tiktok.com")
    assert [one.effect for one in found.entries] == ["opened", "refused", "closed"]
    (blocked,) = inspection_search.search(world.ports, token, "chess.example").entries
    assert (blocked.effect, blocked.reason) == ("closed", "games")
    assert inspection_search.search(world.ports, token, "never.example").entries == ()
    assert inspection_search.search(world.ports, token, "").entries == ()


def test_nothing_of_pupils_reports_or_who_asked_is_in_it(world, oakfield, token):
    told: list[Any] = [
        inspection_search.search(world.ports, token, words) for words in ("dares.example", "VPN", "4f-012", "Teacher")
    ]
    told += [inspection_search.decision(world.ports, token, number) for number in (1, 2, 3, 4, 5)]
    text = json.dumps([asdict(each) for each in told], default=str).replace('"VPN"', "").replace('"4f-012"', "")
    for word in ("CR-", "IN-", "4f-012", oakfield.teacher.name, "reported", "VPN", "Year 9"):
        assert word not in text, word


def test_a_link_that_has_ended_finds_nothing(world, oakfield, token):
    world.clock.pass_by(days=3)
    with pytest.raises(NotFound):
        inspection_search.search(world.ports, token, "youtube.com")
    with pytest.raises(NotFound):
        inspection_search.decision(world.ports, token, 1)


def test_another_schools_decision_is_not_there(world, oakfield):
    token = inspections.make(world.ports, world.elmfield.headteacher, purpose="Ofsted", days=3)
    assert inspection_search.search(world.ports, token, "youtube.com").entries == ()
    with pytest.raises(NotFound):
        inspection_search.decision(world.ports, token, 1)
