"""The PowerShell script for a Windows DNS server, judged by a model of what Microsoft documents.

The model reads the script's data and the criteria of its policies; how the commands that use them are put is checked
as text, for no Windows server runs here.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from ipaddress import ip_address, ip_network

from hypothesis import example, given, settings

from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.domains import covers
from firewall_admin.core.export import Target
from firewall_admin.core.exports import windows
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Audience, NameList, decide
from firewall_admin.core.ruleset import Action
from tests.thoroughness import examples

from . import golden_policy, small_policies

TARGET = Target("C:/firewall_admin")
NAME = r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)+"
CRITERION = re.compile(rf"EQ,({NAME}(?:,{NAME})*)(?:;NE,({NAME}(?:,{NAME})*))?")
QUOTED = re.compile(r"'([^'\n]*)'")


@dataclass(frozen=True)
class Script:
    """What a script sets: its clients and its policies of names."""

    text: str
    subnet: str
    current: str
    clients: tuple[str, ...]
    policies: tuple[str, ...]

    def serves(self, client: str) -> bool:
        return any(ip_address(client) in ip_network(network) for network in self.clients)

    def refuses(self, name: str) -> bool:
        """Whether a policy answers REFUSED: one of its values after EQ matches, and none of those after NE."""
        criteria = [criterion(policy) for policy in self.policies]
        return any(
            any(matches(value, name) for value in equal) and not any(matches(value, name) for value in different)
            for equal, different in criteria
        )


@cache
def criterion(policy: str) -> tuple[list[str], list[str]]:
    found = CRITERION.fullmatch(policy)
    assert found, policy
    return found[1].split(","), found[2].split(",") if found[2] else []


def matches(value: str, name: str) -> bool:
    """`*.x` is what stands under x, and not x."""
    return name == value if value[0] != "*" else name != value[2:] and covers(value[2:], name)


def read(text: str) -> Script | None:
    """A script's values; None for one that sets nothing."""
    code = "".join(line + "\n" for line in text.splitlines() if not line.startswith("#"))
    if not code:
        return None
    values = {name: QUOTED.findall(value) for name, value in re.findall(r"(?m)^\$(\w+) = (@\([^)]*\)|'.*')$", code)}
    [subnet], [current] = values["subnet"], values["current"]
    return Script(code, subnet, current, (*values["four"], *values["six"]), tuple(values["names"]))


@given(small_policies.compiled())
@example(golden_policy.compiled())
@settings(max_examples=examples(60))
def test_a_client_is_refused_the_names_its_own_audience_is_blocked_and_no_other(whole: Compiled) -> None:
    scripts = {path: read(text) for path, text in golden_policy.written("windows", whole, TARGET).items()}
    names = {name for audience in whole.audiences for name in small_policies.around(audience)}
    for client, audience in small_policies.clients(whole):
        serving = [script for script in scripts.values() if script and script.serves(client)]
        assert len(serving) == (audience is not None)
        for name in sorted(names):
            refused = any(script.refuses(name) for script in serving)
            assert refused == (audience is not None and decide(audience.policy, name).blocked), (name, client)


@given(small_policies.compiled())
@settings(max_examples=examples(60))
def test_every_blocked_name_stands_in_one_policy_of_a_bounded_size(whole: Compiled) -> None:
    for audience in whole.audiences:
        policies = list(windows.criteria(audience))
        equal = [name for policy in policies for name in policy.split(";")[0].split(",")[1:] if name[0] != "*"]
        assert sorted(equal) == sorted(audience.names(Action.BLOCK, Action.DENY))
        assert all(policy.split(";")[0].count(",") <= 2 * windows.BATCH for policy in policies)


def locked(count: int) -> Compiled:
    names = NameList("big", "locked", Names.of(f"name-{number}.lab" for number in range(count)))
    audience = Audience("p", ("10.0.0.0/8",), anti_bypass=False)
    school = replace(golden_policy.school_policy(), audiences=(audience,), lists={"big": names}, rules=())
    return compile_policy(school, golden_policy.AT)


