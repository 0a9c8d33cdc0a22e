"""Asking again: an appeal against a refusal, or a renewal of what ends. The old terms are there already; the days are
new, and the old decision stands beside the new request for as long as there is a record."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.access_requests import STEPS, hindrance, reference
from ..core.people import Permission
from ..core.refusals import NotAllowed
from ..core.terms import Kind, Terms, from_json
from ..journeys import access_requests, asking, wider_requests
from ..journeys.access_requests import find, newest_decision
from ..journeys.dossiers import Dossier, dossier
from . import access, refused, requests_page, requests_terms
from .fields import Form
from .requests_terms import TermsForm

pages = Blueprint("request_again", __name__, url_prefix="/requests/<uuid:access_request>")
Shown = tuple[str, int] | Response
WHY = {
    "appeal": ("appeal", "Appeal", "What was overlooked?", "Say what was overlooked"),
    "renewal": ("renew", "Ask for it again", "What is it still needed for?", "Say what it is still needed for"),
}
"""For each kind: its step, its words, and the question with what is said where it is not answered."""
SAME = ("who", "curriculum", "alternatives", "device", "previewed", "sensitive")
"""What is asked again as it was."""


class AgainForm(TermsForm):
    """The terms, and why again."""

    purpose = w.TextAreaField("Why?", [InputRequired("Say why")], render_kw={"rows": 3})
    long_reason = w.TextAreaField(
        "Why so long?", description="Only if it is for longer than a half-term", render_kw={"rows": 2}
    )


class ReasonForm(Form):
    """Why again, for a change of the policy: its terms are what they were."""

    purpose = w.TextAreaField("Why?", [InputRequired("Say why")], render_kw={"rows": 3})


@pages.route("/appeal", methods=["GET", "POST"])
@access.needs(Permission.ASK)
def appeal(access_request: UUID) -> Shown:
    """Once: what was overlooked."""
    return _again(access_request, "appeal")


@pages.route("/renew", methods=["GET", "POST"])
@access.needs(Permission.ASK)
def renew(access_request: UUID) -> Shown:
    """For longer, or once more."""
    return _again(access_request, "renewal")


def _again(access_request: UUID, why: str) -> Shown:
    seen = dossier(access.ports(), access.current_actor(), access_request)
    if problem := hindrance(STEPS[WHY[why][0]], access.current_actor(), seen.facts):
        raise NotAllowed(problem)
    old = _old(seen, access_request)
    if not old.kind.opens_until:
        return _wider(seen, why)
    known, zone = requests_terms.offered(), access.around().zone
    if request.method == "GET":
        fresh = replace(old, since=None, until=_next_end(old, known))
        purpose = seen.asked["purpose"] if why == "renewal" else ""
        form = AgainForm(formdata=None, purpose=purpose, **requests_terms.values(fresh, zone))
    else:
        form = AgainForm()
    requests_terms.equipped(form, known)
    form.purpose.label.text = WHY[why][2]
    if form.validate_on_submit():
        with refused.on(form):
            terms, _ = requests_terms.read(form, old, known)
            return _asked(seen, why, form, terms)
    return _shown(seen, why, form, old)


def _old(seen: Dossier, access_request: UUID) -> Terms:
    """The terms that were allowed, or else those that were asked for."""
    with access.ports().db.look() as session:
        decision = newest_decision(session, find(session, access.current_actor(), access_request))
    allowed = from_json(decision.terms) if decision and decision.outcome == "approved" else None
    return allowed if allowed and allowed.kind.opens_until else from_json(seen.asked["terms"])


def _next_end(old: Terms, known: requests_terms.Offered) -> datetime:
    """The end of the half-term; where what there was goes on longer, as long again."""
    now = access.ports().clock()
    if old.until and old.until >= known.half_term:
        begins = max(old.since or now, now)
        return old.until + max(old.until - begins, timedelta(days=7))
    return known.half_term


def _asked(seen: Dossier, why: str, form: AgainForm, terms: Terms) -> Response:
    ports, actor = access.ports(), access.current_actor()
    platform = _platform(terms) if terms.kind == Kind.PLATFORM else None
    asked = asking.Asked(
        address="" if platform else terms.names[0],
        also=() if platform else terms.names[1:],
        audiences=terms.audiences,
        since=terms.since,
        until=terms.until,
        when=terms.when,
        purpose=_purpose(seen, why, form.purpose.data),
        long_reason=form.long_reason.data or "",
        platform=platform,
        **{part: seen.asked[part] for part in SAME},
    )
    number = asking.ask(ports, actor, asked, follows=seen.id, why_again=why)
    flash(f"{reference(number)} is on its way. {seen.reference} stands beside it for whoever decides.")
    return redirect(request.script_root + access_requests.page_of(ports, actor, number), 303)


def _purpose(seen: Dossier, why: str, text: str) -> str:
    """An appeal is about the same lesson: what it was for stays, and what was overlooked is added."""
    return f"{seen.asked['purpose'].rstrip('.')}. Overlooked: {text}" if why == "appeal" else text


def _platform(terms: Terms) -> str | None:
    """The shipped list that terms of a whole platform mean; None where that has changed since: then its names count."""
    shipped = access.ports().shipped
    same = (slug for slug, listed in shipped.lists.items() if tuple(listed.names) == terms.names)
    return next((slug for slug in same if slug in shipped.described), None)


def _wider(seen: Dossier, why: str) -> Shown:
    form = ReasonForm()
    form.purpose.label.text = WHY[why][2]
    if form.validate_on_submit():
        with refused.on(form):
            ports, actor, kept = access.ports(), access.current_actor(), from_json(seen.asked["terms"])
            number = wider_requests.ask(
                ports,
                actor,
                kind=kept.kind,
                change=kept.change,
                purpose=_purpose(seen, why, form.purpose.data),
                follows=seen.id,
                why_again=why,
            )
            flash(f"{reference(number)} is on its way. {seen.reference} stands beside it for whoever decides.")
            return redirect(request.script_root + access_requests.page_of(ports, actor, number), 303)
    return _shown(seen, why, form, None)


def _shown(seen: Dossier, why: str, form: Form, old: Terms | None) -> Shown:
    found = requests_page.shown(access.ports(), access.current_actor(), seen.id)
    page = render_template(
        "requests/again.html", form=form, seen=seen, found=found, words=WHY[why], opens=old is not None, why=why
    )
    return page, refused.status(form)
