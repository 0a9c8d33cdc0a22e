"""A real Unbound with the local zones of a policy answers every client as the policy says."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

import dns.message
import pytest

from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.domains import covers
from firewall_admin.core.export import Target
from firewall_admin.core.exports import unbound
from firewall_admin.core.policy import ANSWERS, Answer, Assignment, Audience, Rule, Verdict, decide

from . import daemons, policies
from .comparison import Expected, disagreements, expected, told
from .internet import Internet
from .policies import GUESTS, OUTSIDE, PUPILS, STAFF, Case, Lists
from .processes import Server, program, write
from .questions import Question, ask_one, named, names_around, questions

LONGEST = ".".join(["l" * 63, "m" * 63, "n" * 63, "o" * 57, "lab"])  # 253 octets
SINKHOLES = ("192.0.2.53", "2001:db8:53::53")
CASES = [
    *policies.hand_picked(),
    *(policies.with_answer(policies.nested(), answer, SINKHOLES) for answer in ("null", "sinkhole")),
    *(policies.random_policy(seed) for seed in (1, 2, 3)),
]


def written(compiled: Compiled) -> str:
    [file] = unbound.files(compiled, Target("/etc/unbound"))
    return "".join(file.parts)


def expect(audience: Audience | None, verdict: Verdict | None, question: Question, internet: Internet) -> Expected:
    """A steered host has the addresses of its target, and no other records at all."""
    if verdict and verdict.rewrite and question.kind not in ("A", "AAAA"):
        return Expected("NOERROR")
    return expected(audience, verdict, question, internet)


def asked(case: Case, most: int = 100) -> list[Question]:
    """Names around the policy, from every audience, and before them aliases of some with what they lead to."""
    names = names_around(named(case.school_policy), Random(case.name), most)
    led = [name for pair in aliases(case).items() for name in pair]
    return questions(case.sources, [*led, *case.names, *names])


def aliases(case: Case) -> dict[str, str]:
    """Open names all over the internet that lead to names of the policy."""
    chosen = Random(case.name).sample(sorted(named(case.school_policy)), 10)
    return {f"alias-{number}.elsewhere-lab": name for number, name in enumerate(chosen)}


@contextmanager
def serving(case: Case, folder: Path, text: str | None = None, before: str = "") -> Iterator[tuple[Server, Internet]]:
    path = write(folder / "policy.conf", written(case.compiled()) if text is None else text)
    with (
        Internet(aliases(case), policies.HOSTS) as internet,
        daemons.unbound(folder, internet, main=f'{before}include: "{path}"\n', modules="iterator") as server,
    ):
        yield server, internet


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_client_is_answered_as_decide_says_the_first_time_and_the_second(case: Case, tmp_path: Path) -> None:
    with serving(case, tmp_path) as (server, internet):
        found = disagreements(server, internet, case.school_policy, case.at, asked(case), expect=expect)
        assert not found, told(found)
        assert "warning" not in server.log


def test_at_least_ten_thousand_questions_are_asked() -> None:
    assert sum(2 * len(asked(case)) for case in CASES) >= 10_000


@pytest.mark.parametrize(
    ("broken", "instead"),
    [
        (r'  local-zone: "\S+" always_transparent\n', ""),  # an exception forgotten
        (r'  local-data: "\S+ 60 IN A 192.0.2.53"\n', ""),  # no sinkhole for IPv4
        (r'(  local-zone: "\S+") redirect', r"\1 typetransparent"),  # other types come from the internet
        (r"access-control-view: 127.10.7.0/24 .*", "access-control-view: 127.10.7.0/24 staff"),
        (r'  local-zone: "www\.engine\.lab\." transparent', '  local-zone: "www.engine.lab." redirect'),
    ],
)
def test_a_file_broken_on_purpose_is_found_out(broken: str, instead: str, tmp_path: Path) -> None:
    case = policies.with_answer(policies.random_policy(2), "sinkhole", SINKHOLES)
    text, times = re.subn(broken, instead, written(case.compiled()))
    assert times
    with serving(case, tmp_path, text) as (server, internet):
        wanted = [*asked(case), *questions((PUPILS, STAFF, GUESTS), ["x.www.engine.lab"])]
        assert disagreements(server, internet, case.school_policy, case.at, wanted, expect=expect, repeats=1)


def special() -> Case:
    """Names that Unbound answers by itself, blocked and open, and some that a site answers by its own local data."""
    lists = Lists()
    lists.add("bad", "blocked", ["bad.test", "bad.home.arpa", "x.10.in-addr.arpa", "bad.onion", "bad.site-lab"])
    pupils = Audience("pupils", ("127.10.0.0/16",), lists=(Assignment("bad"),))
    return Case("special", policies.school([pupils], lists, [Rule("allow", "good.bad.test")]), (PUPILS,))


def test_names_that_unbound_or_the_site_answer_itself_stay_so_unless_they_are_blocked(tmp_path: Path) -> None:
    tops = ("test", "home.arpa", "10.in-addr.arpa", "onion", "site-lab", "resolver.arpa", "invalid")
    case = special()
    policy = case.school_policy.policy("pupils", case.at)
    site = 'server:\n  local-data: "printer.site-lab. A 10.1.1.1"\n  local-zone: "home.arpa." nodefault\n'
    with serving(case, tmp_path, before=site) as (server, _):
        for name in [f"{label}.{top}" for top in tops for label in ("bad", "good.bad", "x", "printer", "y.x")]:
            here, outside = (ask_one(server.port, source, name) for source in (PUPILS, OUTSIDE))
            blocked = decide(policy, name).blocked
            assert (here.code, here.records) == (("NXDOMAIN", ()) if blocked else (outside.code, outside.records)), name
        assert ask_one(server.port, PUPILS, "printer.site-lab").data("A") == ["10.1.1.1"]


def by_name(
    audience: Audience | None, verdict: Verdict | None, question: Question, internet: Internet, case: Case
) -> Expected:
    """What is told as a loss where no address is known: names under a steered host are steered too, unless they are
    blocked, steered themselves, or where a host is steered to and under it."""
    name = question.name.lower()
    if (
        audience
        and verdict
        and not (verdict.blocked or verdict.rewrite or any(covers(s, name) for s in policies.HOSTS))
    ):
        steered = case.school_policy.policy(audience.name, case.at)
        hosts = [host for host in steered.rewrites if covers(host, name) and not decide(steered, host).blocked]
        if hosts:
            verdict = replace(verdict, rewrite=steered.rewrites[max(hosts, key=len)])
    return expected(audience, verdict, question, internet)


def test_without_known_addresses_a_host_is_steered_by_name_with_the_names_under_it(tmp_path: Path) -> None:
    steered = policies.steered()
    case = replace(steered, school_policy=replace(steered.school_policy, addresses={}))
    losses = list(unbound.losses(case.compiled(), Target("/")))
    assert {(loss.what, loss.audience) for loss in losses} == {("rewrites", n) for n in ("pupils", "staff", "guests")}
    with serving(case, tmp_path) as (server, internet):

        def expect(a: Audience | None, v: Verdict | None, q: Question, i: Internet) -> Expected:
            return by_name(a, v, q, i, case)

        found = disagreements(server, internet, case.school_policy, case.at, asked(case), expect=expect)
        assert not found, told(found)


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_answer_to_a_blocked_name_is_kept_for_more_than_a_minute(answer: Answer, tmp_path: Path) -> None:
    with serving(policies.with_answer(policies.nested(), answer, SINKHOLES), tmp_path) as (server, _):
        for kind in ("A", "AAAA", "HTTPS", "SOA", "ANY"):
            message = dns.message.from_wire(ask_one(server.port, PUPILS, "www.bad.lab", kind).wire)
            assert all(rrset.ttl <= 60 for rrset in message.answer)
            assert not message.authority, "an SOA would say for how long"


@pytest.mark.parametrize("answer", ANSWERS)
def test_asked_not_to_recurse_a_blocked_name_stays_blocked(answer: Answer, tmp_path: Path) -> None:
    case = policies.with_answer(policies.nested(), answer, SINKHOLES)
    with serving(case, tmp_path) as (server, internet):
        wanted = [
            replace(one, recurse=False) for one in questions((PUPILS,), ["bad.lab", "p.q.r.s.open.lab", "c.d.bad.lab"])
        ]
        found = disagreements(server, internet, case.school_policy, case.at, wanted)
        assert not found, told(found)


def test_a_client_of_an_audience_left_out_is_not_filtered_like_the_one_around_it(tmp_path: Path) -> None:
    lists = Lists()
    lists.add("bad", "blocked", ["bad.lab"])
    assigned = (Assignment("bad"),)
    audiences = [Audience("pupils", ("127.10.0.0/16",), lists=assigned), Audience("year-7", ("127.10.7.0/24",))]
    case = Case("left-out", policies.school(audiences, lists), ())
    text = written(compile_policy(case.school_policy, case.at, ("pupils",)))
    with serving(case, tmp_path, text) as (server, _):
        said = {source: ask_one(server.port, source, "bad.lab").code for source in (PUPILS, "127.10.7.7", OUTSIDE)}
        assert said == {PUPILS: "NXDOMAIN", "127.10.7.7": "NOERROR", OUTSIDE: "NOERROR"}


def test_a_narrower_access_control_line_of_the_site_takes_the_filter_off_as_the_note_says(tmp_path: Path) -> None:
    site = "server:\n  access-control: 127.10.7.0/24 allow\n  access-control: 127.10.0.0/16 allow\n"
    with serving(nested_for_pupils(), tmp_path, before=site) as (server, _):
        assert ask_one(server.port, PUPILS, "bad.lab").code == "NXDOMAIN"
        assert ask_one(server.port, "127.10.7.7", "bad.lab").code == "NOERROR"


def nested_for_pupils() -> Case:
    case = policies.nested()
    everyone = replace(case.school_policy.audiences[0], networks=("127.10.0.0/16",))
    return replace(case, school_policy=replace(case.school_policy, audiences=(everyone,)))


def check(folder: Path, main: str) -> subprocess.CompletedProcess[str]:
    path = write(folder / "main.conf", main)
    return subprocess.run([program("unbound-checkconf"), path], capture_output=True, text=True, check=False)


def many(count: int, answer: Answer) -> Case:
    """A policy of so many names, an exception for every tenth, and the longest name there is."""
    lists = Lists()
    lists.add("bad", "blocked", [LONGEST, *(f"site-{number}.bad-{number % 97}.lab" for number in range(count))])
    lists.add("good", "allowed", [f"ok.site-{number}.bad-{number % 97}.lab" for number in range(0, count, 10)])
    assigned = (Assignment("bad"), Assignment("good"))
    pupils = Audience("pupils", ("127.10.0.0/16",), answer, SINKHOLES * (answer == "sinkhole"), lists=assigned)
    return Case("many", policies.school([pupils], lists), (PUPILS, OUTSIDE))


@pytest.mark.parametrize("answer", ["nxdomain", "sinkhole"])
def test_unbound_finds_nothing_wrong_with_a_hundred_thousand_names_and_answers_the_longest(
    answer: Answer, tmp_path: Path
) -> None:
    case = many(100_000, answer)
    text = written(case.compiled())
    path = write(tmp_path / "policy.conf", text)
    done = check(tmp_path, f'server:\n  directory: "{tmp_path}"\n  chroot: ""\n  username: ""\ninclude: "{path}"\n')
    assert (done.returncode, done.stderr) == (0, "")
    names = [
        LONGEST,
        "site-99990.bad-80.lab",
        "ok.site-99990.bad-80.lab",
        "a.ok.site-10.bad-10.lab",
        "ok.site-9.bad-9.lab",
    ]
    with serving(case, tmp_path, text) as (server, internet):
        found = disagreements(server, internet, case.school_policy, case.at, questions(case.sources, names))
        assert not found, told(found)


@pytest.mark.parametrize("place", ["first", "inside", "last"])
def test_the_file_may_be_included_before_inside_and_behind_the_server_clause(place: str, tmp_path: Path) -> None:
    path = write(tmp_path / "policy.conf", written(policies.steered().compiled()))
    here = {place: f'include: "{path}"\n'}
    done = check(
        tmp_path,
        f'{here.get("first", "")}server:\n  directory: "{tmp_path}"\n  chroot: ""\n{here.get("inside", "")}'
        f'  username: ""\n  num-threads: 1\nremote-control:\n  control-enable: no\n{here.get("last", "")}',
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_check_sees_a_bad_line(tmp_path: Path) -> None:
    path = write(tmp_path / "policy.conf", written(many(10, "null").compiled()) + '  local-zone: "a..lab." redirect\n')
    assert check(tmp_path, f'server:\n  chroot: ""\n  username: ""\ninclude: "{path}"\n').returncode != 0
