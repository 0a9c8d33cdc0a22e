"""What a review tells of whether it works: checks, releases, and lists that grew old."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from firewall_admin.core.figures import Figure, Source, Told, counted
from firewall_admin.core.school_days import said
from firewall_admin.db.tables import FilteringCheck, LiveCheck, Release

from .check_states import troubles
from .checks import KEPT
from .evidence_checks import place
from .evidence_facts import stale
from .looked import Looked

OF_CHECKS = {
    "DecisionProven": "Decisions that a check saw in force",
    "EndProven": "Ends that a check saw",
    "CheckFailed": "Times a check found something wrong",
    "CheckRecovered": "Times a check found it right again",
}
OF_LISTS = {
    "ListRefreshFailed": "Times a list could not be fetched",
    "ListRefreshHeld": "Times a list’s new text was held back",
    "ListRefreshRefused": "Times a list’s new text was refused",
}
OF_RELEASES = {
    "ReleaseHeld": "Releases held back",
    "ObjectionsAccepted": "Dangers that somebody accepted",
    "WentBack": "Times somebody went back to an older release",
    "WentBackByItself": "Times the service went back by itself",
    "DeliveryFailed": "Deliveries that failed",
}
CHECKS, LOG = "/checks", "/filtering-checks"


def checks(look: Looked) -> Told:
    """Whether what was decided is in force, and is the newest."""
    return Told((*_live(look), *_recorded(look), *_releases(look), *_lists(look)))


def _live(look: Looked) -> Iterable[Figure]:
    """Live checks that find nothing wrong are kept for two weeks; what they proved or found wrong is on the trail."""
    where = (
        LiveCheck.school_id == look.school.id,
        LiveCheck.finding.is_not(None),
        LiveCheck.done_at >= look.until - KEPT,
    )
    query = select(LiveCheck.finding, func.count()).where(*where).group_by(LiveCheck.finding)
    found: dict[str | None, int] = {finding: n for finding, n in look.session.execute(query)}  # noqa: C416 - rows
    yield Figure("live", "Live checks of the last two weeks", f"{sum(found.values()):,}", link=CHECKS)
    yield Figure("right", "Of them found right", f"{found.get('enforced', 0):,}", link=CHECKS)
    for event, words in OF_CHECKS.items():
        yield counted(event.lower(), words, look.sources(look.entries(event)))
    wrong = [Source(t.target, look.day(t.since), t.text, CHECKS) for t in troubles(look.session, look.school.id)]
    yield counted("wrong", "Wrong at this moment", wrong, CHECKS)


def _recorded(look: Looked) -> Iterable[Figure]:
    rows = sorted(look.rows(FilteringCheck), key=lambda row: row.recorded_at or row.planned_at)
    mine = [row for row in rows if row.state == "recorded" and row.recorded_at and row.recorded_at >= look.since]
    hand = [row for row in mine if row.kind == "hand"]
    yield counted("hand", "Checks by device, site and user group", [_check(row) for row in hand], LOG)
    wrong = [row for row in mine if row.result in ("bad", "part")]
    yield counted("faults", "Of all recorded checks found something wrong", [_check(row) for row in wrong], LOG)
    outside = [row for row in mine if row.kind == "outside"]
    yield counted("outside", "Tests from outside (testfiltering.com)", [_check(row) for row in outside], LOG)
    today = look.until.astimezone(look.zone).date()
    late = [row for row in rows if row.state == "planned" and row.due < today]
    yield counted("overdue", "Planned checks that are late", [_check(row) for row in late], LOG)


def _check(row: FilteringCheck) -> Source:
    if row.done_on is None:
        return Source(place(row), said(row.due), "Planned for this day, and not done", LOG)
    action = f" What was done: {row.action}" if row.action else ""
    return Source(place(row), said(row.done_on), f"{row.tested}, by {row.done_by}: {row.result}.{action}", LOG)


def _releases(look: Looked) -> Iterable[Figure]:
    rows = look.rows(Release, Release.published_at.is_not(None), look.within(Release.published_at))
    published = [
        Source(f"release {row.number}", look.day(row.published_at), row.cause, f"/releases/{row.number}")
        for row in sorted(rows, key=lambda row: row.number)
    ]
    yield counted("releases", "Releases published", published, "/releases")
    for event, words in OF_RELEASES.items():
        yield counted(event.lower(), words, look.sources(look.entries(event)))


def _lists(look: Looked) -> Iterable[Figure]:
    old = stale(look.session, look.school, look.until)
    sources = [Source(title, look.day(last), _since(look, last), f"/lists/{listed}") for title, listed, last in old]
    yield counted("stale", "Lists that are stale: not what their source published a week ago or later", sources)
    for event, words in OF_LISTS.items():
        yield counted(event.lower(), words, look.sources(look.entries(event)))


def _since(look: Looked, last: datetime | None) -> str:
    return f"Last fetched in full on {look.day(last)}" if last else "Never fetched in full"
