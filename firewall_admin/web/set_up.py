"""The end of setting up: the headteacher reads the first policy as a whole, and signs it."""

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission
from ..journeys import set_up as journey
from . import access, home_page, refused
from .fields import Form
from .numbers import number

pages = Blueprint("set_up", __name__, url_prefix="/set-up")
Shown = tuple[str, int] | Response


class SignForm(Form):
    """The release that was read, and the word that it was."""

    release = w.HiddenField()
    read = w.BooleanField(
        "I have read it, and sign the policy as a whole",
        [InputRequired("Say that you have read it")],
        render_kw={"legend": "Your signature"},
    )


@pages.get("")
@access.needs(Permission.SET_UP, Permission.SIGN_POLICY)
def page() -> str:
    """What is done and what is still to do."""
    with access.ports().db.look() as session:
        tasks = home_page.tasks(session, access.current_actor())
    return render_template("set_up/page.html", tasks=tasks)


@pages.get("/sign")
@access.needs(Permission.SIGN_POLICY)
@access.proven
def sign() -> Shown:
    """The policy as it would be signed."""
    return _sign(SignForm())


@pages.post("/sign")
@access.needs(Permission.SIGN_POLICY)
@access.proven
def save_sign() -> Shown:
    """Signed, if it is still the one that was read."""
    form = SignForm()
    if form.validate_on_submit():
        with refused.on(form):
            journey.sign(access.ports(), access.current_actor(), release=number(form.release.data))
            flash("The first policy is signed. From now on, opening a name takes a decision.")
            return redirect(url_for("home.page"), 303)
    return _sign(form)


def _sign(form: SignForm) -> Shown:
    overview = journey.overview(access.ports(), access.current_actor())
    form.release.data = str(overview.number)
    return render_template("set_up/sign.html", form=form, overview=overview), refused.status(form)
