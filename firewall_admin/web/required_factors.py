"""Who must have a second factor."""

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission
from ..core.second_factor import Must
from ..journeys import required_factors as journey
from . import access, people_page, refused
from .fields import Form

pages = Blueprint("required_factors", __name__, url_prefix="/people/second-factor")
Shown = tuple[str, int] | Response
MAY = (Permission.MANAGE_PEOPLE, Permission.APPROVE_ROLES)
HINTS = {
    Must.NOBODY: "Whoever wants one turns it on",
    Must.DECIDERS: "Headteacher, deputy, network manager, safeguarding lead and administrator",
    Must.EVERYONE: "Teachers and governors, too",
}


class DemandForm(Form):
    """One of the three."""

    who = w.RadioField("Who must have one?", [InputRequired("Select who must have one")])


@pages.get("")
@access.needs(*MAY)
@access.proven
def page() -> Shown:
    """The form, with what holds now."""
    return _shown(_form(journey.asked(access.ports(), access.current_actor())))


@pages.post("")
@access.needs(*MAY)
@access.proven
def demand() -> Shown:
    """Set it."""
    form = _form(None)
    if form.validate_on_submit():
        with refused.on(form):
            journey.demand(access.ports(), access.current_actor(), who=form.who.data)
            flash("Saved. Whoever must and has none sets it up with their next click.")
            return redirect(url_for("people.page"), 303)
    return _shown(form)


def _form(now: Must | None) -> DemandForm:
    form = DemandForm(who=now) if now else DemandForm()
    form.who.choices = [
        Choice(each.value, f"{each.words[0].upper()}{each.words[1:]}", {"hint": HINTS[each]})
        for each in journey.choices(access.current_actor(), journey.asked(access.ports(), access.current_actor()))
    ]
    return form


def _shown(form: Form) -> Shown:
    without = people_page.without_factor(access.ports(), access.current_actor())
    eases = access.current_actor().may(Permission.APPROVE_ROLES)
    shown = render_template("required_factors/page.html", form=form, without=without, eases=eases)
    return shown, refused.status(form)
