"""The trail: what was done, by whom and when, in one sentence each; and the same to take away."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from ..core.people import Permission
from ..core.refusals import NotFound
from ..core.trail import line
from ..db.chain import exported
from . import access, spreadsheets, trail_page
from .paging import pagination
from .written import local

pages = Blueprint("trail", __name__, url_prefix="/trail")
HEADS = ("Number", "Time", "Who", "Role", "Event", "What happened")


@pages.get("")
@access.needs(Permission.SEE_TRAIL)
def page() -> str:
    """The newest first, fifty a page."""
    ports, actor, zone = access.ports(), access.current_actor(), access.around().zone
    wanted = trail_page.Wanted.of(request.args)
    shown = trail_page.trail(ports, actor, wanted, request.args.get("page", 1, type=int), zone)
    return render_template(
        "trail/page.html",
        trail=shown,
        wanted=wanted,
        choices=trail_page.choices(ports, actor),
        whole=trail_page.reads_all(actor),
        newest=trail_page.newest(ports, actor),
        paging=pagination(shown.page, shown.pages, lambda n: _address(n, wanted)),
    )


def _address(number: int, wanted: trail_page.Wanted) -> str:
    arguments: dict[str, Any] = {**wanted.arguments(), "page": number}
    return url_for(".page", **arguments)


@pages.get("/<int:number>")
@access.needs(Permission.SEE_TRAIL)
def one(number: int) -> str:
    """One entry, with its place in the chain: what a figure of a review is followed down to."""
    return render_template("trail/one.html", link=trail_page.one(access.ports(), access.current_actor(), number))


@pages.get("/trail.csv")
@access.needs(Permission.SEE_TRAIL)
def spreadsheet() -> Response:
    """What the page shows, all of it, for a spreadsheet."""
    found = trail_page.every(access.ports(), access.current_actor(), trail_page.Wanted.of(request.args))
    zone = access.around().zone
    rows = (
        (e.number, local(e.at, zone).isoformat(sep=" ", timespec="seconds"), e.who, e.role, e.kind, e.sentence)
        for e in found
    )
    return spreadsheets.file(spreadsheets.table(HEADS, rows), spreadsheets.CSV, "trail.csv")


@pages.get("/trail.jsonl")
@access.needs(Permission.SEE_TRAIL)
def lines() -> Response:
    """The whole trail as its hashes were made over it, for `firewall-admin trail verify`."""
    ports, actor = access.ports(), access.current_actor()
    if not trail_page.reads_all(actor):
        raise NotFound("The whole trail is given out by the headteacher or the administrator.")

    def made() -> Iterator[str]:
        with ports.db.look() as session:
            for entry in exported(session, actor.school_id):
                yield line(entry) + "\n"

    return spreadsheets.file(made(), "application/jsonl; charset=us-ascii", "trail.jsonl")
