"""How long what is kept: the rules, the school's own choices, what is on hold, the log of destruction, and erasure."""

from dataclasses import dataclass

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core import access_requests
from ..core.people import Actor, Permission
from ..core.retention import FOR_EVER, RULES, Rule
from ..db.tables import AccessRequest, Destruction, RetentionChoice
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


@dataclass(frozen=True)
class ShownRule:
    """A rule as it stands for a school. `own`: chosen by it; `hold`: why nothing of the kind is destroyed now."""

    name: str
    what: str
    kept: str
    why: str
    own: bool
    hold: str | None


class ChoiceForm(Form):
    """Another time for one of the rules."""

    rule = w.SelectField("What?", choices=[Choice(rule.name, rule.what) for rule in RULES.values()])
    months = w.IntegerField("For how many months?", [InputRequired("Enter a number of months")], render_kw={"width": 3})
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
        rules = [_shown(rule, chosen.get(name)) for name, rule in RULES.items()]
        on_hold = _on_hold(session, actor)
        query = select(Destruction).where(Destruction.school_id == actor.school_id).order_by(Destruction.id.desc())
        log = [(row.record, row.at, row.by, row.why) for row in session.scalars(query.limit(LATEST))]
    changes = actor.may(P.SAFEGUARD)
    shown = {"rules": rules, "for_ever": FOR_EVER, "on_hold": on_hold, "log": log}
    return render_template("retention/page.html", **shown, changes=changes)


@pages.route("/choose", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def choose() -> Shown:
    """Keep something for another time; an address may say what."""
    form = ChoiceForm(rule=request.args.get("rule", ""))
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
        flash(_erased(done[0]))
        return redirect(url_for(".page"), 303)
    return render_template("retention/erase.html", form=form), refused.status(form)


def _shown(rule: Rule, choice: RetentionChoice | None) -> ShownRule:
    own = choice is not None and bool(choice.reason)
    months = choice.months if choice else rule.months
    kept = f"{months} month{'' if months == 1 else 's'} {rule.began}"
    why = choice.reason if choice and own else rule.why
    return ShownRule(rule.name, rule.what, kept, why, own, choice.hold if choice else None)


def _on_hold(session: Session, actor: Actor) -> list[tuple[str, str | None, str]]:
    """Records and requests on hold that somebody may read: what, why, and its page."""
    held = records.every(session, actor.school_id, lambda kind: (kind.hold.is_not(None),))
    found = [(records.reference(row), row.hold, records.path(row)) for row in held if records.reads(actor, row)]
    query = select(AccessRequest).where(AccessRequest.school_id == actor.school_id, AccessRequest.hold.is_not(None))
    return found + [
        (access_requests.reference(row.number), row.hold, f"/requests/{row.id}")
        for row in session.scalars(query.order_by(AccessRequest.number))
    ]


def _choose(form: ChoiceForm) -> None:
    ports, actor = access.ports(), access.current_actor()
    journey.choose(ports, actor, rule=form.rule.data, months=form.months.data, reason=form.reason.data or "")


def _erased(done: pupil_names.Erased) -> str:
    said = f"The pupil is erased from {done.records} record{'' if done.records == 1 else 's'}."
    if done.elsewhere:
        said += (
            f" Words in {done.elsewhere} other place{'' if done.elsewhere == 1 else 's'} named them, and do no more."
        )
    if done.stays:
        said += f" What nobody can change names them still: {', '.join(done.stays)}."
    return said


def _erase(form: EraseForm) -> pupil_names.Erased:
    ports, actor = access.ports(), access.current_actor()
    return pupil_names.erase(ports, actor, pupil=form.pupil.data or "", texts=bool(form.texts.data))
