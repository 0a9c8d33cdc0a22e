"""Large texts that another process published, looked at before somebody waits for it.

What is found out once in a process about a text (that it is whole, how many names it has, whether a format can say all
of them) would otherwise be found out by the first edit after a list's release. Nothing is written, and nothing is
decided by it.
"""

import logging
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core.large_lists import is_large
from firewall_admin.core.refusals import BadPolicy
from firewall_admin.db.tables import Release
from firewall_admin.ports import Ports

from .compiling import Compiling
from .release_contents import rebuild, weigh
from .releases import targets_of

_seen: dict[UUID, UUID] = {}  # by school, the release in force that was looked at last
_log = logging.getLogger(__name__)


def rehearse_due(ports: Ports) -> int:
    """Weigh what is in force against itself, for every school that has a large text in force that this process does not
    know. How many."""
    with ports.db.look() as session:
        published = select(Release.school_id, Release.id).where(Release.state == "published")
        fresh = [(school, release) for school, release in session.execute(published) if _seen.get(school) != release]
    done = 0
    for school, release in fresh:
        _seen[school] = release
        try:
            done += _rehearsed(ports, release)
        except (BadPolicy, OSError):  # whoever makes the next release tells
            _log.info("release %s can't be looked at", release, exc_info=True)
    return done


def _rehearsed(ports: Ports, release: UUID) -> bool:
    with ports.db.look() as session:
        live = session.get_one(Release, release)
        targets = targets_of(session, live.school_id)
    if not any(_is_news(ports, kept["sha256"]) for kept in live.snapshots["lists"].values()):
        return False
    make = Compiling.after(ports, live.school_id, live)
    weigh(ports, rebuild(ports, live), live, targets, live.number, live.at, make=make)
    return True


def _is_news(ports: Ports, sha256: str) -> bool:
    return not ports.store.is_checked(sha256) and is_large(ports.store.glance(sha256))
