"""The next change of a policy is found, or known not to come, without walking through the years."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, Rule, SchoolPolicy
from firewall_admin.core.timetable import parse_timetable

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
LUNCH = parse_timetable("lunch", ["mon-fri 12:00-13:00"])


def school(rules=(), lists=(), timetable=LUNCH):
    games = NameList("games", "blocked", Names.of(["games.lab"]))
    pupils = Audience("pupils", lists=lists)
    return SchoolPolicy("Oak", UTC, "UTC", (), (pupils,), {"games": games}, rules, {"lunch": timetable})


def test_a_rule_that_has_ended_never_changes_anything_again_whatever_its_timetable():
    ended = Rule("allow", "x.lab", until=AT - timedelta(days=1), when="lunch")
    assert school([ended]).next_change(AT) is None


def test_a_list_that_is_in_force_anyway_changes_nothing_with_its_timetable():
    always_and_at_lunch = (Assignment("games"), Assignment("games", when="lunch"))
    assert school(lists=always_and_at_lunch).next_change(AT) is None


def test_a_change_years_away_is_still_found():
    later = AT + timedelta(days=1000)
    assert school([Rule("allow", "x.lab", since=later, when="lunch")]).next_change(AT) == datetime(
        2029, 8, 20, 12, tzinfo=UTC
    )
    far = replace(LUNCH, terms=((later.date(), later.date() + timedelta(days=9)),))
    assert school(lists=(Assignment("games", except_="lunch"),), timetable=far).next_change(AT) == datetime(
        2029, 8, 20, 12, tzinfo=UTC
    )


def test_what_comes_into_force_and_changes_nothing_is_no_change_of_the_result():
    twice = school([Rule("block", "games.lab", since=AT + timedelta(hours=1))], (Assignment("games"),))
    assert twice.next_change(AT) == AT + timedelta(hours=1)
    assert compile_policy(twice, AT).next_change is None
    opens = school([Rule("allow", "a.games.lab", since=AT + timedelta(hours=1))], (Assignment("games"),))
    assert compile_policy(opens, AT).next_change == AT + timedelta(hours=1)
    weekly = school([Rule("block", "a.games.lab", when="lunch")], (Assignment("games"),))
    assert compile_policy(weekly, AT).next_change is None
