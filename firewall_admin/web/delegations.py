"""Who stands in for the headteacher, and when."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission
from ..journeys import delegations as journey
from . import access, people_page, refused
from .dayfield import DayField
from .fields import Form

pages = Blueprint("delegations", __name__, url_prefix="/delegations")
Shown = tuple[str, int] | Response


class DelegationForm(Form):
    """Who, from when, until when, why. Both days count."""

    deputy = w.SelectField("Who decides in your place?", [InputRequired("Select who decides in your place")])
    since = DayField("First day", [InputRequired("Enter the first day")], subject="The first day")
    until = DayField(
        "Last day",
        [InputRequired("Enter the last day")],
        subject="The last day",
        description=f"{journey.LONGEST.days} days at most",
    )
    reason = w.TextAreaField(
        "Why?", [InputRequired("Enter why")], description="For example, a course", render_kw={"rows": 2}
    )

    def __init__(self, **rest: Any):
        super().__init__(**rest)
        found = people_page.deputies(access.ports(), access.current_actor())
        self.deputy.choices = [Choice("", "Choose one"), *(Choice(str(id_), name) for id_, name in found)]


@pages.get("")
@access.needs(Permission.DELEGATE)
def page() -> str:
    """Who stands in, has, or will."""
    found = people_page.delegations(access.ports(), access.current_actor())
    return render_template("delegations/page.html", delegations=found)


@pages.get("/add")
@access.needs(Permission.DELEGATE)
@access.proven
def add() -> Shown:
    """The form."""
    return _form(DelegationForm())


@pages.post("/add")
@access.needs(Permission.DELEGATE)
@access.proven
def save() -> Shown:
    """Hand over for those days, whole days by the school's clock."""
    form = DelegationForm()
    first, last = form.since.data, form.until.data
    if form.validate_on_submit() and first and last:
        with refused.on(form):
            journey.make(
                access.ports(),
                access.current_actor(),
                deputy=UUID(form.deputy.data),
                since=_midnight(first),
                until=_midnight(last + timedelta(days=1)),
                reason=form.reason.data,
            )
            flash("Your deputy decides in your place on those days. You may still decide yourself.")
            return redirect(url_for("delegations.page"), 303)
    return _form(form)


@pages.post("/<uuid:delegation>/end")
@access.needs(Permission.DELEGATE)
@access.proven
def end(delegation: UUID) -> Response:
    """End it early."""
    journey.end(access.ports(), access.current_actor(), delegation=delegation)
    flash("That has ended. You decide alone.")
    return redirect(url_for("delegations.page"), 303)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), access.around().zone)


def _form(form: Form) -> Shown:
    return render_template("delegations/add.html", form=form), refused.status(form)
