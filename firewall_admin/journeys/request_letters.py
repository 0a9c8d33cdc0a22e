"""Who is told what at each step of a request: the letters that go with it, in the same change."""

from collections.abc import Iterable

from sqlalchemy import select

from firewall_admin.core.access_requests import reference
from firewall_admin.core.letters import Draft
from firewall_admin.core.people import Permission
from firewall_admin.core.terms import Terms, from_json
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AccessRequest, Assessment, Person

from . import letters


def to_assess(change: Change, row: AccessRequest, words: str) -> None:
    """It waits for an assessment; where nobody else could give one, for the headteacher at once."""
    pointless(change, row)
    to = _others(change, row, Permission.ASSESS) or _others(change, row, Permission.DECIDE)
    _write(change, row, "asked", to, f"{change.actor.name} asks to {words}.")


def to_decide(change: Change, row: AccessRequest, words: str) -> None:
    """It is assessed and waits for the headteacher, or who stands in."""
    pointless(change, row)
    _write(change, row, "assessed", _others(change, row, Permission.DECIDE), f"{change.actor.name} advises: {words}.")


def returned(change: Change, row: AccessRequest, words: str) -> None:
    """Whoever asked has a question to answer."""
    _write(change, row, "returned", [_asker(change, row)], words)


def answered(change: Change, row: AccessRequest, words: str, assessed: bool) -> None:
    """The answer is there, for whoever has the request now."""
    to = _others(change, row, Permission.DECIDE if assessed else Permission.ASSESS)
    _write(change, row, "answered", to, words)


def decided(change: Change, row: AccessRequest, decision: str, outcome: str, reason: str, terms: Terms) -> None:
    """Whoever asked and whoever assessed is told, with the end in their calendar."""
    pointless(change, row)
    word = "allowed" if outcome == "approved" else "refused"
    _write(change, row, "decided", _concerned(change, row), f"{change.actor.name} has {word} it: {reason}")


def ended(change: Change, row: AccessRequest, reason: str) -> None:
    """It ends before its time."""
    _write(change, row, "ended", _concerned(change, row), reason)


def pointless(change: Change, row: AccessRequest) -> None:
    """What was to be sent about it, and is not true any more."""
    letters.withdraw(change, f"{reference(row.number)}:")


def _write(change: Change, row: AccessRequest, step: str, to: Iterable[Person], words: str) -> None:
    ref = reference(row.number)
    draft = Draft(step, f"{ref}: {_subject(row)}", words, f"/requests/{row.id}")
    letters.write(change, to, draft, key=f"{ref}:{step}:{row.version}")


def _others(change: Change, row: AccessRequest, permission: Permission) -> list[Person]:
    return [p for p in letters.people_who(change.session, row.school_id, permission) if p.id != row.asked_by]


def _asker(change: Change, row: AccessRequest) -> Person:
    return change.session.get_one(Person, row.asked_by)


def _concerned(change: Change, row: AccessRequest) -> list[Person]:
    """Whoever asked and whoever assessed, each once."""
    query = select(Assessment.made_by).where(Assessment.request_id == row.id)
    ids = {row.asked_by, *change.session.scalars(query)} - {change.actor.person_id}
    return list(change.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.name)))


def _subject(row: AccessRequest) -> str:
    return row.domain or from_json(row.terms).text
