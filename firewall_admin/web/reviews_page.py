"""What the pages and the PDF of a review show: the sections with their figures, as they are kept or as they are now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ..core.reviews import SECTIONS, SIGNERS, SectionOfReview
from ..core.school_days import said
from ..journeys.reviews import ReviewState
from . import access, written
from .charts import Chart

STATES = {
    "met": ("Shown", "good"),
    "attention": ("Attention", "care"),
    "gap": ("Gap", "danger"),
    "not-ours": ("Not ours", "quiet"),
}


@dataclass(frozen=True)
class ShownSection:
    """A section: what is known (`figures`, `grids`, as kept), its charts, and what somebody wrote."""

    section: SectionOfReview
    figures: Sequence[Mapping[str, Any]]
    grids: Sequence[Mapping[str, Any]]
    charts: Sequence[tuple[Chart, str]]
    written: Mapping[str, str]


def sections(known: Mapping[str, Any], answers: Mapping[str, Any]) -> list[ShownSection]:
    """Every section in order."""
    return [_section(one, known.get("sections", {}).get(one.name, {}), answers.get(one.name, {})) for one in SECTIONS]


def _section(section: SectionOfReview, told: Mapping[str, Any], answer: Mapping[str, str]) -> ShownSection:
    charts = [(_chart(drawing), drawing["note"]) for drawing in told.get("charts", ())]
    return ShownSection(section, told.get("figures", ()), told.get("grids", ()), charts, answer)


def _chart(drawing: Mapping[str, Any]) -> Chart:
    rows = tuple((label, tuple(values)) for label, values in drawing["rows"])
    return Chart(drawing["title"], tuple(drawing["series"]), rows)


def leads(path: str) -> bool:
    """Whether the page of a record opens for whoever looks."""
    return bool(path) and access.opens(urlsplit(path).path)


def counts(known: Mapping[str, Any]) -> dict[str, int]:
    """How many obligations are in each state."""
    return {state: sum(one["state"] == state for one in known.get("evidence", ())) for state in STATES}


def gaps(known: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The obligations with a gap."""
    return [one for one in known.get("evidence", ()) if one["state"] == "gap"]


def period(known: Mapping[str, Any], zone: Any) -> str:
    """The time that a review is about, in words; empty for one that kept none."""
    if "since" not in known:
        return ""
    since, until = (datetime.fromisoformat(known[part]) for part in ("since", "until"))
    return f"{written.moment(since, zone)} to {written.moment(until, zone)}"


def to_json(school: str, found: ReviewState, known: Mapping[str, Any], zone: Any) -> dict[str, Any]:
    """Plain values for the PDF: a draft says that it is one."""
    row = found.review
    words = {state: word for state, (word, _) in STATES.items()}
    evidence = [{**one, "state": words[one["state"]], "open": one["state"] == "gap"} for one in known["evidence"]]
    return {
        "school": school,
        "number": row.number,
        "cause": row.cause,
        "period": period(known, zone),
        "state": _state(found, zone),
        "draft": not row.signed_at,
        "sha256": row.sha256 or "",
        "counts": [[words[state], n] for state, n in counts(known).items()],
        "sections": [_printed(one) for one in sections(known, row.answers)],
        "evidence": evidence,
        "signatures": _signatures(found, zone),
        "actions": [_action(action, zone) for action in found.actions],
    }


def _state(found: ReviewState, zone: Any) -> str:
    row = found.review
    if row.signed_at:
        return f"Signed by all on {written.day(row.signed_at, zone)}."
    if row.finished_at:
        return f"Finished on {written.moment(row.finished_at, zone)}. It is not signed by all yet."
    return "A draft: it is still being written, and nobody has signed it."


def _printed(one: ShownSection) -> dict[str, Any]:
    return {
        "title": one.section.title,
        "question": one.section.question,
        "figures": [dict(figure) for figure in one.figures],
        "grids": [dict(grid) for grid in one.grids],
        "charts": [_drawn(chart, note) for chart, note in one.charts],
        "written": one.written.get("text", ""),
        "by": one.written.get("by", ""),
    }


def _drawn(chart: Chart, note: str) -> dict[str, Any]:
    rows = [[label, list(values)] for label, values in chart.rows]
    return {"title": chart.title, "series": list(chart.series), "rows": rows, "note": note}


def _signatures(found: ReviewState, zone: Any) -> list[list[str]]:
    given = {signature.role: signature for signature in found.signatures}
    return [
        [role.words, given[role].name, written.moment(given[role].at, zone)] if role in given else [role.words, "", ""]
        for role in SIGNERS
    ]


def _action(action: Any, zone: Any) -> list[str]:
    done = f"{action.outcome} ({action.done_by}, {written.day(action.done_at, zone)})" if action.done_at else "Open"
    return [action.text, action.owner, said(action.due), done]
