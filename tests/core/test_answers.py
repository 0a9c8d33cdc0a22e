"""Each of the 29 obligations: one school in which it is met, and others in which it is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from firewall_admin.core.answers import answered
from firewall_admin.core.evidence import Answer
from firewall_admin.core.facts import Checked, Facts, Reviewed, Undertook, Waiting
from firewall_admin.core.names import Names
from firewall_admin.core.people import Role
from firewall_admin.core.policy import Assignment, Audience, NameList, Rule, SchoolPolicy
from firewall_admin.core.undertakings import KINDS

NOW = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # half past eleven at night in London, where it is still 1 July
LONDON = ZoneInfo("Europe/London")
PUPILS = Audience(
    "pupils", ("10.1.0.0/16",), safe_search=True, youtube="strict", lists=(Assignment("tiktok"),), anti_bypass=True
)
STAFF = Audience("staff", ("10.2.0.0/16",), anti_bypass=True)
NOT_OURS = {"O11", "O16", "O20", "O26", "O28"}


def policy(*audiences: Audience, rules: tuple[Rule, ...] = ()) -> SchoolPolicy:
    lists = {"tiktok": NameList("tiktok", "blocked", Names(b"com tiktok\n"))}
    return SchoolPolicy("Oakfield", LONDON, "Europe/London", audiences=audiences, lists=lists, rules=rules)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


GOOD = Facts(
    at=NOW,
    zone=LONDON,
    school="Oakfield",
    signed_at=days_ago(100),
    policy=policy(PUPILS, STAFF),
    people={role.value: (f"{role.words} of Oakfield",) for role in Role},
    requests={"approved": 6, "refused": 2},
    decisions=8,
    decided_in=(0, 0, 1, 1, 1, 2, 2, 3),
    rules=3,
    rules_with_decision=2,
    releases=12,
    published_within=4.0,
    checked=Checked({"enforced": 90}, last=days_ago(1), recorded=4, outside=days_ago(30), outside_result="good"),
    reports={"content": 7},
    incidents={"circumvention": 5},
    acknowledged=7,
    staff=7,
    reviews=(Reviewed(1, "the yearly review", days_ago(60), days_ago(50)),),
    undertakings={kind: Undertook("Written down in the office", "Bursar") for kind in KINDS},
)


def answer(number: str, **changes: Any) -> Answer:
    found = answered(replace(GOOD, **changes))
    return next(one.answer for one in found if one.obligation.number == number)


def said(**answers: Undertook | None) -> dict[str, Undertook]:
    kept = {**GOOD.undertakings, **{kind.replace("_", "-"): given for kind, given in answers.items()}}
    return {kind: given for kind, given in kept.items() if given is not None}


def without(role: Role) -> dict[str, tuple[str, ...]]:
    return {**GOOD.people, role.value: ()}


def checked(**changes: Any) -> dict[str, Checked]:
    return {"checked": replace(GOOD.checked, **changes)}


OLD = Undertook("Written down long ago", "Bursar", old=True)
OLD_REVIEW = (Reviewed(1, "the yearly review", days_ago(500), days_ago(400)),)
ALIKE = replace(PUPILS, name="staff", networks=("10.2.0.0/16",))


@pytest.mark.parametrize("number", [f"O{n}" for n in range(1, 30)])
def test_a_school_that_does_everything_has_no_gap_and_what_lies_elsewhere_is_not_called_shown(number):
    found = answer(number)
    assert (found.state, found.missing) == ("not-ours" if number in NOT_OURS else "met", ())
    if number in NOT_OURS:
        assert "This service can't show it. The school says:" in found.shown


FAILS: list[tuple[str, dict[str, Any], str, str]] = [
    ("O1", {"reviews": ()}, "gap", "No review has been signed yet."),
    ("O1", {"reviews": (Reviewed(1, "x", days_ago(9), None),)}, "gap", "No review has been signed yet."),
    ("O1", {"reviews": OLD_REVIEW}, "gap", "It is more than a year old."),
    ("O1", {"actions_open": 3, "actions_late": 1}, "attention", "Still to do after reviews: 3, 1 of them late."),
    ("O2", {"people": without(Role.GOVERNOR)}, "gap", "Nobody is governor."),
    ("O2", {"undertakings": said(slt_lead=None)}, "gap", "Not answered: Who in the leadership team is responsible?"),
    ("O2", {"undertakings": said(slt_lead=OLD)}, "attention", "to be looked at again"),
    ("O3", {"signed_at": None}, "gap", "The headteacher has not signed the policy as a whole."),
    ("O3", {"rules_without_reason": 2}, "gap", "2 rules have no reason."),
    ("O3", {"opened_without_decision": 1}, "gap", "1 rules open a site without a decision."),
    ("O3", {"signed_at": days_ago(366)}, "attention", "That is more than a year ago: it is to be signed again."),
    ("O4", {"releases": 0}, "gap", "Nothing has been published in a year."),
    ("O4", {"trouble": "a list is lost"}, "gap", "The next release can't be prepared: a list is lost."),
    ("O4", {"undecided": 1, "waiting": Waiting(requests=6)}, "attention", "The oldest waits for 6 school days."),
    ("O4", {"undecided": 1, "waiting": Waiting(requests=11)}, "gap", "A request has waited for 11 school days."),
    ("O5", {"people": without(Role.SAFEGUARDING_LEAD)}, "gap", "There is no safeguarding lead with an account."),
    ("O5", {"waiting": Waiting(reviews=6)}, "attention", "The oldest has waited for the safeguarding lead"),
    ("O6", {"triggers": ("Ms Network added the audience guests.",)}, "attention", "Since the last review: Ms Network"),
    ("O6", {"reviews": ()}, "gap", "No review has been signed yet."),
    ("O7", {"people": without(Role.NETWORK_MANAGER)}, "gap", "No network manager who could sign."),
    ("O7", {"reviews": ()}, "gap", "No review has been signed yet."),
    ("O8", {"undertakings": said(risk_profile=None)}, "gap", "Not answered: What are our pupils' risks?"),
    ("O8", {"reviews": OLD_REVIEW}, "gap", "No review of the last year has looked at them."),
    ("O9", checked(recorded=0), "gap", "Nobody has recorded a check by device, site and user group in a year."),
    ("O9", checked(unchecked=("guests",)), "gap", "No check on record in a year: guests."),
    ("O9", checked(troubles=("Box: tiktok.com is open.",)), "gap", "Wrong at this moment: Box: tiktok.com is open."),
    ("O9", checked(bad=("iPad at Hall as pupils",)), "gap", "The last check found it wrong: iPad at Hall as pupils."),
    ("O9", checked(partly=("iPad at Hall as pupils",)), "attention", "Works in part: iPad at Hall as pupils."),
    ("O9", checked(overdue=2), "attention", "Overdue: 2."),
    ("O10", checked(outside=None), "gap", "No outside test is recorded."),
    ("O10", checked(outside_result="part"), "gap", "It found something that is not blocked."),
    ("O10", checked(outside=days_ago(366)), "gap", "It is more than a year old."),
    ("O11", {"undertakings": said(provider=None)}, "gap", "Not answered: What says that our provider"),
    ("O11", {"undertakings": said(provider=OLD)}, "attention", "to be looked at again"),
    ("O11", checked(outside_result="bad"), "gap", "The outside test found something that is not blocked."),
    ("O12", {"policy": policy(PUPILS)}, "gap", "Everyone is filtered alike."),
    ("O12", {"policy": policy(PUPILS, ALIKE)}, "gap", "Filtered alike: pupils and staff."),
    ("O12", {"policy": policy(PUPILS, replace(PUPILS, name="year-9"))}, "gap", "Everyone is filtered alike."),
    ("O13", {"undecided": 2, "waiting": Waiting(requests=6)}, "attention", "Not decided yet: 2. The oldest waits"),
    ("O13", {"undecided": 2, "waiting": Waiting(requests=11)}, "gap", "A request has waited for 11 school days."),
    ("O13", {"refused_without_reason": 1}, "gap", "Refused without a reason: 1."),
    ("O13", {"requests": {}, "decided_in": ()}, "attention", "Nobody has asked for anything in a year."),
    ("O14", {"policy": policy(replace(PUPILS, anti_bypass=False), STAFF)}, "gap", "Not for pupils."),
    ("O14", {"policy": policy(PUPILS, replace(STAFF, anti_bypass=False))}, "attention", "Not for staff."),
    ("O14", {"policy": policy()}, "gap", "Not for anyone."),
    ("O15", {"undertakings": said(guests=None)}, "gap", "Not answered: How are guests filtered?"),
    ("O15", {"policy": policy(PUPILS, replace(STAFF, networks=()))}, "gap", "No network is known of staff."),
    ("O16", {"undertakings": said(filter_log=None)}, "gap", "Not answered: Where is the filter's log"),
    ("O17", {"policy": policy(PUPILS, replace(PUPILS, name="year-9", safe_search=False))}, "gap", "Off for year-9."),
    ("O17", {"policy": policy(STAFF)}, "gap", "There is no audience of pupils."),
    ("O18", {"waiting": Waiting(reports=2)}, "attention", "Circumvention in a year: 5."),
    ("O18", {"waiting": Waiting(reports=6)}, "gap", "Something that was reported has not been acted on"),
    ("O18", {"waiting": Waiting(at_risk=6)}, "gap", "What is with the safeguarding lead is neither handed over"),
    ("O18", {"people": without(Role.SAFEGUARDING_LEAD)}, "gap", "Nobody is safeguarding lead, to whom it would go."),
    ("O19", {"people": without(Role.SAFEGUARDING_LEAD)}, "gap", "There is not both a headteacher and a safeguarding"),
    ("O19", {"waiting": Waiting(restricted=2)}, "gap", "A record has been handed over to nobody, for 2 school days."),
    ("O20", {"undertakings": said(prevent=None)}, "gap", "Not answered: Where is our Prevent risk assessment"),
    ("O21", {"waiting": Waiting(ways=2)}, "attention", "Ways round the filter reported in a year: 5."),
    ("O21", {"waiting": Waiting(ways=6)}, "gap", "A way round the filter is not closed and tried again"),
    ("O22", {"undertakings": said(content=None)}, "gap", "Not answered: What looks at the content of pages"),
    ("O23", {"acknowledged": 0}, "gap", "Nobody has acknowledged the present rules yet."),
    ("O23", {"acknowledged": 6}, "attention", "6 of 7 people have acknowledged the present rules."),
    ("O24", {"undertakings": said(impact=None)}, "gap", "Not answered: Where is the data-protection impact assessment"),
    ("O24", {"overdue_records": 1}, "gap", "Records are kept beyond their time."),
    ("O25", {"overdue_records": 6}, "gap", "Kept beyond their time: 6."),
    ("O25", {"overdue_records": 2}, "gap", "Kept beyond their time: fewer than 5."),
    ("O26", {"undertakings": said(trust=None)}, "gap", "Not answered: Which trust are we in"),
    ("O27", {"acknowledged": 0}, "gap", "Question 11 has a gap: Do staff, pupils and parents know?"),
    ("O28", {"undertakings": said(self_review=None)}, "gap", "Not answered: When did we last do a 360 degree safe"),
    ("O29", {"people": without(Role.ADMINISTRATOR)}, "gap", "Nobody but those who change the filter keeps its trail"),
    ("O29", {"stale_lists": ("Malware",)}, "attention", "Not refreshed for a week: Malware."),
]


@pytest.mark.parametrize(("number", "changes", "state", "words"), FAILS)
def test_what_is_missing_or_late_is_said(number, changes, state, words):
    found = answer(number, **changes)
    assert found.state == state
    told = found.missing if state == "gap" else found.shown
    assert any(words in sentence for sentence in told), told


def test_each_of_the_29_can_fail():
    assert {number for number, *_ in FAILS} == {f"O{n}" for n in range(1, 30)}
    gaps = {number for number, _, state, _ in FAILS if state == "gap"}
    assert gaps == {f"O{n}" for n in range(1, 30)}


def test_one_profile_each_for_staff_and_pupils_may_differ_by_a_rule_alone():
    alike, rule = replace(PUPILS, name="staff"), Rule("block", "games.example", "pupils")
    assert answer("O12", policy=policy(PUPILS, alike)).state == "gap"
    assert answer("O12", policy=policy(PUPILS, alike, rules=(rule,))).state == "met"


@pytest.mark.parametrize(
    ("days", "said"),
    [((0, 0, 1), "on the same school day"), ((0, 1, 1), "by the next school day"), ((4, 5), "within 4 school days")],
)
def test_a_time_to_decide_is_told_as_people_say_it(days, said):
    assert f"Half of the requests that were decided were decided {said}" in answer("O4", decided_in=days).shown[0]


def test_days_are_those_of_the_school_and_not_of_greenwich():
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # 1 July in London
    reviews = (Reviewed(1, "the yearly review", days_ago(9), late),)
    assert answer("O1", reviews=reviews).shown[0] == "The last review was signed on 1 July 2026."


@pytest.mark.parametrize("number", [f"O{n}" for n in range(1, 30)])
def test_no_sentence_begins_with_a_small_letter(number):
    few = {"reports": {"content": 1}, "incidents": {"circumvention": 1}, "illegal": 1, "destroyed": 1}
    for sentence in (*answer(number, **few).shown, *answer(number, **few).missing):
        assert not sentence[0].islower(), sentence
