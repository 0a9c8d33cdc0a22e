"""Lists that somebody else publishes: known ones, a look at one, adding it, and deciding where a new text is held."""

from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core import catalogue as known
from ..core.people import Permission
from ..core.refreshing import INTERVALS
from ..core.refusals import NotFound
from ..journeys import subscriptions as journey
from . import access, confirming, lists_page, refused, subscriptions_page
from .confirming import Asking, Shown
from .fields import Form
from .lists import DescriptionForm

pages = Blueprint("subscriptions", __name__, url_prefix="/policy/lists")
CHANGE = Permission.CHANGE_POLICY
EVERY = [Choice(str(seconds), words.capitalize()) for seconds, words in INTERVALS.items()]


class SubscribeForm(DescriptionForm):
    """A list at an address."""

    address = w.StringField(
        "Its address",
        [InputRequired("Enter the address of the list")],
        description="The file itself, such as https://lists.example.org/adult.txt, not the page about it",
        render_kw={"inputmode": "url", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    interval = w.RadioField("How often is it fetched?", choices=EVERY, default="86400")


class DecideForm(Form):
    """What becomes of a text that is held."""

    choice = w.RadioField(
        "What is to be done?",
        [InputRequired("Choose whether the new text is taken")],
        choices=[
            Choice("keep", "Keep the old text", {"hint": "This new text is not asked about again"}),
            Choice("take", "Take the new text", {"hint": "You answer for it on the record"}),
        ],
    )
    typed = w.StringField(
        "How many names come and go?",
        description="Only to take the new text",
        render_kw={"inputmode": "numeric", "autocomplete": "off", "width": 10},
    )
    reason = w.TextAreaField("Why?", [InputRequired("Say why")], render_kw={"rows": 3})
    text = w.HiddenField()


class IntervalForm(Form):
    """How often."""

    interval = w.RadioField("How often is it fetched?", choices=EVERY)


@pages.get("/catalogue")
@access.needs(CHANGE)
def catalogue() -> str:
    """Public lists worth knowing."""
    return render_template("subscriptions/catalogue.html", groups=known.groups(), checked=known.CHECKED)


@pages.get("/subscribe")
@access.needs(CHANGE)
def subscribe() -> Shown:
    """The form, filled in for one of the known lists."""
    listed = known.found(request.args.get("known", ""))
    if listed is None:
        return _form(SubscribeForm())
    note = f"{listed.maker}; licence: {listed.licence}; {listed.page}"
    return _form(
        SubscribeForm(
            title=listed.name if listed.name.startswith(listed.maker) else f"{listed.name} ({listed.maker})",
            role="blocked",
            note=note,
            address=listed.address,
            interval=str(listed.interval),
        )
    )


@pages.post("/subscribe")
@access.needs(CHANGE)
def save() -> Shown:
    """The worker goes and looks."""
    form = SubscribeForm()
    if form.validate_on_submit():
        with refused.on(form):
            look = journey.look_at(
                access.ports(),
                access.current_actor(),
                title=form.title.data,
                role=form.role.data,
                address=form.address.data,
                note=form.note.data or "",
                interval=int(form.interval.data),
            )
            return redirect(url_for(".look", subscription=look), 303)
    return _form(form)


@pages.get("/looks/<uuid:subscription>")
@access.needs(CHANGE)
def look(subscription: UUID) -> Response:
    """How far it is, then what the list holds."""
    shown = subscriptions_page.look(access.ports(), access.current_actor(), subscription)
    return subscriptions_page.watched(render_template("subscriptions/look.html", look=shown), shown)


@pages.route("/looks/<uuid:subscription>/add", methods=["GET", "POST"])
@access.needs(CHANGE)
def add(subscription: UUID) -> Shown:
    """The plan, then added."""
    shown = subscriptions_page.look(access.ports(), access.current_actor(), subscription)
    return confirming.plan_first(
        lambda actor: journey.subscribing(access.ports(), actor, subscription=subscription),
        Asking(
            f"Add {shown.title}?",
            "The list was added. It blocks nothing until it is assigned.",
            url_for("lists.page"),
            url_for(".look", subscription=subscription),
            "Add list",
        ),
    )


@pages.post("/looks/<uuid:subscription>/put-away")
@access.needs(CHANGE)
def put_away(subscription: UUID) -> Response:
    """Nothing of it stays."""
    journey.put_away(access.ports(), access.current_actor(), subscription=subscription)
    flash("The look at the list was put away.")
    return redirect(url_for("lists.page"), 303)


@pages.post("/<uuid:listed>/refresh")
@access.needs(CHANGE)
def refresh(listed: UUID) -> Response:
    """Now."""
    journey.refresh_now(access.ports(), access.current_actor(), listed=listed)
    return _back(listed)


@pages.post("/<uuid:listed>/stop")
@access.needs(CHANGE)
def stop(listed: UUID) -> Response:
    """What is under way."""
    journey.stop(access.ports(), access.current_actor(), listed=listed)
    flash("It is stopped, and goes on in an hour. What was in force stays.")
    return _back(listed)


@pages.post("/<uuid:listed>/pause")
@access.needs(CHANGE)
def pause(listed: UUID) -> Response:
    """Until it is resumed."""
    journey.pause(access.ports(), access.current_actor(), listed=listed)
    flash("The list is not fetched until you resume it. What is in force stays.")
    return _back(listed)


@pages.post("/<uuid:listed>/resume")
@access.needs(CHANGE)
def resume(listed: UUID) -> Response:
    """At once, and then as before."""
    journey.resume(access.ports(), access.current_actor(), listed=listed)
    return _back(listed)


@pages.route("/<uuid:listed>/interval", methods=["GET", "POST"])
@access.needs(CHANGE)
def interval(listed: UUID) -> Shown:
    """How often."""
    shown = _subscribed(listed)
    form = IntervalForm() if request.method == "POST" else IntervalForm(interval=str(shown.interval))
    if form.validate_on_submit():
        with refused.on(form):
            seconds = int(form.interval.data)
            journey.set_interval(access.ports(), access.current_actor(), listed=listed, interval=seconds)
            flash("Saved.")
            return _back(listed)
    page = render_template("subscriptions/interval.html", form=form, listed=listed, subscription=shown)
    return page, refused.status(form)


@pages.route("/<uuid:listed>/end", methods=["GET", "POST"])
@access.needs(CHANGE)
def end(listed: UUID) -> Shown:
    """The subscription, not the list."""
    shown = _subscribed(listed)
    if request.method == "POST":
        journey.end(access.ports(), access.current_actor(), listed=listed)
        flash(f"{shown.title} is not fetched any more. Its names stay.")
        return _back(listed)
    return render_template("subscriptions/end.html", listed=listed, subscription=shown), 200


@pages.route("/<uuid:listed>/held", methods=["GET", "POST"])
@access.needs(Permission.ACCEPT_DANGER)
def held(listed: UUID) -> Shown:
    """What speaks against a new text, and the one choice."""
    shown = _subscribed(listed)
    form = DecideForm() if request.method == "POST" else DecideForm(text=shown.waiting.sha256 if shown.waiting else "")
    if form.validate_on_submit():
        with refused.on(form):
            journey.decide(
                access.ports(),
                access.current_actor(),
                listed=listed,
                text=form.text.data or "",
                take=form.choice.data == "take",
                reason=form.reason.data,
                typed=form.typed.data or "",
            )
            flash("The new text is taken." if form.choice.data == "take" else "The old text stays.")
            return _back(listed)
    page = render_template("subscriptions/held.html", form=form, listed=listed, subscription=shown)
    return page, refused.status(form)


def _subscribed(listed: UUID) -> subscriptions_page.ShownSubscription:
    shown = subscriptions_page.of_list(access.ports(), access.current_actor(), listed)
    if shown is None:
        raise NotFound("This list is not fetched from anywhere.")
    return shown


def _back(listed: UUID) -> Response:
    lists_page.one(access.ports(), access.current_actor(), listed)
    return redirect(url_for("lists.one", listed=listed), 303)


def _form(form: Form) -> Shown:
    return render_template("subscriptions/subscribe.html", form=form), refused.status(form)
