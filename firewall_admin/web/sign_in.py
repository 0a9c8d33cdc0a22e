"""Signing in, proving it once more, and signing out."""

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission
from ..journeys import sign_in as journey
from ..journeys.proving import Who
from . import access, devices, half_sign_in, known_device, refused
from .addresses import known_page, onward
from .fields import Form

pages = Blueprint("sign_in", __name__)
Shown = tuple[str, int] | Response


class SignInForm(Form):
    """Who, and the proof of it."""

    email = w.EmailField(
        "E-mail address",
        [InputRequired("Enter your e-mail address")],
        render_kw={"autocomplete": "username", "spellcheck": False, "autocapitalize": "none"},
    )
    password = w.PasswordField("Password", [InputRequired("Enter your password")])
    next = w.HiddenField()


class ConfirmForm(Form):
    """The proof alone."""

    password = w.PasswordField("Password", [InputRequired("Enter your password")])
    next = w.HiddenField()


@pages.get("/sign-in")
@access.public
def page() -> Shown:
    """The form; whoever is signed in already goes on."""
    if access.is_signed_in():
        return redirect(onward(request.args.get("next")))
    return _form(SignInForm(next=known_page(request.args.get("next"))))


@pages.post("/sign-in")
@access.public
def sign_in() -> Shown:
    """A fresh session, if the password is right, or the page that asks for the code; the session that this browser had
    before ends."""
    form = SignInForm()
    if form.validate_on_submit():
        with refused.on(form):
            device = devices.words(request.headers.get("User-Agent", ""))
            who = Who(form.email.data, access.remote_address(), device, known_device.read())
            former = session.get("_user_id")
            entered = journey.sign_in(access.ports(), who, password=form.password.data, replaces=former)
            if entered.owes_code:
                return half_sign_in.begin(entered.token, form.next.data)
            access.begin(entered.token)
            return known_device.remembered(redirect(onward(form.next.data), 303), form.email.data)
    return _form(form)


@pages.post("/sign-out")
@access.public
def sign_out() -> Response:
    """End this session. Also for whoever's session has ended by itself: they want to be gone."""
    if access.is_signed_in():
        journey.sign_out(access.ports(), access.current_actor(), token=access.current_token())
    access.end()
    flash("You have signed out.")
    return redirect(url_for("sign_in.page"), 303)


@pages.get("/sign-in/confirm")
@access.needs(Permission.EVERYONE)
@access.before_factor
def confirm() -> Shown:
    """Ask for the password before an act of weight."""
    return _confirm(ConfirmForm(next=known_page(request.args.get("next"))))


@pages.post("/sign-in/confirm")
@access.needs(Permission.EVERYONE)
@access.before_factor
def prove() -> Shown:
    """Take the password, and go back to the act."""
    form = ConfirmForm()
    if form.validate_on_submit():
        with refused.on(form):
            journey.prove(
                access.ports(),
                access.current_actor(),
                token=access.current_token(),
                address=access.remote_address(),
                password=form.password.data,
            )
            return redirect(onward(form.next.data), 303)
    return _confirm(form)


def _form(form: Form) -> Shown:
    return render_template("sign_in/page.html", form=form), refused.status(form)


def _confirm(form: Form) -> Shown:
    return render_template("sign_in/confirm.html", form=form), refused.status(form)
