"""Putting a whole policy in the place of the present one: what differs is changed, what is alike stays as it is."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from firewall_admin.core import events, events_policy
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.policy import Audience, Rule
from firewall_admin.core.timetable import Timetable, format_window
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AssignmentRow, AudienceRow, ListRow, RuleRow, School, Snapshot, TimetableRow
from firewall_admin.ports import Ports

from . import audiences, carried_subscriptions, lists, policy
from .assignments import Times
from .policy_transfer import Incoming, OwnList, incoming
from .soundness import refuse_contradictions

_SETTINGS = ("networks", "answer", "sinkhole", "safe_search", "youtube", "anti_bypass", "essential")


def importing(ports: Ports, actor: Actor, *, data: bytes, source: str, keep_school: bool = False) -> policy.Act:
    """The edit that restores a policy from `policy_transfer.export`, or takes one from a policy file.

    `keep_school`: the present school's name, time zone and own names stay, for a policy that was made for another.
    """
    policy.may(actor, Permission.CHANGE_POLICY)
    found = incoming(ports, actor, data)

    def act(change: Change) -> None:
        wanted = found.policy
        change.did(
            events_policy.PolicyImported(
                source, len(wanted.audiences), len(found.own), len(wanted.rules), len(wanted.timetables)
            )
        )
        if not keep_school:
            _school(change, actor, found)
        _remove_audiences(change, actor, {audience.name for audience in wanted.audiences})
        _timetables(change, actor, wanted.timetables.values())
        _lists(ports, change, actor, found.own)
        _audiences(change, actor, wanted.audiences)
        _rules(change, actor, wanted.rules)
        refuse_contradictions(ports, change)

    return act


def restore(
    ports: Ports, actor: Actor, *, data: bytes, source: str, keep_school: bool = False, decision: str | None = None
) -> None:
    """Put a whole policy in the place of the present one (see `importing`)."""
    policy.edit(ports, actor, importing(ports, actor, data=data, source=source, keep_school=keep_school), decision)


def _school(change: Change, actor: Actor, found: Incoming) -> None:
    row, wanted = change.session.get_one(School, actor.school_id), found.policy
    for what, value in (("name", wanted.school), ("timezone", wanted.timezone), ("domains", list(wanted.domains))):
        if getattr(row, what) != value:
            setattr(row, what, value)
            change.did(events.SchoolChanged(what, audiences.worded(value)))


def _remove_audiences(change: Change, actor: Actor, wanted: set[str]) -> None:
    query = select(AudienceRow).where(AudienceRow.school_id == actor.school_id)
    for row in change.session.scalars(query).all():
        if row.name not in wanted:
            audiences.drop(change, actor, row)


def _timetables(change: Change, actor: Actor, wanted: Iterable[Timetable]) -> None:
    query = select(TimetableRow).where(TimetableRow.school_id == actor.school_id)
    present = {row.name: row for row in change.session.scalars(query)}
    for timetable in wanted:
        spelt = [format_window(w) for w in timetable.windows], [f"{first}/{last}" for first, last in timetable.terms]
        row = present.pop(timetable.name, None)
        if row is None:
            values = dict(zip(("windows", "terms"), spelt, strict=True))
            change.session.add(TimetableRow(school_id=actor.school_id, name=timetable.name, **values))
            change.did(events_policy.TimetableAdded(timetable.name, *spelt))
        elif (row.windows, row.terms) != spelt:
            row.windows, row.terms = spelt
            change.did(events_policy.TimetableChanged(row.name, *spelt))
    for row in present.values():
        change.session.delete(row)
        change.did(events_policy.TimetableRemoved(row.name))


def _lists(ports: Ports, change: Change, actor: Actor, wanted: Mapping[str, OwnList]) -> None:
    present = {
        row.slug: row for row in change.session.scalars(select(ListRow).where(ListRow.school_id == actor.school_id))
    }
    for slug, own in wanted.items():
        row = present.pop(slug) if slug in present else ListRow(school_id=actor.school_id, slug=slug)
        before = row.snapshot
        _list(ports, change, row, own)
        change.session.flush()
        carried_subscriptions.put(change, row, own.fetching, before=before)
    for row in present.values():
        change.did(events_policy.ListRemoved(row.title, row.role, change.session.get_one(Snapshot, row.snapshot).names))
        change.session.delete(row)


def _list(ports: Ports, change: Change, row: ListRow, own: OwnList) -> None:
    """Make a list's row, new or present, say what was handed in."""
    sha256 = lists.snapshot(ports, change, own.listed.names)
    wanted = {"title": own.title, "role": own.listed.role, "note": own.note, "source": own.source, "snapshot": sha256}
    differs = [what for what, value in wanted.items() if getattr(row, what) != value]
    if not differs:
        return
    names, rejected = len(own.listed.names), own.rejected_lines
    before = change.session.get_one(Snapshot, row.snapshot).names if row.snapshot else None
    if "snapshot" in differs:
        row.rejected, row.rejected_lines = [list(line) for line in own.rejected], rejected
    if before is None:
        change.did(events_policy.ListAdded(own.title, own.listed.role, own.source, names, rejected))
    elif "snapshot" in differs:
        change.did(events_policy.ListReplaced(own.title, own.source, before, names, rejected))
    for what in differs:
        if before is not None and what != "snapshot":
            told = (str(getattr(row, what)) or "nothing", wanted[what] or "nothing")
            change.did(events_policy.ListChanged(row.title, what, *told))
        setattr(row, what, wanted[what])
    row.changed_at = change.now
    change.session.add(row)


