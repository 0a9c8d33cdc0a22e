"""What an answer means: proof, leak, or nothing at all."""

import pytest

from firewall_admin.core import checks
from firewall_admin.core.checks import Expected, Found
from firewall_admin.core.questions import Answer, Failure, Question, Where, parse_where
from firewall_admin.core.refusals import Refusal

REAL, SAFE = "198.51.100.7", "192.0.2.77"
BLOCKED, OPEN = Expected("blocked", "nxdomain"), Expected("open")


def says(**by_kind):
    """A resolver: `A=("…",)` data by type, `code`, `chain`, or `fails`, the kind of failure."""

    def asked(question):
        if kind := by_kind.get("fails"):
            return Failure(question, kind, "it fails")
        data = by_kind.get(question.kind, ())
        return Answer(question, by_kind.get("code", "NOERROR"), by_kind.get("chain", ()), data)

    return asked


GONE, THERE, SILENT = says(code="NXDOMAIN"), says(A=(REAL,)), says(fails="silent")


@pytest.mark.parametrize(
    ("wanted", "target", "controls", "finding"),
    [
        (BLOCKED, GONE, [THERE], "enforced"),
        (BLOCKED, GONE, [GONE], "not-known"),
        (BLOCKED, GONE, [], "not-known"),
        (BLOCKED, GONE, [SILENT], "not-known"),
        (BLOCKED, GONE, [SILENT, THERE], "enforced"),
        (BLOCKED, says(), [THERE], "enforced"),
        (BLOCKED, says(A=("0.0.0.0",), AAAA=("::",)), [], "enforced"),
        (BLOCKED, THERE, [], "leaking"),
        (BLOCKED, says(AAAA=("2001:db8::7",)), [THERE], "leaking"),
        (BLOCKED, says(A=("0.0.0.0",), HTTPS=("1 . ipv4hint=198.51.100.7",)), [], "leaking"),
        (BLOCKED, SILENT, [THERE], "silent"),
        (BLOCKED, says(fails="servfail"), [says(fails="servfail")], "not-known"),
        (BLOCKED, says(fails="servfail"), [THERE], "silent"),
        (Expected("blocked", "sinkhole", ("10.0.0.2",)), says(A=("10.0.0.2",)), [], "enforced"),
        (Expected("blocked", "sinkhole", ("10.0.0.2",)), says(A=("10.0.0.3",)), [], "leaking"),
        (OPEN, THERE, [], "enforced"),
        (OPEN, says(AAAA=("2001:db8::7",)), [], "enforced"),
        (OPEN, GONE, [THERE], "overblocking"),
        (OPEN, GONE, [GONE], "not-known"),
        (OPEN, GONE, [], "not-known"),
        (OPEN, says(A=("0.0.0.0",)), [], "overblocking"),
        (Expected("open", sinkhole=("10.0.0.2",)), says(A=("10.0.0.2",)), [], "overblocking"),
        (OPEN, SILENT, [], "silent"),
        (Expected("rewritten", host="safe.example"), says(A=(SAFE,), chain=("safe.example",)), [], "enforced"),
        (Expected("rewritten", host="safe.example"), THERE, [says(A=(SAFE,))], "leaking"),
        (Expected("rewritten", host="safe.example"), says(A=(SAFE,)), [says(A=(SAFE,))], "enforced"),
        (Expected("rewritten", host="safe.example", addresses=(SAFE,)), says(A=(SAFE,)), [], "enforced"),
        (Expected("rewritten", host="safe.example"), GONE, [THERE], "overblocking"),
    ],
)
def test_an_answer_means(wanted, target, controls, finding):
    found = checks.look("x.example", wanted, target, controls)
    assert found.finding == finding, found.text
    assert "x.example" in found.text


def test_a_resolver_that_holds_everything_back_has_not_blocked_by_policy():
    held = checks.look("x.example", BLOCKED, GONE, [THERE], alive=lambda: False)
    assert held.finding == "overblocking"
    assert checks.look("x.example", BLOCKED, says(A=("0.0.0.0",)), [], alive=lambda: False).finding == "enforced"


def test_what_is_expected_is_remembered_as_it_was():
    for wanted in (BLOCKED, OPEN, Expected("rewritten", host="safe.example", addresses=(SAFE,))):
        assert checks.remembered(wanted.kept()) == wanted
    assert checks.remembered({}) is None


def test_after_a_release_it_is_asked_for_nineteen_minutes_and_otherwise_for_two():
    def whole(occasion):
        pauses, tries = [], 1
        while pause := checks.again(occasion, tries):
            pauses.append(pause.total_seconds())
            tries += 1
        return pauses

    assert whole("release 1") == [5, 15, 30, 60, 120, 300, 600]
    assert whole("daily 1") == [5, 30, 90]


def test_only_what_the_release_before_would_say_is_stale():
    leak, over = Found("leaking", ""), Found("overblocking", "")
    assert checks.contradicts(leak, OPEN, BLOCKED)
    assert not checks.contradicts(leak, BLOCKED, BLOCKED)
    assert checks.contradicts(over, BLOCKED, OPEN)
    assert not checks.contradicts(over, None, OPEN)
    assert not checks.contradicts(Found("silent", ""), OPEN, BLOCKED)


def test_a_sample_is_spread_over_all_names_and_always_the_same():
    names = [f"n{number}" for number in range(100)]
    some = checks.sample(names, 5)
    assert some == ("n0", "n24", "n49", "n74", "n99")
    assert checks.sample(names[:3], 5) == ("n0", "n1", "n2")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("10.0.0.2", Where("10.0.0.2")),
        (" 10.0.0.2:5353 ", Where("10.0.0.2", 5353)),
        ("2001:DB8::2", Where("2001:db8::2")),
        ("[2001:db8::2]:5353", Where("2001:db8::2", 5353)),
        ("[2001:db8::2]", Where("2001:db8::2")),
    ],
)
def test_a_resolver_is_read(text, where):
    assert parse_where(text) == where


@pytest.mark.parametrize(
    "text", ["", "dns.example", "10.0.0.2:", "10.0.0.2:0", "10.0.0.2:99999", "[::1]x", "10.0.0.2;x"]
)
def test_what_is_no_resolver_is_refused(text):
    with pytest.raises(Refusal):
        parse_where(text)


def test_evidence_is_told_as_people_read_it():
    asked = Question("x.example", "A")
    assert Answer(asked, "NXDOMAIN").text == "A NXDOMAIN"
    assert Answer(asked, "NOERROR", ("y.example",), (REAL,)).text == f"A y.example → {REAL}"
    assert Answer(asked, "NOERROR").text == "A nothing"
