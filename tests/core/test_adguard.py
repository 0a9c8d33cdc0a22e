"""AdGuard Home answers each audience as its policy says; Pi-hole does what it can, and what it can't is told."""

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import example, given, settings

from firewall_admin.core.compiled import Compiled, CompiledAudience, compile_policy
from firewall_admin.core.domains import covers
from firewall_admin.core.export import Target
from firewall_admin.core.exports import adguard
from firewall_admin.core.exports.adguard.rules import LONGEST
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, SchoolPolicy, Verdict, decide
from firewall_admin.core.ruleset import Action
from tests.thoroughness import examples

from . import adguard_engine, golden_policy, small_policies
from .small_policies import AT

TARGET = Target("/etc/adguard")
TYPES = ("A", "AAAA", "HTTPS", "CNAME", "TXT")


def expected(audience: CompiledAudience, verdict: Verdict, kind: str) -> adguard_engine.Answer:
    if not verdict.blocked:
        return f"CNAME {verdict.rewrite}" if verdict.rewrite else "real"
    if verdict.answer == "nxdomain":
        return "NXDOMAIN"
    addresses = ("0.0.0.0", "::") if verdict.answer == "null" else audience.audience.sinkhole
    return tuple(a for a in addresses if kind == ("AAAA" if ":" in a else "A"))


def written(whole: Compiled, device: str | None = None) -> dict[str, str]:
    return golden_policy.written("adguard", whole, replace(TARGET, device=device))


@given(small_policies.compiled())
@example(golden_policy.compiled())
@settings(max_examples=examples(60))
def test_each_audiences_own_list_answers_every_name_and_type_as_the_policy_says(whole: Compiled) -> None:
    files = written(whole)
    for audience in whole.audiences:
        rules = adguard_engine.read(files[f"{audience.name}.txt"])
        for name in small_policies.around(audience):
            verdict = decide(audience.policy, name)
            for kind in TYPES:
                assert adguard_engine.answer(rules, name, kind) == expected(audience, verdict, kind), (name, kind)


@given(small_policies.compiled())
@settings(max_examples=examples(60))
def test_the_list_for_all_answers_each_client_as_its_longest_network_says(whole: Compiled) -> None:
    rules = adguard_engine.read(written(whole)["clients.txt"])
    names = {name for audience in whole.audiences for name in small_policies.around(audience)}
    for client, audience in small_policies.clients(whole):
        for name in sorted(names):
            wanted = expected(audience, decide(audience.policy, name), "A") if audience else "real"
            assert adguard_engine.answer(rules, name, "A", client) == wanted, (name, client)


@given(small_policies.compiled())
@settings(max_examples=examples(60))
def test_no_exception_rule_is_ever_written(whole: Compiled) -> None:
    for text in written(whole).values():
        assert "@@" not in text
        assert "important" not in text


def crowded(count: int) -> Compiled:
    """One blocked name with many open ones directly below it."""
    opened = Names.of(f"site-with-a-long-name-{number:05}.host.lab" for number in range(count))
    lists = {"b": NameList("b", "blocked", Names.of(["host.lab"])), "a": NameList("a", "allowed", opened)}
    audience = Audience("p", ("10.0.0.0/8",), anti_bypass=False, lists=(Assignment("a"), Assignment("b")))
    return compile_policy(SchoolPolicy("S", UTC, "UTC", (), (audience,), lists), AT)


def test_a_line_never_grows_so_long_that_the_list_is_refused_and_what_is_left_out_is_told() -> None:
    few, many = crowded(1_000), crowded(3_000)
    assert not list(adguard.losses(few, TARGET))
    [loss] = adguard.losses(many, TARGET)
    assert (loss.what, loss.audience) == ("limit", "p")
    for whole, closed in ((few, 0), (many, loss.names)):
        rules = adguard_engine.read(written(whole)["clients.txt"])
        names = list(whole.audiences[0].names(Action.OPEN))
        told = [adguard_engine.answer(rules, name, "A", "10.0.0.1") for name in names]
        assert told.count("NXDOMAIN") == closed
    assert 0 < loss.names < 3_000 - LONGEST // 60


def test_a_rewrite_whose_target_would_not_be_taken_is_told_and_left_out() -> None:
    school = replace(
        golden_policy.school_policy(), steering={"safe-search": (("a.lab", "x_y.lab"), ("b.lab", "ok.lab"))}
    )
    whole = compile_policy(school, AT, ("pupils",))
    [loss] = adguard.losses(whole, TARGET)
    assert (loss.what, loss.names) == ("rewrites", 1)
    text = written(whole)["pupils.txt"]
    assert "x_y" not in text
    assert "|b.lab^$dnsrewrite=NOERROR;CNAME;ok.lab\n" in text


def test_an_audience_called_clients_keeps_its_file_and_the_missing_one_is_told() -> None:
    audience = Audience("clients", ("10.0.0.0/8",))
    whole = compile_policy(replace(golden_policy.school_policy(), audiences=(audience,), rules=()), AT)
    [file] = adguard.files(whole, TARGET)
    assert (file.path, file.audience) == ("clients.txt", "clients")
    assert [loss.what for loss in adguard.losses(whole, TARGET)] == ["clients"]


def test_an_audience_without_networks_is_left_out_of_the_list_for_all() -> None:
    whole = compile_policy(replace(golden_policy.school_policy(), audiences=(Audience("staff"),), rules=()), AT)
    assert adguard_engine.read(written(whole)["clients.txt"]) == {}
    assert "staff: no networks" in written(whole)["clients.txt"]
    assert adguard_engine.read(written(whole)["staff.txt"])


def gravity(text: str, before: str) -> set[str]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(line.startswith(before) and line.endswith("^") for line in lines)
    return {line.removeprefix(before).removesuffix("^") for line in lines}


@given(small_policies.compiled())
@example(golden_policy.compiled())
@settings(max_examples=examples(60))
def test_pihole_blocks_what_the_policy_blocks_but_for_names_below_open_ones_and_tells_how_many(whole: Compiled) -> None:
    files = written(whole, "pihole")
    losses = list(adguard.losses(whole, replace(TARGET, device="pihole")))
    for audience in whole.audiences:
        blocked = gravity(files[f"{audience.name}.txt"], "||")
        opened = gravity(files.get(f"{audience.name}.allow.txt", ""), "@@||")
        below = {name for name in blocked if any(covers(o, name) for o in opened)}
        [told] = [loss.names for loss in losses if loss.what == "exceptions" and loss.audience == audience.name] or [0]
        assert told == len(below)
        for name in small_policies.around(audience):
            if not any(covers(lost, name) for lost in below):
                says = any(covers(b, name) for b in blocked) and not any(covers(o, name) for o in opened)
                assert says == decide(audience.policy, name).blocked, name


@pytest.mark.parametrize(("audience", "told"), [("pupils", True), ("staff", False), ("guests-2", True)])
def test_pihole_answers_in_its_own_mode_which_is_told_where_another_is_wanted(audience: str, told: bool) -> None:
    losses = list(adguard.losses(golden_policy.compiled(), replace(TARGET, device="pihole")))
    assert (("answer", audience) in {(loss.what, loss.audience) for loss in losses}) == told
    assert ("anti-bypass", audience) not in {(loss.what, loss.audience) for loss in losses}
