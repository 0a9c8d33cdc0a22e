"""The school's own lists: paste, upload, look through, search, change, remove."""

from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission
from ..journeys import lists as journey
from . import access, confirming, lists_page, refused, subscriptions_page
from .confirming import Asking, Shown
from .fields import Form
from .uploads import HandingIn, handed_in, take_large

pages = Blueprint("lists", __name__, url_prefix="/policy/lists")
take_large(pages, "save_new", "save_text")
CHANGE = Permission.CHANGE_POLICY
ROLES = [
    Choice("blocked", "Block", {"hint": "Blocked for the audiences you then choose"}),
    Choice(
        "allowed", "Allow", {"hint": "Opens names that blocking lists would block, for the audiences you then choose"}
    ),
    Choice(
        "locked", "Lock", {"hint": "Always blocked for everyone: statutory and safeguarding lists. Nothing opens it"}
    ),
    Choice(
        "protected", "Protect", {"hint": "Never blocked for anyone, but by a locked list: helplines, sign-in services"}
    ),
]


class DescriptionForm(Form):
    """What a list is called and for."""

    title = w.StringField("Name of the list", [InputRequired("Enter a name for the list")])
    role = w.RadioField("What is it for?", [InputRequired("Select what the list is for")], choices=ROLES)
    note = w.TextAreaField(
        "Note", description="Where it is from, who wanted it, when to look at it again", render_kw={"rows": 3}
    )


class NewListForm(DescriptionForm, HandingIn):
    """And its names."""


@pages.get("")
@access.needs(Permission.SEE_POLICY)
def page() -> str:
    """Every list of the school's own."""
    actor = access.current_actor()
    found = lists_page.every(access.ports(), actor)
    looks = subscriptions_page.looks(access.ports(), actor) if actor.may(CHANGE) else ()
    return render_template("lists/page.html", lists=found, looks=looks, changes=actor.may(CHANGE))


@pages.get("/new")
@access.needs(CHANGE)
def new() -> Shown:
    """The form."""
    return _new(NewListForm())


@pages.post("/new")
@access.needs(CHANGE)
def save_new() -> Shown:
    """Its plan, then saved."""
    form = NewListForm()
    if form.validate_on_submit():
        with refused.on(form):
            given = handed_in(form)
            shown = confirming.plan_or_save(
                form,
                lambda actor: journey.adding(
                    access.ports(),
                    actor,
                    title=form.title.data,
                    role=form.role.data,
                    text=given.data,
                    source=given.source,
                    note=form.note.data or "",
                ),
                Asking("Add this list?", "The list was added.", url_for(".page"), url_for(".new"), "Add list"),
                {"draft": given.draft},
                ("text", "file", "draft"),
            )
            if shown:
                return shown
    return _new(form)


@pages.get("/<uuid:listed>")
@access.needs(Permission.SEE_POLICY)
def one(listed: UUID) -> Response:
    """A list, how its subscription stands if it has one, a page of its names, and what a search in it found."""
    ports, actor = access.ports(), access.current_actor()
    subscription = subscriptions_page.of_list(ports, actor, listed)
    page = render_template(
        "lists/one.html",
        list=lists_page.one(ports, actor, listed),
        subscription=subscription,
        names=lists_page.names(ports, actor, listed, request.args),
        asked=request.args.get("name", ""),
        changes=actor.may(CHANGE),
        accepts=actor.may(Permission.ACCEPT_DANGER),
    )
    return subscriptions_page.watched(page, subscription)


@pages.get("/<uuid:listed>/text")
@access.needs(CHANGE)
def text(listed: UUID) -> Shown:
    """The form, with the names of a short list in it."""
    return _text(HandingIn(text=lists_page.text(access.ports(), access.current_actor(), listed)), listed)


@pages.post("/<uuid:listed>/text")
@access.needs(CHANGE)
def save_text(listed: UUID) -> Shown:
    """Its plan, then saved."""
    form, shown = HandingIn(), lists_page.one(access.ports(), access.current_actor(), listed)
    if form.validate_on_submit():
        with refused.on(form):
            given = handed_in(form)
            back, then = url_for(".text", listed=listed), url_for(".one", listed=listed)
            answer = confirming.plan_or_save(
                form,
                lambda actor: journey.replacing(
                    access.ports(), actor, listed=listed, text=given.data, source=given.source
                ),
                Asking(f"Replace the text of {shown.title}?", "The list has its new text.", then, back),
                {"draft": given.draft},
                ("text", "file", "draft"),
            )
            if answer:
                return answer
    return _text(form, listed)


@pages.get("/<uuid:listed>/change")
@access.needs(CHANGE)
def change(listed: UUID) -> Shown:
    """The form, with what is known."""
    shown = lists_page.one(access.ports(), access.current_actor(), listed)
    return _change(DescriptionForm(title=shown.title, role=shown.role, note=shown.note), shown)


@pages.post("/<uuid:listed>/change")
@access.needs(CHANGE)
def save_change(listed: UUID) -> Shown:
    """Its plan, then saved."""
    shown, form = lists_page.one(access.ports(), access.current_actor(), listed), DescriptionForm()
    if form.validate_on_submit():
        answer = confirming.plan_or_save(
            form,
            lambda actor: journey.changing(
                access.ports(),
                actor,
                listed=listed,
                title=form.title.data,
                role=form.role.data,
                note=form.note.data or "",
            ),
            Asking(
                f"Change {shown.title}?", "Saved.", url_for(".one", listed=listed), url_for(".change", listed=listed)
            ),
        )
        if answer:
            return answer
    return _change(form, shown)


@pages.route("/<uuid:listed>/remove", methods=["GET", "POST"])
@access.needs(CHANGE)
def remove(listed: UUID) -> Shown:
    """Its plan, then removed."""
    shown = lists_page.one(access.ports(), access.current_actor(), listed)
    return confirming.plan_first(
        lambda actor: journey.removing(access.ports(), actor, listed=listed),
        Asking(
            f"Remove {shown.title}?",
            f"{shown.title} was removed.",
            url_for(".page"),
            url_for(".one", listed=listed),
            "Remove list",
            danger=True,
        ),
    )


def _new(form: Form) -> Shown:
    return render_template("lists/new.html", form=form), refused.status(form)


def _text(form: Form, listed: UUID) -> Shown:
    shown = lists_page.one(access.ports(), access.current_actor(), listed)
    return render_template("lists/text.html", form=form, list=shown), refused.status(form)


def _change(form: Form, shown: lists_page.ShownList) -> Shown:
    return render_template("lists/change.html", form=form, list=shown), refused.status(form)
