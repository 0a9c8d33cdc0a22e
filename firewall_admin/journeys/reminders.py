"""The school's morning: at 07:30 on school days whoever keeps others waiting is reminded, ends are announced, and
everyone for whom something waits gets one digest.

All of it is worked out from rows once a school day, and written in one change with the day that it was done for.
"""

import logging
from datetime import date, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from firewall_admin.core import school_days
from firewall_admin.core.people import system
from firewall_admin.db.change import Change
from firewall_admin.db.tables import School
from firewall_admin.ports import Ports

from . import digests, waiting
from .actors import school as school_of
from .ending import announce

MORNING = time(7, 30)  # on the school's clock
_log = logging.getLogger(__name__)


def remind_due(ports: Ports) -> int:
    """Begin the morning of every school that has not had it today. How many had something to be told."""
    now = ports.clock()
    with ports.db.look() as session:
        due = []
        for school in session.scalars(select(School)):
            local = now.astimezone(ZoneInfo(school.timezone))
            today = local.date()
            if (
                local.time() >= MORNING
                and school.reminded_on != today
                and school_days.is_school_day(today, school.terms)
            ):
                due.append((school.id, today))
    return sum(_guarded(ports, school, today) for school, today in due)


def morning(change: Change, today: date) -> bool:
    """Write what a school is to be told on this day. Whether it was anything."""
    told = waiting.remind(change, today) | announce(change, today)
    digests.write(change, today, told)
    return bool(change.events)


def _guarded(ports: Ports, school: UUID, today: date) -> bool:
    """One school's trouble must not keep another from its letters."""
    try:
        with ports.db.change(system(school)) as change:
            if told := morning(change, today):
                school_of(change).reminded_on = today  # with its letters, or not at all
        if not told:
            with ports.db.note() as session:
                session.execute(update(School).where(School.id == school).values(reminded_on=today))
    except Exception:  # noqa: BLE001 - the others' turn comes, and this one's again
        _log.exception("the morning of school %s failed", school)
        return False
    return told
