"""A PAC file, run by a real PAC engine (pacparser), and read as JScript of 1999 would read it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import example, given, settings

from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.export import Target
from firewall_admin.core.exports import pac
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Audience, NameList, decide
from tests.thoroughness import examples

from . import golden_policy, small_policies

pacparser = pytest.importorskip("pacparser")  # no wheel for Linux on ARM

TARGET = Target("/srv/pac")
NOT_ES3 = re.compile(r",\s*[}\]]|=>|`|\b(?:let|const|class|of|async)\b|\.(?:class|default|delete|in)\b")


@contextmanager
def engine(script: str) -> Iterator[Callable[[str], str]]:
    """Ask a PAC file for a host."""
    pacparser.init()
    try:
        pacparser.parse_pac_string(script)
        yield lambda host: str(pacparser.find_proxy(f"http://{host}/", host))
    finally:
        pacparser.cleanup()


@given(small_policies.compiled())
@example(golden_policy.compiled())
@settings(max_examples=examples(60))
def test_a_blocked_host_is_sent_to_the_block_page_or_nowhere_and_every_other_direct(whole: Compiled) -> None:
    files = golden_policy.written("pac", whole, TARGET)
    for audience in whole.audiences:
        with engine(files[f"{audience.name}.pac"]) as ask:
            for name in small_policies.around(audience):
                blocked = decide(audience.policy, name).blocked
                assert ask(name) == (pac.proxy(audience.audience) if blocked else "DIRECT"), name


@pytest.mark.parametrize(
    "host", ["GAMES.Example", "games.example.", "www.Games.EXAMPLE.", "paid.chess.arcade.learn.games.example"]
)
def test_case_and_a_trailing_dot_make_no_difference(host: str) -> None:
    with engine(golden_policy.written("pac", golden_policy.compiled())["pupils.pac"]) as ask:
        assert ask(host) == "PROXY 10.20.0.2:80; PROXY [2001:db8:20::2]:80"


@pytest.mark.parametrize(
    "host",
    "10.20.0.9 [2001:db8::1] 2001:db8::1 intranet constructor __proto__ toString.example . notgames.example example "
    "chess.arcade.learn.games.example learn.games.example. games.example.org".split(),
)
def test_addresses_bare_names_and_names_that_only_look_alike_go_direct(host: str) -> None:
    with engine(golden_policy.written("pac", golden_policy.compiled())["pupils.pac"]) as ask:
        assert ask(host) == "DIRECT"


def test_a_blocked_host_of_an_audience_without_a_block_page_goes_nowhere() -> None:
    with engine(golden_policy.written("pac", golden_policy.compiled())["staff.pac"]) as ask:
        assert ask("chat.example") == "PROXY 127.0.0.1:9"


def test_a_host_costs_one_look_up_a_label_at_most() -> None:
    script = golden_policy.written("pac", golden_policy.compiled())["pupils.pac"]
    counting = script.replace("said = NAMES[name];", "said = NAMES[name]; COUNT = COUNT + 1;") + "var COUNT = 0;\n"
    counting = counting.replace("return OPEN;\n}", 'return "ASKED " + COUNT;\n}')
    with engine(counting) as ask:
        assert ask("a.b.c.d.unknown.lab") == "ASKED 5"


def test_the_script_is_ecmascript_3() -> None:
    for text in golden_policy.written("pac", golden_policy.compiled()).values():
        code = re.sub(r'"[^"\n]*"', '""', re.sub(r"(?m)^//.*\n", "", text))
        assert not NOT_ES3.search(code)
        assert set(re.findall(r'"[^"\n]*"|.', code)) <= set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ \n"
        ) | set("(){}[];=.,:+-<>01") | {'""'}


def test_a_script_larger_than_chromium_takes_is_told() -> None:
    for count, told in ((30_000, False), (80_000, True)):
        names = NameList("big", "locked", Names.of(f"name-{number:06}.lab" for number in range(count)))
        school = replace(golden_policy.school_policy(), audiences=(Audience("p"),), lists={"big": names}, rules=())
        whole = compile_policy(school, golden_policy.AT)
        assert (len(golden_policy.written("pac", whole)["p.pac"]) > pac.MOST) == told
        assert ("limit" in {loss.what for loss in pac.losses(whole, TARGET)}) == told


def test_a_site_may_put_its_own_proxy_for_open_hosts() -> None:
    script = golden_policy.written("pac", golden_policy.compiled())["staff.pac"]
    own = script.replace('var OPEN = "DIRECT";', 'var OPEN = "PROXY proxy.lab:3128";')
    with engine(own) as ask:
        assert ask("www.bbc.co.uk") == "PROXY proxy.lab:3128"
