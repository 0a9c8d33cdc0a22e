"""What people edit does not wait for lists.

A release with a large list's new text takes as long as the list is long. So large lists have a lane of their own, and
what else was edited is published ahead of it, with large lists as they are published. They stay due.

What goes ahead is weighed like any other release, and where anything of it would be held, it waits with the lists. The
release that is being made with them is overtaken by it, and made again; so only so many go ahead of one list, or it
would never come.
"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core.refusals import BadPolicy
from firewall_admin.core.touched import touched
from firewall_admin.db.tables import Release
from firewall_admin.ports import Ports

from . import large_lists, preparing
from .due_releases import AHEAD, THE_CLOCK, Due
from .preparing import Basis

MOST = 20  # releases in a row; then the list has its turn
# What could not go ahead, by school: revision, and the release in force. In memory on purpose: it is tried once more.
_waiting: dict[UUID, tuple[int, UUID]] = {}


def edits_due(ports: Ports) -> int:
    """Publish what is due of every school but for the new texts of large lists. How many releases."""
    return preparing.each_due(ports, lambda due: _edit(ports, due))


def lists_due(ports: Ports) -> int:
    """Publish what is due of every school that has a large list's new text with it, the whole of it. How many."""
    return preparing.each_due(ports, lambda due: _whole(ports, due))


def _edit(ports: Ports, due: Due) -> bool:
    basis = preparing.basis_for(ports, due)
    edit = _of_edits(ports, due, basis)
    if edit is None or edit.cause != AHEAD or basis.live is None:
        return edit is not None and preparing.prepare(ports, edit, basis)
    if _waiting.get(due.school_id) == (this := (due.revision, basis.live.id)):
        return False
    if done := preparing.prepare(ports, edit, basis):
        _waiting.pop(due.school_id, None)
    else:
        _waiting[due.school_id] = this
    return done


def _whole(ports: Ports, due: Due) -> bool:
    basis = preparing.basis_for(ports, due)
    edit = _of_edits(ports, due, basis)
    return (edit is None or edit.cause == AHEAD) and preparing.prepare(ports, due, basis)


def _of_edits(ports: Ports, due: Due, basis: Basis) -> Due | None:
    """What of a release that is due has nothing of large lists with it; None if that is nothing."""
    if due.cause == THE_CLOCK:
        return due
    try:
        with ports.db.look() as session:
            found = large_lists.as_published(ports, session, due.school_id, basis.live)
    except BadPolicy:
        return None
    if found.is_all:
        return replace(due, policy=found.policy)
    if found.policy is None or found.before is None or not touched(found.before, found.policy):
        return None
    return replace(due, policy=found.policy, cause=AHEAD) if _in_a_row(ports, due) < MOST else None


def _in_a_row(ports: Ports, due: Due) -> int:
    """How many releases have gone ahead since the last one that had everything."""
    query = select(Release.cause).where(Release.school_id == due.school_id).order_by(Release.number.desc())
    with ports.db.look() as session:
        causes = list(session.scalars(query.limit(MOST)))
    return next((number for number, cause in enumerate(causes) if cause != AHEAD), len(causes))
