"""How long what is kept: the rules, the school's own choices, what is on hold, the log of destruction, and erasure."""

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission
from ..core.retention import RULES
from ..db.tables import Destruction
from ..journeys import pupil_names
from ..journeys import report_records as records
from ..journeys import retention as journey
from . import access, refused, report_steps, words_only
from .fields import Form
from .report_steps import Shown

P = Permission
pages = Blueprint("retention", __name__, url_prefix="/reports/retention")
words_only.take(pages)
LATEST = 100


class ChoiceForm(Form):
    """Another time for one of the rules."""

    rule = w.SelectField("What?", choices=[Choice(rule.name, rule.what) for rule in RULES.values()])
    months = w.IntegerField(
        "How many months after the end?", [InputRequired("Enter a number of months")], render_kw={"width": 3}
    )
    reason = report_steps.lines("Why?", "It has to be justified to a parent who asks")


class EraseForm(Form):
    """A pupil to be taken out of every record."""

    pupil = report_steps.pupil(hint="The school’s reference of the pupil, as it stands in the records")
    texts = w.BooleanField(
        "Destroy everything that was typed about it in those records, too", render_kw={"legend": "What people typed"}
    )


@pages.get("")
@access.needs(P.SEE_REPORTS)
def page() -> str:
    """The rules with the school's choices, what is on hold, and the log."""
    actor = access.current_actor()
    with access.ports().db.look() as session:
        chosen = journey.chosen(session, actor.school_id)
        rules = [
            (
                rule.what,
                chosen[name].months if name in chosen else rule.months,
                chosen[name].reason if name in chosen else rule.why,
                name in chosen,
            )
            for name, rule in RULES.items()
        ]
        held = records.every(session, actor.school_id, lambda kind: (kind.hold.is_not(None),))
        on_hold = [(records.reference(row), row.hold, records.path(row)) for row in held if records.reads(actor, row)]
        query = select(Destruction).where(Destruction.school_id == actor.school_id).order_by(Destruction.id.desc())
        log = [(row.record, row.at, row.by, row.why) for row in session.scalars(query.limit(LATEST))]
    changes = actor.may(P.SAFEGUARD)
    return render_template("retention/page.html", rules=rules, on_hold=on_hold, log=log, changes=changes)


@pages.route("/choose", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def choose() -> Shown:
    """Keep something for another time."""
    form = ChoiceForm()
    if request.method == "POST" and report_steps.taken(form, lambda: _choose(form)):
        flash("The time is changed.")
        return redirect(url_for(".page"), 303)
    return render_template("retention/choose.html", form=form), refused.status(form)


@pages.route("/erase", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def erase() -> Shown:
    """Take a pupil out of every record."""
    form = EraseForm()
    if request.method == "POST" and (done := report_steps.taken(form, lambda: _erase(form))):
        flash(f"The pupil is erased from {done[0]} record{'' if done[0] == 1 else 's'}.")
        return redirect(url_for(".page"), 303)
    return render_template("retention/erase.html", form=form), refused.status(form)


def _choose(form: ChoiceForm) -> None:
    ports, actor = access.ports(), access.current_actor()
    journey.choose(ports, actor, rule=form.rule.data, months=form.months.data, reason=form.reason.data or "")


def _erase(form: EraseForm) -> int:
    ports, actor = access.ports(), access.current_actor()
    return pupil_names.erase(ports, actor, pupil=form.pupil.data or "", texts=bool(form.texts.data))
