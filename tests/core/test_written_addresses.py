"""No address gets into a record that must lead nobody anywhere, whatever it is written like; plain words do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import free_text
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.suffixes import top_levels
from firewall_admin.core.written_addresses import found

DOTS = [
    ".", "．", "。", "｡", "․", "·", "[.]", "(.)", "{.}", "[dot]", "(dot)", " dot ", " [dot] ", " (dot) ", " DOT ", "[.",
    " .", " . ", "\\.", "%2e", "%2E", "&#46;", "-dot-", "_dot_", "\u200b.", ".\u00ad",
]  # fmt: skip
label = st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
last = st.sampled_from([*sorted(top_levels()), "example", "onion", "local"])
names = st.builds(lambda first, more, end: [first, *more, end], label, st.lists(label, max_size=2), last)
numbers = st.lists(st.integers(0, 255).map(str), min_size=4, max_size=4)
scheme = st.sampled_from(
    ["", "", "http://", "https://", "hxxp://", "hxxps[:]//", "ftp://", "//", "http[:]//user:pw@", "a@"]
)
path = st.sampled_from(["", "/", "/a/b?c=d", ":8080", "?x", "#y", "/%2e"])
before = st.sampled_from(["", "It was on ", "She saw “", "(", "first line\nthen ", "9.30am: "])
after = st.sampled_from(["", ".", ")", " today", "\nand so on", "”", ", again"])


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


writings = st.sampled_from([str, str.upper, str.title, wide, lambda text: "\u200b".join(text)])


@given(st.one_of(names, numbers), st.sampled_from(DOTS), scheme, path, before, after, writings)
def test_an_address_is_found_in_any_writing(parts, dot, begins, ends, said, then, writing):
    with pytest.raises(Refusal, match="what looks like an address") as refused:
        free_text.without_address(said + writing(begins + dot.join(parts) + ends) + then, "done")
    assert refused.value.field == "done"


@given(st.integers(1, 2**128 - 1), before, after)
def test_an_ipv6_address_is_found_short_and_long(number, said, then):
    from ipaddress import IPv6Address

    address = IPv6Address(number)
    for written in (str(address), address.exploded, f"[{address}]", f"http://[{address}]:8080/"):
        assert found(said + written + then), written


@pytest.mark.parametrize(
    "typed",
    [
        "xn--80ak6aa92e.com", "http://user:pw@host", "https://host/", "пример.рф", "0x7f000001", "t.me/abc",
        "hxxp evil", "http : //x", "x.onion", "bob@evil.com", "2001:db8::", "www1.evil.com", "see.a.evil.com",
        "b.zzz/path", "a.कॉम", "उदाहरण.भारत", "x.சிங்கப்பூர்", "e\u0301vil.com",
    ],
)  # fmt: skip
def test_what_else_leads_somewhere_is_found(typed):
    assert found(typed)
    assert found(f"It was on {typed} today")


@pytest.mark.parametrize(
    "typed",
    [
        "iPad 12, locked in the school office",
        "Closed it. In the office. It was 9.30am.",
        "Told Mrs. Abbott (at 9:30:15); reference S-9, IWF/2026/77",
        "iOS 17.1.2, MAC 00:1a:2b:3c:4d:5e",
        "(She saw it on iPad 3.) It was taken away.",
        "Room 4.2, e.g. the suite; i.e. downstairs",
        "the red dot, and/or 12.30/13.00 on 21.11.2026",
        "Picture IMG_1.jpg was not opened … and so on.",
        "Line one.\nIn line two nothing either.\n",
        "4F-012 (AJ), Année 4",
    ],
)
def test_plain_words_get_in(typed):
    assert found(typed) is None
    assert free_text.without_address(typed, "done") == typed.strip()


words = st.text(st.characters(categories=["L", "N"], exclude_characters="."), min_size=1, max_size=12)


@given(st.lists(st.lists(words, min_size=1, max_size=6).map(" ".join), max_size=5))
def test_sentences_with_a_space_after_each_full_stop_get_in(sentences):
    text = ". ".join(sentences)
    if not any(
        word.casefold() in ("dot", "d0t") or word.casefold().startswith(("xn", "hxx", "0x")) for word in text.split()
    ):
        assert found(text) is None


def test_the_refusal_says_where_it_is_and_does_not_repeat_it():
    with pytest.raises(Refusal) as refused:
        free_text.without_address("Told the lead.\nShe saw it on evil.example then", "done")
    assert "in line 2, after “saw it on”" in refused.value.message
    assert "evil" not in refused.value.message
    assert found("evil.com") == "at its beginning"
    assert found("We saw “evil.com”") == "after “We saw”"
