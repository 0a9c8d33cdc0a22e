"""Going back to the last good release by itself, where the school has chosen that.

Only for what a new release has broken: a resolver that answered before and is silent since, or a name that was right
under the release before, should be so still, and is not. Then publishing is held, so it happens once and never in a
circle, and people decide what comes next. A target that still has its old files is no reason: nothing of the new
release has done harm there.
"""

import logging
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_checks as events
from firewall_admin.core.people import Actor, Permission, system
from firewall_admin.db.tables import LiveCheck, Release, School
from firewall_admin.ports import Ports

from .check_conclusions import Judged
from .check_entries import replaced_by
from .policy import may
from .releases import published, put_in_force, school_of

BROKEN = ("silent", "leaking", "overblocking")
_log = logging.getLogger(__name__)


def choose(ports: Ports, actor: Actor, *, goes_back: bool) -> None:
    """From now on go back by itself, or leave it to people."""
    may(actor, Permission.PUBLISH)
    with ports.db.change(actor) as change:
        school = school_of(change)
        if bool(school.goes_back) != goes_back:
            school.goes_back = goes_back
            change.did(events.GoingBackChosen("goes back" if goes_back else "does not go back"))


def is_chosen(session: Session, school_id: UUID) -> bool:
    """Whether this school lets the service go back by itself."""
    return bool(session.get_one(School, school_id).goes_back)


def consider(ports: Ports, judged: Sequence[Judged]) -> bool:
    """Go back, if what was just found asks for it. Whether that was done."""
    bad = [each for each in judged if each.turned_bad and each.row.occasion.startswith("release")]
    broken = [each for each in bad if each.finding == "silent" or (each.finding in BROKEN and not each.row.before)]
    if not broken:
        return False
    with ports.db.look() as session:
        if not is_chosen(session, broken[0].row.school_id):
            return False
    return _go_back(ports, broken[0])


def _go_back(ports: Ports, why: Judged) -> bool:
    """Look again inside the change: a person may have been faster."""
    with ports.db.change(system(why.row.school_id)) as change:
        school, live = school_of(change), published(change.session, why.row.school_id)
        if live is None or live.id != why.row.release_id or school.hold is not None or not school.goes_back:
            return False
        good = replaced_by(change.session, live)
        if good is None or not _was_seen_good(change.session, why.row, good):
            return False
        put_in_force(change, good)
        school.hold = f"the service went back to release {good.number} by itself: {why.found.text}"
        change.did(events.WentBackByItself(good.number, live.number, why.found.text))
    _log.warning("school %s went back to release %s by itself", why.row.school_id, good.number)
    return True


def _was_seen_good(session: Session, row: LiveCheck, release: Release) -> bool:
    """Whether the same resolver was seen to enforce that release, and nothing there was wrong."""
    there = select(LiveCheck.id).where(
        LiveCheck.target_id == row.target_id,
        LiveCheck.resolver == row.resolver,
        LiveCheck.audience == row.audience,
        LiveCheck.release_id == release.id,
    )
    if session.scalar(there.where(LiveCheck.finding.in_(BROKEN)).limit(1)) is not None:
        return False
    return session.scalar(there.where(LiveCheck.finding == "enforced").limit(1)) is not None