def test_more_names_than_a_batch_make_more_policies() -> None:
    for count, policies in ((windows.BATCH, 1), (windows.BATCH + 1, 2)):
        [audience] = locked(count).audiences
        assert len(list(windows.criteria(audience))) == policies


def test_every_value_in_a_script_is_a_single_quoted_literal_of_harmless_characters() -> None:
    for text in golden_policy.written("windows", golden_policy.compiled()).values():
        script = read(text)
        assert script
        assert '"' not in script.text
        assert "`" not in script.text
        assert script.text.count("'") % 2 == 0
        for literal in QUOTED.findall(script.text):
            assert re.fullmatch(r"[A-Za-z0-9_.,;:*/ -]*|\{0\}_\{1:d4\}", literal), literal


def test_brackets_of_a_script_pair_up() -> None:
    for text in golden_policy.written("windows", golden_policy.compiled()).values():
        open_ones: list[str] = []
        for character in re.sub(r"(?m)^#.*$|'[^'\n]*'", "", text):
            if character in "([{":
                open_ones.append(character)
            elif character in ")]}":
                assert open_ones.pop() + character in ("()", "[]", "{}")
        assert open_ones == []


def test_nothing_is_removed_before_all_is_added_and_only_what_earlier_releases_of_this_audience_added() -> None:
    text = golden_policy.written("windows", golden_policy.compiled())["pupils.ps1"]
    added = text.index("Add-DnsServerQueryResolutionPolicy")
    removed = text.index("Remove-DnsServerQueryResolutionPolicy")
    assert text.index("$ErrorActionPreference = 'Stop'") < text.index("DnsServerClientSubnet -Name") < added < removed
    assert "if ($policy -like ($subnet + '_*') -and $policy -notlike ($current + '_*'))" in text[added:removed]
    assert "Remove-DnsServerClientSubnet" not in text
    assert set(re.findall(r"-Action '(\w+)'", text)) == {"DENY", "REPLACE", "REMOVE"}


def test_policies_of_another_release_have_other_names_and_those_of_the_same_the_same() -> None:
    school = golden_policy.school_policy()
    first, again = (read(golden_policy.written("windows", golden_policy.compiled())["pupils.ps1"]) for _ in range(2))
    other = read(
        golden_policy.written("windows", compile_policy(replace(school, rules=()), golden_policy.AT))["pupils.ps1"]
    )
    assert first
    assert other
    assert first == again
    assert first.subnet == other.subnet
    assert first.current != other.current
    assert all(re.fullmatch(re.escape(script.subnet) + "_[0-9a-f]{8}", script.current) for script in (first, other))


def test_an_audience_whose_name_begins_with_anothers_keeps_its_own_policies() -> None:
    audiences = tuple(
        Audience(name, (network,)) for name, network in (("year", "10.1.0.0/16"), ("year-5", "10.2.0.0/16"))
    )
    whole = compile_policy(replace(golden_policy.school_policy(), audiences=audiences, rules=()), golden_policy.AT)
    year, five = (read(golden_policy.written("windows", whole)[path]) for path in ("year.ps1", "year-5.ps1"))
    assert year
    assert five
    assert not five.current.startswith(year.subnet + "_")


def test_an_audience_without_networks_sets_nothing_and_is_told() -> None:
    school = replace(golden_policy.school_policy(), audiences=(Audience("staff"),), rules=())
    whole = compile_policy(school, golden_policy.AT)
    assert read(golden_policy.written("windows", whole)["staff.ps1"]) is None
    assert "networks" in {loss.what for loss in windows.losses(whole, TARGET)}


def test_more_names_than_a_windows_server_is_made_for_are_told() -> None:
    for count, told in ((windows.MOST, False), (windows.MOST + 1, True)):
        assert ("limit" in {loss.what for loss in windows.losses(locked(count), TARGET)}) == told
