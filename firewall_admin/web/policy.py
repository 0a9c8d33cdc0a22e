"""The policy at a glance: what is in force, for whom."""

from flask import Blueprint, render_template

from ..core.people import Permission
from . import access, policy_page

pages = Blueprint("policy", __name__, url_prefix="/policy")


@pages.get("")
@access.needs(Permission.SEE_POLICY)
def page() -> str:
    """Each audience with its lists, and what binds everyone."""
    actor = access.current_actor()
    return render_template(
        "policy/page.html",
        policy=policy_page.overview(access.ports(), actor),
        changes=actor.may(Permission.CHANGE_POLICY),
        blocks=actor.may(Permission.BLOCK),
    )
