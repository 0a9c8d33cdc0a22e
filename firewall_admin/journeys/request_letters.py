"""Who is told what at each step of a request: the letters that go with it, in the same change.

Letters about a request that waits have keys that begin with its reference, letters about a decision with the
decision's: what has become pointless is withdrawn by that.
"""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sqlalchemy import select

from firewall_admin.core import letters as texts
from firewall_admin.core.access_requests import decision_reference, reference
from firewall_admin.core.calendars import calendar
from firewall_admin.core.letters import Draft
from firewall_admin.core.people import Permission
from firewall_admin.core.terms import Terms, from_json, sentence
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AccessRequest, Assessment, Decision, Person

from . import letters
from .school_clock import zone_of
from .waiting import about

HOST = "firewall-admin.invalid"  # in the ids of calendar entries: the same wherever this service is reached (RFC 2606)


def to_assess(change: Change, row: AccessRequest, words: str) -> None:
    """It waits for an assessment; where nobody else could give one, for the headteacher at once."""
    pointless(change, row)
    needed = f"{row.needed_by:%d %B %Y}" if row.needed_by else ""
    given = {"path": path(row), "about": about(row)}
    if row.why_again == "appeal" and row.follows:
        former = _decision_before(change, row)
        draft = texts.appealed(reference(row.number), asker=change.actor.name, former=former, why=row.purpose, **given)
        _write(change, row, [*_others(change, row, Permission.ASSESS), *_others(change, row, Permission.DECIDE)], draft)
        return
    if to := _others(change, row, Permission.ASSESS):
        what = _named(row, words)
        asker = change.actor.name
        draft = texts.asked(reference(row.number), asker=asker, what=what, needed_by=needed, **given)
    else:
        to = _others(change, row, Permission.DECIDE)
        draft = texts.assessed(reference(row.number), asker=change.actor.name, what=_named(row, words), **given)
    _write(change, row, to, draft)


def to_decide(change: Change, row: AccessRequest, advice: str, terms: Terms) -> None:
    """It is assessed and waits for the headteacher, or who stands in."""
    pointless(change, row)
    draft = texts.assessed(
        reference(row.number),
        path=path(row),
        about=about(row),
        asker=_asker(change, row).name,
        what=_named(row, sentence(from_json(row.terms), zone_of(change))),
        assessor=change.actor.name,
        advice=_named(row, f"{advice}: {sentence(terms, zone_of(change))}"),
    )
    _write(change, row, _others(change, row, Permission.DECIDE), draft)


def returned(change: Change, row: AccessRequest, words: str) -> None:
    """Whoever asked has a question to answer."""
    ref, by = reference(row.number), change.actor.name
    draft = texts.returned(ref, path=path(row), about=about(row), by=by, question=_private(row, words))
    _write(change, row, [_asker(change, row)], draft)


def answered(change: Change, row: AccessRequest, words: str, assessed: bool) -> None:
    """The answer is there, for whoever has the request now."""
    to = _others(change, row, Permission.DECIDE if assessed else Permission.ASSESS)
    ref, asker = reference(row.number), change.actor.name
    draft = texts.answered(ref, path=path(row), about=about(row), asker=asker, answer=_private(row, words))
    _write(change, row, to, draft)


def withdrawn(change: Change, row: AccessRequest) -> None:
    """Whoever had it need not look any more."""
    pointless(change, row)
    ref, asker = reference(row.number), change.actor.name
    draft = texts.withdrawn(ref, path=path(row), about=about(row), asker=asker)
    query = select(Assessment.made_by).where(Assessment.request_id == row.id)
    to = change.session.scalars(select(Person).where(Person.id.in_(set(change.session.scalars(query)))))
    _write(change, row, to, draft)


