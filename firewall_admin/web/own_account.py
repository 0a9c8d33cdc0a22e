"""One's own account: where one is signed in, and the password."""

from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.validators import EqualTo, InputRequired  # type: ignore[import-untyped]

from ..core.passwords import SHORTEST
from ..core.people import Permission
from ..journeys import own_account, second_factor, sessions
from ..journeys.sign_in import sign_out_everywhere as end_all
from ..journeys.sign_in import sign_out_one
from . import access, refused
from .fields import Form

pages = Blueprint("own_account", __name__, url_prefix="/account")
Shown = tuple[str, int] | Response
NEW = {"autocomplete": "new-password"}
HINT = f"At least {SHORTEST} characters, with spaces if you like. Three random words are easy to remember."


class PasswordForm(Form):
    """The present password and the one to come, twice."""

    current = w.PasswordField("Your present password", [InputRequired("Enter your present password")])
    new = w.PasswordField("New password", [InputRequired("Enter a new password")], description=HINT, render_kw=NEW)
    again = w.PasswordField(
        "New password once more", [EqualTo("new", "The two new passwords are not the same")], render_kw=NEW
    )


@pages.get("")
@access.needs(Permission.EVERYONE)
def page() -> str:
    """Every browser one is signed in with."""
    own = sessions.own(access.ports(), access.current_actor(), token=access.current_token())
    factor = second_factor.own(access.ports(), access.current_actor())
    return render_template("own_account/page.html", sessions=own, factor=factor)


@pages.post("/sessions/<uuid:sign_in>/end")
@access.needs(Permission.EVERYONE)
def end_session(sign_in: UUID) -> Response:
    """End one of one's own sessions."""
    sign_out_one(access.ports(), access.current_actor(), sign_in=sign_in)
    flash("That session has ended.")
    return redirect(url_for("own_account.page"), 303)


@pages.post("/sign-out-everywhere")
@access.needs(Permission.EVERYONE)
def sign_out_everywhere() -> Response:
    """End all of them, this one too."""
    end_all(access.ports(), access.current_actor())
    access.end()
    flash("You have signed out everywhere.")
    return redirect(url_for("sign_in.page"), 303)


@pages.get("/password")
@access.needs(Permission.EVERYONE)
def password() -> Shown:
    """The form."""
    return _form(PasswordForm())


@pages.post("/password")
@access.needs(Permission.EVERYONE)
def change_password() -> Shown:
    """Take the new password; every other session ends."""
    form = PasswordForm()
    if form.validate_on_submit():
        with refused.on(form):
            own_account.change_password(
                access.ports(),
                access.current_actor(),
                token=access.current_token(),
                address=access.remote_address(),
                current=form.current.data,
                new=form.new.data,
            )
            flash("Your password was changed. Everywhere else you are signed out.")
            return redirect(url_for("own_account.page"), 303)
    return _form(form)


def _form(form: Form) -> Shown:
    return render_template("own_account/password.html", form=form), refused.status(form)
