"""The address of a list means one thing, or is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.adapters.fetch.outcome import Failed
from firewall_admin.adapters.fetch.web_address import LONGEST, parse

PORTS = frozenset({443})
GOOD = {
    "https://lists.example.org/a.txt": "https://lists.example.org/a.txt",
    "HTTPS://Lists.Example.ORG.:443": "https://lists.example.org/",
    "https://lists.example.org?a=b&c=%20#top": "https://lists.example.org/?a=b&c=%20",
    "https://faß.de/~x/;a=1,2/@y:z!$'()*+": "https://xn--fa-hia.de/~x/;a=1,2/@y:z!$'()*+",
    "https://a_b.example.org/?q=https://x.example/?y": "https://a_b.example.org/?q=https://x.example/?y",
    "https://example。org/": "https://example.org/",
}
BAD = [
    *("", "lists.example.org", "//lists.example.org/", "/a", "https:lists.example.org", "https:/lists.example.org"),
    *("https://", "https:///a", "https://?a", "https://#a", " https://a.example/", "https://a.example/ "),
    *("http://a.example/", "file:///etc/passwd", "FILE:/etc/passwd", "ftp://a.example/", "data:,a", "blob:x", "https"),
    *("https://a.example:22/", "https://a.example:80/", "https://a.example:8443/", "https://a.example:99999/"),
    *("https://a.example:/", "https://a.example:0x1bb/", "https://a.example:+443/", "https://a.example:４４３/"),
    *("https://u@a.example/", "https://u:p@a.example/", "https://:@a.example/", "https://a.example#@b.example:1/"),
    *("https://a\\@b.example/", "https://a.example\\b", "https://a.example/\\b", "https://a.example/a\nb"),
    *("https://a.example\n", "https://a.exam\tple/", "https://a.example/\r\nHost: b", "https://a.example/\0"),
    *("https://a.example\0/", "https://a.example/\x1b[31m", "https://a.example/\x7f", "https://a.example/é"),
    *("https://a.example/\u2028", "https://a.example/\ud800", "https://\ud800.example/", "https://a.example/%zz"),
    *("https://localhost/", "https://com/", "https://127.0.0.1/", "https://127.1/", "https://2130706433/"),
    *("https://0x7f000001/", "https://0177.0.0.1/", "https://1.2.3.4./", "https://[::1]/", "https://::1/"),
    *("https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/", "https://①②⑦.0.0.1/", "https://１２７.０.０.１/"),
    *("https://a%2eexample/", "https://%61.example/", "https://a..example/", "https://.a.example/", "https://*.a.ex/"),
    *("https://-a.example/", "https://a b.example/", "https://a;b.example/", "https://$(id).example/", "https://a.1/"),
    *(f"https://{'a' * 64}.example/", f"https://a.example/{'a' * LONGEST}", "https://" + "a." * 500_000 + "org/"),
]


@pytest.mark.parametrize(("text", "expected"), GOOD.items())
def test_an_address_has_one_spelling(text, expected):
    assert parse(text, PORTS).text == expected
    assert parse(expected, PORTS).text == expected


@pytest.mark.parametrize("text", BAD, ids=lambda text: ascii(text)[:40])
def test_what_is_no_https_address_of_a_host_is_refused(text):
    with pytest.raises(Failed) as refused:
        parse(text, PORTS)
    assert refused.value.reason.isprintable()
    assert len(refused.value.reason) < 200


@given(st.text() | st.builds("https://{}".format, st.text()) | st.from_regex(r"https://[^/]{0,30}/.{0,20}"))
def test_whatever_is_taken_is_plain_ascii_that_can_forge_nothing(text):
    try:
        found = parse(text, PORTS)
    except Failed:
        return
    assert all("!" <= c <= "~" and c not in '\\"<>' for c in found.target + found.host)
    assert parse(found.text, PORTS) == found
    assert found.port == 443


def test_a_port_has_to_be_one_that_is_allowed():
    assert parse("https://a.example:8443/", {8443}).authority == "a.example:8443"
    with pytest.raises(Failed):
        parse("https://a.example/", {8443})
