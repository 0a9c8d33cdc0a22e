import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core.domains import LABEL, covers, from_order, lineage, order, parse
from firewall_admin.core.refusals import NotADomain

names = st.from_regex(rf"(?:{LABEL}\.){{1,3}}[a-z]{{2,9}}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  WWW.Example.COM. ", "www.example.com"),
        ("faß.de", "xn--fa-hia.de"),
        ("Bücher.de", "xn--bcher-kva.de"),
        ("a。com", "a.com"),
        ("ａｂｃ.com", "abc.com"),
        ("K.com", "k.com"),
        ("_dmarc.fußball.de", "_dmarc.xn--fuball-cta.de"),
        ("a_b.com", "a_b.com"),
        ("xn--ls8h.la", "xn--ls8h.la"),
        ("xn--a.com", "xn--a.com"),
        ("3com.1x", "3com.1x"),
        ("x." + "a" * 63, "x." + "a" * 63),
        (("a" * 49 + ".") * 5 + "com", ("a" * 49 + ".") * 5 + "com"),
    ],
)
def test_a_name_has_one_spelling(text, name):
    assert parse(text) == name


def test_composed_and_decomposed_letters_are_the_same_name():
    assert parse("\u00e9.com") == parse("e\u0301.com") == "xn--9ca.com"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (".", "empty"),
        ("com", "one label alone"),
        ("a.", "one label alone"),
        ("a..b", "two dots"),
        ("a.b..", "two dots"),
        (".a.b", "dot in front"),
        ("1.2.3.4", "IP address"),
        ("1.2.3", "IP address"),
        ("0x7f.1", "IP address"),
        ("0x7f.0x1", "IP address"),
        ("2130706433", "IP address"),
        ("::1", "IP address"),
        ("[::1]", "IP address"),
        ("a.123", "IP address"),
        ("x." + "a" * 64, "64 characters"),
        ("a." * 126 + "co", "254 characters"),
        ("-a.com", "hyphen"),
        ("a-.com", "hyphen"),
        ("a b.com", "' '"),
        ("a.com\n", "U+000A"),
        ("a\x00.com", "U+0000"),
        ("a.com:443", "':'"),
        ("*.com", "'*'"),
        ("||x.com^", "'|'"),
        ("u@h.com", "'@'"),
        ("a/b.com", "'/'"),
        ("☃.net", "IDNA"),
        ("a\u202eb.com", "IDNA"),
        ("\ud800.com", "IDNA"),
    ],
)
def test_what_is_no_name_is_refused_with_the_reason(text, why):
    with pytest.raises(NotADomain) as refused:
        parse(text)
    assert why in refused.value.message
    assert refused.value.message.isprintable()


@given(names)
def test_the_order_of_a_name_gives_the_name_back(name):
    assert from_order(order(name)) == name
    assert parse(parse(name)) == parse(name)


@given(st.lists(names, max_size=30), names)
def test_a_subtree_is_one_run_that_begins_with_its_root(found, root):
    ordered = sorted({*found, root, f"a.{root}", f"a.a-b.{root}", f"{root}x", f"a-{root}"}, key=order)
    inside = [covers(root, name) for name in ordered]
    first = inside.index(True)
    assert ordered[first] == root
    assert not any(inside[first + sum(inside) :])


@given(names, names)
def test_a_name_covers_itself_and_what_is_under_it_by_whole_labels(one, other):
    assert covers(one, one)
    assert covers(one, f"www.{one}")
    assert not covers(one, f"www{one}")
    assert covers(one, other) == (one in lineage(other))


@given(st.text(max_size=40))
def test_whatever_is_typed_the_answer_is_a_plain_name_or_a_refusal(text):
    try:
        name = parse(text)
    except NotADomain as problem:
        refused = problem.message
        assert refused.isprintable()
        return
    assert name.isascii()
    assert name == name.lower()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert parse(name) == name


@given(st.text(st.characters(categories=["Ll", "Lo"]), min_size=1, max_size=10))
def test_idn_agrees_with_the_library_it_is_made_with(label):
    try:
        expected = idna.encode(f"{label}.com", uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        expected = None
    try:
        got = parse(f"{label}.com")
    except NotADomain:
        got = None
    assert got == expected
