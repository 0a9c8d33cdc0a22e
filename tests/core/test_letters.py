"""What letters say, whole; and that nothing in them acts or is taken for a link."""

import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import letters, people_letters
from firewall_admin.core.letters import Draft

WHAT = "allow pupils to reach bbc.co.uk until the end of Friday 18 December 2026"
VALUES = {
    "reference": "AR-12",
    "path": "/requests/1",
    "about": "bbc.co.uk",
    "asker": "Tom Reid",
    "what": WHAT,
    "needed_by": "Thursday 26 November 2026",
    "assessor": "Nia Wood",
    "advice": "allow it",
    "by": "Nia Wood",
    "question": "Which pages\nof it?",
    "answer": "Only /news",
    "decision": "D-7",
    "decider": "Ada Okoro",
    "reason": "Year 6 needs it",
    "former": "D-3",
    "seen": "both resolvers answered at 10:41",
    "ends": "the end of Friday 18 December 2026",
    "days": 5,
    "why": "It is on the syllabus",
    "task": "decide",
}
GOLDEN = {
    "asked": (
        "AR-12: please assess: bbc[.]co[.]uk",
        "Tom Reid asks for access. Please assess it before Thursday 26 November 2026.",
    ),
    "assessed": ("AR-12: please decide: bbc[.]co[.]uk", "Tom Reid’s request is ready. Please decide it."),
    "returned": (
        "AR-12: a question for you: bbc[.]co[.]uk",
        "Nia Wood has a question about your request. Please answer it: until then the request waits.",
    ),
    "answered": (
        "AR-12: answered: bbc[.]co[.]uk",
        "Tom Reid has answered the question. The request is with you again.",
    ),
    "approved": (
        "AR-12: allowed: bbc[.]co[.]uk",
        (
            "Ada Okoro allowed this request as it was asked for. Nothing is to do now: another letter follows once it "
            "works."
        ),
    ),
    "refused": (
        "AR-12: refused: bbc[.]co[.]uk",
        "Ada Okoro refused this request. Whoever asked can appeal once, with new reasons, on its page.",
    ),
    "superseded": (
        "AR-12: decided anew: bbc[.]co[.]uk",
        "Ada Okoro decided anew. Decision D-7 now stands in the place of D-3.",
    ),
    "works": (
        "AR-12: works now: bbc[.]co[.]uk",
        "It works now: bbc[.]co[.]uk. Try it with the device you need it on; if it fails there, say so on the page.",
    ),
    "ends_soon": (
        "AR-12: ends soon: bbc[.]co[.]uk",
        (
            "Access to bbc[.]co[.]uk ends in 5 school days: the end of Friday 18 December 2026. If it is still "
            "needed, ask for it again."
        ),
    ),
    "ended": (
        "AR-12: ended: bbc[.]co[.]uk",
        "Access to bbc[.]co[.]uk has ended, as decision D-7 said. “Ask for it again” is on its page.",
    ),
    "appealed": (
        "AR-12: appeal: bbc[.]co[.]uk",
        "Tom Reid appeals against decision D-3. Please look at it again, with the new reasons.",
    ),
    "withdrawn": ("AR-12: withdrawn: bbc[.]co[.]uk", "Tom Reid withdrew this request. Nothing is to do."),
    "reminder": (
        "AR-12: please decide: bbc[.]co[.]uk",
        "Tom Reid’s request has waited 5 school days for you. Please decide it, or ask a question.",
    ),
    "nobody_stands_in": (
        "AR-12: nobody stands in: bbc[.]co[.]uk",
        (
            "This request has waited 5 school days, and nobody stands in for you. Please decide it, or let a deputy "
            "decide."
        ),
    ),
}


def drafted(step: str, **other: object) -> Draft:
    """A step's letter from the values above."""
    function = getattr(letters, step)
    names = inspect.signature(function).parameters
    made = function(**({name: VALUES[name] for name in names if name in VALUES} | other))
    assert isinstance(made, Draft)
    return made


@pytest.mark.parametrize("step", GOLDEN)
def test_the_subject_begins_with_the_reference_and_the_first_line_says_what_to_do(step):
    draft = drafted(step)
    assert (draft.subject, draft.text.split("\n")[0]) == GOLDEN[step]
    assert draft.path == "/requests/1"


