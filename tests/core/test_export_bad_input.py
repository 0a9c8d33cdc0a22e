"""Whatever people call their school or paste as a name, an export holds its own lines and nothing else."""

import re
from dataclasses import replace
from functools import cache, lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.core import exports
from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.domains import lineage, parse
from firewall_admin.core.names import Names
from firewall_admin.core.policy import ANTI_BYPASS, Assignment, Audience, NameList, SchoolPolicy
from firewall_admin.core.refusals import NotADomain
from firewall_admin.core.ruleset import Action
from tests.bad_input import CANONICAL, REFUSED
from tests.thoroughness import examples

from . import golden_policy, reading_back
from .golden_policy import AT

every_format = pytest.mark.parametrize("name", exports.NAMES)
COMMENT = re.compile(r"\s*(?:#|!|;|//|--) ?[ -~]*")
ENDINGS = ("", "\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\\", "`", "*/", "]]", "?>", "#>", "--[[", "<!--")
TRAPS = (
    "||evil.lab^",
    "evil.lab CNAME .",
    "local-zone: evil.lab static",
    "http_access allow all",
    "'; reboot; '",
    "$(id)",
)
LONGEST = 100_000  # of words that are tried in every place of every format: a million letters are as harmless as these
FREE_TEXTS = [f"{ending}{trap}{ending}" for ending in ENDINGS for trap in TRAPS]


def named(words: str) -> SchoolPolicy:
    """The golden policy in somebody's words: its name, reasons, lists and where they come from."""
    school = golden_policy.school_policy()
    return replace(
        school,
        school=words,
        rules=tuple(replace(rule, reason=words) for rule in school.rules),
        lists={slug: replace(listed, source=words) for slug, listed in school.lists.items()},
    )


def lines(name: str, whole: Compiled) -> dict[str, list[str]]:
    return {path: text.split("\n") for path, text in golden_policy.written(name, whole).items()}


@lru_cache(maxsize=256)  # the same words go to every format
def in_words(words: str) -> Compiled:
    return compile_policy(named(words), AT)


@cache
def usually(name: str) -> dict[str, list[str]]:
    return lines(name, in_words("Oakfield"))


def changed(name: str, words: str) -> list[tuple[str, str]]:
    """Lines that are others than with harmless words, each with the harmless one. As many lines, in as many files."""
    harmless, hostile = usually(name), lines(name, in_words(words))
    assert {path: len(said) for path, said in hostile.items()} == {path: len(said) for path, said in harmless.items()}
    pairs = [pair for path in hostile for pair in zip(hostile[path], harmless[path], strict=True)]
    return [(line, usual) for line, usual in pairs if line != usual]


@every_format
def test_a_persons_words_change_nothing_but_comments(name: str) -> None:
    for words in [*FREE_TEXTS, *(text for text in REFUSED.values() if len(text) < LONGEST)]:
        for line, usual in changed(name, words):
            assert COMMENT.fullmatch(line), line
            assert COMMENT.fullmatch(usual), line
            assert line[-1] not in "\\`", line


@given(st.sampled_from(exports.NAMES), st.text(max_size=80))
def test_no_words_at_all_change_anything_but_comments(name: str, words: str) -> None:
    assert all(COMMENT.fullmatch(line) and COMMENT.fullmatch(usual) for line, usual in changed(name, words))


def blocking(texts: list[str]) -> Compiled:
    """A policy that blocks whatever of the texts is a name, and opens what is below that."""
    found = []
    for text in texts:
        try:
            found.append(parse(text))
        except NotADomain:
            continue
    short = [name for name in found if len(name) < 200]
    lists = {
        "bad": NameList("bad", "blocked", Names.of(found)),
        "good": NameList("good", "allowed", Names.of(f"ok.{name}" for name in short)),
    }
    audience = Audience("pupils", ("10.0.0.0/8", "2001:db8::/32"), lists=(Assignment("bad"), Assignment("good")))
    return compile_policy(replace(golden_policy.school_policy(), audiences=(audience,), lists=lists, rules=()), AT)


def expected(name: str, whole: Compiled) -> set[str]:
    """The names that belong into the files of a format, by what the format is."""
    [audience] = whole.audiences
    opened = () if name in ("hosts", "adguard") else (Action.OPEN,)
    wanted = set(audience.names(Action.BLOCK, Action.DENY, *opened))
    return wanted - set(ANTI_BYPASS.names) if name == "hosts" else wanted


@pytest.mark.parametrize("name", ["adguard", "edl", "hosts", "pac", "windows"])
def test_read_back_a_format_speaks_of_the_names_of_the_ruleset_and_of_no_other(name: str) -> None:
    whole = blocking([*CANONICAL, *REFUSED.values()])
    assert set(CANONICAL.values()) <= set(whole.audiences[0].names(Action.BLOCK))
    assert reading_back.names(name, golden_policy.written(name, whole).items()) == expected(name, whole)


@pytest.mark.parametrize("name", ["dnsmasq", "rpz", "squid", "unbound"])
def test_read_back_a_format_speaks_of_every_name_and_of_none_but_those_above_them(name: str) -> None:
    """RPZ and the like also write names in between, so that no wildcard is hidden by a name below it."""
    whole = blocking([*CANONICAL, *REFUSED.values()])
    [audience] = whole.audiences
    wanted = set(audience.names(Action.BLOCK, Action.DENY, Action.OPEN))
    above = {parent for domain in wanted for parent in lineage(domain)} | set(whole.school_policy.domains)
    found = reading_back.names(name, golden_policy.written(name, whole).items())
    told = sum(loss.names for loss in exports.load(name).losses(whole, golden_policy.TARGET) if loss.what == "names")
    assert len(wanted - found) == told <= 2, "one is too long for a zone's name behind it"
    assert found <= above


@given(st.lists(st.text(max_size=20).map(lambda text: f"{text}.lab") | st.text(max_size=30), max_size=8))
@settings(max_examples=examples(60))
def test_of_any_texts_only_names_reach_a_file(texts: list[str]) -> None:
    whole = blocking(texts)
    for name in ("adguard", "edl", "hosts", "pac", "windows"):
        assert reading_back.names(name, golden_policy.written(name, whole).items()) == expected(name, whole)


@pytest.mark.parametrize(
    ("name", "path", "line"),
    [
        ("adguard", "p.txt", "@@||evil.lab^$important"),
        ("edl", "p.txt", "# evil.lab $"),
        ("edl", "p.txt", "evil.lab "),
        ("hosts", "p.hosts", "0.0.0.0 good.lab evil.lab"),
        ("pac", "p.pac", 'var NAMES = {\n"evil.lab":1,"x.lab":0,\n\nfunction'),
        ("rpz", "zones/p.rpz", "evil.lab. CNAME ."),
        ("squid", "lists/p.txt", "evil.lab"),
        ("unbound", "unbound.conf", '  local-zone: "evil.lab" static'),
        ("dnsmasq", "p.conf", "conf-file=/etc/passwd"),
        ("windows", "p.ps1", "$names = @(\n    'EQ,evil.lab'; reboot,'x'\n)"),
    ],
)
def test_the_readers_see_a_line_that_does_not_belong(name: str, path: str, line: str) -> None:
    if line.startswith("#"):
        assert reading_back.names(name, [(path, line)]) == set()
        return
    with pytest.raises(AssertionError):
        reading_back.names(name, [(path, line)])
