"""Supervised use of equipment: who needs it today, for all staff; and deciding, reviewing and ending it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission
from ..db.tables import Restriction
from ..journeys import pupil_names
from ..journeys import restrictions as journey
from . import access, incidents_page, legal_holds, refused, report_steps, words_only
from .dayfield import DayField
from .fields import Form
from .incidents_page import ShownRestriction
from .report_steps import Asking, ReasonForm, Shown, asked

P = Permission
pages = Blueprint("restrictions", __name__, url_prefix="/reports/restrictions")
words_only.take(pages)


class UntilForm(Form):
    """How long, and when somebody looks at it again."""

    until = DayField("Until which day?", [InputRequired("Enter the last day")], subject="The last day")
    review_on = DayField(
        "When is it reviewed?", [InputRequired("Enter the day of review")], subject="The day of review"
    )


class RestrictionForm(UntilForm):
    """A new one."""

    pupil = report_steps.pupil(
        hint="The school’s reference or initials with the class, such as AJ 4F, by which staff know the pupil"
    )
    pupil_name = report_steps.pupil_name()
    since = DayField("From which day?", [InputRequired("Enter the first day")], subject="The first day")
    reason = report_steps.lines("Why?", "For whoever reviews it. Staff don’t see it")


class ReviewForm(UntilForm):
    """What came of looking again."""

    remark = report_steps.lines("What came of the review?")


@pages.get("")
@access.needs(P.REPORT)
def page() -> str:
    """Today's list, for all staff; and all there are, for those who decide."""
    ports, actor = access.ports(), access.current_actor()
    decided = incidents_page.decided(ports, actor) if actor.may(P.SEE_REPORTS) else ()
    return render_template(
        "restrictions/page.html",
        today=journey.today(ports, actor),
        decided=decided,
        sees=actor.may(P.SEE_REPORTS),
        decides=actor.may(P.RESTRICT),
        day=_day(),
    )


@pages.route("/new", methods=["GET", "POST"])
@access.needs(P.RESTRICT)
def new() -> Shown:
    """Decide one; it may come of an incident."""
    came_of = request.args.get("incident", type=UUID)
    incident = incidents_page.one(access.ports(), access.current_actor(), came_of) if came_of else None
    form = RestrictionForm(since=_day(), pupil=incident.pupil if incident else "")
    if request.method == "POST" and (made := report_steps.taken(form, lambda: _make(form, came_of))):
        flash("The restriction is decided. Staff see it in today’s list from its first day on.")
        return redirect(url_for(".one", restriction=made[0]), 303)
    return render_template("restrictions/new.html", form=form, incident=incident), refused.status(form)


@pages.get("/<uuid:restriction>")
@access.needs(P.SEE_REPORTS)
def one(restriction: UUID) -> str:
    """A restriction, and what can be done about it."""
    return _page(_found(restriction), "")


@pages.post("/<uuid:restriction>/name")
@access.needs(P.SAFEGUARD)
def name(restriction: UUID) -> str:
    """The pupil's name in clear, which is an act."""
    shown = _found(restriction)
    read = pupil_names.read(access.ports(), access.current_actor(), Restriction, restriction)
    return _page(shown, read)


@pages.route("/<uuid:restriction>/review", methods=["GET", "POST"])
@access.needs(P.RESTRICT)
def review(restriction: UUID) -> Shown:
    shown = _found(restriction)
    form = ReviewForm(until=shown.until, review_on=shown.review_on)
    asking = _asking(shown, "Review the restriction", "Save", "The review is on record.")
    days: Callable[[], dict[str, Any]] = lambda: {"until": form.until.data, "review_on": form.review_on.data}
    return asked(form, asking, lambda: journey.review(**_who(shown), **days(), remark=form.remark.data or ""))


@pages.route("/<uuid:restriction>/end", methods=["GET", "POST"])
@access.needs(P.RESTRICT)
def end(restriction: UUID) -> Shown:
    shown, form = _found(restriction), ReasonForm()
    asking = _asking(shown, "End it today?", "End it", "The restriction has ended.")
    return asked(form, asking, lambda: journey.end(**_who(shown), reason=form.reason.data or ""))


@pages.route("/<uuid:restriction>/hold", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def hold(restriction: UUID) -> Shown:
    """Put on legal hold, or lifted."""
    back = url_for(".one", restriction=restriction)
    return legal_holds.hold_or_lift(Restriction, restriction, _found(restriction).hold, back)


def _found(restriction: UUID) -> ShownRestriction:
    return incidents_page.restriction(access.ports(), access.current_actor(), restriction)


def _page(shown: ShownRestriction, name: str) -> str:
    actor = access.current_actor()
    may = {"safeguards": actor.may(P.SAFEGUARD), "restricts": actor.may(P.RESTRICT)}
    return render_template("restrictions/one.html", restriction=shown, name=name, **may)


def _who(shown: ShownRestriction) -> dict[str, Any]:
    return {"ports": access.ports(), "actor": access.current_actor(), "restriction": shown.id}


def _asking(shown: ShownRestriction, heading: str, button: str, done: str, *texts: str) -> Asking:
    return Asking(heading, button, done, url_for(".one", restriction=shown.id), texts=texts)


def _day() -> date:
    with access.ports().db.look() as session:
        return incidents_page.today(session, access.current_actor())


def _make(form: RestrictionForm, incident: UUID | None) -> UUID:
    given: dict[str, Any] = {name: form[name].data for name in ("since", "until", "review_on")}
    words: dict[str, Any] = {name: form[name].data or "" for name in ("pupil", "pupil_name", "reason")}
    return journey.make(access.ports(), access.current_actor(), incident=incident, **given, **words)
