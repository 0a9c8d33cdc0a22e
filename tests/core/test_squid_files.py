"""The files of the Squid export: which there are, whose networks they name, what is refused, and what is lost."""

from dataclasses import replace
from datetime import UTC

import pytest

from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.export import Target
from firewall_admin.core.exports import load, squid
from firewall_admin.core.exports.squid.clients import own_networks
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, Rule, SchoolPolicy
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.timetable import parse_timetable

from .squid_reading import BASE, Reading, SquidWouldNot, monday, timed_rules, written

START = monday(0, 0)


def test_a_list_with_hours_is_written_once_however_many_timetables_there_are():
    policy = timed_rules(0)
    tables = {f"t{n}": parse_timetable(f"t{n}", [f"mon 0{n}:00-0{n}:30"]) for n in range(8)}
    lists = {f"l{n}": NameList(f"l{n}", "blocked", Names.of([f"l{n}.lab"])) for n in range(8)}
    assigned = tuple(Assignment(f"l{n}", except_=f"t{n}") for n in range(8))
    audiences = tuple(
        Audience(name, (net,), lists=assigned) for name, net in (("a", "10.1.0.0/16"), ("b", "10.2.0.0/16"))
    )
    _, reading = written(replace(policy, audiences=audiences, lists=lists, timetables=tables), START)
    assert sorted(path for path in reading.files if path.startswith("lists/lists")) == [
        f"lists/lists-{n}-block.txt" for n in range(1, 9)
    ]
    assert reading.answer("10.2.0.1", "l3.lab", monday(3, 29)) is None
    assert reading.answer("10.2.0.1", "l3.lab", monday(3, 30)) == "403"


def test_a_persons_decision_changes_only_the_rules_of_an_audience():
    lists = {"bad": NameList("bad", "blocked", Names.of(f"n{n}.lab" for n in range(5000)))}
    pupils = Audience("pupils", ("10.20.0.0/16",), lists=(Assignment("bad"),))
    policy = SchoolPolicy("Oak", UTC, "UTC", (), (pupils,), lists, (Rule("allow", "n1.lab"),))
    before, after = (
        written(replace(policy, rules=policy.rules + more), START)[1].files for more in ((), (Rule("allow", "n2.lab"),))
    )
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {"squid.conf", "lists/rules-pupils-open.txt"}  # the first for its header alone
    lines = [[line for line in files["squid.conf"].splitlines() if line[:1] != "#"] for files in (before, after)]
    assert lines[0] == lines[1]


def test_nothing_is_allowed_so_the_sites_own_rules_keep_their_say():
    policy = replace(timed_rules(0), rules=(Rule("allow", "a.lab"), Rule("block", "lab.lab")))
    _, reading = written(policy, START)
    assert "http_access allow" not in reading.files["squid.conf"]


def networks(*audiences):
    made = [Audience(f"a{n}", nets) for n, nets in enumerate(audiences)]
    return [own_networks(SchoolPolicy("Oak", UTC, "UTC", (), tuple(made)), one) for one in made]


def test_where_networks_nest_each_address_belongs_to_the_longest_prefix():
    outer, inner = networks(("10.0.0.0/22", "10.0.1.128/25", "10.0.0.0/24"), ("10.0.1.0/24",))
    assert inner == ["10.0.1.0/25"]
    assert outer == ["10.0.0.0/24", "10.0.1.128/25", "10.0.2.0/23"]


def test_all_of_ipv4_or_ipv6_is_never_read_as_everyone():
    four, six = networks(("0.0.0.0/0",), ("::/0",))
    assert four == ["0.0.0.0/1", "128.0.0.0/1"]
    assert "::/1" not in six
    assert "8000::/1" in six


def test_an_audience_whose_networks_all_belong_to_others_has_no_lines_and_no_loss():
    audiences = (Audience("all", ("10.0.0.0/23",)), Audience("a", ("10.0.0.0/24", "10.0.1.0/24")))
    policy = SchoolPolicy("Oak", UTC, "UTC", (), audiences, {}, (Rule("block", "x.lab"),))
    compiled, reading = written(policy, START)
    assert "fa-clients-all" not in reading.files["squid.conf"]
    assert list(squid.losses(compiled, Target(BASE))) == []


