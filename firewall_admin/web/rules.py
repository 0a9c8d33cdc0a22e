"""Blocking and allowing names by hand: a block takes two fields."""

from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, render_template, request, url_for
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired, Length, Optional  # type: ignore[import-untyped]

from ..core.people import Actor, Permission
from ..core.refusals import Refusal
from ..core.terms import Kind
from ..db.tables import School
from ..journeys import rules as journey
from ..journeys.policy import Act
from . import access, assignments, confirming, refused, rules_page
from .confirming import Asking, Shown
from .dayfield import DayField
from .fields import Form
from .paging import pagination
from .wishes import Wish

pages = Blueprint("rules", __name__, url_prefix="/policy/rules")
_LAST_YEAR = 2999
NAME = {"inputmode": "url", "autocomplete": "off", "spellcheck": False, "autocapitalize": "none"}


class BlockForm(Form):
    """A name and a reason; whom, until when and at what times only where that is wanted."""

    domain = w.StringField(
        "Which name?",
        [InputRequired("Enter the name to be blocked")],
        description="For example, games.example. It stands for itself and everything under it",
        render_kw=NAME,
    )
    reason = w.StringField(
        "Why?",
        [
            InputRequired("Enter why, so that it can be understood in three years"),
            Length(max=500, message="Say why in 500 characters at most"),
        ],
    )
    audience = w.SelectField("For whom?", default="")
    until = DayField(
        "Until when?",
        [Optional()],
        subject="The last day",
        description="The last day it is in force. Leave it empty for as long as nobody ends it",
    )
    when = w.SelectField("At what times?", default="")


class AllowForm(BlockForm):
    """The same, for opening."""

    domain = w.StringField(
        "Which name?",
        [InputRequired("Enter the name to be allowed")],
        description="It stands for itself and everything under it",
        render_kw=NAME,
    )


@pages.get("")
@access.needs(Permission.SEE_POLICY)
def page() -> str:
    """The rules asked for."""
    actor, wanted = access.current_actor(), rules_page.asked(request.args)
    found, count = rules_page.some(access.ports(), actor, wanted)
    last = max(1, -(-count // rules_page.PAGE))
    made = pagination(min(wanted.page, last), last, lambda number: _address(wanted, number))
    return render_template(
        "rules/page.html",
        rules=found,
        count=count,
        wanted=wanted,
        pagination=made,
        audiences=[choice.value for choice in assignments.assign_form().to.choices],
        blocks=actor.may(Permission.BLOCK),
        changes=actor.may(Permission.CHANGE_POLICY),
        reads=actor.may(Permission.SEE_REQUESTS),
    )


@pages.get("/block")
@access.needs(Permission.BLOCK)
def block() -> Shown:
    """The form; an address may bring the name along."""
    return _shown(_form(BlockForm, domain=request.args.get("domain", "")[:253]), "block")


@pages.post("/block")
@access.needs(Permission.BLOCK)
def save_block() -> Shown:
    """Its plan, then saved."""
    return _answer(_form(BlockForm), "block")


@pages.get("/allow")
@access.needs(Permission.CHANGE_POLICY)
def allow() -> Shown:
    """The form."""
    return _shown(_form(AllowForm, domain=request.args.get("domain", "")[:253]), "allow")


@pages.post("/allow")
@access.needs(Permission.CHANGE_POLICY)
def save_allow() -> Shown:
    """Its plan; saved only while nothing is signed, or where it opens nothing."""
    return _answer(_form(AllowForm), "allow")


@pages.route("/<uuid:rule>/end", methods=["GET", "POST"])
@access.needs(Permission.CHANGE_POLICY)
def end(rule: UUID) -> Shown:
    """Its plan, then ended."""
    shown = rules_page.one(access.ports(), access.current_actor(), rule)
    heading, here = f"End the rule to {shown.action} {shown.domain}?", url_for(".page")
    return confirming.plan_first(
        lambda actor: journey.ending(actor, rule=rule),
        Asking(
            heading,
            "The rule has ended.",
            here,
            here,
            "End rule",
            danger=True,
            wish=Wish(Kind.END_RULE, {"rule": str(rule)}),
        ),
    )


def _address(wanted: rules_page.Asked, number: int) -> str:
    ended = "y" if wanted.ended else None
    return url_for(".page", word=wanted.word, action=wanted.action, audience=wanted.audience, ended=ended, page=number)


def _form(kind: type[BlockForm], **given: Any) -> BlockForm:
    form, choices = kind(**given), assignments.assign_form()
    form.audience.choices = [Choice("", "Everyone"), *choices.to.choices]
    form.when.choices = [Choice("", "Always"), *choices.timetable.choices[1:]]
    return form


def _answer(form: BlockForm, action: str) -> Shown:
    if form.validate_on_submit():
        asking = Asking(
            f"{action.capitalize()} {(form.domain.data or '').strip()[:253]}?",
            "The rule was added. It is in force with the next release.",
            url_for(".page"),
            url_for(f".{action}"),
            f"{action.capitalize()} it",
            ask_at=f"{request.script_root}/ask?{urlencode({'url': (form.domain.data or '').strip()})}",
        )
        if answer := confirming.plan_or_save(form, lambda actor: _adding(actor, form, action), asking):
            return answer
    return _shown(form, action)


def _adding(actor: Actor, form: BlockForm, action: str) -> Act:
    return journey.adding(
        actor,
        action=action,
        domain=form.domain.data,
        audience=form.audience.data or None,
        reason=form.reason.data,
        until=_end_of(form.until.data, actor),
        when=form.when.data or None,
    )


def _end_of(day: date | None, actor: Actor) -> datetime | None:
    """The end of a day on the school's clock."""
    if day is None:
        return None
    if day.year > _LAST_YEAR:
        raise Refusal("Give a day that somebody will see, or none.", "until")
    with access.ports().db.look() as session:
        zone = ZoneInfo(session.get_one(School, actor.school_id).timezone)
    return datetime.combine(date.fromordinal(day.toordinal() + 1), time(), zone)


def _shown(form: BlockForm, action: str) -> Shown:
    return render_template("rules/add.html", form=form, action=action), refused.status(form)
