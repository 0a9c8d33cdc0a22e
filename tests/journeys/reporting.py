"""Reports as tests make them, and how everything that is kept is looked through for a word."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core import trail
from firewall_admin.core.people import Actor
from firewall_admin.db.chain import exported
from firewall_admin.db.tables import Row
from firewall_admin.journeys import content_reports, incidents, planned, restrictions
from tests.world import World


def report(world: World, actor: Actor, **more: Any) -> UUID:
    asked = {"address": "https://www.dares.example/a?b=c", "kind": "content", "area": "aggressive", "place": "Room 4"}
    seen = content_reports.Seen(seen_at=world.clock.at - timedelta(minutes=5), **{**asked, **more})
    return content_reports.report(world.ports, actor, seen)


def restricted(world: World, actor: Actor, **more: Any) -> UUID:
    asked = {"seen_at": world.clock.at - timedelta(minutes=5), "place": "iPad 12, locked in the office", **more}
    return content_reports.report_restricted(world.ports, actor, **asked)


def block(world: World, actor: Actor, report: UUID, domain: str = "dares.example", audience: str | None = None) -> None:
    act = content_reports.blocking(actor, report=report, domain=domain, audience=audience)
    planned.save(world.ports, actor, act, planned.planned(world.ports, actor, act).revision)


def incident(world: World, actor: Actor, **more: Any) -> UUID:
    asked = {"method": "vpn", "found": "seen", "indicator": "free-vpn.example", **more}
    happened = incidents.Happened(world.clock.at - timedelta(minutes=5), **asked)
    return incidents.report(world.ports, actor, happened)


def harassment(world: World, actor: Actor, **more: Any) -> UUID:
    asked = {"evidence": "Screen capture with Mrs Abbott, in the safeguarding file", **more}
    happened = incidents.Happened(world.clock.at - timedelta(minutes=5), **asked)
    return incidents.report_harassment(world.ports, actor, happened)


def restriction(world: World, actor: Actor, **more: Any) -> UUID:
    today = world.clock.at.date()
    days: dict[str, date] = {"since": today, "until": today + timedelta(20), "review_on": today + timedelta(10)}
    return restrictions.make(world.ports, actor, **{"pupil": "4f-012", "reason": "VPN twice", **days, **more})


def places(world: World, word: str) -> set[str]:
    """The tables in which a word stands, in whatever column: as the database holds them."""
    found = set()
    with world.db.look() as session:
        for table in Row.metadata.sorted_tables:
            for row in session.execute(select(table)):
                if word.casefold() in json.dumps(list(row), default=_plain, ensure_ascii=False).casefold():
                    found.add(table.name)
    return found


def trail_holds(world: World, school_id: UUID) -> bool:
    """Whether the trail's chain is what was written, as `firewall-admin trail verify` finds."""
    with world.db.look() as session:
        checked = trail.check(trail.line(entry).encode("ascii") for entry in exported(session, school_id))
    return checked.bad is None and checked.entries > 0


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
