"""Obligations of what is recorded: checks, incidents, what may be illegal, and how long anything is kept."""

from typing import TypeGuard

from .answers_people import SIGNERS, elsewhere
from .evidence import Answer, few, state_of
from .facts import YEAR, Facts, waits
from .terms import listed

REPORTS, LOG = ("Reports", "/reports"), ("Filtering checks log", "/filtering-checks")
SOON, LATE = 1, 5  # school days


def checks(known: Facts) -> Answer:
    """O9: recorded, of every audience, none overdue, and nothing stands wrong."""
    found = known.checked
    last = f", the last on {known.day(found.last)}" if found.last else ""
    shown = [
        f"Live checks of the last two weeks: {sum(found.live.values()):,}{last}.",
        f"Checks by device, site and user group recorded in a year: {found.recorded}.",
    ]
    shown += [f"Times one found something wrong in a year: {found.failed}."] if found.failed else []
    shown += [f"Overdue: {found.overdue}."] if found.overdue else []
    shown += [f"Works in part: {each}." for each in found.partly]
    missing = [f"Wrong at this moment: {each}" for each in found.troubles]
    missing += [f"The last check found it wrong: {each}." for each in found.bad]
    if not found.recorded:
        missing.append("Nobody has recorded a check by device, site and user group in a year.")
    if found.unchecked:
        missing.append(f"No check on record in a year: {listed(found.unchecked)}.")
    links = (("Checks", "/checks"), LOG)
    return Answer(state_of(tuple(missing), bool(found.overdue or found.partly)), tuple(shown), tuple(missing), links)


def outside(known: Facts) -> Answer:
    """O10: tested from outside in the last year, and nothing got through."""
    found = known.checked
    honest = "This service never probes illegal content itself; the outside test (testfiltering.com) does."
    if found.outside is None:
        return Answer("gap", (honest,), ("No outside test is recorded.",), (LOG,))
    text = f"The last outside test was recorded on {known.day(found.outside)}."
    if found.outside_result != "good":
        return Answer("gap", (text, honest), ("It found something that is not blocked.",), (LOG,))
    if known.at - found.outside > YEAR:
        return Answer("gap", (text, honest), ("It is more than a year old.",), (LOG,))
    return Answer("met", (text, honest), (), (LOG,))


def provider(known: Facts) -> Answer:
    """O11: the provider's lists. What this service adds never takes anything from them."""
    found = elsewhere(known, "provider")
    honest = "What this school opens or blocks here takes nothing from the provider's lists."
    failed = known.checked.outside is not None and known.checked.outside_result != "good"
    missing = found.missing + (("The outside test found something that is not blocked.",) if failed else ())
    return Answer("gap" if missing else found.state, (*found.shown, honest), missing, (*found.links, LOG))


def filter_log(known: Facts) -> Answer:
    """O16: lies with the filter or firewall."""
    found = elsewhere(known, "filter-log")
    honest = "This service keeps no log of browsing. An incident names the reference of the filter's log."
    return Answer(found.state, (honest, *found.shown), found.missing, found.links)


def incidents(known: Facts) -> Answer:
    """O18: nothing that was reported waits for its action, and high risk is with the safeguarding lead."""
    waiting, missing = known.waiting, []
    if _late(waiting.at_risk):
        missing.append(
            f"What is with the safeguarding lead is neither handed over nor closed, {waits(waiting.at_risk)}."
        )
    if _late(waiting.reports):
        missing.append(f"Something that was reported has not been acted on, {waits(waiting.reports)}.")
    absent = [words for role, words in SIGNERS.items() if role != "governor" and not known.people.get(role)]
    missing += [f"Nobody is {each}, to whom it would go." for each in absent]
    shown = [
        f"{kind.replace('-', ' ').capitalize()} in a year: {few(n)}." for kind, n in sorted(known.incidents.items())
    ]
    shown = shown or ["No incident was recorded in a year."]
    shown.append("Each has steps to its end; harassment and high risk go to the safeguarding lead.")
    late = waiting.reports is not None and waiting.reports > SOON
    return Answer(state_of(tuple(missing), late), tuple(shown), tuple(missing), (REPORTS,))


def illegal(known: Facts) -> Answer:
    """O19: somebody is there to be told, staff have read what to do, and no record waits to be handed over."""
    shown = (
        "The form takes no picture and no file, keeps no address, and says whom to call.",
        f"Reported in a year: {few(known.illegal)}.",
    )
    missing = []
    if not (known.people.get("safeguarding-lead") and known.people.get("headteacher")):
        missing.append("There is not both a headteacher and a safeguarding lead to read it.")
    if known.waiting.restricted is not None and known.waiting.restricted > SOON:
        missing.append(f"A record has been handed over to nobody, {waits(known.waiting.restricted)}.")
    return Answer(state_of(tuple(missing)), shown, tuple(missing), (REPORTS,))


def ways_round(known: Facts) -> Answer:
    """O21: what was found is closed and tried again. A trust's oversight is not in this service."""
    waiting, ways = known.waiting.ways, known.incidents.get("circumvention", 0)
    shown = (
        f"Ways round the filter reported in a year: {few(ways)}. Each can be made a block in one step.",
        "A trust's oversight of several schools is not part of this service.",
    )
    missing = (f"A way round the filter is not closed and tried again, {waits(waiting)}.",) if _late(waiting) else ()
    return Answer(state_of(missing, waiting is not None and waiting > SOON), shown, missing, (REPORTS,))


def _late(days: int | None) -> TypeGuard[int]:
    return days is not None and days > LATE


def destroyed(known: Facts) -> Answer:
    """O25: nothing is kept beyond its time but what is on legal hold."""
    missing = (f"Kept beyond their time: {few(known.overdue_records)}.",) if known.overdue_records else ()
    shown = (
        "Every kind of record has a time after which it is destroyed, with a log.",
        f"Destroyed in a year: {few(known.destroyed)}.",
    )
    return Answer(state_of(missing), shown, missing, (("Retention", "/retention"),))
