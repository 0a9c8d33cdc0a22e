"""Guidance on each platform: for staff and for parents, on the screen and to print."""

from flask import Blueprint, render_template, request

from ..core import guidance
from ..core.people import Permission
from . import access, lists_page

pages = Blueprint("guidance", __name__, url_prefix="/guidance")


@pages.get("")
@access.needs(Permission.EVERYONE)
def page() -> str:
    """For staff: what to do, whom to call, and every platform; one of them first, where somebody says which."""
    found = _guides()
    chosen = next((guide for guide in found if guide.slug == request.args.get("platform")), None)
    return render_template(
        "guidance/page.html", guides=found, chosen=chosen, help=guidance.HELP, reviewed=guidance.REVIEWED
    )


@pages.get("/parents")
@access.needs(Permission.EVERYONE)
def parents() -> str:
    """For parents: minimum ages, where to report, whom to call."""
    return render_template("guidance/parents.html", guides=_guides(), help=guidance.HELP, reviewed=guidance.REVIEWED)


def _guides() -> list[guidance.Guide]:
    ports, actor = access.ports(), access.current_actor()
    with ports.db.look() as session:
        assigned = lists_page.assignments(session, actor)
    blocked = {slug: tuple(dict.fromkeys(one.audience for one in found)) for slug, found in assigned.items()}
    return guidance.guides(ports.shipped.described.values(), blocked)
