"""One's own second factor: setting it up, its recovery codes, and turning it off."""

from collections.abc import Callable
from typing import Any

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission
from ..journeys import second_factor as journey
from . import access, poster, refused
from .fields import Form

pages = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")
Shown = tuple[str, int] | Response
ONE_TIME = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": False, "width": 10}
TYPED = {"autocomplete": "one-time-code", "spellcheck": False, "autocapitalize": "characters"}


class CodeForm(Form):
    """What the app shows now."""

    code = w.StringField(
        "Code that the app shows now", [InputRequired("Enter the code")], description="Six digits", render_kw=ONE_TIME
    )


class WeightyForm(Form):
    """The password, and a code of either kind."""

    password = w.PasswordField("Your password", [InputRequired("Enter your password")])
    code = w.StringField(
        "Code",
        [InputRequired("Enter the code")],
        description="Six digits that your app shows now, or a recovery code",
        render_kw=TYPED,
    )


@pages.get("")
@access.needs(Permission.EVERYONE)
@access.before_factor
def page() -> str:
    """What it is, how one's own stands, and what can be done."""
    own = journey.own(access.ports(), access.current_actor())
    return render_template("second_factor/page.html", own=own, owes=access.owes_factor())


@pages.post("/begin")
@access.needs(Permission.EVERYONE)
@access.before_factor
@access.proven
def begin() -> Response:
    """Offer a fresh seed."""
    journey.begin(access.ports(), access.current_actor())
    return redirect(url_for(".set_up"), 303)


@pages.get("/set-up")
@access.needs(Permission.EVERYONE)
@access.before_factor
@access.proven
def set_up() -> Shown:
    """The QR code, the same to be typed, and the field for a code that proves it."""
    return _set_up(CodeForm())


@pages.post("/set-up")
@access.needs(Permission.EVERYONE)
@access.before_factor
@access.proven
def turn_on() -> Shown:
    """Take the code. The recovery codes are shown by this answer and never again, and nothing redirects."""
    form = CodeForm()
    if form.validate_on_submit():
        with refused.on(form):
            ports, actor, token = access.ports(), access.current_actor(), access.current_token()
            codes = journey.turn_on(ports, actor, token=token, code=form.code.data)
            return _codes(codes, fresh=True)
    return _set_up(form)


@pages.get("/recovery-codes")
@access.needs(Permission.EVERYONE)
def recovery_codes() -> Shown:
    """What new ones do, before they are made."""
    return _weighty("codes", WeightyForm())


@pages.post("/recovery-codes")
@access.needs(Permission.EVERYONE)
def make_codes() -> Shown:
    """Make new ones, shown by this answer and never again."""
    form = WeightyForm()
    if form.validate_on_submit():
        with refused.on(form):
            return _codes(_with(form, journey.new_codes), fresh=False)
    return _weighty("codes", form)


@pages.get("/off")
@access.needs(Permission.EVERYONE)
def off() -> Shown:
    """What turning it off means."""
    return _weighty("off", WeightyForm())


@pages.post("/off")
@access.needs(Permission.EVERYONE)
def turn_off() -> Shown:
    """Turn it off."""
    form = WeightyForm()
    if form.validate_on_submit():
        with refused.on(form):
            _with(form, journey.turn_off)
            flash("Your second factor is off.")
            return redirect(url_for("own_account.page"), 303)
    return _weighty("off", form)


def _with(form: WeightyForm, act: Callable[..., Any]) -> Any:
    return act(
        access.ports(),
        access.current_actor(),
        token=access.current_token(),
        address=access.remote_address(),
        password=form.password.data,
        code=form.code.data,
    )


def _set_up(form: Form) -> Shown:
    offered = journey.offered(access.ports(), access.current_actor())
    if offered is None:
        for said in form.form_errors:
            flash(said, "important")
        return redirect(url_for(".page"), 303)
    drawn = poster.code(offered.address)
    return render_template("second_factor/set_up.html", form=form, offered=offered, drawn=drawn), refused.status(form)


def _codes(codes: tuple[str, ...], fresh: bool) -> Shown:
    return render_template("second_factor/codes.html", codes=codes, fresh=fresh), 200


def _weighty(what: str, form: Form) -> Shown:
    own = journey.own(access.ports(), access.current_actor())
    if own.on_at is None:
        return redirect(url_for(".page"), 303)
    return render_template("second_factor/weighty.html", form=form, what=what, own=own), refused.status(form)
