"""The policy at a glance: what is in force, for whom."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from ..core.people import Permission
from ..core.terms import Kind
from . import access, policy_page, refused, wishes
from .wishes import PurposeForm, Wish

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


@pages.route("/sign-again", methods=["GET", "POST"])
@access.needs(Permission.CHANGE_POLICY)
def sign_again() -> tuple[str, int] | Response:
    """Ask the headteacher to sign the policy as a whole again, as every year."""
    form = PurposeForm(purpose="The yearly signature")
    if request.method == "POST" and form.validate_on_submit() and (asked := wishes.asked(form, Wish(Kind.POLICY, {}))):
        return asked
    return render_template("policy/sign_again.html", form=form), refused.status(form)
