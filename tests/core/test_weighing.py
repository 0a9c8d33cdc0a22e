"""The law: what a change does, found from the change, is what comparing whole policies says."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.core import list_moves, subtrees, touched
from firewall_admin.core import plan as plans
from firewall_admin.core.closings import closed, closings
from firewall_admin.core.dangers import Opened
from firewall_admin.core.domains import covers, order
from firewall_admin.core.names import Names
from firewall_admin.core.opening import openings, openings_in_full
from firewall_admin.core.plan import Tally, difference
from firewall_admin.core.policy import decide
from firewall_admin.core.ruleset import ruleset
from firewall_admin.core.subtrees import Subtrees, narrowed, narrowed_names
from firewall_admin.core.touched import touched_audience
from firewall_admin.core.weighing import Known, Rulesets, differences, weighed, weighed_in_full
from tests.thoroughness import examples

from .changed_policies import changed, schools
from .small_policies import AT, domains

pairs = schools().flatmap(lambda before: st.tuples(st.just(before), changed(before)))
triples = pairs.flatmap(lambda pair: st.tuples(st.just(pair[0]), st.just(pair[1]), changed(pair[1])))
LATER = AT + timedelta(hours=2, minutes=15)


def known(policy, at):
    return Known(policy, at, {a.name: Tally.of(ruleset(policy.policy(a.name, at))) for a in policy.audiences})


def low_limits(monkeypatch):
    """So that the small policies of a test come to their edges."""
    monkeypatch.setattr(plans, "LEAST", 2)
    monkeypatch.setattr(plans, "MUCH", 2)
    monkeypatch.setattr(subtrees, "_PIECE", 30)
    monkeypatch.setattr(list_moves, "STRETCH", 20)


@given(triples, st.lists(domains, max_size=4))
@settings(max_examples=examples(150), deadline=None)
def test_a_plan_made_from_the_change_is_the_plan_made_from_whole_policies(policies, names):
    first, before, after = policies
    opened = [Opened(name) for name in names]
    whole = weighed_in_full(before, after, LATER, opened)
    assert weighed(before, after, LATER, opened, known(first, AT)) == whole
    assert weighed(before, after, LATER, opened) == whole


@given(pairs)
@settings(max_examples=examples(100), deadline=None)
def test_so_it_is_at_the_limits_and_where_lists_are_read_in_pieces(policies):
    before, after = policies
    with pytest.MonkeyPatch.context() as patch:
        low_limits(patch)
        for look in (0, 1_000):
            patch.setattr(subtrees, "_A_LOOK", look)
            assert weighed(before, after, AT, (), known(before, AT)) == weighed_in_full(before, after, AT)


@given(pairs)
@settings(max_examples=examples(150), deadline=None)
def test_what_a_change_opens_is_what_comparing_whole_policies_says(policies):
    before, after = policies
    assert set(openings(before, after, AT)) == set(openings_in_full(before, after, AT))


@given(pairs)
@settings(max_examples=examples(60), deadline=None)
def test_where_too_much_is_touched_whole_policies_are_compared(policies):
    before, after = policies
    whole, opens = weighed_in_full(before, after, AT), set(openings_in_full(before, after, AT))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(touched, "MOST", 1)
        assert weighed(before, after, AT, (), known(before, AT)) == whole
        assert set(openings(before, after, AT)) == opens


@given(schools())
@settings(max_examples=examples(60), deadline=None)
def test_what_the_clock_changes_is_found_from_what_comes_into_force(policy):
    for name, found in differences(Rulesets(policy, AT), Rulesets(policy, LATER)).items():
        before, after = policy.policy(name, AT), policy.policy(name, LATER)
        assert list(found) == list(difference(ruleset(before), ruleset(after)))


@given(pairs)
@settings(max_examples=examples(80), deadline=None)
def test_no_name_outside_what_is_touched_has_another_verdict(policies):
    before, after = policies
    for name in {a.name for a in before.audiences} & {a.name for a in after.audiences}:
        old, new = before.policy(name, AT), after.policy(name, AT)
        part = touched_audience(old, new)
        assert part is not None
        for change in difference(ruleset(old), ruleset(new)):
            assert part.holds(change.domain)


@given(schools(), st.lists(domains, min_size=1, max_size=4))
@settings(max_examples=examples(80), deadline=None)
def test_a_narrowed_policy_says_of_its_names_what_the_whole_one_says_and_why(policy, names):
    small = narrowed(policy, Subtrees.of(map(order, names)))
    for audience in policy.audiences:
        one, other = (each.policy(audience.name, AT) for each in (small, policy))
        for name in (*names, *(f"x.{name}" for name in names)):
            assert decide(one, name) == decide(other, name)


@given(st.lists(domains, max_size=30), st.lists(domains, max_size=5), st.booleans())
@settings(max_examples=examples(150), deadline=None)
def test_narrowed_names_are_those_in_and_above_the_subtrees(names, roots, through):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subtrees, "_PIECE", 30)
        patch.setattr(subtrees, "_A_LOOK", 10**6 if through else 0)
        found = list(narrowed_names(Names.of(names), Subtrees.of(map(order, roots))))
    wanted = [n for n in Names.of(names) if any(covers(root, n) or covers(n, root) for root in roots)]
    assert found == wanted


@given(pairs)
@settings(max_examples=examples(100), deadline=None)
def test_blocks_that_go_ahead_of_an_edit_open_nothing_now_or_later(policies):
    live, wanted = policies
    policy = live
    for closing in closings(live, wanted, {"v", "w", "x", "y"}):
        policy = closed(policy, closing)
    assert not list(openings_in_full(live, policy, AT))
    blocks = {(r.domain, r.audience, r.since, r.until, r.when) for r in wanted.rules if r.action == "block"}
    names = {None, *(audience.name for audience in live.audiences)}
    if live.timetables == wanted.timetables:
        ours = {(r.domain, r.audience, r.since, r.until, r.when) for r in policy.rules if r.action == "block"}
        assert {block for block in blocks if block[1] in names} <= ours
