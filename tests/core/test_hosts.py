"""A hosts file: every blocked name with an address of each family, and nothing else."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given

from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.export import Target
from firewall_admin.core.exports import hosts
from firewall_admin.core.policy import ANTI_BYPASS, Audience
from firewall_admin.core.ruleset import Action

from . import golden_policy, small_policies

TARGET = Target("/etc")
LINE = re.compile(r"([0-9a-f.:]+) ([a-z0-9_.-]+)")


def read(text: str) -> dict[str, list[str]]:
    """Addresses by name, as hosts(5) reads them."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            parts = LINE.fullmatch(line)
            assert parts, line
            found.setdefault(parts[2], []).append(parts[1])
    return found


@given(small_policies.compiled())
@example(golden_policy.compiled())
def test_every_blocked_name_has_an_address_of_both_families_and_no_other_name_has_one(whole: Compiled) -> None:
    files = golden_policy.written("hosts", whole, TARGET)
    for audience in whole.audiences:
        found = read(files[f"{audience.name}.hosts"])
        left_out = set(ANTI_BYPASS.names) if audience.audience.anti_bypass else set()
        assert set(found) == set(audience.names(Action.BLOCK)) - left_out
        for addresses in found.values():
            assert sorted(":" in address for address in addresses) == [False, True]


@pytest.mark.parametrize(
    ("answer", "sinkhole", "addresses"),
    [
        ("null", (), ("0.0.0.0", "::")),
        ("nxdomain", (), ("0.0.0.0", "::")),
        ("sinkhole", ("10.0.0.2",), ("10.0.0.2", "::")),
        ("sinkhole", ("2001:db8::2",), ("0.0.0.0", "2001:db8::2")),
        ("sinkhole", ("2001:db8::2", "10.0.0.2"), ("10.0.0.2", "2001:db8::2")),
    ],
)
def test_a_family_without_a_block_page_leads_nowhere(answer: str, sinkhole: tuple, addresses: tuple) -> None:
    assert hosts.addresses(Audience("p", answer=answer, sinkhole=sinkhole)) == addresses  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", ["nxdomain", "null"])
def test_names_that_turn_bypasses_off_get_no_address_and_are_told(answer: str) -> None:
    audience = Audience("p", ("10.0.0.0/8",), answer=answer)  # type: ignore[arg-type]
    whole = compile_policy(replace(golden_policy.school_policy(), audiences=(audience,), rules=()), golden_policy.AT)
    assert not set(ANTI_BYPASS.names) & set(read(golden_policy.written("hosts", whole)["p.hosts"]))
    told = [(loss.what, loss.names) for loss in hosts.losses(whole, TARGET)]
    assert told.count(("anti-bypass", len(ANTI_BYPASS.names))) == 1


def test_an_answer_that_is_no_address_is_told() -> None:
    told = {(loss.what, loss.audience) for loss in hosts.losses(golden_policy.compiled(), TARGET)}
    assert {audience for what, audience in told if what == "answer"} == {"guests-2"}
