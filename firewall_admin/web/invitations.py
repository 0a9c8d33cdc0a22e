"""A link to set a password. Opening it shows; only the button uses it, because programs that scan mail open links."""

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.validators import EqualTo, InputRequired  # type: ignore[import-untyped]

from ..journeys import invitations as journey
from . import access, refused
from .fields import Form
from .own_account import HINT, NEW

pages = Blueprint("invitations", __name__, url_prefix="/invitations")
Shown = tuple[str, int] | Response


class FirstPasswordForm(Form):
    """A password, twice. The address is there for the browser's password store."""

    email = w.EmailField("Your e-mail address", render_kw={"autocomplete": "username", "readonly": True})
    password = w.PasswordField("Password", [InputRequired("Enter a password")], description=HINT, render_kw=NEW)
    again = w.PasswordField(
        "Password once more", [EqualTo("password", "The two passwords are not the same")], render_kw=NEW
    )


@pages.get("/<token>")
@access.public
def page(token: str) -> Shown:
    """Whom it is for, and the form."""
    opened = journey.look(access.ports(), token=token)
    return _form(FirstPasswordForm(email=opened.email), opened)


@pages.post("/<token>")
@access.public
def accept(token: str) -> Shown:
    """Set the password. Signing in with it comes next, as every time."""
    opened = journey.look(access.ports(), token=token)
    form = FirstPasswordForm()
    form.email.data = opened.email
    if form.validate_on_submit():
        with refused.on(form):
            journey.accept(access.ports(), token=token, password=form.password.data)
            access.end()
            flash("Your password is set. Sign in with it now.")
            return redirect(url_for("sign_in.page"), 303)
    return _form(form, opened)


def _form(form: Form, opened: journey.Opened) -> Shown:
    return render_template("invitations/page.html", form=form, opened=opened), refused.status(form)