def test_an_audience_without_networks_is_a_loss_where_it_blocks_anything():
    policy = SchoolPolicy("Oak", UTC, "UTC", (), (Audience("all"),), {}, (Rule("block", "x.lab"),))
    compiled, reading = written(policy, START)
    assert reading.denials["squid.conf"] == []
    assert [(loss.what, loss.audience, loss.names) for loss in squid.losses(compiled, Target(BASE))] == [
        ("networks", "all", 5)
    ]


def test_safe_search_is_a_loss_and_the_answer_style_is_none():
    pupils = Audience("pupils", ("10.20.0.0/16",), "null", safe_search=True)
    steering = {"safe-search": (("www.engine.lab", "safe.engine.lab"),)}
    policy = SchoolPolicy("Oak", UTC, "UTC", (), (pupils,), {}, (Rule("block", "x.lab"),), steering=steering)
    found = list(squid.losses(compile_policy(policy, START), Target(BASE)))
    assert [(loss.what, loss.names) for loss in found] == [("rewrites", 1)]


def test_the_block_page_is_reached_by_ipv4_or_in_brackets_by_ipv6():
    for sinkhole, host in ((("2001:db8::53", "192.0.2.53"), "192.0.2.53"), (("2001:db8::53",), "[2001:db8::53]")):
        pupils = Audience("pupils", ("10.20.0.0/16",), "sinkhole", sinkhole)
        policy = SchoolPolicy("Oak", UTC, "UTC", (), (pupils,), {}, (Rule("block", "x.lab"),))
        _, reading = written(policy, START)
        assert reading.answer("10.20.0.1", "x.lab", START) == f"302:http://{host}/blocked?url=%u&audience=pupils"


def test_audiences_that_are_not_written_keep_their_clients_to_themselves():
    audiences = (Audience("pupils", ("10.20.0.0/16",)), Audience("staff", ("10.20.7.0/24",)))
    policy = SchoolPolicy("Oak", UTC, "UTC", (), audiences, {}, (Rule("block", "x.lab"),))
    _, reading = written(policy, START, audiences=("pupils",))
    assert reading.answer("10.20.1.1", "x.lab", START) == "403"
    assert reading.answer("10.20.7.1", "x.lab", START) is None


def test_the_longest_names_of_audiences_and_timetables_fit_an_acl():
    policy = timed_rules(1)
    long, table = "a" * 40, parse_timetable("t" * 40, ["mon 08:00-09:00"])
    deep = [Rule("allow" if n % 2 else "block", f"{'x.' * n}lab.lab", when=table.name) for n in range(12)]
    pupils = replace(policy.audiences[0], name=long)
    written(replace(policy, audiences=(pupils,), timetables={table.name: table}, rules=tuple(deep)), START)


@pytest.mark.parametrize("base", ["relative", "/a b", '/a"b', "/a\nb", "/a#b", "", "/bücher"])
def test_a_folder_whose_path_squid_would_read_otherwise_is_refused(base):
    with pytest.raises(Refusal, match="absolute path"):
        list(squid.files(compile_policy(timed_rules(1), START), Target(base)))


def test_a_list_of_two_hundred_lists_is_told_in_short_lines():
    lists = {f"list-{n:03}": NameList(f"list-{n:03}", "blocked", Names.of([f"n{n}.lab"])) for n in range(200)}
    pupils = Audience("pupils", ("10.20.0.0/16",), lists=tuple(map(Assignment, lists)))
    _, reading = written(SchoolPolicy("Oäk\n", UTC, "UTC", (), (pupils,), lists), START)
    assert max(len(line) for text in reading.files.values() for line in text.splitlines()) < 300
    assert reading.answer("10.20.1.1", "n7.lab", START) == "403"


def test_the_same_policy_and_instant_give_the_same_bytes():
    policy = timed_rules(3)
    assert written(policy, START)[1].files == written(policy, START)[1].files


def test_the_reading_sees_a_list_with_a_name_below_another():
    _, reading = written(timed_rules(1), monday(8, 30))
    path = next(path for path in reading.files if path.endswith("-block.txt") and "rules" in path)
    broken = {**reading.files, path: reading.files[path] + ".www.hour-0.lab\n"}
    with pytest.raises(SquidWouldNot, match="above it"):
        Reading(broken).answer("10.20.1.1", "hour-0.lab", monday(8, 30))


def test_it_is_among_the_formats():
    assert load("squid") is squid
