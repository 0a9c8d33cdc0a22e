"""The law: for every name, `decide` and the ruleset agree; and the ruleset is the shortest that says it."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.core import ruleset as rulesets
from firewall_admin.core.domains import lineage, order
from firewall_admin.core.names import Names
from firewall_admin.core.policy import ANTI_BYPASS, Audience, NameList, Policy, Rule, decide
from tests.thoroughness import examples

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
# A small tree, so that names of lists and rules stand above, below and beside each other as a rule, not by chance;
# `a-b` and `ab` sort around the names under `a`.
TREE = [
    "lab.lab",
    *(f"{name}.lab" for name in ("a", "b.a", "c.b.a", "d.c.b.a", "e.b.a", "_x.a", "0.a", "a-b", "c.a-b", "ab")),
]
domains = st.sampled_from(TREE)
deep = st.sampled_from(
    [name for name in TREE if name.count(".") > 1]
)  # locked and protected higher up leave no question
rules = st.lists(
    st.builds(Rule, action=st.sampled_from(["allow", "block"]), domain=domains, audience=st.sampled_from([None, "p"])),
    max_size=6,
)


def lists(names, *roles, most=3):
    one = st.builds(
        NameList,
        slug=st.sampled_from(["x", "y", "z"]),
        role=st.sampled_from(roles),
        names=st.lists(names, min_size=2, max_size=6).map(Names.of),
    )
    return st.lists(one, min_size=most - 1, max_size=most).map(tuple)


policies = st.builds(
    Policy,
    audience=st.sampled_from([Audience("p"), Audience("p", answer="null")]),
    at=st.just(AT),
    locked=lists(deep, "locked", most=1).map(lambda ls: (ANTI_BYPASS, *ls)),
    protected=lists(deep, "protected", most=1),
    rules=rules.map(tuple),
    lists=lists(domains, "blocked", "allowed"),
)


def said(rules, name):
    return next((rules[n] for n in lineage(name) if n in rules), False)


def stack_says(policy, name):
    for layer in rulesets.layers(policy):
        rules = {n: s.action for s in layer.segments() for n in s}
        action = next((rules[n] for n in lineage(name) if n in rules), rulesets.Action.SILENT)
        if action != rulesets.Action.SILENT:
            return action != rulesets.Action.OPEN
    return False


def around(policy):
    """Every name that matters to a policy: the named, those between, those beside and those under them."""
    sources = [ls.names for ls in (*policy.locked, *policy.protected, *policy.lists)]
    named = {n for names in sources for n in names} | {r.domain for r in policy.rules}
    up = {n for name in named for n in lineage(name)}
    return sorted(up | {f"{label}.{n}" for n in up for label in ("a", "zz")} | {"a.zz.lab", "lab.lab"})


@given(policies)
@settings(max_examples=examples(100), deadline=None)
def test_decide_the_ruleset_and_the_stack_of_layers_agree_on_every_name(policy):
    rules = dict(rulesets.ruleset(policy))
    for name in around(policy):
        verdict = decide(policy, name).blocked
        assert said(rules, name) == verdict, name
        assert stack_says(policy, name) == verdict, name


@given(policies)
@settings(max_examples=examples(60), deadline=None)
def test_a_ruleset_is_in_label_order_and_names_only_where_the_verdict_changes(policy):
    rules = list(rulesets.ruleset(policy))
    names = [name for name, _ in rules]
    assert names == sorted(set(names), key=order)
    for name, blocked in rules:
        above = dict(rules)
        assert blocked != next((above[n] for n in lineage(name)[1:] if n in above), False)


@given(policies, st.integers(5, 40))
@settings(max_examples=examples(60), deadline=None)
def test_where_the_lists_are_cut_into_runs_makes_no_difference(policy, size):
    whole = list(rulesets.ruleset(policy))
    usual, rulesets._RUN = rulesets._RUN, size
    try:
        assert list(rulesets.ruleset(policy)) == whole
    finally:
        rulesets._RUN = usual


@given(policies, policies)
@settings(max_examples=examples(100), deadline=None)
def test_two_states_of_a_policy_differ_where_their_rulesets_do(one, other):
    """States of one policy: the same lists by name, some in force in one, some in the other."""
    lists = {listed.slug: listed for listed in (*one.lists, *other.lists)}
    first, second = ([lists[slug] for slug in sorted({ls.slug for ls in of})] for of in (one.lists, other.lists))
    before = replace(one, lists=tuple(first))
    after = replace(one, rules=other.rules, lists=tuple(second))
    assert rulesets.differ(before, after) == (list(rulesets.ruleset(before)) != list(rulesets.ruleset(after)))
    assert not rulesets.differ(before, before)


def test_anti_bypass_names_are_told_apart_only_where_the_audience_is_not_answered_nxdomain():
    for audience, expected in ((Audience("p"), []), (Audience("p", answer="null"), ["resolver.arpa"])):
        policy = Policy(audience, AT, locked=(ANTI_BYPASS,))
        denied = [n for s in rulesets.segments(policy) if s.action == rulesets.Action.DENY for n in s]
        assert [n for n in denied if n == "resolver.arpa"] == expected


def test_exceptions_nest_to_any_depth_and_what_changes_nothing_is_left_out():
    blocked = NameList("b", "blocked", Names.of(["a.lab", "c.b.a.lab", "e.d.c.b.a.lab", "x.a.lab", "q.c.b.a.lab"]))
    opened = NameList("o", "allowed", Names.of(["b.a.lab", "d.c.b.a.lab", "z.lab"]))
    policy = Policy(Audience("p"), AT, lists=(blocked, opened))
    assert list(rulesets.ruleset(policy)) == [
        ("a.lab", True),
        ("b.a.lab", False),
        ("c.b.a.lab", True),
        ("d.c.b.a.lab", False),
        ("e.d.c.b.a.lab", True),
    ]
    for name in around(policy):
        assert said(dict(rulesets.ruleset(policy)), name) == decide(policy, name).blocked == stack_says(policy, name)


def test_each_tier_silences_those_after_it_for_a_whole_subtree():
    policy = Policy(
        Audience("p"),
        AT,
        locked=(NameList("l", "locked", Names.of(["x.r.p.lab"])),),
        protected=(NameList("p", "protected", Names.of(["p.lab"])),),
        rules=(Rule("block", "lab.lab"), Rule("allow", "a.lab.lab", "p"), Rule("block", "r.p.lab")),
        lists=(NameList("b", "blocked", Names.of(["b.a.lab.lab", "p.lab"])),),
    )
    assert list(rulesets.ruleset(policy)) == [("lab.lab", True), ("a.lab.lab", False), ("x.r.p.lab", True)]
    for name in around(policy):
        assert said(dict(rulesets.ruleset(policy)), name) == decide(policy, name).blocked == stack_says(policy, name)
