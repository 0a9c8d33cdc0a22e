"""Somebody asks what is kept of them: looked through record by record, approved, and handed out."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.events import sentence
from ..core.people import Permission, Role
from ..core.refusals import Refusal
from ..core.subject_access import CHOICES, reference
from ..db.tables import Person
from ..journeys import subject_access as journey
from . import access, refused, report_steps, words_only, written
from .dayfield import DayField
from .fields import Form
from .paging import pagination
from .report_steps import Asking, NothingMore, Shown, asked
from .written import local

P = Permission
pages = Blueprint("subject_access", __name__, url_prefix="/reports/subject-access")
words_only.take(pages)
PAGE = 20
TABLES = {
    "access_request": "A request for access",
    "content_report": "A report of content",
    "incident": "An incident",
    "letter": "A letter",
    "person": "The account",
    "pupil_name": "Reference and name",
    "report_note": "A note on a record",
    "restriction": "A restriction",
    "sign_in": "A session",
    "trail": "An entry in the trail",
}
"""What the rows of the commonest tables are; others are called by their table."""


class WhoForm(Form):
    """Whom it is about, and who asks."""

    pupil = report_steps.pupil("About which pupil?", "By the school’s reference, or by the name where one is kept")
    staff = w.SelectField("Or about which member of staff?", default="")
    asked_by = report_steps.lines(
        "Who asks, and how do you know that it is they?", "For example, the mother, in person, with her passport"
    )
    asked_on = DayField("On which day did they ask?", [InputRequired("Enter the day")], subject="The day")


class GivenForm(Form):
    """To whom it was handed."""

    given_to = report_steps.lines("To whom did you give it, and how?", "For example, to the mother, by hand, on paper")


@dataclass(frozen=True)
class ShownItem:
    """A record on the page: `parts` are its columns in words; `notes` why somebody has to look at it."""

    item: str
    heading: str
    parts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    choice: str


@pages.route("", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def page() -> Shown:
    """All askings, and the form of a new one."""
    form, ports, actor = _form(), access.ports(), access.current_actor()
    if request.method == "POST" and (made := report_steps.taken(form, lambda: _begin(form))):
        flash("Everything was gone through. Look at what was found.")
        return redirect(url_for(".one", subject_access=made[0]), 303)
    found = [(reference(row.number), row, _state(row)) for row in journey.every(ports, actor)]
    return render_template("subject_access/page.html", form=form, found=found), refused.status(form)


@pages.get("/<uuid:subject_access>")
@access.needs(P.SAFEGUARD)
def one(subject_access: UUID) -> str:
    """What was found: what waits for a choice first."""
    found = journey.case(access.ports(), access.current_actor(), subject_access)
    which = "all" if request.args.get("which") == "all" or not found.waiting else "waiting"
    items = [item for item in found.items if which == "all" or item.choice is None]
    last = max(1, -(-len(items) // PAGE))
    at = min(max(1, request.args.get("page", 1, int)), last)
    with access.ports().db.look() as session:
        who = {row: session.get_one(Person, row).name for row in _people(found.row) if row}
    return render_template(
        "subject_access/one.html",
        case=found,
        reference=reference(found.row.number),
        state=_state(found.row),
        who=who,
        which=which,
        items=[_shown(item) for item in items[(at - 1) * PAGE : at * PAGE]],
        choices=CHOICES,
        open=not (found.row.approved_at or found.row.ended_at),
        is_head=access.current_actor().role is Role.HEADTEACHER,
        form=None,
        paging=pagination(at, last, lambda n: url_for(".one", subject_access=subject_access, which=which, page=n)),
    )


@pages.post("/<uuid:subject_access>")
@access.needs(P.SAFEGUARD)
def choose(subject_access: UUID) -> Shown:
    """The choices of a page of records."""
    named = zip(request.form.getlist("item"), request.form.getlist("choice"), strict=False)
    chosen = {item: choice for item, choice in named if choice}
    journey.choose(access.ports(), access.current_actor(), subject_access=subject_access, chosen=chosen)
    flash("Your choices are saved.")
    return redirect(url_for(".one", subject_access=subject_access, which=request.form.get("which", "")), 303)


@pages.route("/<uuid:subject_access>/approve", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def approve(subject_access: UUID) -> Shown:
    """The headteacher's word."""
    form, found = ApproveForm(), journey.case(access.ports(), access.current_actor(), subject_access)
    if request.method == "GET":
        form.given.data = len(found.given)
    withheld = len(found.items) - len(found.given)
    texts = (f"{len(found.given)} records are given, {withheld} are left out. Other people’s names are taken out.",)
    asking = Asking(
        "Approve what is given?", "Approve it", "It is approved, and a file now.", _back(subject_access), texts=texts
    )
    return asked(form, asking, lambda: journey.approve(**_who(subject_access), given=form.given.data or 0))


