"""Who is filtered alike: an audience's networks, what blocked names are answered with, safe search and the rest."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from firewall_admin.core import events_policy as events
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.policyfile.tables import AudienceTable
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AssignmentRow, AudienceRow, RuleRow, TargetRow
from firewall_admin.ports import Ports

from . import policy
from .soundness import refuse_contradictions


@dataclass(frozen=True)
class Wanted:
    """What an audience is to be; the meaning is that of the policy file. `networks` in CIDR."""

    name: str
    networks: tuple[str, ...] = ()
    answer: str = "nxdomain"
    sinkhole: tuple[str, ...] = ()
    safe_search: bool = False
    youtube: str = "off"
    anti_bypass: bool = True
    essential: bool = True


WORDS = {
    "networks": "networks",
    "answer": "answer for blocked names",
    "sinkhole": "addresses of the block page",
    "safe_search": "safe search",
    "youtube": "YouTube setting",
    "anti_bypass": "guard against ways round the filter",
    "essential": "list of essential names",
}
"""What each setting is called in a sentence."""


def adding(ports: Ports, actor: Actor, wanted: Wanted) -> policy.Act:
    """The edit that adds an audience, last in the order of screens."""
    policy.may(actor, Permission.CHANGE_POLICY)
    values = _checked(wanted)

    def act(change: Change) -> None:
        if _query(change.session, actor, wanted.name) is not None:
            raise Refusal(f"There is an audience '{wanted.name}' already.", "name")
        last = change.session.scalar(
            select(func.max(AudienceRow.position)).where(AudienceRow.school_id == actor.school_id)
        )
        position = 0 if last is None else last + 1
        change.session.add(AudienceRow(school_id=actor.school_id, position=position, **values))
        change.did(events.AudienceAdded(wanted.name, values["networks"]))
        refuse_contradictions(ports, change)

    return act


def add(ports: Ports, actor: Actor, wanted: Wanted, *, decision: str | None = None) -> None:
    """Add an audience. One that takes clients out of another's networks needs a decision's number."""
    policy.edit(ports, actor, adding(ports, actor, wanted), decision)


def changing(ports: Ports, actor: Actor, *, audience: UUID, wanted: Wanted) -> policy.Act:
    """The edit that changes an audience. Its name stays: devices are given files under it."""
    policy.may(actor, Permission.CHANGE_POLICY)

    def act(change: Change) -> None:
        row = find(change.session, actor, audience)
        if wanted.name != row.name:
            raise Refusal("An audience keeps its name: devices are given files under it.", "name")
        values = _checked(wanted)
        told = {what: getattr(row, what) for what in WORDS if getattr(row, what) != values[what]}
        if not told:
            raise Refusal("Nothing is different from what is there.")
        for what, before in told.items():
            change.did(events.AudienceChanged(row.name, WORDS[what], worded(before), worded(values[what])))
            setattr(row, what, values[what])
        refuse_contradictions(ports, change)

    return act


def change(ports: Ports, actor: Actor, *, audience: UUID, wanted: Wanted, decision: str | None = None) -> None:
    """Change an audience (see `changing`)."""
    policy.edit(ports, actor, changing(ports, actor, audience=audience, wanted=wanted), decision)


def removing(ports: Ports, actor: Actor, *, audience: UUID) -> policy.Act:
    """The edit that removes an audience: its lists and rules end with it. Refused while a target filters for it."""
    policy.may(actor, Permission.CHANGE_POLICY)

    def act(change: Change) -> None:
        row = find(change.session, actor, audience)
        drop(change, actor, row)
        refuse_contradictions(ports, change)

    return act


def remove(ports: Ports, actor: Actor, *, audience: UUID, decision: str | None = None) -> None:
    """Remove an audience. Its clients are filtered by nothing then, so that takes a decision's number."""
    policy.edit(ports, actor, removing(ports, actor, audience=audience), decision)


def drop(change: Change, actor: Actor, row: AudienceRow) -> None:
    """Take an audience out of the policy, within a change. Its rules stay on record, ended."""
    targets = select(TargetRow).where(TargetRow.school_id == actor.school_id, TargetRow.removed_at.is_(None))
    if used := [target.name for target in change.session.scalars(targets) if row.name in target.audiences]:
        raise Refusal(f"The target '{used[0]}' filters for {row.name}. Change the target first.", "name")
    ended = 0
    for rule in change.session.scalars(select(RuleRow).where(RuleRow.audience_id == row.id)):
        if rule.ended_at is None:
            rule.ended_at, rule.ended_by, ended = change.now, actor.name, ended + 1
        rule.audience_id, rule.former_audience = None, row.name
    assigned = select(func.count()).select_from(AssignmentRow).where(AssignmentRow.audience_id == row.id)
    change.did(events.AudienceRemoved(row.name, change.session.scalar(assigned) or 0, ended))
    change.session.flush()
    change.session.execute(delete(AssignmentRow).where(AssignmentRow.audience_id == row.id))
    change.session.delete(row)
    change.session.flush()


def find(session: Session, actor: Actor, audience: UUID) -> AudienceRow:
    """The audience, if it is the actor's school's; NotFound otherwise."""
    query = select(AudienceRow).where(AudienceRow.id == audience, AudienceRow.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("There is no such audience.")
    return found


def named(session: Session, actor: Actor, name: str, field: str = "audience") -> AudienceRow:
    """The audience of that name at the actor's school; a Refusal at the field where there is none."""
    if (found := _query(session, actor, name)) is None:
        raise Refusal(f"There is no audience '{name}'.", field)
    return found


def wanted_of(row: AudienceRow) -> Wanted:
    """What an audience is now."""
    values = {each.name: getattr(row, each.name) for each in fields(Wanted)}
    return Wanted(**values | {"networks": tuple(row.networks), "sinkhole": tuple(row.sinkhole)})


def worded(value: object) -> str:
    """A setting as a sentence says it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return (", ".join(value) if isinstance(value, list) else str(value)) or "none"


def _query(session: Session, actor: Actor, name: str) -> AudienceRow | None:
    query = select(AudienceRow).where(AudienceRow.school_id == actor.school_id, AudienceRow.name == name)
    return session.scalars(query).first()


def _checked(wanted: Wanted) -> Mapping[str, Any]:
    """The values of a row, each in its one spelling."""
    given = asdict(wanted) | {"networks": list(wanted.networks), "sinkhole": list(wanted.sinkhole)}
    try:
        table = AudienceTable.model_validate(given)
    except ValidationError as problem:
        first = problem.errors()[0]
        message = str(first["msg"]).removeprefix("Value error, ")
        raise Refusal(message[:1].upper() + message[1:] + ".", str(first["loc"][0])) from None
    if table.sinkhole and table.answer != "sinkhole":
        raise Refusal("These addresses are used only where the block page answers. Leave them out.", "sinkhole")
    for what in ("networks", "sinkhole"):
        values = getattr(table, what)
        if twice := next((value for value in values if values.count(value) > 1), None):
            raise Refusal(f"{twice} is there twice.", what)
    return table.model_dump(exclude={"lists"})
