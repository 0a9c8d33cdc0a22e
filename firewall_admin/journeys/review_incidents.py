"""What a review tells of reports, incidents and restrictions: numbers, none of them so small that it names a pupil."""

from collections import Counter

from firewall_admin.core.figures import Figure, Told, guarded, guarded_chart, guarded_grid
from firewall_admin.core.incidents import METHODS, Kind
from firewall_admin.db.tables import ContentReport, Destruction, Incident, Restriction

from .looked import Looked

REPORTS, INCIDENTS = "/reports", "/reports/incidents"
BY_KIND = {"content": "Something to see or read", "contact": "Somebody approached a pupil"}
BY_KIND |= {"conduct": "Something a pupil does there"}
BY_AREA = {"commercial": "Money", "aggressive": "Violence and aggression", "sexual": "Sex", "values": "Values"}


def incidents(look: Looked) -> Told:
    """Everything that was reported in this time, counted."""
    reports = look.rows(ContentReport, look.within(ContentReport.reported_at))
    content = [row for row in reports if not row.illegal]
    found = look.rows(Incident, look.within(Incident.reported_at))
    ways = [row for row in found if row.kind == Kind.CIRCUMVENTION]
    methods = {**dict.fromkeys(METHODS, 0), **Counter(row.method or "other" for row in ways)}
    kinds = {**dict.fromkeys(BY_KIND, 0), **Counter(row.kind for row in content if row.kind)}
    areas = {**dict.fromkeys(BY_AREA, 0), **Counter(row.area for row in content if row.area)}
    by_kind = {BY_KIND.get(kind, kind): n for kind, n in kinds.items()}
    by_area = {BY_AREA.get(area, area): n for area, n in areas.items()}
    by_method = {METHODS.get(method, method): n for method, n in methods.items() if n}
    grids = (
        guarded_grid("Content reports by kind", "Kind", by_kind),
        guarded_grid("Content reports by subject", "Subject", by_area),
        guarded_grid("Ways round the filter", "Way", by_method),
    )
    chart = guarded_chart("Content reports by kind", "Reports", by_kind)
    figures = _figures(look, content, len(reports) - len(content), ways, len(found) - len(ways))
    return Told(figures, tuple(filter(None, grids)), (chart,) if chart else ())


def _figures(
    look: Looked, content: list[ContentReport], illegal: int, ways: list[Incident], harassment: int
) -> tuple[Figure, ...]:
    made = look.rows(Restriction, look.within(Restriction.decided_at))
    gone = look.rows(Destruction, look.within(Destruction.at))
    waiting = sum(row.closed_at is None for row in content) + sum(row.closed_at is None for row in ways)
    return (
        guarded("reports", "Content reports", len(content), REPORTS),
        guarded("blocked", "Of them led to a block", sum(row.rule_id is not None for row in content), REPORTS),
        guarded("illegal", "Reports of what may be illegal", illegal, REPORTS),
        guarded("ways", "Attempts to get round the filter", len(ways), INCIDENTS),
        guarded("harassment", "Reports of harassment or bullying online", harassment, INCIDENTS),
        guarded("waiting", "Reports and attempts of this time that are not closed", waiting, REPORTS),
        guarded("restrictions", "Restrictions decided", len(made), "/reports/restrictions"),
        guarded("destroyed", "Records destroyed after their time", len(gone), "/retention"),
    )
