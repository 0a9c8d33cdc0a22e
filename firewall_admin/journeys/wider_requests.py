"""Requests for more than a site: what opens names by changing the policy itself, with the plan in place of the name.

The edit is kept as its kind and arguments, and made anew whenever it is looked at and when it is decided: the plan that
the headteacher reads is that of the policy as it is then.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from firewall_admin.core import domains
from firewall_admin.core import events_policy as events
from firewall_admin.core.names import Names
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.terms import APPROVE, Kind, Terms
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AccessRequest, ListRow, School
from firewall_admin.ports import Ports

from . import assignments, audiences, lists, planned, rules, timetables
from . import policy as policies
from .access_requests import said, short
from .asking import enter, followed

Make = Callable[[Ports, Actor, Mapping[str, Any]], policies.Act]
SIGNATURE = "sign the policy as it stands"
TO_DO = {"ended": "end", "added": "add", "changed": "change", "removed": "remove", "replaced": "replace", "put": "put"}


def act_of(ports: Ports, actor: Actor, terms: Terms) -> policies.Act:
    """The edit that terms stand for, with the hands of whoever could make it: the decision is what allows it."""
    hands = replace(actor, permissions=actor.permissions | {Permission.CHANGE_POLICY, Permission.BLOCK})
    return ACTS[terms.kind](ports, hands, terms.change)


def words_of(ports: Ports, actor: Actor, terms: Terms) -> str:
    """The edit as a clause, from what the trail would say of it."""
    if terms.kind == Kind.POLICY:
        return SIGNATURE
    found = planned.planned(ports, actor, act_of(ports, actor, terms)).sentences
    clauses = [_to_do(sentence.removeprefix(f"{actor.name} ").rstrip(".")) for sentence in found]
    return APPROVE + "; ".join(clauses)


def ask(
    ports: Ports,
    actor: Actor,
    *,
    kind: Kind,
    change: Mapping[str, Any],
    purpose: str,
    alternatives: str = "",
    follows: UUID | None = None,
    why_again: str | None = None,
) -> int:
    """Ask for a change of the policy. Gives the request's number. Raises whatever Refusal the edit itself raises.
    `follows`: the refused request that this one appeals against."""
    policies.may(actor, Permission.CHANGE_POLICY)
    policies.may(actor, Permission.ASK)
    if kind.opens_until:
        raise Refusal("Ask for a site by its own form.", "kind")
    terms = Terms(kind, change=dict(change))
    terms = replace(terms, text=words_of(ports, actor, terms))
    reason = said(purpose, "Say why, so that it can be understood in three years.", "purpose")
    with ports.db.change(actor) as opened:
        _only_once(opened, terms)
        earlier = followed(opened, actor, follows, why_again)
        row = AccessRequest(
            school_id=actor.school_id,
            kind=kind.value,
            version=1,
            asked_by=actor.person_id,
            asked_at=opened.now,
            changed_at=opened.now,
            terms=terms.to_json(),
            purpose=reason,
            alternatives=short(alternatives, "alternatives"),
            previewed=True,
            follows=earlier.id if earlier else None,
            why_again=why_again,
        )
        return enter(opened, row, terms)


def _to_do(done: str) -> str:
    """What the trail would say was done, as something to do: `ended the list` is `end the list`."""
    verb, _, rest = done.partition(" ")
    return f"{TO_DO.get(verb, verb)} {rest}"


def _only_once(change: Change, terms: Terms) -> None:
    query = select(func.count()).where(
        AccessRequest.school_id == change.actor.school_id,
        AccessRequest.kind == terms.kind.value,
        AccessRequest.state.in_(["submitted", "returned", "assessed"]),
    )
    if terms.kind == Kind.POLICY and change.session.scalar(query):
        raise Refusal("The headteacher has been asked for this signature already.")


def _without(ports: Ports, actor: Actor, change: Mapping[str, Any]) -> policies.Act:
    """Names taken out of one of the school's own lists, because they should never have been in it."""
    policies.may(actor, Permission.CHANGE_POLICY)
    gone = {domains.parse(name) for name in change["names"]}

    def act(edit: Change) -> None:
        row: ListRow = lists.find(edit.session, actor, UUID(change["listed"]))
        kept = ports.store.names(row.snapshot)
        if missing := sorted(name for name in gone if name not in kept):
            raise Refusal(f"'{row.title}' does not name {missing[0]}.", "names")
        before = len(kept)
        row.snapshot = lists.snapshot(ports, edit, Names.of(name for name in kept if name not in gone))
        row.changed_at = edit.now
        source = f"without {', '.join(sorted(gone))}"
        edit.did(events.ListReplaced(row.title, source, before, before - len(gone), 0))

    return act


def _wanted(change: Mapping[str, Any]) -> audiences.Wanted:
    given: dict[str, Any] = dict(change["wanted"])
    given |= {key: tuple(value) for key, value in given.items() if isinstance(value, list)}
    return audiences.Wanted(**given)


ACTS: dict[Kind, Make] = {
    Kind.END_RULE: lambda ports, actor, c: rules.ending(actor, rule=UUID(c["rule"])),
    Kind.END_LIST: lambda ports, actor, c: assignments.removing(ports, actor, assignment=UUID(c["assignment"])),
    Kind.LIST_TIMES: lambda ports, actor, c: assignments.assigning(
        ports, actor, slug=c["slug"], to=c["to"], times=assignments.Times(c["when"], c["except"])
    ),
    Kind.LIST_NAMES: _without,
    Kind.TIMETABLE: lambda ports, actor, c: timetables.changing(
        ports, actor, timetable=UUID(c["timetable"]), windows=c["windows"], terms=c["terms"]
    ),
    Kind.AUDIENCE: lambda ports, actor, c: audiences.changing(
        ports, actor, audience=UUID(c["audience"]), wanted=_wanted(c)
    ),
}
"""The edit of each kind, from the arguments that were kept."""


def signed(change: Change, decision: str) -> None:
    """The policy is signed as a whole, by a decision: the first time, or again after a year."""
    school = change.session.get_one(School, change.actor.school_id)
    if school.signed_at is None:
        raise Refusal("The first policy is signed where the school is set up.")
    school.signed_at = change.now
    change.did(events.PolicySigned(decision))
