from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, NameList
from firewall_admin.core.policyfile import Shipped, format_policy, parse_policy
from firewall_admin.core.refusals import BadPolicy, Refusal

SCHOOL = '[school]\nname = "Oakfield Primary School"\n'
PUPILS = '[[audience]]\nname = "pupils"\n'
SHIPPED = Shipped(
    {
        "facebook": NameList("facebook", "blocked", Names.of(["facebook.com"])),
        "protected": NameList("protected", "protected", Names.of(["childline.org.uk"])),
        "essential": NameList("essential", "allowed", Names.of(["classroom.google.com"])),
        "tiktok": NameList("tiktok", "blocked", Names.of(["tiktok.com"])),
    },
    {"safe-search": (("www.google.com", "forcesafesearch.google.com"),)},
    {"forcesafesearch.google.com": ("216.239.38.120",)},
)
WHOLE = """
[school]
name = "Oakfield Primary School"
timezone = "Europe/London"
domains = ["Oakfield.leics.sch.uk."]

[[audience]]
name = "pupils"
networks = ["10.20.0.0/16", "2001:db8:20::/48"]
answer = "sinkhole"
sinkhole = ["10.20.0.2", "2001:db8:20::2"]
safe_search = true
youtube = "strict"
anti_bypass = false
essential = false
lists = ["facebook", { list = "games", except = "lunch" }, { list = "own", when = "lunch" }]

[[audience]]
name = "staff"

[[list]]
slug = "games"
role = "blocked"
source = "lists/games.txt"

[[list]]
slug = "own"
role = "allowed"
source = "lists/own.txt"

[[rule]]
action = "allow"
domain = "Scratch.MIT.edu"
audience = "pupils"
from = 2026-11-23T08:00:00Z
until = 2026-12-18T15:30:00
when = "lunch"
reason = "Year 5 coding"

[[timetable]]
name = "lunch"
windows = ["mon-fri 12:00-13:00", "sat,sun 22:00-06:00"]
terms = ["2026-09-02/2026-12-18"]
"""


def read_list(slug, role, source):
    if "missing" in source:
        raise Refusal("can't be read: No such file or directory")
    return NameList(slug, role, Names.of([f"{slug}.example"]), source)


def parse(text):
    return parse_policy(text, "policy.toml", SHIPPED, read_list)


def test_a_whole_file_says_what_it_holds():
    policy = parse(WHOLE)
    assert policy.domains == ("oakfield.leics.sch.uk",)
    pupils = policy.audience("pupils")
    assert pupils.networks == ("10.20.0.0/16", "2001:db8:20::/48")
    assert (pupils.answer, pupils.sinkhole) == ("sinkhole", ("10.20.0.2", "2001:db8:20::2"))
    assert (pupils.safe_search, pupils.youtube, pupils.anti_bypass, pupils.essential) == (True, "strict", False, False)
    assert pupils.lists == (
        Assignment("facebook"),
        Assignment("games", except_="lunch"),
        Assignment("own", when="lunch"),
    )
    rule = policy.rules[0]
    assert (rule.action, rule.domain, rule.audience, rule.reason) == (
        "allow",
        "scratch.mit.edu",
        "pupils",
        "Year 5 coding",
    )
    assert rule.since == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_time_without_an_offset_is_the_schools_own():
    assert parse(WHOLE).rules[0].until == datetime(2026, 12, 18, 15, 30, tzinfo=ZoneInfo("Europe/London"))


def test_what_is_left_out_has_the_promised_default():
    staff = parse(WHOLE).audience("staff")
    assert (staff.answer, staff.safe_search, staff.youtube) == ("nxdomain", False, "off")
    assert (staff.anti_bypass, staff.essential, staff.lists) == (True, True, ())


def test_shipped_lists_need_no_entry_and_only_those_in_use_are_taken_with_protected_and_essential():
    assert sorted(parse(WHOLE).lists) == ["essential", "facebook", "games", "own", "protected"]


