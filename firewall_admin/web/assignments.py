"""For whom a list is in force, and when."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, render_template, url_for
from sqlalchemy import select
from wtforms import SelectChoice as Choice

from ..core.people import Permission
from ..core.refusals import Refusal
from ..core.terms import Kind
from ..db.tables import AudienceRow, TimetableRow
from ..journeys import assignments as journey
from . import access, confirming, refused
from .confirming import Asking, Shown
from .fields import Form
from .wishes import Wish

pages = Blueprint("assignments", __name__, url_prefix="/policy")
TIMES = [
    Choice("always", "Always"),
    Choice("when", "Only during a timetable"),
    Choice("except", "Except during a timetable"),
]


class AssignForm(Form):
    """Audiences, times, and what stays open all the same."""

    to = w.SelectMultipleField("For whom?")
    at = w.RadioField("When?", choices=TIMES, default="always")
    timetable = w.SelectField("Timetable", default="")
    keep_open = w.SelectMultipleField(
        "Keep open all the same",
        description="Help and reporting pages under names that this list blocks. Each gets a rule that allows it",
    )

    @property
    def times(self) -> journey.Times:
        """What was chosen. Raises Refusal where a timetable is needed and none was."""
        if self.at.data == "always":
            return journey.ALWAYS
        if not self.timetable.data:
            raise Refusal("Select a timetable, or choose ‘Always’.", "timetable")
        return journey.Times(**{"when" if self.at.data == "when" else "except_": self.timetable.data})


def assign_form(keep_open: Sequence[str] = (), **given: Any) -> AssignForm:
    """The form, with the school's audiences and timetables to choose from."""
    form, actor = AssignForm(**given), access.current_actor()
    with access.ports().db.look() as session:
        audiences = select(AudienceRow.name).where(AudienceRow.school_id == actor.school_id)
        timetables = select(TimetableRow.name).where(TimetableRow.school_id == actor.school_id)
        form.to.choices = [
            Choice(name, name) for name in session.scalars(audiences.order_by(AudienceRow.position, AudienceRow.name))
        ]
        names = session.scalars(timetables.order_by(TimetableRow.name))
        form.timetable.choices = [Choice("", "None"), *(Choice(name, name) for name in names)]
    form.keep_open.choices = [Choice(name, name) for name in keep_open]
    return form


def answer(form: AssignForm, slug: str, asking: Asking) -> Shown | None:
    """The plan of what was chosen, or the word that it is saved; None where the form is to be shown again."""
    if not form.validate_on_submit():
        return None
    if not form.keep_open.data:
        times = {"when": form.times.when, "except": form.times.except_}
        asking = replace(asking, wish=Wish(Kind.LIST_TIMES, {"slug": slug, "to": list(form.to.data or ()), **times}))
    return confirming.plan_or_save(
        form,
        lambda actor: journey.assigning(
            access.ports(),
            actor,
            slug=slug,
            to=form.to.data or (),
            times=form.times,
            keep_open=form.keep_open.data or (),
        ),
        asking,
    )


@pages.get("/lists/<slug>/assign")
@access.needs(Permission.BLOCK, Permission.CHANGE_POLICY)
def assign(slug: str) -> Shown:
    """The form."""
    return _assign(assign_form(), slug)


@pages.post("/lists/<slug>/assign")
@access.needs(Permission.BLOCK, Permission.CHANGE_POLICY)
def save(slug: str) -> Shown:
    """Its plan, then saved."""
    form, title = assign_form(), _title(slug)
    back = url_for(".assign", slug=slug)
    asking = Asking(
        f"Put {title} in force?", f"{title} is in force with the next release.", url_for("lists.page"), back
    )
    return answer(form, slug, asking) or _assign(form, slug)


@pages.route("/assignments/<uuid:assignment>/remove", methods=["GET", "POST"])
@access.needs(Permission.CHANGE_POLICY)
def remove(assignment: UUID) -> Shown:
    """Its plan, then ended."""
    with access.ports().db.look() as session:
        slug = journey.find(session, access.current_actor(), assignment).slug
    then = url_for("policy.page")
    title = _title(slug)
    return confirming.plan_first(
        lambda actor: journey.removing(access.ports(), actor, assignment=assignment),
        Asking(
            f"End {title}?",
            f"{title} was ended there.",
            then,
            then,
            "End it",
            danger=True,
            wish=Wish(Kind.END_LIST, {"assignment": str(assignment)}),
        ),
    )


def _title(slug: str) -> str:
    with access.ports().db.look() as session:
        return journey.titled(access.ports(), session, access.current_actor(), slug)[0]


def _assign(form: AssignForm, slug: str) -> Shown:
    return render_template("assignments/assign.html", form=form, title=_title(slug)), refused.status(form)
