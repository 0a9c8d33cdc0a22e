"""One box that finds a name wherever it stands."""

from flask import Blueprint, render_template, request

from ..core.people import Permission
from ..core.refusals import Refusal
from ..journeys import search as journey
from . import access

pages = Blueprint("search", __name__, url_prefix="/policy/search")


@pages.get("")
@access.needs(Permission.SEE_POLICY)
def page() -> tuple[str, int]:
    """The box, and what was found for `name`."""
    asked, found, wrong = request.args.get("name", "")[:300].strip(), None, ""
    if asked:
        try:
            found = journey.find(access.ports(), access.current_actor(), text=asked)
        except Refusal as refusal:
            wrong = refusal.message
    blocks = access.current_actor().may(Permission.BLOCK)
    page = render_template("search/page.html", asked=asked, found=found, wrong=wrong, blocks=blocks)
    return page, 400 if wrong else 200
