from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.core.domains import lineage, order
from firewall_admin.core.names import Names
from firewall_admin.core.plan import difference, plan, standing_objections
from firewall_admin.core.policy import Assignment, Audience, NameList, Policy, Rule, SchoolPolicy
from firewall_admin.core.ruleset import ruleset
from tests.thoroughness import examples

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
labels = st.sampled_from(["a", "b", "a-b"])
domains = st.lists(labels, min_size=1, max_size=3).map(lambda found: ".".join([*found, "lab"]))


def compiled(blocked, allowed):
    lists = (NameList("b", "blocked", Names.of(blocked)), NameList("o", "allowed", Names.of(allowed)))
    return list(ruleset(Policy(Audience("p"), AT, lists=lists)))


def says(rules, name):
    return next((dict(rules)[n] for n in lineage(name) if n in dict(rules)), False)


names = st.lists(domains, max_size=6)


@given(names, names, names, names)
@settings(max_examples=examples(80), deadline=None)
def test_a_difference_names_exactly_the_entries_whose_verdict_changes(blocked, allowed, later, opened):
    before, after = compiled(blocked, allowed), compiled(later, opened)
    changes = {change.domain: change.blocked for change in difference(before, after)}
    named = sorted({name for name, _ in before + after}, key=order)
    assert list(changes) == [name for name in named if says(before, name) != says(after, name)]
    assert all(says(after, name) == blocked for name, blocked in changes.items())


def school(audiences=("pupils", "staff"), lists=(), rules=()):
    return SchoolPolicy(
        "Oakfield",
        ZoneInfo("Europe/London"),
        "Europe/London",
        domains=("oakfield.leics.sch.uk",),
        audiences=tuple(
            Audience(name, networks=(f"10.{n}.0.0/16",), lists=tuple(Assignment(ls.slug) for ls in lists))
            for n, name in enumerate(audiences)
        ),
        lists={ls.slug: ls for ls in lists},
        rules=tuple(rules),
    )


def objections(before, after, policy=None):
    return [o.name for o in plan(before, after, policy or school()).objections]


def many(count, verdict=True):
    return [(f"n{n}.lab", verdict) for n in range(count)]


def test_a_plan_without_danger_shows_its_changes_and_no_objection():
    made = plan({"pupils": many(3)}, {"pupils": many(4)}, school())
    assert [change.domain for change in made.changes["pupils"]] == ["n3.lab"]
    assert made.objections == ()


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (1000, 900, None),
        (1000, 899, "much-opened"),
        (400, 300, None),
        (10_000, 15_000, None),
        (10_000, 15_001, "much-blocked"),
        (1000, 5999, None),
        (1000, 6000, "much-blocked"),
        (0, 9000, None),
        (10, 0, "blocks-nothing"),
    ],
)
def test_a_ruleset_that_shrinks_or_grows_over_the_limit_is_objected_to(before, after, name):
    assert objections({"pupils": many(before)}, {"pupils": many(after)}) == ([name] if name else [])


def test_an_audience_that_would_not_be_filtered_any_more_is_objected_to():
    assert objections({"pupils": many(2), "guests": many(2)}, {"pupils": many(2)}) == ["audience-gone"]


@pytest.mark.parametrize("name", ["co.uk", "sch.uk", "kent.sch.uk", "com.au"])
def test_blocking_a_public_suffix_is_objected_to(name):
    assert objections({"pupils": []}, {"pupils": [(name, True)]}) == ["public-suffix"]
    assert objections({"pupils": []}, {"pupils": [(f"oakfield.leics.{name}", True)]}) == []


def test_everyone_filtered_alike_and_an_audience_without_a_network_are_objected_to():
    policy = SchoolPolicy("O", ZoneInfo("UTC"), "UTC", audiences=(Audience("all"),))
    assert [o.name for o in standing_objections(policy)] == ["one-audience", "no-network"]


def test_lists_and_rules_that_name_what_is_protected_are_objected_to():
    helplines = NameList("help", "protected", Names.of(["childline.org.uk"]))
    blocked = NameList("all", "blocked", Names.of(["org.uk"]))
    locked = NameList("worst", "locked", Names.of(["sch.uk"]))
    policy = school(lists=[helplines, blocked, locked], rules=[Rule("block", "oakfield.leics.sch.uk")])
    found = {o.name: o.names for o in standing_objections(policy)}
    assert found == {
        "blocked-names-protected": ("childline.org.uk",),
        "locked-names-protected": ("oakfield.leics.sch.uk",),
        "rule-names-protected": ("oakfield.leics.sch.uk",),
    }


def test_a_rule_or_an_own_name_that_is_a_public_suffix_is_objected_to():
    policy = replace(school(rules=[Rule("allow", "co.uk")]), domains=("leics.sch.uk",))
    assert [o.names for o in standing_objections(policy)] == [("co.uk",), ("leics.sch.uk",)]
