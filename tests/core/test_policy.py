"""The order of the questions: locked, protected, rules, lists."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, Rule, SchoolPolicy, decide
from firewall_admin.core.timetable import parse_timetable

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 23, 12, 30, tzinfo=LONDON)
MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)


def named(slug, role, *names):
    return NameList(slug, role, Names.of(names))


def school(*rules, lists=(), assigned=None, **audience):
    lists = {ls.slug: ls for ls in lists}
    chosen = assigned if assigned is not None else [Assignment(slug) for slug in lists]
    return SchoolPolicy(
        "Oakfield",
        LONDON,
        "Europe/London",
        domains=("oakfield.leics.sch.uk",),
        audiences=(Audience("pupils", lists=tuple(chosen), **audience), Audience("staff")),
        lists=lists,
        rules=rules,
        timetables={"lunch": parse_timetable("lunch", ["mon-fri 12:00-13:00"])},
        steering={
            "safe-search": (("www.google.com", "forcesafesearch.google.com"),),
            "youtube-strict": (("www.youtube.com", "restrict.youtube.com"),),
            "youtube-moderate": (("www.youtube.com", "restrictmoderate.youtube.com"),),
        },
    )


def verdict(policy, name, at=MORNING, audience="pupils"):
    return decide(policy.policy(audience, at), name)


def test_what_nothing_names_is_open_by_default():
    found = verdict(school(), "example.com")
    assert (found.blocked, found.because.kind, found.answer) == (False, "default", None)


def test_a_list_blocks_the_name_and_everything_under_it_and_says_which_name_covers():
    found = verdict(school(lists=[named("x", "blocked", "x.com")]), "www.x.com")
    assert (found.blocked, found.because.kind, found.because.source, found.because.name) == (True, "list", "x", "x.com")
    assert not verdict(school(lists=[named("x", "blocked", "x.com")]), "netflix.com").blocked


def test_among_lists_the_closest_name_wins_and_at_one_name_allowed_beats_blocked():
    lists = [named("a", "blocked", "x.com", "deep.www.x.com"), named("b", "allowed", "www.x.com", "deep.www.x.com")]
    assert verdict(school(lists=lists), "x.com").blocked
    assert not verdict(school(lists=lists), "www.x.com").blocked
    assert not verdict(school(lists=lists), "deep.www.x.com").blocked
    assert verdict(school(lists=lists[::-1]), "a.x.com").blocked


def test_any_rule_beats_any_list_however_close_the_list_is():
    lists = [named("a", "blocked", "deep.www.x.com")]
    assert not verdict(school(Rule("allow", "x.com"), lists=lists), "deep.www.x.com").blocked


def test_at_one_name_a_rule_for_this_audience_beats_one_for_everyone_and_then_block_beats_allow():
    assert verdict(school(Rule("allow", "x.com"), Rule("block", "x.com", "pupils")), "x.com").blocked
    assert not verdict(school(Rule("allow", "x.com", "pupils"), Rule("block", "x.com")), "x.com").blocked
    assert verdict(school(Rule("allow", "x.com"), Rule("block", "x.com")), "x.com").blocked
    assert not verdict(school(Rule("allow", "www.x.com"), Rule("block", "x.com", "pupils")), "www.x.com").blocked
    assert not verdict(school(Rule("block", "x.com", "staff")), "x.com").blocked


def test_protected_beats_rules_and_lists_and_locked_beats_all():
    lists = [named("help", "protected", "childline.org.uk"), named("all", "blocked", "childline.org.uk")]
    rule = Rule("block", "www.childline.org.uk")
    assert not verdict(school(rule, lists=lists), "www.childline.org.uk").blocked
    lists.append(named("illegal", "locked", "bad.childline.org.uk"))
    found = verdict(school(Rule("allow", "bad.childline.org.uk", "pupils"), lists=lists), "bad.childline.org.uk")
    assert (found.blocked, found.because.kind, found.because.source) == (True, "locked", "illegal")


def test_the_schools_own_names_are_protected():
    found = verdict(school(Rule("block", "sch.uk")), "www.oakfield.leics.sch.uk")
    assert (found.blocked, found.because.kind, found.because.source) == (False, "protected", "school")


def test_locked_and_protected_lists_bind_audiences_they_are_not_assigned_to():
    policy = school(lists=[named("illegal", "locked", "bad.com")], assigned=[])
    assert verdict(policy, "bad.com", audience="staff").blocked


@pytest.mark.parametrize(
    "name", ["use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com", "_dns.resolver.arpa"]
)
def test_anti_bypass_names_are_nxdomain_whatever_the_style_and_whoever_allows_them(name):
    policy = school(Rule("allow", name, "pupils"), answer="sinkhole", sinkhole=("192.0.2.1",))
    found = verdict(policy, name)
    assert (found.blocked, found.answer, found.because.source) == (True, "nxdomain", "anti-bypass")
    assert not verdict(school(anti_bypass=False), name).blocked


def test_a_rule_is_in_force_from_its_first_instant_until_before_its_last():
    day = timedelta(days=1)
    policy = school(Rule("block", "x.com", since=MORNING, until=MORNING + day))
    assert [verdict(policy, "x.com", MORNING + day * n).blocked for n in (-0.001, 0, 0.999, 1)] == [
        False,
        True,
        True,
        False,
    ]
    assert policy.next_change(MORNING - day) == MORNING
    assert policy.next_change(MORNING) == MORNING + day
    assert policy.next_change(MORNING + day) is None


def test_a_list_rests_during_except_and_outside_when():
    lists = [named("x", "blocked", "x.com")]
    resting = school(lists=lists, assigned=[Assignment("x", except_="lunch")])
    assert verdict(resting, "x.com").blocked
    assert not verdict(resting, "x.com", NOON).blocked
    working = school(lists=lists, assigned=[Assignment("x", when="lunch")])
    assert not verdict(working, "x.com").blocked
    assert verdict(working, "x.com", NOON).blocked
    assert resting.next_change(MORNING) == datetime(2026, 11, 23, 12, 0, tzinfo=LONDON)


def test_the_next_change_is_only_for_the_audiences_asked_for():
    policy = school(Rule("block", "x.com", "staff", until=NOON))
    assert policy.next_change(MORNING, ("pupils",)) is None
    assert policy.next_change(MORNING, ("staff",)) == NOON


def test_essential_is_for_every_audience_that_does_not_say_no():
    lists = [named("essential", "allowed", "ok.x.com"), named("x", "blocked", "x.com")]
    assigned = [Assignment("x")]
    assert not verdict(school(lists=lists, assigned=assigned), "ok.x.com").blocked
    assert verdict(school(lists=lists, assigned=assigned, essential=False), "ok.x.com").blocked


def test_an_open_name_is_steered_and_a_blocked_one_stays_blocked():
    steered = school(safe_search=True, youtube="strict")
    assert verdict(steered, "www.google.com").rewrite == "forcesafesearch.google.com"
    assert verdict(steered, "www.youtube.com").rewrite == "restrict.youtube.com"
    assert verdict(steered, "maps.google.com").rewrite is None
    assert verdict(school(youtube="moderate"), "www.youtube.com").rewrite == "restrictmoderate.youtube.com"
    blocked = school(Rule("block", "google.com"), safe_search=True)
    assert verdict(blocked, "www.google.com").rewrite is None
    allowed = school(Rule("allow", "www.google.com"), Rule("block", "google.com"), safe_search=True)
    assert verdict(allowed, "www.google.com").rewrite == "forcesafesearch.google.com"


def test_an_audience_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError):
        school().policy("guests", datetime(2026, 1, 1, tzinfo=UTC))
