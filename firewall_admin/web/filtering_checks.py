"""The filtering checks log: plan a test, record what came of it, and take the log away."""

from datetime import date
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired, Optional  # type: ignore[import-untyped]

from ..core.people import Permission
from ..journeys import filtering_checks as journey
from ..journeys.filtering_checks import Outcome, Plan
from . import access, refused, spreadsheets
from . import filtering_checks_page as shown
from .dayfield import DayField
from .fields import Form

pages = Blueprint("filtering_checks", __name__, url_prefix="/filtering-checks")
Shown = tuple[str, int] | Answer
KEEP = Permission.REVIEW
HOW = [
    Choice("hand", "By hand", {"hint": "Somebody tries sites that the policy blocks and opens. Never illegal content"}),
    Choice("outside", "With testfiltering.com", {"hint": "A test page that shows harmlessly what would be blocked"}),
    Choice("live", "By the service", {"hint": "From what its own live checks see on that day, for an audience"}),
]
RESULTS = [
    Choice("good", "It works"),
    Choice("part", "It works in part"),
    Choice("bad", "It does not work"),
]
EVERY = [
    Choice("", "Never"),
    Choice("1", "Every month"),
    Choice("3", "Every three months"),
    Choice("6", "Every half year"),
    Choice("12", "Every year"),
]


class PlaceForm(Form):
    """What is tested where, and how."""

    kind = w.RadioField("How is it tested?", [InputRequired("Choose how it is tested")], choices=HOW)
    device = w.StringField(
        "On what kind of device?",
        [InputRequired("Say on what kind of device")],
        description="Such as: Year 5 iPads, staff laptops, visitors’ phones",
    )
    site = w.StringField("At which site?", [InputRequired("Say at which site")], description="Or: at home")
    group = w.StringField(
        "As whom?",
        [InputRequired("Say as whom")],
        description="The users, such as pupils. For a test by the service: the name of an audience",
    )
    every = w.SelectField("Repeat it?", [Optional()], choices=EVERY)


class PlanForm(PlaceForm):
    """And by when."""

    due = DayField("By which day?", [InputRequired("Enter the day")], subject="The day")


class OutcomeForm(PlaceForm):
    """And what came of it."""

    day = DayField("When was it tested?", [InputRequired("Enter the day of the test")], subject="The day of the test")
    who = w.StringField("Who tested it?", [InputRequired("Say who tested it")])
    tested = w.TextAreaField(
        "What was tested?",
        [InputRequired("Say what was tested")],
        description="Which sites or which part of the test page, and what should have happened",
        render_kw={"rows": 3},
    )
    result = w.RadioField("What came of it?", [InputRequired("Choose what came of it")], choices=RESULTS)
    action = w.TextAreaField(
        "What follows from it?", description="Needed where it does not wholly work", render_kw={"rows": 3}
    )
    reference = w.StringField(
        "Reference of the certificate", description="As testfiltering.com gives it. Keep the certificate in your files"
    )


@pages.get("")
@access.needs(Permission.SEE_POLICY)
def page() -> str:
    """What is planned, what is overdue, what was tested."""
    actor = access.current_actor()
    return render_template("filtering_checks/page.html", log=shown.whole(access.ports(), actor), keeps=actor.may(KEEP))


@pages.get("/log.csv")
@access.needs(Permission.SEE_POLICY)
def spreadsheet() -> Response:
    """The whole log, for a spreadsheet."""
    found = shown.whole(access.ports(), access.current_actor())
    return spreadsheets.file(
        spreadsheets.table(shown.HEADS, shown.rows(found)), spreadsheets.CSV, "filtering-checks.csv"
    )


@pages.get("/plan")
@access.needs(KEEP)
def plan() -> Shown:
    """The form."""
    return _plan(PlanForm())


@pages.post("/plan")
@access.needs(KEEP)
def save_plan() -> Shown:
    """Put it on the plan."""
    form = PlanForm()
    if form.validate_on_submit() and form.due.data:
        with refused.on(form):
            journey.plan(access.ports(), access.current_actor(), _wanted(form, form.due.data))
            flash("The check is planned.")
            return redirect(url_for("filtering_checks.page"), 303)
    return _plan(form)


@pages.get("/record")
@access.needs(KEEP)
def record() -> Shown:
    """The form for a test that nobody had planned."""
    return _record(OutcomeForm(who=access.current_actor().name), None)


@pages.post("/record")
@access.needs(KEEP)
def save_record() -> Shown:
    """Record it."""
    return _save(OutcomeForm(), None)


@pages.get("/<uuid:filtering_check>/record")
@access.needs(KEEP)
def record_planned(filtering_check: UUID) -> Shown:
    """The form for a planned test, with what is known of it."""
    known = shown.one(access.ports(), access.current_actor(), filtering_check)
    values = {name: getattr(known, name) for name in ("kind", "device", "site", "group")}
    form = OutcomeForm(**values, every=str(known.every or ""), who=access.current_actor().name)
    return _record(form, filtering_check)


@pages.post("/<uuid:filtering_check>/record")
@access.needs(KEEP)
def save_planned(filtering_check: UUID) -> Shown:
    """Record what came of it."""
    return _save(OutcomeForm(), filtering_check)


@pages.get("/<uuid:filtering_check>/drop")
@access.needs(KEEP)
def drop(filtering_check: UUID) -> str:
    """What dropping means."""
    known = shown.one(access.ports(), access.current_actor(), filtering_check)
    return render_template("filtering_checks/drop.html", check=known)


@pages.post("/<uuid:filtering_check>/drop")
@access.needs(KEEP)
def save_drop(filtering_check: UUID) -> Answer:
    """Take it off the plan."""
    journey.drop(access.ports(), access.current_actor(), check=filtering_check)
    flash("The check is off the plan. It stays on record.")
    return redirect(url_for("filtering_checks.page"), 303)


def _save(form: OutcomeForm, check: UUID | None) -> Shown:
    if check is not None:
        shown.one(access.ports(), access.current_actor(), check)  # another school's is nobody's, whatever was sent
    if form.validate_on_submit() and form.day.data:
        with refused.on(form):
            outcome = Outcome(
                form.day.data,
                form.who.data or "",
                form.tested.data or "",
                form.result.data or "",
                form.action.data or "",
                form.reference.data or "",
            )
            wanted = _wanted(form, form.day.data)
            journey.record(access.ports(), access.current_actor(), check=check, wanted=wanted, outcome=outcome)
            flash("The check is recorded.")
            return redirect(url_for("filtering_checks.page"), 303)
    return _record(form, check)


def _wanted(form: PlaceForm, due: date) -> Plan:
    every = form.every.data or ""
    return Plan(
        form.kind.data or "",
        form.device.data or "",
        form.site.data or "",
        form.group.data or "",
        due,
        int(every) if every else None,
    )


def _plan(form: PlanForm) -> Shown:
    return render_template("filtering_checks/plan.html", form=form), refused.status(form)


def _record(form: OutcomeForm, check: UUID | None) -> Shown:
    return render_template("filtering_checks/record.html", form=form, check=check), refused.status(form)
