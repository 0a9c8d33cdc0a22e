"""What letters say: plain and short; the first line tells what happened and what to do, the link is put at the end.

Sites are written `bbc[.]co[.]uk`: mail programs make a link of whatever looks like an address, in quotes too, and a
site that somebody wants opened is the last thing to be opened from a letter. No letter holds what a request says of
pupils or of its purpose: it stays on the page, which asks to sign in.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Draft:
    """A letter to be written. `kind` says what it is about in a word (asked, decided, reminder …); `path` the page it
    leads to; `calendar` an .ics file's text to go with it. With `digest` it is a line of the 07:30 digest instead of
    a letter of its own. `after`: not to be sent before this instant (UTC)."""

    kind: str
    subject: str
    text: str
    path: str
    calendar: str | None = None
    digest: bool = False
    after: datetime | None = None


NAMED_SO = "Sites are written with [.] so that nobody opens one from a letter."
# Labels of which the last has two letters at the least: neither `e.g` nor `9.30`.
_ADDRESS = re.compile(r"(?:[\w-]{1,63}\.)+[^\W\d_]\w{1,62}")


def asked(reference: str, *, path: str, about: str, asker: str, what: str, needed_by: str = "") -> Draft:
    """To whoever assesses. `about`: the site or the change in a few words; `what`: a clause, `allow pupils to reach
    bbc.co.uk until …`; `needed_by`: a day in words."""
    first = f"{asker} asks for access. Please assess it{f' before {needed_by}' if needed_by else ''}."
    return _draft("asked", f"{reference}: please assess: {about}", path, first, f"Asked for: {what}.")


def assessed(
    reference: str, *, path: str, about: str, asker: str, what: str, assessor: str = "", advice: str = ""
) -> Draft:
    """To whoever decides. Without an assessor nobody has assessed it, and the letter says so."""
    first = f"{asker}’s request is ready. Please decide it."
    said = f"{assessor} advises: {advice}." if assessor else "Nobody has assessed it."
    return _draft("assessed", f"{reference}: please decide: {about}", path, first, f"Asked for: {what}.", said)


def returned(reference: str, *, path: str, about: str, by: str, question: str) -> Draft:
    """To whoever asked: a question to answer."""
    first = f"{by} has a question about your request. Please answer it: until then the request waits."
    return _draft("returned", f"{reference}: a question for you: {about}", path, first, quoted(question))


def answered(reference: str, *, path: str, about: str, asker: str, answer: str) -> Draft:
    """To whoever has the request now."""
    first = f"{asker} has answered the question. The request is with you again."
    return _draft("answered", f"{reference}: answered: {about}", path, first, quoted(answer))


def approved(
    reference: str,
    *,
    path: str,
    about: str,
    decision: str,
    decider: str,
    what: str,
    reason: str,
    changed: bool = False,
    calendar: str | None = None,
) -> Draft:
    """To whoever asked and assessed. `changed`: not as it was asked for. `calendar`: the end date as an .ics file."""
    how = "with changes" if changed else "as it was asked for"
    first = f"{decider} allowed this request {how}. Nothing is to do now: another letter follows once it works."
    said = [f"Decision {decision}: {what}.", f"Reason: {quoted(reason)}"]
    return _draft("approved", f"{reference}: allowed: {about}", path, first, *said, calendar=calendar)


def refused(reference: str, *, path: str, about: str, decision: str, decider: str, what: str, reason: str) -> Draft:
    """To whoever asked and assessed."""
    first = f"{decider} refused this request. Whoever asked can appeal once, with new reasons, on its page."
    said = [f"Decision {decision}, on: {what}.", f"Reason: {quoted(reason)}"]
    return _draft("refused", f"{reference}: refused: {about}", path, first, *said)


def superseded(
    reference: str, *, path: str, about: str, decision: str, former: str, decider: str, what: str, reason: str
) -> Draft:
    """To whoever asked and assessed: a new decision stands in the place of the former one."""
    first = f"{decider} decided anew. Decision {decision} now stands in the place of {former}."
    said = [f"What holds now: {what}.", f"Reason: {quoted(reason)}"]
    return _draft("superseded", f"{reference}: decided anew: {about}", path, first, *said)


def works(reference: str, *, path: str, about: str, decision: str, what: str, seen: str = "") -> Draft:
    """To whoever asked, when a check has seen it. `seen`: how, in words."""
    first = f"It works now: {about}. Try it with the device you need it on; if it fails there, say so on the page."
    how = [f"How we know: {seen}."] if seen else []
    return _draft("works", f"{reference}: works now: {about}", path, first, f"Decision {decision}: {what}.", *how)


def ends_soon(reference: str, *, path: str, about: str, decision: str, ends: str, days: int) -> Draft:
    """To whoever asked and whoever runs the filter. `ends`: in words, `the end of Friday 18 December 2026`."""
    first = f"Access to {about} ends in {count(days, 'school day')}: {ends}. If it is still needed, ask for it again."
    how = f"Decision {decision} opened it. “Ask for it again” on its page has everything filled in."
    return _draft("ends-soon", f"{reference}: ends soon: {about}", path, first, how)


def ended_early(reference: str, *, path: str, about: str, decision: str, by: str, reason: str) -> Draft:
    """To whoever asked and assessed: somebody closed it before its time, and why."""
    first = f"{by} has closed {about} again, before the time that decision {decision} gave it."
    rest = f"Reason: {quoted(reason)}"
    return _draft("ended-early", f"{reference}: closed early: {about}", path, first, rest)


def ended(reference: str, *, path: str, about: str, decision: str) -> Draft:
    """To whoever asked: the time is over."""
    first = f"Access to {about} has ended, as decision {decision} said. “Ask for it again” is on its page."
    return _draft("ended", f"{reference}: ended: {about}", path, first)


def appealed(reference: str, *, path: str, about: str, asker: str, former: str, why: str) -> Draft:
    """To whoever assesses and decides. `former`: the decision that is appealed against."""
    first = f"{asker} appeals against decision {former}. Please look at it again, with the new reasons."
    return _draft("appealed", f"{reference}: appeal: {about}", path, first, quoted(why))


def withdrawn(reference: str, *, path: str, about: str, asker: str) -> Draft:
    """To whoever had the request."""
    return _draft(
        "withdrawn", f"{reference}: withdrawn: {about}", path, f"{asker} withdrew this request. Nothing is to do."
    )


def reminder(reference: str, *, path: str, about: str, asker: str, days: int, task: str) -> Draft:
    """To whoever it waits for. `task`: what is to do, `assess` or `decide`."""
    first = f"{asker}’s request has waited {count(days, 'school day')} for you. Please {task} it, or ask a question."
    return _draft("reminder", f"{reference}: please {task}: {about}", path, first)


def nobody_stands_in(reference: str, *, path: str, about: str, days: int) -> Draft:
    """To the headteacher: how to let a deputy decide."""
    waited = f"This request has waited {count(days, 'school day')}"
    first = f"{waited}, and nobody stands in for you. Please decide it, or let a deputy decide."
    how = "To let a deputy decide while you are away: People, “Who decides when you are away”."
    return _draft("nobody-stands-in", f"{reference}: nobody stands in: {about}", path, first, how)


def digest(day: str, waiting: list[str]) -> Draft:
    """The morning's letter: one line for each thing that waits for this person; at least one."""
    first = f"{count(len(waiting), 'thing')} for you at the web filter this morning."
    return _draft(
        "digest", f"{day}: {count(len(waiting), 'thing')} for you", "/", first, "\n".join(f"* {w}" for w in waiting)
    )


