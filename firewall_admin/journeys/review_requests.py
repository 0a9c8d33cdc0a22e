"""What a review tells of requests: how many, how long, refused and why, by whom, and what was blocked by mistake."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from firewall_admin.core.access_requests import OPEN, decision_reference, reference
from firewall_admin.core.facts import half, waits, within
from firewall_admin.core.figures import Drawing, Figure, Grid, Source, Told, counted
from firewall_admin.core.terms import from_json, listed, subject
from firewall_admin.db.tables import AccessRequest, Decision

from .evidence_facts import MISTAKES, by_month
from .looked import Looked
from .school_clock import days_between

SPANS = (
    ("The same day", 0, 0),
    ("The next school day", 1, 1),
    ("2 to 5 school days", 2, 5),
    ("6 to 10 school days", 6, 10),
    ("Longer", 11, 1000),
)
MOST_CAUSES, SHORT = 10, 60


@dataclass(frozen=True)
class Asked:
    """The requests of a time and the decisions of that time; `first` the first decision of each request."""

    requests: Sequence[AccessRequest]
    decisions: Sequence[Decision]
    by_id: dict[object, AccessRequest]
    first: dict[object, Decision]


def learning(look: Looked) -> Told:
    """Everything that somebody asked for in this time, or that was decided in it."""
    found = _found(look)
    figures = (
        *_asked(look, found),
        *_decided(look, found),
        *_time(look, found),
        *_again(look, found),
        *_mended(look, found),
    )
    grids = tuple(filter(None, (_causes(found),)))
    return Told(figures, grids, tuple(_charts(look, found)))


def _found(look: Looked) -> Asked:
    every = sorted(look.rows(AccessRequest), key=lambda row: row.number)
    made = sorted(look.rows(Decision), key=lambda row: row.number)
    first: dict[object, Decision] = {}
    for decision in made:
        first.setdefault(decision.request_id, decision)
    mine = [d for d in made if look.since <= d.made_at < look.until]
    return Asked([r for r in every if look.since <= r.asked_at < look.until], mine, {r.id: r for r in every}, first)


def _asked(look: Looked, found: Asked) -> Iterable[Figure]:
    rows = [_request(look, found, row) for row in found.requests]
    yield counted("asked", "Requests made in this time", rows, "/requests?which=all")
    waiting = [row for row in found.by_id.values() if row.state in OPEN]
    told = [
        Source(
            reference(r.number),
            look.day(r.asked_at),
            f"{_subject(r)}: waits {waits(_days(look, r.asked_at, look.until))}",
        )
        for r in waiting
    ]
    yield counted("undecided", "Not decided yet", told, "/requests?which=open")
    taken_back = [_request(look, found, row) for row in found.requests if row.state == "withdrawn"]
    yield counted("withdrawn", "Withdrawn by whoever asked", taken_back, "/requests?which=ended")


def _request(look: Looked, found: Asked, row: AccessRequest) -> Source:
    """Nobody's purpose and nobody's name: who asked is for those who decide."""
    decision = found.first.get(row.id)
    end = f"{decision.outcome} ({decision_reference(decision.number)})" if decision else row.state
    path = f"/decisions/{decision.number}/record" if decision else f"/requests/{row.id}"
    return Source(reference(row.number), look.day(row.asked_at), f"{_subject(row)}: {end}", path)


def _subject(row: AccessRequest) -> str:
    terms = from_json(row.terms)
    whom = f" for {listed(terms.audiences)}" if terms.audiences else ""
    return f"{subject(terms) or row.domain or reference(row.number)}{whom}"


def _decided(look: Looked, found: Asked) -> Iterable[Figure]:
    for outcome, words in (("approved", "Decisions to allow"), ("refused", "Decisions to refuse, and why")):
        rows = [_decision(look, found, d) for d in found.decisions if d.outcome == outcome]
        yield counted(outcome, words, rows)
    deciders = sorted({_by(d) for d in found.decisions})
    for number, person in enumerate(deciders, 1):
        rows = [_decision(look, found, d) for d in found.decisions if _by(d) == person]
        yield counted(f"by-{number}", f"Decided by {person}", rows)


def _by(decision: Decision) -> str:
    return f"{decision.name}, for {decision.standing_in_for}" if decision.standing_in_for else decision.name


def _decision(look: Looked, found: Asked, row: Decision) -> Source:
    request = found.by_id[row.request_id]
    what = f"{_subject(request)}, {reference(request.number)}: {row.outcome} by {_by(row)}, because {row.reason}"
    return Source(decision_reference(row.number), look.day(row.made_at), what, f"/decisions/{row.number}/record")


def _waits(look: Looked, found: Asked) -> list[tuple[int, AccessRequest]]:
    """School days from asking to the first decision, of each request that had it in this time; the longest first."""
    firsts = [d for d in found.decisions if found.first[d.request_id].id == d.id]
    rows = [found.by_id[d.request_id] for d in firsts]
    days = [(_days(look, row.asked_at, d.made_at), row) for row, d in zip(rows, firsts, strict=True)]
    return sorted(days, key=lambda each: (-each[0], each[1].number))


def _days(look: Looked, since: datetime, until: datetime) -> int:
    return days_between(look.session, look.school.id, since, until)


def _time(look: Looked, found: Asked) -> Iterable[Figure]:
    days = _waits(look, found)
    if not days:
        yield Figure("half", "How long half of all decisions took", "No decision in this time")
        return
    sources = tuple(_waited(look, found, n, row) for n, row in days)
    yield Figure("half", "Half were decided", within(half(n for n, _ in days)), sources)
    yield Figure("slowest", "The slowest was decided", within(days[0][0]), sources[:1])


def _waited(look: Looked, found: Asked, days: int, row: AccessRequest) -> Source:
    number = found.first[row.id].number
    what = f"{_subject(row)}: decided {within(days)}"
    return Source(reference(row.number), look.day(row.asked_at), what, f"/decisions/{number}/record")


def _again(look: Looked, found: Asked) -> Iterable[Figure]:
    for kind, words in (("appeal", "Appeals against a refusal"), ("renewal", "Renewals")):
        rows = [_request(look, found, row) for row in found.requests if row.why_again == kind]
        yield counted(kind, words, rows)
    later = [_decision(look, found, d) for d in found.decisions if d.supersedes]
    yield counted("changed", "Decisions that took the place of another", later)
    yield counted("ended", "Ended before their time", look.sources(look.entries("AccessEnded")))


def _mended(look: Looked, found: Asked) -> Iterable[Figure]:
    """Over-blocking: blocks that were a mistake, and how long from asking until it was decided to end them."""
    rows = [d for d in found.decisions if d.outcome == "approved" and d.terms.get("kind") in MISTAKES]
    yield counted("mended", "Blocks found to be a mistake, and ended", [_decision(look, found, d) for d in rows])
    if rows:
        days = [_days(look, found.by_id[d.request_id].asked_at, d.made_at) for d in rows]
        sources = tuple(_decision(look, found, d) for d in rows)
        yield Figure("mending", "Half of these were ended", within(half(days)), sources)


def _causes(found: Asked) -> Grid | None:
    """What stood in the way of what was asked for, as whoever asked was told."""
    asked = Counter(row.blocked_by.strip()[:SHORT] or "Not known" for row in found.requests)
    allowed = Counter(
        row.blocked_by.strip()[:SHORT] or "Not known" for row in found.requests if row.state == "approved"
    )
    rows = tuple((cause, str(n), str(allowed[cause])) for cause, n in asked.most_common(MOST_CAUSES))
    return Grid("What stood in the way", ("Blocked by", "Asked", "Allowed"), rows) if rows else None


def _charts(look: Looked, found: Asked) -> Iterable[Drawing]:
    if months := by_month(found.decisions, look.zone):
        rows = tuple((month, (allowed, refused)) for month, allowed, refused in months)
        yield Drawing("Decisions by month", ("Allowed", "Refused"), rows)
    if days := [n for n, _ in _waits(look, found)]:
        spans = tuple((words, (sum(least <= n <= most for n in days),)) for words, least, most in SPANS)
        yield Drawing("How long until a decision", ("Requests",), spans)