def decided(
    change: Change, row: AccessRequest, decision: str, outcome: str, reason: str, terms: Terms, former: str | None
) -> None:
    """Whoever asked and whoever assessed is told, with the end in their calendar."""
    pointless(change, row)
    zone, ref = zone_of(change), reference(row.number)
    if former:
        letters.withdraw(change, f"{former}:")
    given = {
        "path": path(row),
        "about": about(row),
        "decision": decision,
        "decider": change.actor.name,
        "what": _named(row, sentence(terms, zone)),
        "reason": _private(row, reason),
    }
    if former:
        draft = texts.superseded(ref, former=former, **given)
    elif outcome == "approved":
        changed = terms != from_json(row.terms)
        draft = texts.approved(ref, changed=changed, calendar=_calendar(change, row, decision, terms, zone), **given)
    else:
        draft = texts.refused(ref, **given)
    letters.write(change, _concerned(change, row), draft, key=f"{decision}:decided")


def works(change: Change, decision: str, seen: str) -> None:
    """Whoever asked is told that it works, because a check saw it; once, however many places show it."""
    row, made = _of_decision(change, decision)
    what = _named(row, sentence(from_json(made.terms), zone_of(change)))
    given = {"path": path(row), "about": about(row), "decision": decision}
    draft = texts.works(reference(row.number), what=what, seen=seen, **given)
    letters.write(change, [_asker(change, row)], draft, key=f"{decision}:works")


def over(change: Change, decision: str) -> None:
    """Whoever asked is told that its time is over; once."""
    row, _ = _of_decision(change, decision)
    draft = texts.ended(reference(row.number), path=path(row), about=about(row), decision=decision)
    letters.write(change, [_asker(change, row)], draft, key=f"{decision}:over")


def ended(change: Change, row: AccessRequest, decision: str, reason: str) -> None:
    """It ends before its time: what was to be told of it is not true any more."""
    letters.withdraw(change, f"{decision}:")
    given = {"path": path(row), "about": about(row), "by": change.actor.name, "reason": _private(row, reason)}
    draft = texts.ended_early(reference(row.number), decision=decision, **given)
    letters.write(change, _concerned(change, row), draft, key=f"{decision}:over")


def pointless(change: Change, row: AccessRequest) -> None:
    """What was to be sent about it, and is not true any more."""
    letters.withdraw(change, f"{reference(row.number)}:")


def path(row: AccessRequest) -> str:
    return f"/requests/{row.id}"


def _write(change: Change, row: AccessRequest, to: Iterable[Person], draft: Draft) -> None:
    key = f"{reference(row.number)}:{draft.kind}:{row.version}"
    letters.write(change, [person for person in to if person.id != change.actor.person_id], draft, key=key)


def _named(row: AccessRequest, words: str) -> str:
    """A clause that names the site; of what is sensitive nothing is named in mail."""
    return "something that is shown on its page only" if row.sensitive else words


def _private(row: AccessRequest, words: str) -> str:
    return "It is shown on the page only." if row.sensitive else words


def _calendar(change: Change, row: AccessRequest, decision: str, terms: Terms, zone: ZoneInfo) -> str | None:
    if terms.until is None:
        return None
    what = _named(row, sentence(terms, zone))
    return calendar(
        decision=decision, about=about(row), what=what, until=terms.until, made_at=change.now, zone=zone, host=HOST
    )


def _of_decision(change: Change, decision: str) -> tuple[AccessRequest, Decision]:
    number = int(decision.removeprefix(decision_reference(0)[:-1]))
    query = select(Decision).where(Decision.school_id == change.actor.school_id, Decision.number == number)
    made = change.session.scalars(query).one()
    return change.session.get_one(AccessRequest, made.request_id), made


def _decision_before(change: Change, row: AccessRequest) -> str:
    query = select(Decision.number).where(Decision.request_id == row.follows).order_by(Decision.number.desc())
    number = change.session.scalar(query.limit(1))
    return decision_reference(number) if number else "the former one"


def _others(change: Change, row: AccessRequest, permission: Permission) -> list[Person]:
    return [p for p in letters.people_who(change.session, row.school_id, permission) if p.id != row.asked_by]


def _asker(change: Change, row: AccessRequest) -> Person:
    return change.session.get_one(Person, row.asked_by)


def _concerned(change: Change, row: AccessRequest) -> list[Person]:
    """Whoever asked and whoever assessed, each once."""
    query = select(Assessment.made_by).where(Assessment.request_id == row.id)
    ids = {row.asked_by, *change.session.scalars(query)} - {change.actor.person_id}
    return list(change.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.name)))
