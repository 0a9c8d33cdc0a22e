"""What people edit does not wait for lists: while a list's new text is on its way into a release, which takes as long
as the list is long, what else was edited is published ahead of it, with the texts that are published.

The lists stay due: the release that goes ahead says the revision of the one before it. It is weighed like any other,
and where anything of it would be held, nothing goes ahead. The release that was being made with the list is overtaken
by it, and made again; so only so many go ahead of one list, or it would never come.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select

from firewall_admin.adapters import release_folders
from firewall_admin.core.people import system
from firewall_admin.core.policy import NameList, SchoolPolicy
from firewall_admin.core.refusals import BadPolicy, Refusal
from firewall_admin.core.touched import touched
from firewall_admin.db.opened import opened_lately
from firewall_admin.db.tables import Release
from firewall_admin.ports import Ports

from . import policy as policies
from . import preparing
from .compiling import Compiling
from .due_releases import AN_EDIT, Due, due_now
from .preparing import Basis
from .release_contents import SINCE, Contents, rebuild, weigh
from .release_files import place, write_all
from .releases import school_of

CAUSE = "an edit, ahead of a list's new text"
MOST = 20  # releases in a row; then the list has its turn
_log = logging.getLogger(__name__)


def go_ahead(ports: Ports) -> int:
    """Publish what was edited besides the text of lists, for every school whose lists are due. How many."""
    return sum(_guarded(ports, due) for due in due_now(ports) if due.cause == AN_EDIT)


def without_new_texts(live: SchoolPolicy, wanted: SchoolPolicy) -> SchoolPolicy | None:
    """The wanted policy with the texts of the lists of another. None where none of them is another text, or where that
    is not all: a list that came, went, or has another role."""
    if {slug: listed.role for slug, listed in live.lists.items()} != _roles(wanted.lists):
        return None
    if all(live.lists[slug].names == listed.names for slug, listed in wanted.lists.items()):
        return None
    return replace(wanted, lists=live.lists)


def _roles(lists: Mapping[str, NameList]) -> dict[str, str]:
    return {slug: listed.role for slug, listed in lists.items()}


def _guarded(ports: Ports, due: Due) -> bool:
    try:
        return _goes_ahead(ports, due)
    except (Refusal, OSError):  # whoever prepares the whole of it tells
        _log.info("nothing goes ahead for school %s", due.school_id, exc_info=True)
        return False


def _goes_ahead(ports: Ports, due: Due) -> bool:
    basis = preparing.basis_for(ports, due)
    compiling = Compiling.after(ports, due.school_id, basis.live)
    if (contents := _contents(ports, due, basis, compiling)) is None:
        return False
    ours, folder = place(basis.number, basis.id), ports.store.releases_folder(str(due.school_id))
    try:
        contents.snapshots[SINCE] = write_all(ports, ours, contents.compiled, basis.targets, basis.live)
        with ports.db.change(system(due.school_id)) as change:
            if done := not preparing.overtaken(change.session, school_of(change), due, basis):
                ahead = replace(due, revision=basis.live.revision if basis.live else 0, cause=CAUSE)
                preparing.enter(change, school_of(change), ahead, basis, contents)
    except (Refusal, OSError):
        release_folders.remove(folder / ours)
        raise
    compiling.done()
    if not done:
        release_folders.remove(folder / ours)
    return done


def _contents(ports: Ports, due: Due, basis: Basis, compiling: Compiling) -> Contents | None:
    """What could go ahead; None where nothing is there, nothing may, or the list has waited long enough."""
    if basis.live is None or _in_a_row(ports, due) >= MOST:
        return None
    with ports.db.look() as session:
        wanted = policies.current(ports, session, due.school_id)
        opened = opened_lately(session, due.school_id, basis.at)
    try:
        live = rebuild(ports, basis.live)
    except BadPolicy:
        return None
    policy = without_new_texts(live, wanted)
    if policy is None or not touched(live, policy):
        return None
    contents = weigh(ports, policy, basis.live, basis.targets, basis.number, basis.at, opened, compiling)
    return None if preparing.unaccepted(ports, due, basis, contents.objections) else contents


def _in_a_row(ports: Ports, due: Due) -> int:
    """How many releases have gone ahead since the last one that had everything."""
    query = select(Release.cause).where(Release.school_id == due.school_id).order_by(Release.number.desc())
    with ports.db.look() as session:
        causes = list(session.scalars(query.limit(MOST)))
    return next((number for number, cause in enumerate(causes) if cause != CAUSE), len(causes))
