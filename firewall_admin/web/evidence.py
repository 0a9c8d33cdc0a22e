"""The evidence pack: 29 obligations with live evidence, on the screen, on paper and as PDF; and what a school says of
itself."""

from typing import Any

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.evidence import Evidenced, suppressed
from ..core.facts import Facts
from ..core.obligations import STRENGTHS
from ..core.people import Permission
from ..journeys import evidence as journey
from ..journeys import undertakings
from ..journeys.review_incidents import BY_KIND
from . import access, refused
from .charts import Chart
from .dayfield import DayField
from .fields import Form
from .reviews_page import STATES
from .written import local

pages = Blueprint("evidence", __name__, url_prefix="/evidence")


class AnswerForm(Form):
    """An answer of the school about itself."""

    text = w.TextAreaField("Answer", [InputRequired("Write an answer")], render_kw={"rows": 5})
    owner = w.StringField(
        "Who answers for it", [InputRequired("Say who answers for it")], description="A person or a role"
    )
    review_on = DayField("Look at it again on", description="A year from now at the latest")


@pages.get("")
@access.needs(Permission.SEE_REGISTER)
def page() -> str:
    """All of it, gaps first in the count."""
    known, found = journey.pack(access.ports(), access.current_actor())
    return render_template("evidence/page.html", known=known, evidence=found, **_shown(known, found))


@pages.get("/evidence.pdf")
@access.needs(Permission.SEE_REGISTER)
def printed() -> Response:
    """The same for the file, with its charts."""
    known, found = journey.pack(access.ports(), access.current_actor())
    pdf = access.ports().pdf("evidence", _json(known, found))
    headers = {"Content-Disposition": 'attachment; filename="evidence.pdf"'}
    return Response(pdf, content_type="application/pdf", headers=headers)


@pages.get("/undertakings")
@access.needs(Permission.SEE_REGISTER)
def every() -> str:
    """Every question that no machine can answer."""
    actor = access.current_actor()
    return render_template(
        "evidence/undertakings.html",
        undertakings=undertakings.every(access.ports(), actor),
        answers=actor.may(Permission.REVIEW),
    )


@pages.get("/undertakings/<kind>")
@access.needs(Permission.REVIEW)
def one(kind: str) -> tuple[str, int]:
    """The form, with the answer that stands."""
    found = undertakings.one(access.ports(), access.current_actor(), kind)
    return _one(AnswerForm(text=found.text, owner=found.owner), found)


@pages.post("/undertakings/<kind>")
@access.needs(Permission.REVIEW)
def answer(kind: str) -> tuple[str, int] | Redirect:
    """The answer."""
    ports, actor, form = access.ports(), access.current_actor(), AnswerForm()
    found = undertakings.one(ports, actor, kind)
    if form.validate_on_submit():
        with refused.on(form):
            given = {"text": form.text.data, "owner": form.owner.data, "review_on": form.review_on.data}
            undertakings.answer(ports, actor, kind=kind, **given)
            flash("Thank you. The answer is part of the evidence now.")
            return redirect(url_for(".every"), 303)
    return _one(form, found)


def _one(form: AnswerForm, found: undertakings.Undertaken) -> tuple[str, int]:
    return render_template("evidence/undertaking.html", form=form, found=found), refused.status(form)


def _shown(known: Facts, found: tuple[Evidenced, ...]) -> dict[str, Any]:
    counts = {state: sum(one.answer.state == state for one in found) for state in STATES}
    return {
        "states": STATES,
        "counts": counts,
        "strengths": STRENGTHS,
        "charts": charts(known),
        "hidden": hidden(known),
    }


def charts(known: Facts) -> list[Chart]:
    """Decisions by month; reports by kind, where nothing small has to be hidden."""
    found = []
    if known.months:
        rows = tuple((month, (allowed, refused_)) for month, allowed, refused_ in known.months)
        found.append(Chart("Decisions by month", ("Allowed", "Refused"), rows))
    told = {BY_KIND.get(k, k): count for k, count in suppressed(known.reports).items() if count is not None}
    if told:
        found.append(Chart("Content reports by kind", ("Reports",), tuple((k, (n,)) for k, n in sorted(told.items()))))
    return found


def hidden(known: Facts) -> bool:
    """Whether a chart leaves something out because it is small."""
    return any(count is None for count in suppressed(known.reports).values())


def _json(known: Facts, found: tuple[Evidenced, ...]) -> dict[str, Any]:
    drawn = [
        {"title": chart.title, "series": list(chart.series), "rows": [[label, list(v)] for label, v in chart.rows]}
        for chart in charts(known)
    ]
    words = {state: word for state, (word, _) in STATES.items()}
    evidence = [one.to_json() | {"state": words[one.answer.state], "open": one.answer.state == "gap"} for one in found]
    at = local(known.at, access.around().zone)
    return {"school": known.school, "at": f"{at.day} {at:%B %Y, %H:%M}", "evidence": evidence, "charts": drawn}