def test_a_schools_own_list_takes_the_place_of_a_shipped_one_of_that_name():
    own = '[[list]]\nslug = "tiktok"\nrole = "blocked"\nsource = "own.txt"\n'
    policy = parse(SCHOOL + PUPILS + 'lists = ["tiktok"]\n' + own)
    assert list(policy.lists["tiktok"].names) == ["tiktok.example"]
    assert parse(format_policy(policy)) == policy


def test_a_policy_written_and_read_again_is_the_same_policy():
    policy = parse(WHOLE)
    assert parse(format_policy(policy)) == policy
    assert format_policy(parse(format_policy(policy))) == format_policy(policy)


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        ("x = \n", "policy.toml", "line 1"),
        ("x = " + "[" * 5000, "policy.toml", "too deep"),
        ("x = " + "9" * 5000, "policy.toml", "not TOML"),
        ("", "school", "missing"),
        ('school = "Oak"', "school", "a table is wanted here"),
        ('[school]\nname = " "', "school.name", "nothing that can be seen"),
        ('[school]\nname = "Oak\\u001b[31m"', "school.name", "'OakU+001B[31m'"),
        (SCHOOL + "colour = 1", "school.colour", "no such key"),
        (SCHOOL + "[trust]\n", "trust", "no such key"),
        ("[school]\nname = 3", "school.name", "valid string"),
        (SCHOOL + 'timezone = "Mars/Base"', "school.timezone", "no time zone"),
        (SCHOOL + 'timezone = "../etc/passwd"', "school.timezone", "no time zone"),
        (SCHOOL + 'domains = ["com"]', "school.domains[0]", "one label alone"),
        (SCHOOL + '[[audience]]\nname = "Year 5"', "audience[0].name", "small letters"),
        (SCHOOL + '[[audience]]\nname = "5"', "audience[0].name", "begin with a letter"),
        (SCHOOL + PUPILS + PUPILS, "audience[1].name", "twice"),
        (SCHOOL + PUPILS + 'answer = "refused"', "audience[0].answer", "nxdomain"),
        (SCHOOL + PUPILS + 'answer = "sinkhole"', "sinkhole", "needs the block page"),
        (SCHOOL + PUPILS + 'sinkhole = ["192.0.2.1", "192.0.2.2"]', "sinkhole", "at most"),
        (SCHOOL + PUPILS + 'sinkhole = ["block.lan"]', "audience[0].sinkhole[0]", "no IP address"),
        (SCHOOL + PUPILS + 'sinkhole = ["fe80::1%eth0"]', "audience[0].sinkhole[0]", "leave out"),
        (SCHOOL + PUPILS + 'sinkhole = ["0.0.0.0"]', "audience[0].sinkhole[0]", "no block page"),
        (SCHOOL + PUPILS + 'sinkhole = ["224.0.0.1"]', "audience[0].sinkhole[0]", "no block page"),
        (SCHOOL + PUPILS + 'networks = ["fe80::%eth0/64"]', "audience[0].networks[0]", "no network"),
        (SCHOOL + PUPILS + 'networks = ["10.0.0.1/8"]', "audience[0].networks[0]", "host bits"),
        (SCHOOL + PUPILS + 'safe_search = "yes"', "audience[0].safe_search", "boolean"),
        (SCHOOL + PUPILS + 'youtube = "moderat"', "audience[0].youtube", "moderate"),
        (SCHOOL + PUPILS + 'lists = ["nosuch"]', "audience[0] 'pupils' lists[0]", "no list 'nosuch'"),
        (SCHOOL + PUPILS + 'lists = [{ list = "tiktok", when = "x" }]', "lists[0]", "no timetable 'x'"),
        (SCHOOL + PUPILS + 'lists = [{ list = "tiktok", unless = "x" }]', "audience[0].lists[0].unless", "no such key"),
        (SCHOOL + PUPILS + 'lists = [{ list = "protected", when = "x" }]', "lists[0]", "binds everyone"),
        (SCHOOL + PUPILS + "lists = [3]", "audience[0].lists[0]", "a table is wanted here"),
        (
            SCHOOL + PUPILS + 'networks = ["10.0.0.0/8"]\n[[audience]]\nname = "staff"\nnetworks = ["10.0.0.0/8"]',
            "audience[1].networks",
            "already a network of 'pupils'",
        ),
        (SCHOOL + '[[list]]\nslug = "protected"\nrole = "blocked"\nsource = "x"', "list[0].slug", "always in force"),
        (SCHOOL + '[[list]]\nslug = "a"\nrole = "blokked"\nsource = "x"', "list[0].role", "locked"),
        (SCHOOL + '[[list]]\nslug = "a"\nrole = "blocked"\nsource = "http://x/"', "list[0].source", "https"),
        (SCHOOL + '[[list]]\nslug = "a"\nrole = "blocked"\nsource = "file:///etc/passwd"', "list[0].source", "https"),
        (SCHOOL + '[[list]]\nslug = "a"\nrole = "blocked"\nsource = "a\\u0000b"', "list[0].source", "'aU+0000b'"),
        (SCHOOL + '[[list]]\nslug = "a"\nrole = "blocked"\nsource = "missing"', "list[0] 'a' source", "No such file"),
        (SCHOOL + '[[rule]]\naction = "block"\ndomain = "*.x.com"', "rule[0].domain", "'*'"),
        (SCHOOL + '[[rule]]\naction = "deny"\ndomain = "x.com"', "rule[0].action", "allow"),
        (SCHOOL + '[[rule]]\naction = "block"', "rule[0].domain", "missing"),
        (SCHOOL + '[[rule]]\naction = "block"\ndomain = "x.com"\naudience = "all"', "audience", "no audience 'all'"),
        (SCHOOL + '[[rule]]\naction = "block"\ndomain = "x.com"\nwhen = "never"', "when", "no timetable 'never'"),
        (
            SCHOOL + '[[rule]]\naction = "block"\ndomain = "x.com"\nuntil = 2026-12-18',
            "rule[0].until",
            "2026-11-23T08:00:00",
        ),
        (
            SCHOOL + '[[rule]]\naction = "block"\ndomain = "x.com"\nuntil = 9999-12-31T23:59:59',
            "rule[0].until",
            "1970 to 2199",
        ),
        (
            SCHOOL
            + '[[rule]]\naction = "block"\ndomain = "x.com"\nfrom = 2027-01-01T00:00:00Z\nuntil = 2026-01-01T00:00:00',
            "rule[0] 'x.com' until",
            "ends before",
        ),
        (SCHOOL + '[[timetable]]\nname = "t"\nwindows = []', "timetable[0].windows", "at least 1"),
        (SCHOOL + '[[timetable]]\nname = "t"\nwindows = ["noon"]', "timetable[0].windows[0]", "no window"),
        (SCHOOL + '[[timetable]]\nname = "t"\nwindows = ["mon 1:00-2:00"]', "timetable[0].windows[0]", "no window"),
        (
            SCHOOL + '[[timetable]]\nname = "t"\nwindows = ["mon 01:00-02:00"]\nterms = ["2026"]',
            "timetable[0].terms[0]",
            "no term",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_the_file_the_key_and_the_reason(text, key, why):
    with pytest.raises(BadPolicy) as refused:
        parse(text)
    assert why in refused.value.message
    assert str(refused.value.field).startswith("policy.toml")
    assert key in str(refused.value.field)


def test_a_refusal_repeats_what_was_written_once_and_not_at_any_length():
    for wrong in ('windows = ["noon"]', 'windows = ["mon 01:00-02:00"]\nterms = ["noon"]'):
        with pytest.raises(BadPolicy) as refused:
            parse(SCHOOL + '[[timetable]]\nname = "t"\n' + wrong)
        assert refused.value.message.count("noon") == 1
    with pytest.raises(BadPolicy) as refused:
        parse(SCHOOL + f'domains = ["{"a." * 100_000}com"]')
    assert len(refused.value.message) < 200


def test_a_network_written_twice_is_one_network():
    policy = parse(SCHOOL + PUPILS + 'networks = ["10.0.0.0/8", "10.0.0.0/255.0.0.0", "2001:DB8::/32"]')
    assert policy.audience("pupils").networks == ("10.0.0.0/8", "2001:db8::/32")
