"""The law: segments changed only where the policy changed are those of compiling anew, to the byte."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.core import ruleset, splicing
from firewall_admin.core.domains import order
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Audience, NameList, Policy, Rule
from firewall_admin.core.splicing import FLAT, compiled, content, moved
from tests.thoroughness import examples

from .changed_policies import changed, schools
from .small_policies import AT

LAYERS = (FLAT, "anti-bypass", "locked", "protected", "rules", "lists")
pairs = schools().flatmap(lambda before: st.tuples(st.just(before), changed(before)))


def both(policies):
    before, after = policies
    for name in {a.name for a in before.audiences} & {a.name for a in after.audiences}:
        yield before.policy(name, AT), after.policy(name, AT)


def is_nxdomain(policy):
    return policy.audience.answer == "nxdomain"


@given(pairs, st.integers(1, 5), st.integers(0, 2))
@settings(max_examples=examples(200), deadline=None)
def test_moved_segments_are_those_of_compiling_anew(policies, lines, near):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ruleset, "LINES", lines)
        patch.setattr(splicing, "LINES", lines)
        patch.setattr(splicing, "_NEAR", near)
        for old, new in both(policies):
            for layer in LAYERS:
                if layer != FLAT or is_nxdomain(old) == is_nxdomain(new):
                    assert moved(old, compiled(old, layer), new, layer) == compiled(new, layer)


@given(pairs)
@settings(max_examples=examples(100), deadline=None)
def test_where_the_content_is_the_same_so_are_the_segments(policies):
    for old, new in both(policies):
        for layer in LAYERS:
            if content(old, layer) == content(new, layer):
                assert compiled(old, layer) == compiled(new, layer)


@given(schools())
@settings(max_examples=examples(30), deadline=None)
def test_the_order_of_rules_and_lists_is_no_content(policy):
    for audience in policy.audiences:
        one = policy.policy(audience.name, AT)
        turned = Policy(one.audience, AT, one.locked[::-1], one.protected[::-1], one.rules[::-1], one.lists[::-1])
        assert [content(one, layer) for layer in LAYERS] == [content(turned, layer) for layer in LAYERS]


def test_long_texts_are_cut_where_compiling_would_cut_them(monkeypatch):
    for module in (ruleset, splicing):
        monkeypatch.setattr(module, "LINES", 5_000)
    names = [f"n{number:06}.lab" for number in range(12_000)]
    listed = NameList("big", "blocked", Names.of(names))
    before = Policy(Audience("p"), AT, lists=(listed,))
    rules = (Rule("block", "a.lab"), Rule("block", "n007000a.lab"), Rule("allow", "n009000.lab"))
    for number in range(4):
        after = Policy(Audience("p"), AT, lists=(listed,), rules=rules[:number])
        assert moved(before, compiled(before, FLAT), after, FLAT) == compiled(after, FLAT)
        assert moved(after, compiled(after, FLAT), before, FLAT) == compiled(before, FLAT)
    fewer = NameList("big", "blocked", Names.of(names[:3_000] + names[4_100:]))
    after = Policy(Audience("p"), AT, lists=(fewer,))
    found = moved(before, compiled(before, FLAT), after, FLAT)
    assert found == compiled(after, FLAT)
    assert [len(segment) for segment in found] == [5_000, 5_000, 900]
    assert sorted((name for s in found for name in s), key=order) == [name for s in found for name in s]


def test_of_too_much_change_nothing_is_moved(monkeypatch):
    monkeypatch.setattr(splicing, "MOST", 1)
    before = Policy(Audience("p"), AT)
    after = Policy(Audience("p"), AT, rules=(Rule("block", "a.lab"), Rule("block", "b.lab")))
    assert moved(before, compiled(before, FLAT), after, FLAT) is None
