"""Obligations of people: reviews, roles, what the school says of itself, and who was told."""

from .evidence import Answer, State, few, state_of
from .facts import YEAR, Facts, waits
from .terms import listed
from .undertakings import KINDS

UNDERTAKINGS = ("Answer", "/evidence/undertakings")
REVIEWS = ("Reviews", "/reviews")
SIGNERS = {
    "headteacher": "headteacher",
    "safeguarding-lead": "safeguarding lead",
    "network-manager": "network manager",
    "governor": "governor",
}
NOT_OURS = "This service can't show it. The school says:"
LATE = 5  # school days


def said(known: Facts, *kinds: str) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """What the school says of itself on these questions, what is unanswered, and whether an answer is old."""
    shown, missing, late = [], [], False
    for kind in kinds:
        asked, answer = KINDS[kind], known.undertakings.get(kind)
        if answer is None:
            missing.append(f"Not answered: {asked.question}")
            continue
        late = late or answer.old
        shown.append(f"{asked.title}: {answer.text} ({answer.owner}){', to be looked at again' if answer.old else ''}")
    return tuple(shown), tuple(missing), late


def elsewhere(known: Facts, *kinds: str) -> Answer:
    """What lies with somebody else: the school's word for it, and never more than that."""
    shown, missing, late = said(known, *kinds)
    state = state_of(missing, late)
    head = (NOT_OURS,) if shown else ()
    return Answer("not-ours" if state == "met" else state, head + shown, missing, (UNDERTAKINGS,))


def reviewed(known: Facts) -> Answer:
    """O1: a review that all have signed, not older than a year."""
    last = known.reviewed_at
    if last is None:
        opened = tuple(f"Review {each.number} was opened: {each.cause}." for each in known.reviews)
        return Answer("gap", opened, ("No review has been signed yet.",), (REVIEWS,))
    text = f"The last review was signed on {known.day(last)}."
    if known.at - last > YEAR:
        return Answer("gap", (text,), ("It is more than a year old.",), (REVIEWS,))
    due = f"The next is due by {known.day(last + YEAR)}."
    return Answer(state_of((), bool(known.actions_late)), (text, due, *_actions(known)), (), (REVIEWS,))


def _actions(known: Facts) -> tuple[str, ...]:
    late = f", {known.actions_late} of them late" if known.actions_late else ""
    return (f"Still to do after reviews: {known.actions_open}{late}.",)


def triggers(known: Facts) -> Answer:
    """O6: the same, and nothing has changed since that asks for another."""
    found = reviewed(known)
    if not known.triggers:
        return found
    changed = tuple(f"Since the last review: {text}" for text in known.triggers[:3])
    state: State = "gap" if found.state == "gap" else "attention"
    return Answer(state, changed + found.shown, found.missing, found.links)


def taking_part(known: Facts) -> Answer:
    """O7: there is somebody to sign in each role, and all have signed."""
    found = reviewed(known)
    missing = tuple(f"No {words} who could sign." for role, words in SIGNERS.items() if not known.people.get(role))
    return Answer("gap" if missing else found.state, found.shown, found.missing + missing, found.links)


def roles(known: Facts) -> Answer:
    """O2: who is responsible, and who holds which role."""
    shown, missing, late = said(known, "slt-lead", "governor-lead")
    named = tuple(
        f"{role.replace('-', ' ').capitalize()}: {listed(known.people[role])}."
        for role in ("headteacher", "deputy", "network-manager", "safeguarding-lead", "governor")
        if known.people.get(role)
    )
    absent = tuple(f"Nobody is {words}." for role, words in SIGNERS.items() if not known.people.get(role))
    return Answer(
        state_of(missing + absent, late), shown + named, missing + absent, (("People", "/people"), UNDERTAKINGS)
    )


def safeguarding(known: Facts) -> Answer:
    """O5: there is a safeguarding lead, and what was reported does not wait for them."""
    missing = () if known.people.get("safeguarding-lead") else ("There is no safeguarding lead with an account.",)
    waiting = known.waiting.reviews
    shown = [f"Content reports in a year: {few(sum(known.reports.values()))}."]
    shown.append(f"Incidents in a year: {few(sum(known.incidents.values()))}.")
    if waiting is not None and waiting > LATE:
        shown.insert(0, f"The oldest has waited for the safeguarding lead {waits(waiting)}.")
    late = waiting is not None and waiting > LATE
    return Answer(state_of(missing, late), tuple(shown), missing, (("Reports", "/reports"),))


def risks(known: Facts) -> Answer:
    """O8: the risks are written down, and a review has looked at them."""
    shown, missing, late = said(known, "risk-profile")
    last = known.reviewed_at
    if last is None or known.at - last > YEAR:
        missing += ("No review of the last year has looked at them.",)
    else:
        shown += (f"The review signed on {known.day(last)} has looked at them.",)
    return Answer(state_of(missing, late), shown, missing, (UNDERTAKINGS, REVIEWS))


def limits(known: Facts) -> Answer:
    """O22: what a filter of names can't see, and what does."""
    shown, missing, late = said(known, "content")
    honest = "This service decides by names of sites. It sees no pages, no messages and no answers of AI services."
    return Answer(state_of(missing, late), (honest, *shown), missing, (UNDERTAKINGS,))


def told(known: Facts) -> Answer:
    """O23: everybody has acknowledged the rules as they are now."""
    shown = (f"{known.acknowledged} of {known.staff} people have acknowledged the present rules.",)
    missing = () if known.acknowledged else ("Nobody has acknowledged the present rules yet.",)
    late = known.acknowledged < known.staff
    return Answer(state_of(missing, late), shown, missing, (("What our filter does", "/statement"),))


def personal_data(known: Facts) -> Answer:
    """O24: an assessment by the school, and nothing kept beyond its time."""
    shown, missing, late = said(known, "impact")
    honest = "No browsing of pupils is kept here. Names of pupils are sealed, apart from reports, and can be erased."
    if known.overdue_records:
        missing += ("Records are kept beyond their time.",)
    return Answer(state_of(missing, late), (honest, *shown), missing, (UNDERTAKINGS, ("Retention", "/retention")))
