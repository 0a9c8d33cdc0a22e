"""Asking for access to a blocked site, and changing one's mind: the form, its terms, and what is refused at once."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from firewall_admin.core import events_requests as events
from firewall_admin.core import pasted
from firewall_admin.core.access_requests import OPEN, State, reference
from firewall_admin.core.at_times import blocked_at_times
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.terms import Kind, Terms, checked, from_json, sentence
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AccessRequest
from firewall_admin.ports import Ports

from . import policy as policies
from . import request_letters as letters
from .access_requests import moved, said, short, taken, void_assessments
from .school_clock import zone_of


@dataclass(frozen=True)
class Asked:
    """The form. `address` as it was pasted; `also` further names the site needs; instants aware. `platform`: the slug
    of a shipped list all of whose names are meant, in place of an address."""

    address: str
    audiences: tuple[str, ...]
    until: datetime | None
    purpose: str
    since: datetime | None = None
    when: str | None = None
    also: tuple[str, ...] = ()
    who: str = ""
    curriculum: str = ""
    alternatives: str = ""
    device: str = ""
    long_reason: str = ""
    previewed: bool = False
    sensitive: bool = False
    needed_by: date | None = None
    platform: str | None = None


def ask(ports: Ports, actor: Actor, asked: Asked, *, follows: UUID | None = None, why_again: str | None = None) -> int:
    """Ask for access. Gives the request's number. Refuses at once, and says what to do instead: what a locked list
    holds, what is not blocked at all, what is asked already, what has no end."""
    policies.may(actor, Permission.ASK)
    with ports.db.change(actor) as change:
        policy = policies.current(ports, change.session, actor.school_id)
        terms = terms_of(ports, policy, asked, change.now)
        earlier = followed(change, actor, follows, why_again)
        check_worth_asking(change, policy, terms, renewal=why_again == "renewal")
        row = _row(change, actor, asked, terms)
        row.follows, row.why_again = (earlier.id if earlier else None), why_again
        return enter(change, row, terms)


def enter(change: Change, row: AccessRequest, terms: Terms) -> int:
    """A new request takes its number, is told, and goes to those who assess it."""
    session, actor = change.session, change.actor
    newest = session.scalar(select(func.max(AccessRequest.number)).where(AccessRequest.school_id == actor.school_id))
    row.number = (newest or 0) + 1
    session.add(row)
    session.flush()
    words = sentence(terms, zone_of(change))
    again = reference(session.get_one(AccessRequest, row.follows).number) if row.follows else None
    change.did(events.AccessAsked(reference(row.number), words, again))
    letters.to_assess(change, row, words)
    return row.number


def change(ports: Ports, actor: Actor, *, request: UUID, version: int, asked: Asked) -> None:
    """Change one's own request while it is not decided. An assessment of the former text counts no more."""
    with ports.db.change(actor) as change:
        row, _ = taken(change, actor, request, "change", version)
        policy = policies.current(ports, change.session, actor.school_id)
        terms = terms_of(ports, policy, asked, change.now)
        check_worth_asking(change, policy, terms, renewal=row.why_again == "renewal", edited=row.id)
        fresh = _row(change, actor, asked, terms)
        for part in (*_TEXTS, "address", "domain", "terms", "kind", "previewed", "sensitive", "needed_by"):
            setattr(row, part, getattr(fresh, part))
        row.chain_at = None
        void_assessments(change, row)
        moved(change, row, State.SUBMITTED)
        words = sentence(terms, zone_of(change))
        change.did(events.AccessChanged(reference(row.number), words))
        letters.to_assess(change, row, words)


