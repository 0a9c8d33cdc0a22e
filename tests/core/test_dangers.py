"""Each danger is objected to from its edge on, and not a step before it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from firewall_admin.core.dangers import Opened, list_objections, turnover_objections
from firewall_admin.core.names import Names
from firewall_admin.core.plan import Change
from firewall_admin.core.policy import Assignment, Audience, NameList, Rule, SchoolPolicy
from firewall_admin.core.timetable import parse_timetable
from firewall_admin.core.weighing import Rulesets, differences, weighed

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def listed(slug, role, count_or_names):
    names = [f"n{n}.lab" for n in range(count_or_names)] if isinstance(count_or_names, int) else count_or_names
    return NameList(slug, role, Names.of(names), f"{slug}.txt")


def school(*lists, rules=(), timetables=(), audiences=("pupils", "staff"), assigned=None):
    slugs = [one.slug for one in lists if one.role in ("blocked", "allowed")]
    found = tuple(
        Audience(name, networks=(f"10.{n}.0.0/16",), lists=tuple(assigned or map(Assignment, slugs)))
        for n, name in enumerate(audiences)
    )
    return SchoolPolicy(
        "Oakfield",
        ZoneInfo("Europe/London"),
        "Europe/London",
        audiences=found,
        lists={one.slug: one for one in lists},
        rules=tuple(rules),
        timetables={one.name: one for one in timetables},
    )


def objections(before, after, opened=(), at=AT):
    return {(o.name, o.audience) for o in weighed(before, after, at, opened).objections}


def named(before, after, opened=(), at=AT):
    return {name for name, _ in objections(before, after, opened, at)}


@pytest.mark.parametrize(
    ("old", "new", "shrunk"),
    [
        (500, 450, False),
        (500, 449, True),
        (499, 1, False),
        (499, 0, True),
        (1, 0, True),
        (0, 0, False),
        (1000, 0, True),
    ],
)
def test_a_list_much_shorter_than_the_one_it_replaces(old, new, shrunk):
    before, after = (school(listed("social", "blocked", count)) for count in (old, new))
    found = list(list_objections(before, after))
    assert [o.name for o in found] == ["list-shrunk"] * shrunk
    if shrunk:
        assert f"{new:,} name" in found[0].text
        assert f"{old:,} name" in found[0].text


def test_a_list_that_is_new_or_gone_altogether_is_not_a_shrunken_one():
    social = listed("social", "blocked", 1000)
    assert not list(list_objections(school(), school(social)))
    assert not list(list_objections(school(social), school()))


@pytest.mark.parametrize("role", ["locked", "protected", "blocked", "allowed"])
def test_a_list_of_any_role_may_not_shrink_unseen(role):
    before, after = (school(listed("a", role, count)) for count in (1000, 500))
    assert [o.name for o in list_objections(before, after)] == ["list-shrunk"]


@pytest.mark.parametrize(
    ("old", "new", "blocked", "opened", "objected"),
    [
        (1000, 1000, 100, 100, False),
        (1000, 1000, 101, 100, True),
        (499, 499, 100, 100, False),
        (500, 500, 51, 50, True),
        (1000, 1201, 201, 0, False),
        (1000, 899, 100, 201, False),  # said by size already
        (1000, 900, 51, 150, True),
    ],
)
def test_many_names_exchanged_for_others(old, new, blocked, opened, objected):
    changes = [Change(f"b{n}.lab", True) for n in range(blocked)] + [Change(f"o{n}.lab", False) for n in range(opened)]
    found = list(turnover_objections("pupils", old, new, changes))
    assert [o.name for o in found] == ["much-replaced"] * objected
    if objected:
        assert all(f"{number:,}" in found[0].text for number in (old, opened, blocked))


ALLOWED = Rule("allow", "lesson.lab", reason="a lesson")


@pytest.mark.parametrize(
    ("rules", "opened", "objected"),
    [
        ((ALLOWED,), [Opened("lesson.lab")], set()),
        ((), [], set()),
        ((), [Opened("other.lab")], set()),
        ((), [Opened("lesson.lab")], set()),  # its rule was ended: that is meant
        ((ALLOWED, Rule("block", "lesson.lab")), [Opened("lesson.lab")], {"pupils", "staff"}),
        ((ALLOWED, Rule("block", "lesson.lab")), [Opened("lesson.lab", "staff")], {"staff"}),
        ((ALLOWED, Rule("block", "lesson.lab", "pupils")), [Opened("lesson.lab")], {"pupils"}),
        ((ALLOWED, Rule("block", "www.lesson.lab", "pupils")), [Opened("lesson.lab")], {"pupils"}),
        ((ALLOWED, Rule("block", "www.lesson.lab", "pupils")), [], set()),
        ((ALLOWED, Rule("block", "lab", "pupils")), [Opened("lesson.lab")], set()),  # the closer rule wins
    ],
)
def test_a_name_opened_within_thirty_days_and_blocked_again(rules, opened, objected):
    social = listed("social", "blocked", ["lab"])
    before, after = school(social, rules=[ALLOWED]), school(social, rules=rules)
    found = objections(before, after, opened)
    assert {audience for name, audience in found if name == "used-names-blocked"} == objected


def test_a_name_opened_lately_and_open_since_by_itself_is_still_in_use():
    before, after = school(listed("social", "blocked", ["a.lab"])), school(listed("social", "blocked", ["b.lab"]))
    assert "used-names-blocked" in named(before, after, [Opened("b.lab")])
    assert "used-names-blocked" not in named(before, after, [Opened("a.lab")])


def test_a_locked_list_that_takes_a_name_in_use_is_seen():
    before = school(listed("social", "blocked", ["lab"]), rules=[ALLOWED])
    after = replace(before, lists={**before.lists, "worst": listed("worst", "locked", ["lesson.lab"])})
    [found] = [o for o in weighed(before, after, AT, [Opened("lesson.lab", "pupils")]).objections if o.names]
    assert (found.name, found.audience, found.names) == ("used-names-blocked", "pupils", ("lesson.lab",))
    assert "1 name" in found.text


ESSENTIAL = NameList("essential", "allowed", Names.of(["login.lab", "updates.lab"]))


@pytest.mark.parametrize(
    ("rules", "objected"),
    [
        ((), set()),
        ((Rule("block", "other.lab"),), set()),
        ((Rule("block", "www.login.lab"),), set()),
        ((Rule("block", "login.lab"),), {"pupils", "staff"}),
        ((Rule("block", "lab", "pupils"),), {"pupils"}),
        ((Rule("block", "lab"), Rule("allow", "login.lab"), Rule("allow", "updates.lab")), set()),
        ((Rule("block", "login.lab", when="lunch"),), {"pupils", "staff"}),  # though lunch is hours away
        ((Rule("block", "login.lab", until=AT),), set()),
    ],
)
def test_what_everyone_signs_in_by_blocked_by_a_rule(rules, objected):
    lunch = parse_timetable("lunch", ["Mon 12:00-13:00"], [])
    after = school(ESSENTIAL, rules=rules, timetables=[lunch])
    found = [o for o in weighed(None, after, AT).objections if o.name == "essential-blocked"]
    assert {o.audience for o in found} == objected
    for one in found:
        assert f"{len(one.names)} of 2 names" in one.text
        assert "the rule to block" in one.text


def test_what_everyone_signs_in_by_blocked_by_a_list_names_the_list():
    after = school(ESSENTIAL, listed("worst", "locked", ["login.lab"]))
    found = [o for o in weighed(None, after, AT).objections if o.name == "essential-blocked"]
    assert {o.names for o in found} == {("login.lab",)}
    assert "the list 'worst'" in found[0].text


def test_an_audience_that_does_without_the_essential_list_is_not_asked():
    after = school(ESSENTIAL, rules=[Rule("block", "login.lab")])
    after = replace(after, audiences=tuple(replace(one, essential=False) for one in after.audiences))
    assert "essential-blocked" not in named(None, after)


def test_both_policies_are_weighed_at_the_same_instant_so_that_the_clock_is_blamed_for_nothing():
    """A long list of which everything opens at lunch; an edit at lunch changes one name."""
    lunch = parse_timetable("lunch", ["Mon 12:00-13:00"], [])
    social = listed("social", "blocked", 1000)
    before = school(social, timetables=[lunch], assigned=[Assignment("social", except_="lunch")])
    after = replace(before, rules=(Rule("block", "x.lab"),))
    at_lunch = AT + timedelta(hours=3)
    assert "much-opened" not in named(before, after, at=at_lunch)
    assert [len(found) for found in weighed(before, after, at_lunch).changes.values()] == [1, 1]
    seen = differences(Rulesets(before, AT), Rulesets(after, at_lunch))
    assert {len(found) for found in seen.values()} == {1001}


def test_an_audience_gone_or_new_is_compared_with_nothing():
    both, one = school(audiences=("pupils", "staff")), school(audiences=("pupils",))
    assert ("audience-gone", "staff") in objections(both, one)
    assert "audience-gone" not in named(one, both)
    assert list(Rulesets(one, AT)) == ["pupils"]
    assert Rulesets(one, AT).get("staff") is None
    assert len(Rulesets(None, AT)) == 0
