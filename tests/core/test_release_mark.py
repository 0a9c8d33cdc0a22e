"""The text that tells a release, and what is none."""

import pytest

from firewall_admin.core.checks import Found, as_far_as_told, of_release
from firewall_admin.core.loaded import Loaded, by_mark, kept, mark_of
from firewall_admin.core.questions import Answer, Failure, Question
from firewall_admin.core.release_mark import NAME, Mark, read, read_address

ASKED = Question(NAME, "TXT")


def test_a_mark_is_read_as_it_was_written():
    mark = Mark(41, "guests-2")
    assert read(str(mark)) == read_address(mark.address) == mark


@pytest.mark.parametrize(
    "text", ["", "41", "41 ", "41  pupils", "x pupils", "41 Pupils", "41 pupils\n", "9" * 10 + " p"]
)
def test_what_is_no_mark_tells_nothing(text):
    assert read(text) is None
    assert read_address(f"http://elsewhere.example/{text}") is None
    assert mark_of(Answer(ASKED, "NOERROR", data=(f'"{text}"',))) is None


def test_silence_and_several_answers_tell_nothing():
    assert mark_of(Failure(ASKED, "silent", "no answer came in time")) is None
    assert mark_of(Answer(ASKED, "NXDOMAIN")) is None
    assert mark_of(Answer(ASKED, "NOERROR", data=('"41 pupils"', '"40 pupils"'))) is None


def test_the_published_release_is_right_and_any_other_is_stale():
    right, old = (by_mark(43, "pupils", Mark(number, "pupils")) for number in (43, 41))
    assert of_release(right, "pupils") == Found("enforced", "It has release 43.")
    assert of_release(old, "pupils") == Found("stale", "It has release 41; release 43 is the published one.")
    assert kept(old) == {"release": 43, "text": "has release 41; release 43 is the published one", "behind": True}
    assert of_release(None, "pupils").finding == "not-known"


def test_what_another_audience_is_answered_proves_nothing():
    other = by_mark(43, "pupils", Mark(43, "staff"))
    assert of_release(other, "pupils").finding == "leaking"
    told = as_far_as_told(Found("enforced", "games.example is blocked."), other, "pupils")
    assert (told.finding, told.loaded) == ("not-known", other)
    assert "a client of staff: that proves nothing of pupils" in told.text
    assert as_far_as_told(Found("leaking", "…"), other, "pupils").finding == "leaking"
    assert as_far_as_told(Found("enforced", "…"), Loaded(43), "pupils").finding == "enforced"
