"""Published lists: identity with what was written, what exceptions do, and what bad input meets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.core.domains import parse
from firewall_admin.core.listfile import Limits, ListTooLong, looks_like, read
from firewall_admin.core.listfile.dialects import LONGEST_LINE
from firewall_admin.core.names import Names
from firewall_admin.core.refusals import NotADomain
from tests import bad_input
from tests.thoroughness import examples

from .list_dialects import DIALECTS

labels = st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,5}[a-z0-9_])?", fullmatch=True)
names = st.builds(lambda parts, top: ".".join([*parts, top]), st.lists(labels, min_size=1, max_size=3), labels)
domains = names.filter(lambda name: _parsed(name) == name).map(lambda name: f"{name}.lab")


def _parsed(text):
    try:
        return parse(text)
    except NotADomain:
        return None


@pytest.mark.parametrize("form", DIALECTS.values(), ids=DIALECTS)
@settings(max_examples=examples(25))
@given(st.lists(domains, max_size=12, unique=True))
def test_a_set_of_names_written_in_a_dialect_reads_as_the_same_set(form, found):
    text = "".join(form.format(name, name) + "\n" for name in found)
    listed = read(text.encode())
    assert listed.names == Names.of(found)
    assert (listed.exceptions, listed.rejected, listed.lines) == (Names(), (), len(found))


@given(st.lists(st.tuples(domains, st.sampled_from(sorted(DIALECTS.values()))), max_size=60))
def test_a_list_of_mixed_dialects_reads_as_all_its_names(found):
    text = "".join(form.format(name.upper(), name) + "\r\n" for name, form in found)
    assert read(text.encode()).names == Names.of(name for name, _ in found)


def test_of_a_line_with_several_names_only_the_bad_ones_are_rejected():
    listed = read(b"0.0.0.0 a.com b..com c.com\n")
    assert list(listed.names) == ["a.com", "c.com"]
    assert [(each.line, each.reason) for each in listed.rejected] == [
        (1, "b..com: two dots together, or a dot in front")
    ]


@given(names)
def test_the_verdict_on_a_name_is_that_of_the_core(text):
    listed = read(f"{text}\n".encode() * 8)
    parsed = _parsed(text)
    if parsed is None:
        assert len(listed.names) == 0
        assert len(listed.rejected) == 8
    else:
        assert list(listed.names) == [parsed] or "public suffix" in listed.rejected[0].reason


@given(st.binary(max_size=300))
def test_no_bytes_escape(data):
    listed = read(data)
    assert all(parse(name) == name for name in listed.names)
    assert all(1 <= each.line <= listed.lines and each.text.isprintable() for each in listed.rejected)
    looks_like(data)


@pytest.mark.parametrize("text", bad_input.REFUSED.values(), ids=bad_input.REFUSED)
def test_bad_text_never_becomes_a_name(text):
    with pytest.raises(NotADomain) as refused:
        parse(text)
    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 200


SEVERAL_LINES = {
    "newline inside",
    "newline at the end",
    "carriage return",
    "carriage return and mail header",
    "script over two lines",
}
PASSED_OVER = {"leading hash", "leading bang", "leading semicolon", "no scheme", "empty"}  # comments
TRIMMED = {"tab at the end"}


@pytest.mark.parametrize("what", sorted(set(bad_input.REFUSED) - SEVERAL_LINES))
def test_bad_text_in_a_list_is_one_rejected_line(what):
    listed = read(f"good.lab\n{bad_input.REFUSED[what]}\nalso.good.lab\n".encode("utf-8", "surrogatepass"))
    assert set(listed.names) - {"a.com"} == {"good.lab", "also.good.lab"}
    assert ("a.com" in listed.names) == (what in TRIMMED)
    assert [each.line for each in listed.rejected] == [2] * (what not in PASSED_OVER | TRIMMED)
    for each in listed.rejected:
        assert (each.reason + each.text).isprintable()
        assert len(each.text) <= 101


@pytest.mark.parametrize(("text", "name"), bad_input.CANONICAL.items())
def test_odd_spellings_in_a_list_are_their_name(text, name):
    listed = read(f"good.lab\n{text}\n".encode())
    assert set(listed.names) == {"good.lab", name}


@pytest.mark.parametrize(("data", "what"), bad_input.NO_LISTS.values(), ids=bad_input.NO_LISTS)
def test_what_is_no_list_gives_no_name_and_is_recognised(data, what):
    assert len(read(data).names) == 0
    assert looks_like(data) == what


@pytest.mark.parametrize("start", ["a.com\n", "[Adblock Plus]\n||a.com^\n", "# <html>\na.com\n", "! {\n||a.com^\n"])
def test_a_list_is_not_taken_for_something_else(start):
    assert looks_like(start.encode()) is None


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_encoding_and_line_end_is_read(encoding, end):
    text = end.join(["# some list", "a.com", "bücher.de", "", "com", "0.0.0.0 b.com"])
    listed = read(text.encode(encoding))
    assert set(listed.names) == {"a.com", "xn--bcher-kva.de", "b.com"}
    assert [each.line for each in listed.rejected] == [5]
    assert listed.lines == 6


def test_a_latin_1_byte_makes_its_own_line_a_rejected_one():
    listed = read(b"a.com\nb.com\nc.com\nd.com\nb\xfccher.de\ne.com\n")
    assert len(listed.names) == 5
    assert [(each.line, each.reason) for each in listed.rejected] == [(5, "not UTF-8: byte 0xfc at place 2")]


def test_a_rejected_line_is_shown_short_and_printable():
    line = "é\x1b[31m\u202e" + "x y" * 100
    (shown,) = read(f"{line}\n".encode()).rejected
    assert shown.text.startswith("éU+001B[31mU+202Ex y")
    assert shown.text.endswith("…")
    assert len(shown.text) < 130


ZONE = """$TTL 3600 ; an hour
$ORIGIN rpz.lab.
@  IN SOA ns.rpz.lab. hostmaster.rpz.lab. (
   2026010101 ; serial (of today)
   spare.example.com ; not a name of the list
   3600 600 86400 300 )
   IN NS ns.rpz.lab.
