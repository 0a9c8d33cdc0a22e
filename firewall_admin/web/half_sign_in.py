"""The second page of signing in, for whoever has a second factor: a code of the app, or a recovery code.

Until then the browser holds the token of half a sign-in, which no other page looks at.
"""

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.refusals import NotFound
from ..journeys import half_sign_in as journey
from . import access, known_device, refused
from .addresses import known_page, onward
from .fields import Form
from .second_factor import ONE_TIME

pages = Blueprint("half_sign_in", __name__, url_prefix="/sign-in")
Shown = tuple[str, int] | Response
TOKEN = "half"  # noqa: S105  (the name under which the cookie has it)


class CodeForm(Form):
    """What the app shows now."""

    code = w.StringField(
        "Code", [InputRequired("Enter the code")], description="Six digits that your app shows now", render_kw=ONE_TIME
    )
    next = w.HiddenField()


class RecoveryForm(Form):
    """One of the codes for the day the phone is lost."""

    code = w.StringField(
        "Recovery code",
        [InputRequired("Enter a recovery code")],
        description="Six groups of four letters and digits",
        render_kw={"autocomplete": "off", "spellcheck": False, "autocapitalize": "characters"},
    )
    next = w.HiddenField()


def begin(token: str, target: str | None) -> Response:
    """To the page that asks for the code; nothing of an older session stays in the cookie."""
    session.clear()
    session[TOKEN] = token
    return redirect(url_for("half_sign_in.page", next=known_page(target)), 303)


@pages.get("/code")
@access.public
def page() -> Shown:
    """The field for the app's code."""
    return _form("code", CodeForm(next=known_page(request.args.get("next"))))


@pages.post("/code")
@access.public
def finish() -> Shown:
    """A session, if the code is right."""
    return _finish("code", CodeForm())


@pages.get("/recovery-code")
@access.public
def recovery() -> Shown:
    """The field for a recovery code."""
    return _form("recovery", RecoveryForm(next=known_page(request.args.get("next"))))


@pages.post("/recovery-code")
@access.public
def recover() -> Shown:
    """A session, if it is one of theirs that was not used; how many are left is told."""
    return _finish("recovery", RecoveryForm())


def _finish(which: str, form: CodeForm | RecoveryForm) -> Shown:
    if form.validate_on_submit():
        try:
            with refused.on(form):
                done = journey.finish(
                    access.ports(),
                    token=session.get(TOKEN, ""),
                    code=form.code.data,
                    address=access.remote_address(),
                    known=known_device.read(),
                )
                access.begin(done.token)
                if done.left is not None:
                    flash(_left(done.left), "important" if done.left < 3 else "message")
                return known_device.remembered(redirect(onward(form.next.data), 303), done.email)
        except NotFound:
            session.pop(TOKEN, None)
    return _form(which, form)


def _form(which: str, form: Form) -> Shown:
    email = journey.whose(access.ports(), token=session.get(TOKEN, ""))
    if email is None:
        return render_template("second_factor/ended.html"), 400
    return render_template(f"second_factor/{which}.html", form=form, email=email), refused.status(form)


def _left(left: int) -> str:
    if not left:
        return "That was your last recovery code. Make new ones on the page of your account."
    return f"That recovery code is used up. You have {left} left." + (
        " Make new ones on the page of your account." if left < 3 else ""
    )
