"""The record of a decision: a page to print, and the same as a tagged PDF."""

from flask import Blueprint, Response, render_template

from ..core.people import Permission
from ..journeys import records as journey
from . import access

pages = Blueprint("records", __name__, url_prefix="/decisions")


@pages.get("/<int:number>/record")
@access.needs(Permission.EVERYONE)
def page(number: int) -> str:
    """For the screen and the printer."""
    return render_template("records/page.html", record=_record(number), number=number)


@pages.get("/<int:number>/record.pdf")
@access.needs(Permission.EVERYONE)
def printed(number: int) -> Response:
    """For the file."""
    found = _record(number)
    headers = {"Content-Disposition": f'attachment; filename="{found.reference}.pdf"'}
    return Response(access.ports().pdf("decision", found.to_json()), content_type="application/pdf", headers=headers)


def _record(number: int) -> journey.Record:
    return journey.record(access.ports(), access.current_actor(), number)