def _audiences(change: Change, actor: Actor, wanted: Iterable[Audience]) -> None:
    query = select(AudienceRow).where(AudienceRow.school_id == actor.school_id)
    present = {row.name: row for row in change.session.scalars(query)}
    for position, audience in enumerate(wanted):
        values = {what: getattr(audience, what) for what in _SETTINGS}
        values |= {"networks": list(audience.networks), "sinkhole": list(audience.sinkhole)}
        row = present.get(audience.name)
        if row is None:
            row = AudienceRow(school_id=actor.school_id, name=audience.name, position=position, **values)
            change.session.add(row)
            change.did(events_policy.AudienceAdded(row.name, values["networks"]))
        for what in (what for what in _SETTINGS if getattr(row, what) != values[what]):
            told = audiences.worded(getattr(row, what)), audiences.worded(values[what])
            change.did(events_policy.AudienceChanged(row.name, audiences.WORDS[what], *told))
            setattr(row, what, values[what])
        row.position = position
        change.session.flush()
        _assignments(change, actor, row, audience)


def _assignments(change: Change, actor: Actor, row: AudienceRow, audience: Audience) -> None:
    present = {
        each.slug: each
        for each in change.session.scalars(select(AssignmentRow).where(AssignmentRow.audience_id == row.id))
    }
    for assigned in audience.lists:
        each, times = present.pop(assigned.list, None), Times(assigned.when, assigned.except_)
        if each is None:
            each = AssignmentRow(school_id=actor.school_id, audience_id=row.id, slug=assigned.list)
            change.session.add(each)
        elif Times(each.when, each.except_) == times:
            continue
        each.when, each.except_ = assigned.when, assigned.except_
        change.did(events_policy.ListAssigned(assigned.list, row.name, times.words))
    for each in present.values():
        change.session.delete(each)
        change.did(events_policy.ListUnassigned(each.slug, row.name))


def _rules(change: Change, actor: Actor, wanted: Iterable[Rule]) -> None:
    """Rules that say the same stay, with who made them; others end, and what is missing is added."""
    ids = {
        row.name: row.id
        for row in change.session.scalars(select(AudienceRow).where(AudienceRow.school_id == actor.school_id))
    }
    missing = Counter(wanted)
    names = {audience: name for name, audience in ids.items()}
    live = select(RuleRow).where(RuleRow.school_id == actor.school_id, RuleRow.ended_at.is_(None))
    for row in change.session.scalars(live).all():
        audience = names[row.audience_id] if row.audience_id else None
        said = Rule(row.action, row.domain, audience, row.since, row.until, row.when, row.reason)  # type: ignore[arg-type]
        if missing[said]:
            missing[said] -= 1
        else:
            row.ended_at, row.ended_by = change.now, actor.name
            change.did(events.RuleEnded(row.action, row.domain, audience, str(row.id)))
    for rule in missing.elements():
        _rule(change, actor, rule, ids)


def _rule(change: Change, actor: Actor, rule: Rule, ids: dict[str, Any]) -> None:
    change.session.add(
        RuleRow(
            school_id=actor.school_id,
            action=rule.action,
            domain=rule.domain,
            audience_id=ids[rule.audience] if rule.audience else None,
            since=rule.since,
            until=rule.until,
            when=rule.when,
            reason=rule.reason,
            made_by=actor.name,
            made_at=change.now,
        )
    )
    first, last = (at.isoformat() if at else None for at in (rule.since, rule.until))
    change.did(events.RuleAdded(rule.action, rule.domain, rule.audience, rule.reason, first, last, rule.when))
