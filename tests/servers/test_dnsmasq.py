"""A real dnsmasq for each audience, with its lines, answers as the policy says."""

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
from firewall_admin.core.export import Target
from firewall_admin.core.exports import dnsmasq
from firewall_admin.core.policy import ANSWERS, Answer, Assignment, Audience, Verdict

from . import daemons, policies
from .comparison import Expected, audience_of, disagreements, expected, told
from .internet import REAL_A, Internet
from .policies import PUPILS, STAFF, Case, Lists
from .processes import Server, program, write
from .questions import Question, ask_one, named, names_around, questions

LONGEST = ".".join(["l" * 63, "m" * 63, "n" * 63, "o" * 57, "lab"])  # 253 octets
SINKHOLES = ("192.0.2.53", "2001:db8:53::53")
CASES = [
    *policies.hand_picked(),
    *(policies.with_answer(policies.nested(), answer, SINKHOLES) for answer in ("null", "sinkhole")),
    *(policies.random_policy(seed) for seed in (1, 2)),
]


def clients(case: Case) -> dict[str, str]:
    """A client of every audience that has some: whoever asks its server is answered alike."""
    found = ((audience_of(case.school_policy, source), source) for source in case.sources)
    return {audience.name: source for audience, source in found if audience}


SERVERS = [(case, audience) for case in CASES for audience in clients(case)]


def written(compiled: Compiled, audience: str) -> str:
    files = {file.audience: file for file in dnsmasq.files(compiled, Target("/etc/dnsmasq.d"))}
    return "".join(files[audience].parts)


def expect(audience: Audience | None, verdict: Verdict | None, question: Question, internet: Internet) -> Expected:
    """A steered host has the addresses of its target, and no other records at all."""
    if verdict and verdict.rewrite and question.kind not in ("A", "AAAA"):
        return Expected("NOERROR")
    return expected(audience, verdict, question, internet)


def aliases(case: Case) -> dict[str, str]:
    """Open names all over the internet that lead to names of the policy."""
    chosen = Random(case.name).sample(sorted(named(case.school_policy)), 10)
    return {f"alias-{number}.elsewhere-lab": name for number, name in enumerate(chosen)}


def asked(case: Case, audience: str, most: int = 120) -> list[Question]:
    """Names around the policy, and before them aliases of some with what they lead to."""
    names = names_around(named(case.school_policy), Random(case.name), most)
    led = [name for pair in aliases(case).items() for name in pair]
    return questions((clients(case)[audience],), [*led, *case.names, *names])


@contextmanager
def serving(case: Case, folder: Path, text: str, before: str = "") -> Iterator[tuple[Server, Internet]]:
    path = write(folder / "policy.conf", text)
    with (
        Internet(aliases(case), policies.HOSTS) as internet,
        daemons.dnsmasq(folder, internet, main=f"{before}conf-file={path}\n") as server,
    ):
        yield server, internet


@pytest.mark.parametrize(("case", "audience"), SERVERS, ids=lambda value: getattr(value, "name", value))
def test_every_audiences_server_answers_as_decide_says_the_first_time_and_the_second(
    case: Case, audience: str, tmp_path: Path
) -> None:
    with serving(case, tmp_path, written(case.compiled(), audience)) as (server, internet):
        found = disagreements(server, internet, case.school_policy, case.at, asked(case, audience), expect=expect)
        assert not found, told(found)


def test_at_least_ten_thousand_questions_are_asked() -> None:
    assert sum(2 * len(asked(case, audience)) for case, audience in SERVERS) >= 10_000


def steered_too(case: Case) -> Case:
    audiences = tuple(replace(audience, safe_search=True) for audience in case.school_policy.audiences)
    return replace(case, school_policy=replace(case.school_policy, audiences=audiences))


@pytest.mark.parametrize(
    ("broken", "instead"),
    [
        (r"server=/[^*]\S+/#\n", ""),  # an exception forgotten
        (r"(?<=\n)local=/\S+/\n", ""),  # other types come from the internet
        (r"address=/(\S+)/192.0.2.53\n", r"address=/\1/192.0.2.54\n"),
        (r"server=/\*\.www\.engine\.lab/#\n", ""),  # names under a steered host are steered too
        (r"cache-size=0\n", ""),  # a blocked name that an alias led to is answered from the cache
    ],
)
def test_a_file_broken_on_purpose_is_found_out(broken: str, instead: str, tmp_path: Path) -> None:
    case = policies.with_answer(steered_too(policies.random_policy(2)), "sinkhole", SINKHOLES)
    text, times = re.subn(broken, instead, written(case.compiled(), "staff"))
    assert times
    with serving(case, tmp_path, text) as (server, internet):
        wanted = [*asked(case, "staff"), *questions((STAFF,), ["x.www.engine.lab"])]
        assert disagreements(server, internet, case.school_policy, case.at, wanted, expect=expect)


