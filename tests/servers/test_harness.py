"""What the server tests stand on: the small internet, the questions, and what counts as a disagreement."""

import os
from pathlib import Path
from random import Random

import pytest

from firewall_admin.core.policy import Audience, Because, Verdict

from . import daemons, policies, processes
from .comparison import Expected, audience_of, expected
from .internet import REAL_A, REAL_AAAA, Internet
from .policies import HOSTS, SAFE
from .questions import UNANSWERED, Answer, Question, ask, ask_one, named, names_around, questions

BLOCKED = Verdict("bad.lab", True, Because("list", "bad", "bad.lab"), "sinkhole")
PUPILS = Audience("pupils", answer="sinkhole", sinkhole=("192.0.2.53",))


def real(kind: str, at: str = "bad.lab") -> Answer:
    """What the small internet itself says."""
    with Internet() as internet:
        return ask_one(internet.port, "127.0.0.1", at, kind)


def test_the_internet_answers_every_name_follows_its_aliases_and_knows_what_is_missing() -> None:
    aliases, missing = {"one.lab": "two.lab", "two.lab": SAFE, "lost.lab": "gone.lab"}, frozenset({"gone.lab"})
    with Internet(aliases, HOSTS, missing) as internet:
        answers = {
            (name, kind): ask_one(internet.port, "127.0.0.1", name, kind)
            for name in ("Any.lab", "one.lab", "lost.lab", "gone.lab")
            for kind in ("A", "AAAA", "HTTPS", "TXT", "SOA")
        }
    assert answers["Any.lab", "A"].records == (f"any.lab A {REAL_A}",)
    assert answers["Any.lab", "AAAA"].data("AAAA") == [REAL_AAAA]
    assert answers["Any.lab", "HTTPS"].data("HTTPS") == [f'1 . alpn="h2" ipv4hint="{REAL_A}" ipv6hint="{REAL_AAAA}"']
    assert (answers["Any.lab", "SOA"].code, answers["Any.lab", "SOA"].records) == ("NOERROR", ())
    assert answers["one.lab", "A"].data("CNAME") == [f"{SAFE}.", "two.lab."]
    assert answers["one.lab", "A"].data("A") == [HOSTS[SAFE][0]]
    assert answers["lost.lab", "A"].code == answers["gone.lab", "A"].code == "NXDOMAIN"


def test_answers_come_in_the_order_of_the_questions_and_silence_is_told() -> None:
    names = [f"n{number}.lab" for number in range(3000)]
    with Internet() as internet:
        answers = ask(internet.port, questions(["127.10.0.1", "127.20.0.1"], names, ["A"]))
        assert [answer.records[0].split()[0] for answer in answers] == [name for name in names for _ in range(2)]
        assert internet.asked >= 6000
    nobody = processes.free_port()
    assert ask(nobody, [Question("127.0.0.1", "n.lab")], patience=0.1, tries=2) == [UNANSWERED]


@pytest.mark.parametrize("kind", ["A", "AAAA", "HTTPS", "SVCB", "TXT"])
def test_a_real_answer_of_any_type_to_a_blocked_name_is_a_disagreement(kind: str) -> None:
    with Internet() as internet:
        wanted = expected(PUPILS, BLOCKED, Question("127.0.0.1", "bad.lab", kind), internet)
    assert not wanted.fits(real(kind), kind)
    assert not Expected("NXDOMAIN").fits(real(kind), kind)
    assert not Expected("NOERROR", ("192.0.2.53",)).fits(real(kind), kind)


def test_a_real_address_in_any_section_is_a_leak() -> None:
    hidden = Answer("NXDOMAIN", (), b"..." + bytes([198, 51, 100, 7]) + b"...")
    assert Expected("NXDOMAIN").fits(Answer("NXDOMAIN", (), b"..."), "A")
    assert not Expected("NXDOMAIN").fits(hidden, "A")
    assert not Expected("NXDOMAIN").fits(UNANSWERED, "A")


def test_a_block_of_an_open_name_is_a_disagreement() -> None:
    with Internet() as internet:
        for kind in ("A", "AAAA", "HTTPS", "TXT"):
            wanted = expected(None, None, Question("127.0.0.1", "ok.lab", kind), internet)
            assert wanted.fits(real(kind, "ok.lab"), kind)
            assert not wanted.fits(Answer("NXDOMAIN", (), b""), kind)
            assert not wanted.fits(Answer("NOERROR", (), b""), kind)


def test_a_client_is_of_the_audience_with_the_longest_prefix() -> None:
    school = policies.random_policy(1).school_policy
    addresses = ("127.10.0.1", "127.10.7.7", "127.10.200.3", "127.20.0.9", "127.44.0.4", "2001:db8:20::1")
    found = [audience and audience.name for audience in (audience_of(school, address) for address in addresses)]
    assert found == ["pupils", "year-7", "guests", "staff", None, "staff"]


def test_names_around_a_policy_are_the_same_for_the_same_seed_and_of_every_sort() -> None:
    case = policies.nested()
    names = names_around(named(case.school_policy), Random(1), 120)
    assert names == names_around(named(case.school_policy), Random(1), 120)
    assert len(names) <= 120
    lower = {name.lower() for name in names}
    assert {"bad.lab", "under.bad.lab", "b.c.d.bad.lab"} <= lower
    assert any(name.startswith("u.v.") for name in lower)
    assert any(name != name.lower() for name in names)


def test_a_daemon_that_cannot_start_is_told_with_its_log_and_none_is_left(tmp_path: Path) -> None:
    with (
        Internet() as internet,
        pytest.raises(processes.NotStarted, match="bad option"),
        daemons.dnsmasq(tmp_path, internet, main="no-such-option"),
    ):
        pass


def test_a_daemon_is_stopped_by_its_own_process_id(tmp_path: Path) -> None:
    with Internet() as internet, daemons.dnsmasq(tmp_path, internet) as server:
        os.kill(server.pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


def test_a_program_that_is_missing_is_an_error_under_ci_and_else_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(processes.NotStarted):
        processes.program("no-such-program")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        processes.program("no-such-program")
