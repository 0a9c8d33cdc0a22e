"""What one line of a published list says, dialect by dialect."""

import pytest

from firewall_admin.core.listfile.dialects import LONGEST_LINE, read_line


def said(line):
    """The verb, names and problem of one line."""
    return read_line(line.encode("utf-8"))


@pytest.mark.parametrize(
    ("line", "verb", "found"),
    [
        ("0.0.0.0 a.com b.com  c.com # d.com", "block", ("a.com", "b.com", "c.com")),
        ("address=/a.com/b.com/0.0.0.0", "block", ("a.com", "b.com")),
        ("0.0.0.0 localhost a.com", "block", ("a.com",)),
        ("0:0:0:0:0:0:0:0 a.com", "block", ("a.com",)),
        ("||*.a.com^", "block", ("a.com",)),
        ("@@||a.com^", "except", ("a.com",)),
        ("@@||a.com^$important", "except", ("a.com",)),
        ("server=/a.com/#", "except", ("a.com",)),
        ('local-zone: "a.com." always_transparent', "except", ("a.com",)),
        ("a.com CNAME rpz-passthru.", "except", ("a.com",)),
        ("*.a.com 60 IN CNAME RPZ-PASSTHRU.", "except", ("a.com",)),
        ("a.com CNAME a.com.", "except", ("a.com",)),
        ("bücher.de", "name", ("xn--bcher-kva.de",)),
        ("0.0.0.0 Bücher.DE", "block", ("xn--bcher-kva.de",)),
        ("oakfield.kent.sch.uk", "name", ("oakfield.kent.sch.uk",)),
        ("blogspot.com", "name", ("blogspot.com",)),
        ('zone "a.com" IN {type primary; file "/etc/bind/null";};', "block", ("a.com",)),
        ("local-zone: a.com. redirect", "block", ("a.com",)),
    ],
)
def test_a_line_says(line, verb, found):
    assert said(line) == (verb, found, "")


@pytest.mark.parametrize(
    "line",
    [
        "",
        " \t ",
        "# a.com",
        "  ! a.com",
        ";a.com",
        "// a.com",
        "[Adblock Plus 2.0]",
        "127.0.0.1 localhost",
        "::1 ip6-localhost ip6-loopback",
        "fe80::1%lo0 localhost",
        "255.255.255.255 broadcasthost",
        "0.0.0.0 0.0.0.0",
        "127.0.0.1 localhost.localdomain",
        "server:",
        "$TTL 3600",
        "@ NS localhost.",
        "   IN NS localhost.",
        "@ 60 IN SOA localhost. root.localhost. 1 3600 600 86400 300",
    ],
)
def test_a_line_is_passed_over(line):
    assert said(line)[1:] == ((), "")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("10.0.0.5 a.com", "points to 10.0.0.5"),
        ("127.0.1.1 a.com", "points to 127.0.1.1"),
        ("2001:db8::1 a.com", "points to 2001:db8::1"),
        ("0.0.0.0 com", "one label"),
        ("a.com b.com", "no dialect"),
        ("https://a.com/", "web address"),
        ("HTTP://A.COM", "web address"),
        ("a.com/ads", "web address"),
        ("a.com:8080", "':'"),
        ("/ads[0-9]/", "regular expression"),
        ("a.com##.ad", "cosmetic"),
        ("##.ad", None),
        ("a.com#@#.ad", "cosmetic"),
        ("||a.com", "not ||name^"),
        ("|a.com^", "not ||name^"),
        ("||a.com/x^", "not ||name^"),
        ("||a.com^$third-party", "$third-party"),
        ("||a.com^$important,client=10.0.0.1", "$important,client"),
        ("||com^", "one label"),
        ("co.uk", "public suffix"),
        ("kent.sch.uk", "public suffix"),
        ("||kent.sch.uk^", "public suffix"),
        ("address=/a.com/10.0.0.5", "points to 10.0.0.5"),
        ("address=/a.com", "between slashes"),
        ("address=//0.0.0.0", "empty"),
        ("address=/#/", "'#'"),
        ("server=/a.com/8.8.8.8", "sends questions to 8.8.8.8"),
        ("cname=a.com,b.com", "blocks no name"),
        ("verbosity: 1", "blocks no name"),
        ('local-zone: "a.com" nonsense', "nonsense"),
        ("local-zone:", "without a name"),
        ('local-data: "a.com A 10.0.0.5"', "points to A 10.0.0.5"),
        ('local-data: "a.com CNAME b.com."', "points to CNAME"),
        ("local-data: a.com", "in quotes"),
        ("a.com. CNAME .", "outside the zone"),
        ("@ CNAME .", "zone itself"),
        ("* CNAME .", "'*'"),
        ("a.com CNAME b.com.", "leads to CNAME b.com."),
        ("a.com CNAME rpz-passthru", "leads to CNAME"),
        ("a.com CNAME rpz-tcp-only.", "leads to CNAME"),
        ("a.com A 10.0.0.5", "leads to A"),
        ("a.com TXT x", "leads to TXT"),
        ("32.66.2.0.192.rpz-ip CNAME .", "rpz-ip trigger"),
        ("16.0.0.20.127.rpz-client-ip CNAME rpz-passthru.", "rpz-client-ip trigger"),
        ("ns.a.com.rpz-nsdname CNAME .", "rpz-nsdname trigger"),
        ("$INCLUDE x", "$INCLUDE"),
        ("$GENERATE 1-3 a$.lab CNAME .", "$GENERATE"),
        ('zone "a.com" { type forward; forwarders { 10.0.0.1; }; };', "whole in one line"),
        ('zone "a.com" { type hint; file "x"; };', "type hint"),
        ("<p>a.com</p>", "HTML"),
        ('"host": "a.com",', "JSON"),
        ("x" * (LONGEST_LINE + 1), "4,097 bytes"),
    ],
)
def test_a_line_is_rejected_with_its_reason(line, why):
    result = said(line)
    assert result.names == ()
    assert (why or "") in result.problem
    assert bool(result.problem) == (why is not None)
