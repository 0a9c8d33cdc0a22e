"""Home: what needs this person, what everyone asks first, and how things stand."""

from flask import Blueprint, render_template

from ..core.people import Permission
from . import access, home_page
from .trail_page import by_day

pages = Blueprint("home", __name__)


@pages.get("/")
@access.needs(Permission.EVERYONE)
def page() -> str:
    """For each role its own."""
    actor = access.current_actor()
    found = home_page.home(access.ports(), actor)
    days = by_day(list(found.latest), access.around().zone)
    asks = actor.may(Permission.ASK)
    first = asks and not actor.may(Permission.SEE_POLICY)
    reports = actor.may(Permission.REPORT)
    return render_template("home/page.html", home=found, days=days, asks=asks, asks_first=first, reports=reports)
