"""A new link to set a password, where it takes a second person: what is asked, their word, and the link."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ..core.people import Permission
from ..journeys import resets as journey
from . import access, resets_page
from .people import link

pages = Blueprint("resets", __name__, url_prefix="/people/resets")


@pages.get("/<uuid:password_reset>")
@access.needs(Permission.EVERYONE)
def page(password_reset: UUID) -> str:
    """Who asked for whom, and what whoever looks may do about it."""
    shown = resets_page.one(access.ports(), access.current_actor(), password_reset)
    return render_template("resets/page.html", reset=shown)


@pages.post("/<uuid:password_reset>/confirm")
@access.needs(Permission.EVERYONE)
@access.proven
def confirm(password_reset: UUID) -> Response:
    """The second person's word."""
    outcome = journey.confirm(access.ports(), access.current_actor(), password_reset=password_reset)
    flash("Confirmed. The link is on its way by mail." if outcome.state == "mailed" else "Confirmed.")
    return redirect(url_for(".page", password_reset=password_reset), 303)


@pages.post("/<uuid:password_reset>/make")
@access.needs(Permission.EVERYONE)
@access.proven
def make(password_reset: UUID) -> str | Response:
    """Make the link, and show it: by this answer and never again."""
    outcome = journey.make(access.ports(), access.current_actor(), password_reset=password_reset)
    shown = resets_page.one(access.ports(), access.current_actor(), password_reset)
    if outcome.state == "mailed":
        flash("The link is on its way by mail.")
        return redirect(url_for(".page", password_reset=password_reset), 303)
    return render_template("people/link.html", name=shown.person, link=link(outcome.token), waits=False)


@pages.post("/<uuid:password_reset>/end")
@access.needs(Permission.EVERYONE)
@access.proven
def end(password_reset: UUID) -> Response:
    """Take it back, or refuse it."""
    journey.end(access.ports(), access.current_actor(), password_reset=password_reset)
    flash("There will be no new link.")
    return redirect(url_for(".page", password_reset=password_reset), 303)
