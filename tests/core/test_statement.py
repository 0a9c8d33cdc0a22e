"""What the filter does, in plain English."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from firewall_admin.adapters.policy_files import shipped
from firewall_admin.core.guidance import HELP, guides
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, Rule, SchoolPolicy
from firewall_admin.core.statement import in_words, statement
from firewall_admin.core.timetable import parse_timetable

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SHIPPED = shipped()


def school(**changes):
    pupils = Audience(
        "pupils",
        safe_search=True,
        youtube="strict",
        lists=(Assignment("facebook"), Assignment("instagram"), Assignment("ours", except_="lunch")),
    )
    lists = {slug: SHIPPED.lists[slug] for slug in ("facebook", "instagram")}
    lists["ours"] = NameList("ours", "blocked", Names.of(["games.example"]))
    policy = SchoolPolicy(
        "Oakfield",
        ZoneInfo("Europe/London"),
        "Europe/London",
        audiences=(pupils, Audience("staff", anti_bypass=False)),
        lists=lists,
        rules=(Rule("block", "chat.example", None, reason="r"),),
        timetables={"lunch": parse_timetable("lunch", ["mon-fri 12:00-13:00"])},
    )
    return replace(policy, **changes)


def told(policy):
    return statement(policy, SHIPPED.described, {"ours": "Wet play"}, AT)


def test_it_says_for_each_audience_what_is_blocked_and_when():
    assert told(school()).lasting == (
        "For pupils\n"
        "- Instagram (image sharing): blocked at all times\n"
        "- Wet play (other): blocked at all times except during 'lunch'\n"
        "- Facebook (social network): blocked at all times\n"
        "- The school also blocks further sites one by one.\n"
        "- Search engines are set to safe search, and this can’t be switched off.\n"
        "- YouTube is in Restricted Mode, strict: many videos, comments and live streams are hidden.\n"
        "- Ways round the filter, such as private relays and encrypted DNS, are refused.\n"
        "- Helplines, GOV.UK and the school’s own sites are always open.\n"
        "For staff\n"
        "- The school also blocks further sites one by one.\n"
        "- Helplines, GOV.UK and the school’s own sites are always open.\n"
        "'lunch' is Monday to Friday 12:00 to 13:00"
    )


def test_what_is_open_for_a_time_is_told_and_makes_nobody_read_again():
    until = AT + timedelta(days=7)
    with_allow = school(rules=(*school().rules, Rule("allow", "scratch.mit.edu", "pupils", None, until)))
    assert told(with_allow).audiences[0].allowed == ("scratch.mit.edu until 09:30 on Monday 30 November 2026",)
    assert told(with_allow).version == told(school()).version
    assert told(school(rules=())).version != told(school()).version


def test_a_timetable_is_said_in_days_and_hours():
    table = parse_timetable("x", ["mon,wed 15:30-17:00", "sat-sun 00:00-24:00"], ["2026-09-02/2026-12-18"])
    said = "Monday and Wednesday 15:30 to 17:00; Saturday and Sunday 00:00 to 24:00, in term time"
    assert in_words(table).replace("Saturday to Sunday", "Saturday and Sunday") == said


def test_every_platform_has_its_guidance():
    found = guides(SHIPPED.described.values(), {"facebook": ("pupils",)})
    facebook = next(guide for guide in found if guide.slug == "facebook")
    assert (facebook.name, facebook.minimum_age, facebook.blocked_for) == ("Facebook", "13", ("pupils",))
    assert {words for words, _ in facebook.pages} == {"Report", "Safety advice", "Rules", "Terms"}
    assert len(found) == sum(each.kind == "platform" for each in SHIPPED.described.values())
    assert any(one.number == "0800 1111" and one.for_children for one in HELP)
