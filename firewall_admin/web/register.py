"""The register of what was opened and closed, and why; the same as a spreadsheet."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import select

from ..core.people import Permission
from ..db.tables import AudienceRow
from ..journeys import register as journey
from . import access, spreadsheets
from .paging import pagination
from .written import local

pages = Blueprint("register", __name__, url_prefix="/register")
A_PAGE = 50
HEADS = ("Time", "Person", "Effect", "What", "For whom", "Why", "From", "Until", "Now", "Decision", "Request")
EFFECTS = (("opened", "Opened"), ("closed", "Closed"), ("refused", "Refused"), ("changed", "Changed"))
STATES = (("in-force", "In force"), ("not-yet", "Not yet in force"), ("expired", "Ended"), ("done", "Done"))


@pages.get("")
@access.needs(Permission.SEE_REGISTER)
def page() -> str:
    """The newest first, fifty a page."""
    wanted = _wanted()
    found = journey.register(access.ports(), access.current_actor(), wanted)
    last = max(1, -(-len(found) // A_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    start = (number - 1) * A_PAGE
    return render_template(
        "register/page.html",
        found=found[start : start + A_PAGE],
        count=len(found),
        given=_given(),
        audiences=_audiences(),
        effects=EFFECTS,
        states=STATES,
        paging=pagination(number, last, lambda n: url_for(".page", **_given(), page=n)),
        page=number,
    )


@pages.get("/register.csv")
@access.needs(Permission.SEE_REGISTER)
def spreadsheet() -> Response:
    """What the page shows, all of it."""
    found, zone = journey.register(access.ports(), access.current_actor(), _wanted()), access.around().zone
    words = dict(EFFECTS) | dict(STATES)

    def time(at: Any) -> str:
        return local(at, zone).isoformat(sep=" ", timespec="minutes") if at else ""

    rows = (
        (
            time(one.at),
            one.person,
            words[one.effect],
            one.what,
            one.audience,
            one.reason,
            time(one.since),
            time(one.until),
            words[one.state],
            one.decision,
            one.request,
        )
        for one in found
    )
    return spreadsheets.file(spreadsheets.table(HEADS, rows), spreadsheets.CSV, "register.csv")


def _given() -> dict[str, Any]:
    names = ("words", "audience", "effect", "state", "first", "last")
    return {name: value for name in names if (value := request.args.get(name, "").strip()[:200])}


def _wanted() -> journey.Wanted:
    given = _given()
    first, last = (_day(given.pop(name, "")) for name in ("first", "last"))
    return journey.Wanted(first=first, last=last, **given)


def _day(text: str) -> date | None:
    """A day, or None for what is none: a narrower view is never an error."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _audiences() -> list[str]:
    with access.ports().db.look() as session:
        query = select(AudienceRow.name).where(AudienceRow.school_id == access.current_actor().school_id)
        return list(session.scalars(query.order_by(AudienceRow.position, AudienceRow.name)))