@pages.route("/<uuid:subject_access>/reopen", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def reopen(subject_access: UUID) -> Shown:
    text = "The file is destroyed, and the headteacher approves what is given anew."
    asking = Asking("Choose again?", "Choose again", "It is open again.", _back(subject_access), texts=(text,))
    return asked(NothingMore(), asking, lambda: journey.reopen(**_who(subject_access)))


@pages.route("/<uuid:subject_access>/give", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def give(subject_access: UUID) -> Shown:
    form = GivenForm()
    asking = Asking("Whom did you give it to?", "Save", "It is on record to whom it was given.", _back(subject_access))
    return asked(form, asking, lambda: journey.give(**_who(subject_access), given_to=form.given_to.data or ""))


@pages.route("/<uuid:subject_access>/end", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def end(subject_access: UUID) -> Shown:
    text = "Nothing is given. Tell whoever asked why."
    asking = Asking("End it?", "End it", "It has ended.", _back(subject_access), texts=(text,))
    return asked(NothingMore(), asking, lambda: journey.end(**_who(subject_access)))


@pages.post("/<uuid:subject_access>/file.json")
@access.needs(P.SAFEGUARD)
def file(subject_access: UUID) -> Response:
    """What was approved. To take it out is an act, and on record."""
    headers = {"Content-Disposition": 'attachment; filename="subject-access.json"'}
    text = journey.take(**_who(subject_access))
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


class ApproveForm(Form):
    """How many records were shown as given."""

    given = w.HiddenField(filters=[lambda value: int(value) if str(value or "").isdecimal() else 0])


def _who(subject_access: UUID) -> dict[str, Any]:
    return {"ports": access.ports(), "actor": access.current_actor(), "subject_access": subject_access}


def _back(subject_access: UUID) -> str:
    """The page of an asking, if it is this school's; NotFound otherwise."""
    journey.find(**_who(subject_access))
    return url_for(".one", subject_access=subject_access)


def _people(row: Any) -> tuple[UUID | None, ...]:
    return row.made_by, row.approved_by, row.given_by


def _state(row: Any) -> str:
    if row.given_at:
        return "given"
    if row.ended_at:
        return "ended"
    return "approved" if row.approved_at else "to choose"


def _shown(item: journey.Item) -> ShownItem:
    found = item.found
    notes: tuple[str, ...] = ("Only mentioned: look whether it is they",) if found.mentioned else ()
    notes += ("Restricted",) if found.restricted else ()
    told = {name: value for name, value in found.columns.items() if not name.endswith("id")}
    if found.table == "trail":
        told = {"at": told["at"], "what": _said(told)}
    parts = tuple((name.replace("_", " ").capitalize(), _told(value)) for name, value in told.items())
    heading = TABLES.get(found.table, found.table.replace("_", " ").capitalize())
    return ShownItem(found.item, heading, parts, notes, item.choice or "")


def _said(entry: dict[str, Any]) -> str:
    """An entry of the trail in its sentence, with other people taken out as everywhere."""
    return sentence(entry["event"], entry["actor"], json.loads(entry.get("fields", "{}")))


def _told(value: Any) -> str:
    """A value of a column in words: days and instants as people write them."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    zone = access.around().zone
    try:
        return (
            written.moment(datetime.fromisoformat(value), zone)
            if "T" in value
            else written.day(date.fromisoformat(value), zone)
        )
    except ValueError:
        return value


def _form() -> Any:
    now = local(access.ports().clock(), access.around().zone)
    form, actor = WhoForm(asked_on=now.date()), access.current_actor()
    with access.ports().db.look() as session:
        people = select(Person.id, Person.name).where(Person.school_id == actor.school_id).order_by(Person.name)
        form.staff.choices = [Choice("", "Nobody"), *(Choice(str(id_), name) for id_, name in session.execute(people))]
    return form


def _begin(form: Any) -> UUID:
    if form.staff.data and form.pupil.data:
        raise Refusal("Choose one person, not two.", "pupil")
    return journey.begin(
        access.ports(),
        access.current_actor(),
        asked_by=form.asked_by.data or "",
        asked_on=form.asked_on.data,
        pupil=form.pupil.data or "",
        person=UUID(form.staff.data) if form.staff.data else None,
    )
