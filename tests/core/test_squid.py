"""The Squid export says what `decide` says, at every instant and to every client, in files that Squid takes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firewall_admin.core.domains import lineage
from firewall_admin.core.exports.squid.strata import strata
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, Rule, SchoolPolicy, decide
from firewall_admin.core.ruleset import Segment, layers
from firewall_admin.core.timetable import parse_timetable
from tests.thoroughness import examples

from .squid_reading import LONDON, monday, timed_rules, written

START = datetime(2026, 10, 23, tzinfo=UTC)  # two days before the clocks go back
PAGE = "302:http://192.0.2.53/blocked?url=%u&audience={}"
TIMETABLES = ("lunch", "club", "night", "term")
WINDOWS = ["mon-fri 12:00-13:00", "sun 01:30-02:30", "fri 22:00-06:00", "sat-mon 23:00-00:00", "mon-sun 00:00-24:00"]
TERMS = ["2026-10-24/2026-10-26", "2026-10-20/2026-10-23", "2026-10-25/2026-11-02"]

domains = st.lists(st.sampled_from(["a", "b", "a-b", "_a", "0"]), min_size=1, max_size=4).map(
    lambda labels: ".".join([*labels, "lab"])
)
times = st.none() | st.sampled_from(TIMETABLES)
instants = st.integers(0, 14 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
slugs = {
    "bad": "blocked",
    "games": "blocked",
    "good": "allowed",
    "essential": "allowed",
    "law": "locked",
    "help": "protected",
}
assignments = st.builds(Assignment, st.sampled_from(["bad", "games", "good"]), times, times)
rules = st.builds(
    Rule,
    action=st.sampled_from(["allow", "block"]),
    domain=domains,
    audience=st.sampled_from([None, "pupils", "staff"]),
    since=st.none() | instants,
    until=st.none() | instants,
    when=times,
)


def timetable(name):
    return st.builds(
        lambda windows, terms: parse_timetable(name, windows, terms),
        st.lists(st.sampled_from(WINDOWS), min_size=1, max_size=2),
        st.just([]) | st.lists(st.sampled_from(TERMS), min_size=1, max_size=2),
    )


def audience(name, networks):
    return st.builds(
        Audience,
        name=st.just(name),
        networks=st.just(networks),
        answer=st.sampled_from(["nxdomain", "null", "sinkhole"]),
        sinkhole=st.just(("192.0.2.53", "2001:db8::53")),
        anti_bypass=st.booleans(),
        essential=st.booleans(),
        lists=st.lists(assignments, max_size=5).map(tuple),
    )


def name_list(slug, role):
    return st.lists(domains, max_size=8).map(lambda names: NameList(slug, role, Names.of(names)))


policies = st.builds(
    SchoolPolicy,
    school=st.just("Oak"),
    zone=st.just(LONDON),
    timezone=st.just("Europe/London"),
    domains=st.lists(domains, max_size=1).map(tuple),
    audiences=st.tuples(
        audience("pupils", ("10.20.0.0/16", "10.30.9.0/24")), audience("staff", ("10.20.7.0/24", "10.30.0.0/16"))
    ),
    lists=st.fixed_dictionaries({slug: name_list(slug, role) for slug, role in slugs.items()}),
    rules=st.lists(rules, max_size=6).map(tuple),
    timetables=st.fixed_dictionaries({name: timetable(name) for name in TIMETABLES}),
)
CLIENTS = {"10.20.1.1": "pupils", "10.20.7.1": "staff", "10.99.0.1": None}


def around(policy):
    named = {n for ls in policy.lists.values() for n in ls.names} | {r.domain for r in policy.rules} | {*policy.domains}
    up = {n for name in named for n in lineage(name)}
    return sorted(up | {f"zz.{n}" for n in up} | {f"x{n}" for n in named} | {"mask.icloud.com", "other.lab", "lab"})


def wanted(policy, name):
    """`policy` is that of the audience a client belongs to."""
    verdict = decide(policy, name)
    if not verdict.blocked:
        return None
    return PAGE.format(policy.audience.name) if verdict.answer == "sinkhole" else "403"


def assert_agrees(policy, reading, at):
    wall, names = at.astimezone(LONDON), around(policy)
    own = {audience: policy.policy(audience, at) for audience in set(CLIENTS.values()) if audience}
    expected = {audience: {name: wanted(policy, name) for name in names} for audience, policy in own.items()}
    for client, audience in CLIENTS.items():
        for name in names:
            says = expected[audience][name] if audience else None
            assert reading.answer(client, name, wall) == says, (client, name, at)
            assert (reading.answer(client, name, wall, "ssl.conf") is None) == (says is None), (client, name, at)


@given(policies, instants)
@settings(max_examples=examples(60))
def test_the_lines_say_what_decide_says_at_the_instant_they_are_compiled_for(policy, at):
    assert_agrees(policy, written(policy, at)[1], at)


@given(policies, instants, st.lists(instants, min_size=1, max_size=3))
@settings(max_examples=examples(60))
def test_they_still_say_it_at_every_instant_before_the_next_change(policy, at, later):
    compiled, reading = written(policy, at)
    for instant in later:
        if at <= instant and (compiled.next_change is None or instant < compiled.next_change):
            assert_agrees(policy, reading, instant)


@given(policies, instants, st.lists(instants, min_size=1, max_size=3))
@settings(max_examples=examples(60))
def test_without_dates_and_with_few_timetables_they_follow_the_clock_for_ever(policy, at, others):
    weekly = {name: replace(table, terms=()) for name, table in policy.timetables.items()}
    rules = tuple(replace(rule, since=None, until=None, when=rule.when and "lunch") for rule in policy.rules)
    policy = replace(policy, timetables=weekly, rules=rules)
    pupils, staff = (
        replace(a, lists=tuple(s for s in a.lists if s.list != "good" or {s.when, s.except_} <= {None, "club"}))
        for a in policy.audiences
    )
    policy = replace(policy, audiences=(pupils, staff))
    _, reading = written(policy, at)
    for instant in others:
        assert_agrees(policy, reading, instant)


@pytest.mark.parametrize(("count", "follows"), [(1, True), (3, True), (4, False)])
def test_rules_with_up_to_three_timetables_follow_the_clock_and_with_more_stay_as_they_are(count, follows):
    policy = timed_rules(count)
    _, reading = written(policy, monday(8, 30))
    assert reading.answer("10.20.1.1", "hour-0.lab", monday(8, 59)) == "403"
    assert (reading.answer("10.20.1.1", "hour-0.lab", monday(9, 0)) is None) == follows


@given(st.lists(domains, max_size=40, unique=True), st.lists(domains, max_size=40, unique=True))
def test_the_strata_of_a_layer_hold_all_its_names_at_the_depth_they_are_nested(blocked, allowed):
    lists = (NameList("b", "blocked", Names.of(blocked)), NameList("o", "allowed", Names.of(allowed)))
    policy = SchoolPolicy("Oak", UTC, "UTC", (), (Audience("p"),)).policy("p", START)
    layer = next(one for one in layers(replace(policy, locked=(), lists=lists)) if one.name == "lists")
    segments = list(layer.segments())
    actions = {name: segment.action for segment in segments for name in segment}
    for cut in (segments, [piece for segment in segments for piece in singly(segment)]):
        found = {
            name: (one.depth, one.action) for one in strata(cut) for text in one.texts for name in text.splitlines()
        }
        assert found == {n: (sum(p in actions for p in lineage(n)[1:]), a) for n, a in actions.items()}


def singly(segment):
    """A long segment comes in pieces of a bounded size."""
    return [Segment(segment.action, f"{name}\n") for name in segment]


def one_list(assigned, **timetables):
    """A school whose pupils have one list, which is in force whichever of its assignments is."""
    tables = {name: parse_timetable(name, *said) for name, said in timetables.items()}
    pupils = Audience("pupils", ("10.20.0.0/16",), lists=assigned)
    bad = NameList("bad", "blocked", Names.of(["bad.lab"]))
    return SchoolPolicy("Oak", LONDON, "Europe/London", (), (pupils,), {"bad": bad}, (), tables)


def test_nothing_follows_the_clock_where_a_term_makes_one_timetable_change_otherwise_than_weekly():
    """The night before the term began had no window, so the clock can't be followed; but it does change at noon."""
    policy = one_list(
        (Assignment("bad", when="morning"), Assignment("bad", when="term")),
        morning=(["mon 08:00-14:00"],),
        term=(["mon 12:00-18:00", "sun 22:00-09:30"], ["2026-11-23/2026-11-23"]),
    )
    compiled, reading = written(policy, monday(9, 0))
    assert compiled.next_change == monday(18, 0)
    assert reading.answer("10.20.1.1", "bad.lab", monday(15, 0)) == "403"


def test_a_term_that_ends_before_the_policy_changes_is_not_forgotten():
    policy = one_list(
        (Assignment("bad", except_="term"), Assignment("bad", when="noon")),
        noon=(["mon 12:00-13:00"],),
        term=(["mon 12:00-13:00", "tue 10:00-11:00"], ["2026-11-23/2026-11-23"]),
    )
    compiled, reading = written(policy, monday(9, 0))
    assert compiled.next_change is None
    assert reading.answer("10.20.1.1", "bad.lab", monday(10, 30) + timedelta(days=1)) == "403"
