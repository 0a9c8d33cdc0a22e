"""The law: for every name, `decide` and the ruleset agree; and the ruleset is the shortest that says it."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.core import ruleset as rulesets
from firewall_admin.core.domains import covers, lineage, order
from firewall_admin.core.names import Names
from firewall_admin.core.policy import ANTI_BYPASS, Audience, NameList, Policy, Rule, decide

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
LABELS = ["a", "b", "a-b", "ab", "_a", "0"]
domains = st.lists(st.sampled_from(LABELS), min_size=1, max_size=4).map(lambda ls: ".".join([*ls, "lab"]))
some_names = st.lists(domains, max_size=8).map(Names.of)
rules = st.lists(
    st.builds(Rule, action=st.sampled_from(["allow", "block"]), domain=domains, audience=st.sampled_from([None, "p"])),
    max_size=6,
)


def lists(*roles):
    one = st.builds(NameList, slug=st.sampled_from(["x", "y", "z"]), role=st.sampled_from(roles), names=some_names)
    return st.lists(one, max_size=3).map(tuple)


policies = st.builds(
    Policy,
    audience=st.sampled_from([Audience("p"), Audience("p", answer="null")]),
    at=st.just(AT),
    locked=lists("locked").map(lambda ls: (ANTI_BYPASS, *ls)),
    protected=lists("protected"),
    rules=rules.map(tuple),
    lists=lists("blocked", "allowed"),
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
@settings(max_examples=100, deadline=None)
def test_decide_the_ruleset_and_the_stack_of_layers_agree_on_every_name(policy):
    rules = dict(rulesets.ruleset(policy))
    for name in around(policy):
        verdict = decide(policy, name).blocked
        assert said(rules, name) == verdict, name
        assert stack_says(policy, name) == verdict, name


@given(policies)
@settings(max_examples=60, deadline=None)
def test_a_ruleset_is_in_label_order_and_names_only_where_the_verdict_changes(policy):
    rules = list(rulesets.ruleset(policy))
    names = [name for name, _ in rules]
    assert names == sorted(set(names), key=order)
    for name, blocked in rules:
        above = dict(rules)
        assert blocked != next((above[n] for n in lineage(name)[1:] if n in above), False)


@given(policies, policies, domains)
@settings(max_examples=100, deadline=None)
def test_a_spliced_ruleset_is_the_whole_one_made_anew(policy, other, domain):
    """Take the other policy's lists and rules only inside the domain's subtree."""

    def mixed(one, two):
        keep = [n for n in one if not covers(domain, n)]
        return Names.of(keep + [n for n in two if covers(domain, n)])

    def slot(role, ours, theirs):
        inside = [n for ls in theirs if ls.role == role for n in ls.names]
        return NameList(role, role, mixed([n for ls in ours if ls.role == role for n in ls.names], inside))

    def grouped(theirs):
        return Policy(
            policy.audience,
            AT,
            locked=(ANTI_BYPASS, slot("locked", policy.locked, theirs.locked)),
            protected=(slot("protected", policy.protected, theirs.protected),),
            rules=tuple(r for r in policy.rules if not covers(domain, r.domain))
            + tuple(r for r in theirs.rules if covers(domain, r.domain)),
            lists=(slot("blocked", policy.lists, theirs.lists), slot("allowed", policy.lists, theirs.lists)),
        )

    before, after = grouped(policy), grouped(other)
    assert list(rulesets.splice(rulesets.ruleset(before), after, domain)) == list(rulesets.ruleset(after))


@given(policies, st.integers(5, 40))
@settings(max_examples=60, deadline=None)
def test_where_the_lists_are_cut_into_runs_makes_no_difference(policy, size):
    whole = list(rulesets.ruleset(policy))
    usual, rulesets._RUN = rulesets._RUN, size
    try:
        assert list(rulesets.ruleset(policy)) == whole
    finally:
        rulesets._RUN = usual


def test_anti_bypass_names_are_told_apart_only_where_the_audience_is_not_answered_nxdomain():
    for answer, expected in (("nxdomain", []), ("null", ["resolver.arpa"])):
        policy = Policy(Audience("p", answer=answer), AT, locked=(ANTI_BYPASS,))
        denied = [n for s in rulesets.segments(policy) if s.action == rulesets.Action.DENY for n in s]
        assert [n for n in denied if n == "resolver.arpa"] == expected
