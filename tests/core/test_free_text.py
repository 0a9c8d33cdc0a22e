"""Words get in; pictures, code and, where it must not be, an address don't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import free_text
from firewall_admin.core.refusals import Refusal

WORDS = [
    "",
    "I saw it. In room 4, at 9.30 (e.g. on the iPad); closed the lid.",
    "Mrs O’Neill-Smith told them: “don’t!” = no",
    "Zażółć gęślą jaźń\nsecond line",
]
ADDRESSES = [
    "see https://x",
    "hxxp://bad",
    "dares.com",
    "www.x",
    "dares [.] com",
    "dares (dot) com",
    "dares dot co dot uk",
    "10.2.3.4",
    "tg://join",
    "a@b.org",
    "DARES.COM",
]


@pytest.mark.parametrize("typed", WORDS)
def test_words_get_in_as_they_are(typed):
    assert free_text.text(typed, "x") == typed
    assert free_text.without_address(typed, "x") == typed


@pytest.mark.parametrize("typed", ADDRESSES)
def test_an_address_is_found_however_it_is_written(typed):
    with pytest.raises(Refusal, match="address") as refused:
        free_text.without_address(f"It was on {typed} today", "done")
    assert refused.value.field == "done"
    assert free_text.text(f"It was on {typed} today", "done"), "which an ordinary text may hold"


@pytest.mark.parametrize(
    "typed",
    ["data:image/png;base64,AA", "DATA: image/gif,x", "x blob:http", "<IMG SRC=x>", "<svg/onload=x>", "QUJD" * 60],
)
def test_a_picture_as_text_does_not(typed):
    for read in (free_text.text, free_text.line, free_text.without_address):
        with pytest.raises(Refusal):
            read(typed, "x")


@given(st.binary(min_size=150, max_size=1500), st.integers(1, 100))
def test_no_picture_in_base64_gets_in_however_its_lines_are_broken(octets, width):
    import base64

    coded = base64.b64encode(octets).decode()
    broken = "\n".join(coded[at : at + width] for at in range(0, len(coded), width))
    with pytest.raises(Refusal):
        free_text.text(broken, "x")


@given(st.text(max_size=400))
def test_what_gets_in_prints_on_one_screen_and_acts_on_nothing(typed):
    try:
        said = free_text.text(typed, "x")
    except Refusal:
        return
    assert all(c == "\n" or c.isprintable() for c in said)
    assert len(said) <= free_text.LONGEST
