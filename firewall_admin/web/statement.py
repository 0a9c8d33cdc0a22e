"""What the filter does, in plain English: for staff to read and acknowledge, for parents to take home."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..core.people import Permission
from ..journeys import statements as journey
from . import access

pages = Blueprint("statement", __name__, url_prefix="/statement")


@pages.get("")
@access.needs(Permission.EVERYONE)
def page() -> str:
    """For staff: the rules, and the button that says they were read."""
    ports, actor = access.ports(), access.current_actor()
    return render_template(
        "statement/page.html",
        statement=journey.read(ports, actor),
        acknowledged=journey.acknowledged_at(ports, actor),
        log=actor.may(Permission.SEE_REGISTER),
    )


@pages.post("/acknowledge")
@access.needs(Permission.EVERYONE)
def acknowledge() -> Response:
    """It was read."""
    journey.acknowledge(access.ports(), access.current_actor(), version=request.form.get("version", ""))
    flash("Thank you. It is on record that you have read the rules.")
    return redirect(url_for(".page"), 303)


@pages.get("/parents")
@access.needs(Permission.EVERYONE)
def parents() -> str:
    """For parents: to print, or to put on the school's website."""
    return render_template("statement/parents.html", statement=journey.read(access.ports(), access.current_actor()))


@pages.get("/readers")
@access.needs(Permission.SEE_REGISTER)
def readers() -> str:
    """Who has read it."""
    found = journey.readers(access.ports(), access.current_actor())
    return render_template("statement/readers.html", readers=found)