def count(n: int, what: str) -> str:
    """`1 thing`, `2 things`."""
    return f"{n} {what}{'' if n == 1 else 's'}"


def quoted(text: str) -> str:
    """A person's words in a letter, marked as theirs."""
    return f"“{text.strip()}”"


def unlinked(text: str) -> str:
    """A text in which no mail program finds an address to make a link of."""
    return _ADDRESS.sub(lambda found: found[0].replace(".", "[.]"), text).replace("://", "[:]//")


def draft(kind: str, subject: str, path: str, *paragraphs: str, calendar: str | None = None) -> Draft:
    """A letter in which no sites are named."""
    return Draft(kind, one_line(subject), lines("\n\n".join(paragraphs)), path, calendar)


def _draft(kind: str, subject: str, path: str, *paragraphs: str, calendar: str | None = None) -> Draft:
    """A letter that may name sites."""
    plain = [unlinked(each) for each in paragraphs]
    note = [] if plain == list(paragraphs) else [NAMED_SO]
    return draft(kind, unlinked(subject), path, *plain, *note, calendar=calendar)


LONGEST_SUBJECT = 150  # characters


def one_line(text: str, most: int = LONGEST_SUBJECT) -> str:
    """A text as a header may carry it: one line without anything that acts (CR, LF, NUL, bidirectional marks)."""
    line = " ".join(_tame(text, "").split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def lines(text: str) -> str:
    """A text as a letter's body carries it: its lines stay, nothing else that acts does."""
    return _tame(text.replace("\r\n", "\n").replace("\r", "\n"), "\n").strip("\n") + "\n"


def _tame(text: str, kept: str) -> str:
    """White space becomes spaces; control, format and surrogate characters and those of no kind go."""
    return "".join(
        c if c in kept or not unicodedata.category(c).startswith(("C", "Z")) else " " if c.isspace() else ""
        for c in text
    )