a.com CNAME .
*.a.com CNAME .
"""


def test_the_head_of_a_zone_is_passed_over():
    listed = read(ZONE.encode())
    assert list(listed.names) == ["a.com"]
    assert (listed.rejected, listed.lines) == ((), 9)


def test_names_after_another_origin_are_not_read():
    listed = read((ZONE + "$ORIGIN com.rpz.lab.\nmail.ru CNAME .\nb CNAME .\n").encode())
    assert list(listed.names) == ["a.com"]
    assert [(each.line, each.text) for each in listed.rejected] == [(10, "$ORIGIN com.rpz.lab.")]
    assert "2 more lines are not read" in listed.rejected[0].reason


def test_nested_names_stay():
    assert list(read(b"www.x.com\nx.com\nx.com\n").names) == ["x.com", "www.x.com"]


def test_an_exception_takes_away_the_names_at_and_under_it():
    listed = read(b"||x.com^\n||a.x.com^\n||y.com^\n||b.y.com^\n||xx.com^\n@@||x.com^\n@@||b.y.com^\n@@||z.com^\n")
    assert list(listed.names) == ["xx.com", "y.com"]
    assert list(listed.exceptions) == ["x.com", "b.y.com", "z.com"]
    assert [(each.line, each.text) for each in listed.rejected] == [(7, "@@||b.y.com^")]
    assert "below a name that is blocked" in listed.rejected[0].reason


MIXED = b"good.com\n@@||fine.com^\n||bad.com^\n0.0.0.0 worse.com\n"


@pytest.mark.parametrize("role", ["allowed", "protected"])
def test_in_a_list_that_opens_exceptions_and_bare_names_are_the_names(role):
    listed = read(MIXED, role)
    assert list(listed.names) == ["fine.com", "good.com"]
    assert [each.line for each in listed.rejected] == [3, 4]


def test_a_list_that_opens_without_exceptions_is_read_like_any_other():
    assert set(read(b"||a.com^\nb.com\n0.0.0.0 c.com\n", "allowed").names) == {"a.com", "b.com", "c.com"}


@pytest.mark.parametrize("role", ["blocked", "locked"])
def test_in_a_list_that_blocks_exceptions_are_no_names(role):
    assert set(read(MIXED, role).names) == {"good.com", "bad.com", "worse.com"}


def test_a_list_beyond_the_limits_is_refused_whole():
    with pytest.raises(ListTooLong, match="12 bytes; 11 is the most"):
        read(b"a.com\nb.com\n", limits=Limits(bytes=11))
    with pytest.raises(ListTooLong, match="2 lines; 1 is the most"):
        read(b"a.com\nb.com\n", limits=Limits(lines=1))
    assert len(read(b"a.com\nb.com\n", limits=Limits(bytes=12, lines=2)).names) == 2


def test_an_overlong_line_is_one_rejected_line():
    long = b"0.0.0.0 a.com #" + b"x" * LONGEST_LINE
    listed = read(b"b.com\n" + long + b"\nc.com\n")
    assert list(listed.names) == ["b.com", "c.com"]
    assert [each.line for each in listed.rejected] == [2]