def terms_of(ports: Ports, policy: SchoolPolicy, asked: Asked, now: datetime) -> Terms:
    """The terms of a form, checked against the policy's audiences and timetables."""
    kind, text = Kind.SITE, ""
    if asked.platform is not None:
        listed = ports.shipped.lists.get(asked.platform)
        known = ports.shipped.described.get(asked.platform)
        if listed is None or known is None or listed.role != "blocked":
            raise Refusal("There is no such platform.", "platform")
        kind, names, text = Kind.PLATFORM, tuple(listed.names), f"{known.name}, the whole platform"
    else:
        names = (pasted.read(asked.address).domain, *(n for n in asked.also if n.strip()))
    if asked.when is not None and asked.when not in policy.timetables:
        raise Refusal(f"There is no timetable '{asked.when}'.", "when")
    known_audiences = [audience.name for audience in policy.audiences]
    terms = Terms(kind, names, asked.audiences, asked.since, asked.until, asked.when, text=text)
    return checked(terms, now, known_audiences, asked.long_reason)


def check_worth_asking(
    change: Change, policy: SchoolPolicy, terms: Terms, *, renewal: bool = False, edited: UUID | None = None
) -> None:
    """Refuse what no decision could change, and what is asked already: each with what to do instead. A `renewal` is of
    what is open now; `edited`: the request that is being changed, which does not stand in its own way."""
    verdicts = [
        blocked_at_times(policy, audience, change.now, name) for audience in terms.audiences for name in terms.names
    ]
    if locked := next((v for v in verdicts if v and v.because.kind == "locked"), None):
        raise Refusal(
            f"{locked.domain} is on the locked list '{locked.because.source}'. Nobody at the school can open it: "
            "it is blocked by law or to keep children safe.",
            "address",
        )
    if terms.kind == Kind.SITE and not renewal and not any(verdicts):
        raise Refusal(
            f"{terms.names[0]} is not blocked for {' or '.join(terms.audiences)}. If it does not work, something else "
            "is wrong: try another device, and tell the network manager what you see.",
            "address",
        )
    if same := _asked_already(change.session, change.actor, terms, edited):
        raise Refusal(f"This has been asked for already: {reference(same.number)}. You will find it there.", "address")


_TEXTS = ("who", "purpose", "curriculum", "alternatives", "device", "long_reason", "blocked_by")


def _row(change: Change, actor: Actor, asked: Asked, terms: Terms) -> AccessRequest:
    purpose = said(asked.purpose, "Say what it is for, so that it can be understood in three years.", "purpose")
    if not asked.previewed:
        raise Refusal("Look at the site and its most prominent links first, and say that you have.", "previewed")
    texts_given = {name: short(getattr(asked, name, ""), name) for name in _TEXTS if name != "purpose"}
    return AccessRequest(
        school_id=actor.school_id,
        kind=terms.kind.value,
        state=State.SUBMITTED.value,
        version=1,
        asked_by=actor.person_id,
        asked_at=change.now,
        changed_at=change.now,
        address=short(asked.address, "address"),
        domain=terms.names[0] if terms.names else None,
        terms=terms.to_json(),
        purpose=purpose,
        previewed=asked.previewed,
        sensitive=asked.sensitive,
        needed_by=asked.needed_by,
        **texts_given,
    )


def followed(change: Change, actor: Actor, follows: UUID | None, why_again: str | None) -> AccessRequest | None:
    """The request that is renewed or appealed against, if this actor may do so."""
    if follows is None:
        return None
    step = {"appeal": "appeal", "renewal": "renew"}.get(why_again or "")
    if step is None:
        raise Refusal("Say whether this is an appeal or a renewal.")
    return taken(change, actor, follows, step, None)[0]


def _asked_already(session: Session, actor: Actor, terms: Terms, edited: UUID | None) -> AccessRequest | None:
    query = select(AccessRequest).where(
        AccessRequest.school_id == actor.school_id,
        AccessRequest.id != edited if edited else true(),
        AccessRequest.state.in_([state.value for state in OPEN]),
        AccessRequest.domain == (terms.names[0] if terms.names else None),
    )
    for row in session.scalars(query):
        if set(terms.audiences) <= set(from_json(row.terms).audiences):
            return row
    return None
