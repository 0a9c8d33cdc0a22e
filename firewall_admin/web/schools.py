"""What the school is called, its clock, and its own names."""

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core import school_days
from ..core.people import Permission
from ..db.tables import School
from ..journeys import schools as journey
from . import access, confirming, refused
from .confirming import Asking, Shown
from .fields import Form
from .timetables import lines

pages = Blueprint("schools", __name__, url_prefix="/policy/school")


class SchoolForm(Form):
    """A school."""

    name = w.StringField("Name", [InputRequired("Enter the school’s name")])
    timezone = w.StringField(
        "Time zone",
        [InputRequired("Enter the school’s time zone")],
        description="Such as Europe/London",
        render_kw={"width": 20, "autocomplete": "off", "spellcheck": False},
    )
    domains = w.TextAreaField(
        "The school’s own names, one a line",
        description="They are protected with everything under them: only a locked list blocks them",
        render_kw={"rows": 4, "spellcheck": False},
    )


@pages.get("")
@access.needs(Permission.CHANGE_POLICY)
def page() -> Shown:
    """The form, with what is known."""
    with access.ports().db.look() as session:
        row = session.get_one(School, access.current_actor().school_id)
        given = {"name": row.name, "timezone": row.timezone, "domains": "\n".join(row.domains)}
    return _shown(SchoolForm(**given))


@pages.post("")
@access.needs(Permission.CHANGE_POLICY)
def save() -> Shown:
    """Its plan, then saved."""
    form = SchoolForm()
    if form.validate_on_submit():
        answer = confirming.plan_or_save(
            form,
            lambda actor: journey.changing(
                access.ports(),
                actor,
                name=form.name.data,
                timezone=form.timezone.data.strip(),
                domains=lines(form.domains.data),
            ),
            Asking("Change the school?", "Saved.", url_for("policy.page"), url_for(".page")),
        )
        if answer:
            return answer
    return _shown(form)


class HalfTermsForm(Form):
    """Half-terms, one a line."""

    terms = w.TextAreaField(
        "Half-terms, one a line",
        description="First and last school day, such as 2 September 2026 to 23 October 2026",
        render_kw={"rows": 8, "spellcheck": False},
    )


@pages.get("/half-terms")
@access.needs(Permission.CHANGE_POLICY)
def half_terms() -> Shown:
    """The form, with what is known."""
    with access.ports().db.look() as session:
        terms = session.get_one(School, access.current_actor().school_id).terms
    return _half_terms(HalfTermsForm(terms="\n".join(school_days.lines(terms))))


@pages.post("/half-terms")
@access.needs(Permission.CHANGE_POLICY)
def save_half_terms() -> Shown:
    """Save them. Nothing is opened or blocked by it, so there is no plan."""
    form = HalfTermsForm()
    if form.validate_on_submit():
        with refused.on(form):
            given = (form.terms.data or "").splitlines()
            journey.set_half_terms(access.ports(), access.current_actor(), lines=given)
            flash("Saved.")
            return redirect(url_for(".page"), 303)
    return _half_terms(form)


def _half_terms(form: Form) -> Shown:
    return render_template("schools/half_terms.html", form=form), refused.status(form)


def _shown(form: Form) -> Shown:
    return render_template("schools/page.html", form=form), refused.status(form)
