"""Taking away a second factor that somebody has lost: asked by the administrator, confirmed by a second person."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ..core.people import Permission
from ..journeys import lost_factors as journey
from . import access, lost_factors_page, people_page

pages = Blueprint("lost_factors", __name__, url_prefix="/people")


@pages.get("/<uuid:person>/second-factor")
@access.needs(Permission.MANAGE_PEOPLE)
@access.proven
def ask(person: UUID) -> str:
    """What taking it away does, and whether it takes a second person."""
    shown = people_page.person(access.ports(), access.current_actor(), person)
    takes_two = lost_factors_page.takes_two(access.ports(), access.current_actor(), person)
    return render_template("lost_factors/ask.html", person=shown, takes_two=takes_two)


@pages.post("/<uuid:person>/second-factor")
@access.needs(Permission.MANAGE_PEOPLE)
@access.proven
def take(person: UUID) -> Response:
    """Take it away, or ask a second person."""
    outcome = journey.ask(access.ports(), access.current_actor(), person=person)
    if outcome.state == "waits":
        flash("A second person has to confirm this. They have been told.")
        return redirect(url_for(".page", lost_factor=outcome.lost_factor), 303)
    flash("Their second factor is gone. They and the headteacher have been told.")
    return redirect(url_for("people.person", person=person), 303)


@pages.get("/lost-factors/<uuid:lost_factor>")
@access.needs(Permission.EVERYONE)
def page(lost_factor: UUID) -> str:
    """Who asked for whom, and what whoever looks may do about it."""
    shown = lost_factors_page.one(access.ports(), access.current_actor(), lost_factor)
    return render_template("lost_factors/page.html", lost=shown)


@pages.post("/lost-factors/<uuid:lost_factor>/confirm")
@access.needs(Permission.EVERYONE)
@access.proven
def confirm(lost_factor: UUID) -> Response:
    """The second person's word."""
    journey.confirm(access.ports(), access.current_actor(), lost_factor=lost_factor)
    flash("Their second factor is gone. They and the headteacher have been told.")
    return redirect(url_for(".page", lost_factor=lost_factor), 303)


@pages.post("/lost-factors/<uuid:lost_factor>/end")
@access.needs(Permission.EVERYONE)
@access.proven
def end(lost_factor: UUID) -> Response:
    """Take it back, or refuse it."""
    journey.end(access.ports(), access.current_actor(), lost_factor=lost_factor)
    flash("Their second factor stays.")
    return redirect(url_for(".page", lost_factor=lost_factor), 303)