def test_a_blocked_name_stays_blocked_after_another_name_led_to_it(tmp_path: Path) -> None:
    case = policies.nested()
    text = written(case.compiled(), "everyone")
    for cache, real in (("", False), ("cache-size=150", True)):  # dnsmasq's own default, which is why it is not kept
        folder = tmp_path / f"cache{real}"
        path = write(folder / "policy.conf", text.replace("cache-size=0", cache) if cache else text)
        with (
            Internet({"open.elsewhere-lab": "tracker.bad.lab"}) as internet,
            daemons.dnsmasq(folder, internet, main=f"conf-file={path}\n") as server,
        ):
            assert ask_one(server.port, PUPILS, "tracker.bad.lab").code == "NXDOMAIN"
            assert ask_one(server.port, PUPILS, "open.elsewhere-lab").data("A") == [REAL_A]
            assert (ask_one(server.port, PUPILS, "tracker.bad.lab").data("A") == [REAL_A]) == real


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_answer_to_a_blocked_name_is_kept_for_more_than_a_minute(answer: Answer, tmp_path: Path) -> None:
    case = policies.with_answer(policies.nested(), answer, SINKHOLES)
    with serving(case, tmp_path, written(case.compiled(), "everyone")) as (server, _):
        for kind in ("A", "AAAA", "HTTPS", "SOA", "ANY"):
            message = dns.message.from_wire(ask_one(server.port, PUPILS, "www.bad.lab", kind).wire)
            assert all(rrset.ttl <= 60 for rrset in message.answer)
            assert not message.authority, "an SOA would say for how long"


@pytest.mark.parametrize("answer", ANSWERS)
def test_asked_not_to_recurse_a_blocked_name_stays_blocked(answer: Answer, tmp_path: Path) -> None:
    case = policies.with_answer(policies.nested(), answer, SINKHOLES)
    with serving(case, tmp_path, written(case.compiled(), "everyone")) as (server, internet):
        wanted = [
            replace(one, recurse=False) for one in questions((PUPILS,), ["bad.lab", "p.q.r.s.open.lab", "c.d.bad.lab"])
        ]
        found = disagreements(server, internet, case.school_policy, case.at, wanted)
        assert not found, told(found)


def test_a_server_of_the_sites_own_for_its_domain_stays_in_force(tmp_path: Path) -> None:
    case = policies.nested()
    with Internet(hosts={"printer.site-lab": ("10.1.1.1", "fd00::1")}) as site:
        before = f"server=/site-lab/127.0.0.1#{site.port}\n"
        with serving(case, tmp_path, written(case.compiled(), "everyone"), before) as (server, _):
            assert ask_one(server.port, PUPILS, "printer.site-lab").data("A") == ["10.1.1.1"]
            assert ask_one(server.port, PUPILS, "bad.lab").code == "NXDOMAIN"


def test_without_known_addresses_a_host_is_left_as_it_is(tmp_path: Path) -> None:
    steered = policies.steered()
    school = replace(steered.school_policy, addresses={})
    case = replace(steered, school_policy=school)
    with serving(case, tmp_path, written(case.compiled(), "staff")) as (server, _):
        for name in ("www.engine.lab", "engine.lab", "www.video.lab", "x.www.engine.lab"):
            assert ask_one(server.port, STAFF, name).data("A") == [REAL_A]


def check(folder: Path, main: str) -> subprocess.CompletedProcess[str]:
    path = write(folder / "main.conf", main)
    return subprocess.run(
        [program("dnsmasq"), "--test", f"--conf-file={path}"], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("answer", ["nxdomain", "sinkhole"])
def test_dnsmasq_finds_nothing_wrong_with_a_hundred_thousand_names_and_answers_the_longest(
    answer: Answer, tmp_path: Path
) -> None:
    lists = Lists()
    lists.add("bad", "blocked", [LONGEST, *(f"site-{number}.bad-{number % 97}.lab" for number in range(100_000))])
    lists.add("good", "allowed", [f"ok.site-{number}.bad-{number % 97}.lab" for number in range(0, 100_000, 10)])
    assigned = (Assignment("bad"), Assignment("good"))
    pupils = Audience("pupils", ("127.10.0.0/16",), answer, SINKHOLES * (answer == "sinkhole"), lists=assigned)
    case = Case("many", policies.school([pupils], lists), (PUPILS,))
    text = written(compile_policy(case.school_policy, case.at), "pupils")
    done = check(tmp_path, f"conf-file={write(tmp_path / 'policy.conf', text)}\n")
    assert (done.returncode, done.stderr.strip()) == (0, "dnsmasq: syntax check OK.")
    names = [
        LONGEST,
        "site-99990.bad-80.lab",
        "ok.site-99990.bad-80.lab",
        "a.ok.site-10.bad-10.lab",
        "ok.site-9.bad-9.lab",
    ]
    with serving(case, tmp_path, text) as (server, internet):
        found = disagreements(server, internet, case.school_policy, case.at, questions((PUPILS,), names))
        assert not found, told(found)


@pytest.mark.parametrize("line", ["address=/x.lab/1.2.3", "cache-size=150"])
def test_the_check_sees_a_bad_line_and_a_setting_that_the_main_file_has_too(line: str, tmp_path: Path) -> None:
    text = written(policies.nested().compiled(), "everyone")
    assert check(tmp_path, f"conf-file={write(tmp_path / 'policy.conf', text + line)}\n").returncode != 0
