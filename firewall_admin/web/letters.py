"""One's own letters, sent or not, and the outbox for those who look after it. No link in a letter acts: it opens a page
that asks to sign in."""

from uuid import UUID

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from ..core.people import Permission
from . import access, letters_page

pages = Blueprint("letters", __name__, url_prefix="/letters")


@pages.get("")
@access.needs(Permission.EVERYONE)
def page() -> str:
    """The letters to whoever looks."""
    ports, actor = access.ports(), access.current_actor()
    return render_template(
        "letters/page.html",
        letters=letters_page.own(ports, actor),
        sends=ports.send is not None,
        looks_after=actor.may(Permission.MANAGE_PEOPLE) or actor.may(Permission.SET_UP),
    )


@pages.get("/outbox")
@access.needs(Permission.MANAGE_PEOPLE, Permission.SET_UP)
def outbox() -> str:
    """The school's letters without their words."""
    ports, actor = access.ports(), access.current_actor()
    found = letters_page.sending(ports, actor)
    return render_template("letters/outbox.html", letters=found, sends=ports.send is not None)


@pages.get("/<uuid:letter>")
@access.needs(Permission.EVERYONE)
def letter(letter: UUID) -> str:
    """One of one's own."""
    shown, _ = letters_page.one(access.ports(), access.current_actor(), letter)
    return render_template("letters/one.html", letter=shown)


@pages.get("/<uuid:letter>/end-date.ics")
@access.needs(Permission.EVERYONE)
def calendar(letter: UUID) -> Response:
    """The end date that came with a letter, for a calendar."""
    _, found = letters_page.one(access.ports(), access.current_actor(), letter)
    if found is None:
        abort(404)
    disposition = {"Content-Disposition": "attachment; filename=end-date.ics"}
    return Response(found, content_type="text/calendar; charset=utf-8", headers=disposition)