def test_a_decision_letter_as_a_whole():
    assert drafted("approved", changed=True, calendar="an .ics file") == Draft(
        "approved",
        "AR-12: allowed: bbc[.]co[.]uk",
        "Ada Okoro allowed this request with changes. Nothing is to do now: another letter follows once it works.\n"
        "\n"
        "Decision D-7: allow pupils to reach bbc[.]co[.]uk until the end of Friday 18 December 2026.\n"
        "\n"
        "Reason: “Year 6 needs it”\n"
        "\n"
        "Sites are written with [.] so that nobody opens one from a letter.\n",
        "/requests/1",
        "an .ics file",
    )


def test_what_nobody_assessed_says_so():
    assert "Nobody has assessed it." in drafted("assessed", assessor="", advice="").text


def test_a_digest_lists_what_waits():
    draft = letters.digest("Monday 23 November", ["AR-1 waits for your decision: x[.]example", "AR-2 ends today: y"])
    assert draft.subject == "Monday 23 November: 2 things for you"
    assert draft.text.split("\n")[:4] == [
        "2 things for you at the web filter this morning.",
        "",
        "* AR-1 waits for your decision: x[.]example",
        "* AR-2 ends today: y",
    ]
    assert letters.digest("Monday", ["one"]).subject == "Monday: 1 thing for you"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("see https://www.bbc.co.uk/news?a=b", "see https[:]//www[.]bbc[.]co[.]uk/news?a=b"),
        ("xn--80ak6aa92e.com and яндекс.рф", "xn--80ak6aa92e[.]com and яндекс[.]рф"),
        ("t.reid@oakfield.example", "t[.]reid@oakfield[.]example"),
        ("javascript:x and file:///etc", "javascript:x and file[:]///etc"),
        ("e.g. at 9.30, v1.2. Then.", "e.g. at 9.30, v1.2. Then."),
    ],
)
def test_what_looks_like_an_address_is_no_link(text, said):
    assert letters.unlinked(text) == said


HOSTILE = st.text() | st.sampled_from(["\r\nBcc: x@evil.example", "\x00", "‮", "a" * 500, "http://x.example/\n\n."])


@given(st.sampled_from(sorted(GOLDEN)), HOSTILE)
def test_no_value_makes_a_second_header_or_a_link(step, text):
    function = getattr(letters, step)
    names = {name: text for name in inspect.signature(function).parameters if isinstance(VALUES.get(name), str)}
    draft = drafted(step, **names)
    assert draft.subject.isprintable()
    assert len(draft.subject) <= letters.LONGEST_SUBJECT
    assert all(line.isprintable() for line in draft.text.split("\n"))
    assert not re.search(r"\w\.[a-z]{2}|://", draft.subject + draft.text)


def test_lines_stay_lines_and_nothing_else_acts():
    assert letters.lines("a\r\nb\rc\x1b[31m d e\n\n") == "a\nb\nc[31m d e\n"
    assert letters.one_line("AR-1\r\nBcc: a\x00b") == "AR-1 Bcc: ab"


@pytest.mark.parametrize(
    ("draft", "first"),
    [
        (
            people_letters.invitation("Oakfield", inviter="Ann"),
            "Ann has invited you to the web filter of Oakfield. Open the link to set your password.",
        ),
        (
            people_letters.new_link("Oakfield", maker="Ann"),
            "Ann has made you a new link to set your password. Your old password no longer works.",
        ),
        (
            people_letters.link_asked("Bea", asker="Ann", path="/p"),
            "Ann asks for a new link to set the password of Bea. Please confirm it, or refuse it.",
        ),
        (
            people_letters.link_asked_for_you(asker="Ann", path="/p"),
            "Ann has asked for a new link to set your password. If you did not want this, stop it on its page.",
        ),
        (
            people_letters.link_confirmed("Bea", confirmer="Cy", path="/p"),
            "Cy has confirmed that Bea needs a new link. You can make it now.",
        ),
        (
            people_letters.password_set(maker="Ann", confirmer="Cy", when="2 May"),
            (
                "Your password was set on 2 May by a link that Ann made, and Cy confirmed. If that was not you, "
                "tell the headteacher now."
            ),
        ),
    ],
)
def test_letters_about_accounts_say_first_what_happened(draft, first):
    assert draft.text.split("\n")[0] == first
