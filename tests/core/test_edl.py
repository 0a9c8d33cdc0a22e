"""Plain lists for firewalls: names and nothing but names, within what a device takes."""

from dataclasses import replace

import pytest
from hypothesis import example, given

from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.domains import covers, order, parse
from firewall_admin.core.export import Loss, Target
from firewall_admin.core.exports import edl
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, decide
from firewall_admin.core.ruleset import Action

from . import golden_policy, small_policies

ANY = Target("/srv/lists")
DEVICES = sorted(edl.DEVICES)


def a_policy_of(count: int) -> Compiled:
    names = NameList("big", "blocked", Names.of(f"name-{number:06}.lab" for number in range(count)))
    audiences = tuple(Audience(name, lists=(Assignment("big"),), anti_bypass=False) for name in ("p", "q"))
    school = replace(golden_policy.school_policy(), audiences=audiences, lists={"big": names}, rules=())
    return compile_policy(school, golden_policy.AT)


def limits(whole: Compiled, device: str | None) -> list[Loss]:
    return [loss for loss in edl.losses(whole, replace(ANY, device=device)) if loss.what == "limit"]


@given(small_policies.compiled())
def test_a_list_is_the_blocked_names_in_label_order_and_the_open_ones_stand_apart(whole: Compiled) -> None:
    files = golden_policy.written("edl", whole, ANY)
    for audience in whole.audiences:
        blocked = files[f"{audience.name}.txt"].splitlines()
        assert blocked == list(audience.names(Action.BLOCK, Action.DENY))
        opened = files.get(f"{audience.name}.allow.txt", "").splitlines()
        assert opened == list(audience.names(Action.OPEN))
        assert all(parse(name) == name for name in blocked + opened)
        assert blocked == sorted(blocked, key=order)


@given(small_policies.compiled())
@example(golden_policy.compiled())
def test_where_nothing_is_lost_but_answers_the_list_blocks_what_the_policy_blocks(whole: Compiled) -> None:
    files = golden_policy.written("edl", whole, replace(ANY, device="paloalto"))
    told = {(loss.what, loss.audience) for loss in edl.losses(whole, replace(ANY, device="paloalto"))}
    for audience in whole.audiences:
        blocked = files[f"{audience.name}.txt"].splitlines()
        for name in small_policies.around(audience):
            verdict = decide(audience.policy, name).blocked
            listed = any(covers(b, name) for b in blocked)
            assert listed == verdict or (listed and ("exceptions", audience.name) in told), name


@pytest.mark.parametrize("device", [None, *DEVICES])
def test_no_line_is_a_comment_and_none_is_longer_than_any_device_takes(device: str | None) -> None:
    for text in golden_policy.written("edl", golden_policy.compiled(), replace(ANY, device=device)).values():
        lines = text.splitlines()
        assert all(parse(line.removeprefix("*.")) == line.removeprefix("*.") for line in lines)
        assert max(map(len, lines)) <= 255
        assert len(lines) == len(set(lines))


@pytest.mark.parametrize("device", [d for d in DEVICES if edl.DEVICES[d].forms != ("",)])
def test_a_device_that_reads_a_name_by_itself_alone_is_given_the_names_under_it_too(device: str) -> None:
    lines = golden_policy.written("edl", golden_policy.compiled(), replace(ANY, device=device))[
        "staff.txt"
    ].splitlines()
    plain = {line for line in lines if not line.startswith("*")}
    assert {line.removeprefix("*.") for line in lines if line.startswith("*")} == plain != set()


@pytest.mark.parametrize("device", [None, *DEVICES])
def test_subdomains_are_told_as_lost_just_where_a_device_is_not_known_to_block_them(device: str | None) -> None:
    told = {loss.what for loss in edl.losses(golden_policy.compiled(), replace(ANY, device=device))}
    assert ("subdomains" in told) == (device in (None, "sophos"))


def test_a_list_of_more_lines_than_a_device_takes_is_told_with_how_many_names_it_drops() -> None:
    whole = a_policy_of(70_000)  # 140,000 lines as a FortiGate wants them
    assert [(loss.audience, loss.names) for loss in limits(whole, "fortigate")] == [("p", 4_464), ("q", 4_464)]
    assert limits(whole, "fortigate-entry") == []
    assert limits(whole, None) == []


def test_a_limit_of_the_whole_firewall_counts_the_lists_of_all_audiences_together() -> None:
    assert limits(a_policy_of(25_000), "paloalto") == []
    [loss] = limits(a_policy_of(30_000), "paloalto")
    assert (loss.audience, loss.names) == (None, 10_000)


def test_a_list_of_more_bytes_than_a_device_takes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = a_policy_of(100)
    written = golden_policy.written("edl", whole, replace(ANY, device="fortigate"))["p.txt"]
    for size, told in ((len(written), []), (len(written) - 1, ["p", "q"])):
        small = replace(edl.DEVICES["fortigate"], size=size)
        monkeypatch.setitem(edl.DEVICES, "fortigate", small)
        assert [loss.audience for loss in limits(whole, "fortigate")] == told


def test_nothing_is_cut_off_a_list_that_is_too_long() -> None:
    text = golden_policy.written("edl", a_policy_of(60_000), replace(ANY, device="paloalto"))["p.txt"]
    assert text.count("\n") == 60_000
