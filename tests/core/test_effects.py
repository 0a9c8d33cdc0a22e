"""What allowing a name would really do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from firewall_admin.core.effects import effect, registrable
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, Rule, SchoolPolicy
from firewall_admin.core.terms import Terms

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def school(*rules, blocked=(), locked=()):
    lists = {
        "games": NameList("games", "blocked", Names.of(blocked)),
        "floor": NameList("floor", "locked", Names.of(locked)),
    }
    pupils = Audience("pupils", lists=(Assignment("games"),))
    return SchoolPolicy(
        "Oakfield",
        ZoneInfo("Europe/London"),
        "Europe/London",
        audiences=(pupils, Audience("staff")),
        lists=lists,
        rules=rules,
    )


def found(policy, *names, **more):
    terms = Terms(names=names or ("site.example",), audiences=("pupils",), until=AT + timedelta(days=7))
    return effect(policy, terms, AT, **({"families": {}} | more))


def test_it_opens_what_lists_block_under_the_name():
    told = found(school(blocked=["bad.site.example", "worse.site.example"]))
    assert told.opens == ("bad.site.example", "worse.site.example")


def test_it_says_by_what_a_name_is_blocked_now():
    (one,) = found(school(blocked=["site.example"])).audiences
    assert (one.blocked, one.locked, one.by) == (True, False, "the list 'games'")


def test_a_block_rule_closer_to_a_host_stays():
    told = found(school(Rule("block", "chat.site.example", "pupils", reason="chat"), blocked=["site.example"]))
    assert told.audiences[0].stays == (("chat.site.example", "rule 'chat'"),)


def test_a_block_rule_at_the_very_name_gives_way():
    told = found(school(Rule("block", "site.example", "pupils")))
    assert told.audiences[0].stays == ()


def test_what_a_locked_list_holds_stays_blocked():
    told = found(school(locked=["site.example"]))
    assert told.audiences[0].locked
    assert told.audiences[0].stays == (("site.example", "locked 'floor'"),)


def test_other_blocked_names_of_the_same_service_are_needed():
    policy = school(blocked=["site.example", "site-images.example"])
    told = found(policy, families={"site": ("site.example", "site-images.example", "open.example")})
    assert told.needs == ("site-images.example",)


def test_a_name_that_dns_leads_to_and_that_is_blocked_is_named():
    policy = school(blocked=["site.example", "cdn.blocked.example"])
    assert found(policy, chain=["cdn.blocked.example", "open.example"]).leads_to == ("cdn.blocked.example",)


def test_a_whole_site_and_an_imitation_are_warned_of():
    told = found(school(), "g00gle.com", trusted=["google.com"])
    assert "g00gle.com is the whole site" in told.warnings[0]
    assert "looks like google.com" in told.warnings[1]
    assert found(school(), "news.google.com", trusted=["google.com"]).warnings == ()


@pytest.mark.parametrize(
    ("domain", "whole"),
    [
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("bbc.co.uk", "bbc.co.uk"),
        ("a.b.facebook.com", "facebook.com"),
        ("www.oakfield.leics.sch.uk", "oakfield.leics.sch.uk"),
    ],
)
def test_the_registered_name_is_known(domain, whole):
    assert registrable(domain) == whole
