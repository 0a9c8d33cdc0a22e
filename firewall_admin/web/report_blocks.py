"""Blocking what was reported, in one step: the plan stands there filled in, with what else it touches."""

from collections.abc import Callable
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, render_template, request, url_for
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Actor, Permission
from ..core.refusals import NotAllowed, NotFound, Refusal
from ..journeys import content_reports, incidents
from ..journeys.policy import Act
from ..journeys.touched import choices, touched
from . import access, assignments, confirming, content_reports_page, incidents_page, refused, words_only
from .confirming import Asking, Shown
from .fields import Form

pages = Blueprint("report_blocks", __name__, url_prefix="/reports")
words_only.take(pages)
Make = Callable[[Actor, str, str | None], Act]


class BlockForm(Form):
    """Which name, and for whom."""

    domain = w.StringField(
        "Which name?",
        [InputRequired("Enter the name to be blocked")],
        description="It stands for itself and everything under it",
        render_kw={"inputmode": "url", "autocomplete": "off", "autocapitalize": "none", "spellcheck": False},
    )
    audience = w.SelectField("For whom?", default="")


@pages.route("/<uuid:content_report>/block", methods=["GET", "POST"])
@access.needs(Permission.BLOCK)
def report(content_report: UUID) -> Shown:
    """Block what a report is about."""
    shown = content_reports_page.one(access.ports(), access.current_actor(), content_report)
    here = url_for("content_reports.one", content_report=content_report)

    def make(actor: Actor, domain: str, audience: str | None) -> Act:
        return content_reports.blocking(actor, report=content_report, domain=domain, audience=audience)

    return _answer(make, shown.domain, here)


@pages.route("/incidents/<uuid:incident>/block", methods=["GET", "POST"])
@access.needs(Permission.BLOCK)
def seen(incident: UUID) -> Shown:
    """Block what was seen in an incident."""
    shown = incidents_page.one(access.ports(), access.current_actor(), incident)
    here = url_for("incidents.one", incident=incident)

    def make(actor: Actor, domain: str, audience: str | None) -> Act:
        return incidents.blocking(actor, incident=incident, domain=domain, audience=audience)

    return _answer(make, content_reports.domain_of(shown.indicator), here)


def _answer(make: Make, reported: str | None, here: str) -> Shown:
    """Asked for, the plan of the likeliest name; sent, the plan of what was chosen; and saved, back to the record."""
    proposed = _likeliest(reported)
    form = BlockForm(domain=proposed, audience="")
    form.audience.choices = [Choice("", "Everyone"), *assignments.assign_form().to.choices]
    first = request.method == "GET" and bool(proposed)
    if first or form.validate_on_submit():
        domain, audience = form.domain.data.strip(), form.audience.data or None

        def act(actor: Actor) -> Act:
            return make(actor, domain, audience)

        asking = Asking(
            f"Block {domain[:253]}?",
            "It is blocked. Devices have it within a few minutes.",
            here,
            here,
            "Block it",
            notes=() if "revision" in request.form else _notes(act, domain, audience),
        )
        carry = {"domain": domain, "audience": audience or ""} if first else {}
        if answer := confirming.plan_or_save(form, act, asking, carry):
            return answer
    page = render_template("content_reports/block.html", form=form, back=here, names=choices(reported))
    return page, refused.status(form)


def _likeliest(reported: str | None) -> str:
    """A site is rarely its `www.` alone."""
    names = choices(reported)
    return names[1] if len(names) > 1 and names[0].startswith("www.") else names[0] if names else ""


def _notes(act: Callable[[Actor], Act], domain: str, audience: str | None) -> tuple[str, ...]:
    """What the plan does not say by itself. What is refused is refused by the plan, in its words."""
    actor = access.current_actor()
    try:
        return touched(access.ports(), actor, domain=domain, audience=audience, act=act(actor))
    except (NotFound, NotAllowed):
        raise
    except Refusal:
        return ()
