"""The headteacher's page: one question with its effect, and the answer. On a phone, between two meetings.

What is shown is what is signed: the form carries the hash of the dossier, and the decision is refused where the same
question has another one by then. What was written is never lost on the way.
"""

from collections.abc import Sequence
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired, Length  # type: ignore[import-untyped]

from ..core.access_requests import DECIDED, STEPS, hindrance
from ..core.people import Permission
from ..core.refusals import NotAllowed
from ..core.terms import Terms, from_json
from ..journeys import access_requests
from ..journeys import decisions as journey
from ..journeys.access_requests import find, newest_decision
from ..journeys.dossiers import Dossier, dossier
from . import access, proving, refused, requests_page, requests_terms
from .fields import Form
from .numbers import number
from .plans import shown_plan
from .requests_effect import in_a_sentence
from .requests_terms import TermsForm

pages = Blueprint("decisions", __name__)
Shown = tuple[str, int] | Response
DECIDE = Permission.DECIDE
WHY = "Say why. Whoever asked reads it, and so may an inspector in three years"
LONGEST = Length(max=access_requests.LONGEST_TEXT, message="4,000 characters at most")
SUGGESTIONS = (
    "For example: ‘Worth it for the lesson’ or ‘Harmless, and for a short time’; "
    "‘There is a safer site for this’ or ‘Not with this class’"
)


class DecideForm(Form):
    """The answer, and the hash of what it answers."""

    version = w.HiddenField()
    sha256 = w.HiddenField()
    outcome = w.RadioField("Your decision", [InputRequired("Choose what you decide")])
    reason = w.TextAreaField("Why?", [InputRequired(WHY), LONGEST], description=SUGGESTIONS, render_kw={"rows": 3})


class ChangedForm(TermsForm):
    """Other terms, and why."""

    reason = w.TextAreaField("Why?", [InputRequired(WHY), LONGEST], render_kw={"rows": 3})


@pages.get("/decisions/<int:number>")
@access.needs(Permission.ASK, Permission.SEE_REQUESTS)
def by_number(number: int) -> Response:
    """Where a decision stands: on the page of its request."""
    found = journey.by_reference(access.ports(), access.current_actor(), number)
    return redirect(url_for("requests.one", access_request=found, _anchor=f"D-{number}"), 303)


@pages.get("/requests/<uuid:access_request>/decide")
@access.needs(DECIDE)
@access.proven
def decide(access_request: UUID) -> Shown:
    """The question. What is decided meanwhile is shown in its place: the browser's Back must not ask it again."""
    seen = _seen(access_request)
    if seen.state in DECIDED:
        return redirect(url_for("requests.one", access_request=access_request, _anchor=seen.past[-1].reference), 303)
    _check(seen)
    return _question(seen, DecideForm())


@pages.get("/requests/<uuid:access_request>/decide/anew")
@access.needs(DECIDE)
@access.proven
def anew(access_request: UUID) -> Shown:
    """The question once more, for whoever has changed their mind."""
    seen = _seen(access_request)
    _check(seen, "decide anew")
    return _question(seen, DecideForm())


@pages.post("/requests/<uuid:access_request>/decide")
@access.needs(DECIDE)
@proving.kept
def save(access_request: UUID) -> Shown:
    """The answer. Allowing on other terms leads on to them, with what was written."""
    seen, form = _seen(access_request), DecideForm()
    _offer(form, seen)
    if not form.validate_on_submit():
        return _question(seen, form)
    if form.outcome.data == "changes":
        return _terms(seen, _changed(seen, form.reason.data), 200)
    if form.outcome.data == "ask":
        return _ask(access_request, seen, form)
    terms = seen.terms if seen.state in DECIDED else None
    return _decide(seen, form, form.outcome.data, form.reason.data, terms)


@pages.post("/requests/<uuid:access_request>/decide/changed")
@access.needs(DECIDE)
@proving.kept
def changed(access_request: UUID) -> Shown:
    """Other terms: first the new question with its effect, then, with the hash of that, final."""
    seen, form, known = _seen(access_request), ChangedForm(), requests_terms.offered()
    requests_terms.equipped(form, known)
    if "again" in request.form or not form.validate_on_submit():
        return _terms(seen, form, refused.status(form))
    return _on_other_terms(seen, form, known) or _terms(seen, form, refused.status(form))


def _on_other_terms(seen: Dossier, form: ChangedForm, known: requests_terms.Offered) -> Shown | None:
    """The new question, or what came of answering it; None where the terms are to be mended."""
    answer: Shown | None = None
    with refused.on(form):
        terms, notes = requests_terms.read(form, seen.terms, known)
        other = dossier(access.ports(), access.current_actor(), seen.id, terms)
        if "final" in request.form:
            final = DecideForm()
            _offer(final, other)
            answer = _decide(other, final, "approved", form.reason.data, terms, notes)
        else:
            answer = _last_look(other, form.reason.data, notes)
    return answer


def _seen(access_request: UUID) -> Dossier:
    """The dossier of the question. Decided anew, the terms are those that stand now, where any were allowed."""
    ports, actor = access.ports(), access.current_actor()
    with ports.db.look() as session:
        decision = newest_decision(session, find(session, actor, access_request))
        stands = from_json(decision.terms) if decision and decision.outcome == "approved" else None
    return dossier(ports, actor, access_request, stands)


def _check(seen: Dossier, step: str = "decide") -> None:
    """Only whoever may decide it gets the page; the others are told why not."""
    if problem := hindrance(STEPS[step], access.current_actor(), seen.facts):
        raise NotAllowed(problem)


def _decide(
    seen: Dossier, form: DecideForm, outcome: str, reason: str, terms: Terms | None, notes: Sequence[str] = ()
) -> Shown:
    try:
        reference = _made(seen, form, outcome, reason, terms)
    except NotAllowed:
        if (now := _seen(seen.id)).state in DECIDED:
            return _too_late(now, reason)
        raise
    if reference is not None:
        flash(f"{reference}: {'allowed' if outcome == 'approved' else 'refused'}. Whoever asked is told.")
        return redirect(url_for("requests.one", access_request=seen.id), 303)
    if refused.status(form) == 409:
        return _moved_on(seen, form, reason, terms, notes)
    return _last_look(seen, reason, notes, form) if "final" in request.form else _question(seen, form)


def _made(seen: Dossier, form: DecideForm, outcome: str, reason: str, terms: Terms | None) -> str | None:
    """The decision's reference; None where it was refused, which the form says."""
    references: list[str] = []
    with refused.on(form):
        made = journey.decide(
            access.ports(),
            access.current_actor(),
            request=seen.id,
            version=number(form.version.data),
            outcome=outcome,
            reason=reason,
            sha256=form.sha256.data or "",
            terms=terms,
        )
        references.append(made)
    return references[0] if references else None


def _moved_on(seen: Dossier, form: DecideForm, reason: str, terms: Terms | None, notes: Sequence[str]) -> Shown:
    """What was shown is not what there is. Somebody else's decision is shown; otherwise the question as it is now, with
    what was written."""
    now = _seen(seen.id)
    if len(now.past) > len(seen.past) or (now.state in DECIDED and str(now.version) != form.version.data):
        return _too_late(now, reason)
    if "final" in request.form and terms is not None:
        now = dossier(access.ports(), access.current_actor(), seen.id, terms)
        return _last_look(now, reason, notes, form)
    return _question(now, form)


def _too_late(now: Dossier, reason: str) -> Shown:
    found = requests_page.shown(access.ports(), access.current_actor(), now.id)
    return render_template("decisions/too_late.html", found=found, seen=now, reason=reason), 409


def _ask(access_request: UUID, seen: Dossier, form: DecideForm) -> Shown:
    actor, version, text = access.current_actor(), number(form.version.data), form.reason.data
    with refused.on(form):
        access_requests.send_back(access.ports(), actor, request=access_request, version=version, text=text)
    if refused.status(form) != 200:
        return _moved_on(seen, form, text, None, ())
    flash("Your question is asked. The request waits for the answer.")
    return redirect(url_for("requests.one", access_request=access_request), 303)


def _offer(form: DecideForm, seen: Dossier) -> None:
    """The answers that there are: a change of the policy has no terms to narrow, and what is decided no question."""
    choices = [Choice("approved", "Allow")]
    if seen.terms.kind.opens_until:
        choices.append(
            Choice("changes", "Allow with changes", {"hint": "For fewer people, less of it or another time"})
        )
    hint = "Whoever asked reads why, and may appeal once: a refusal is no last word"
    choices.append(Choice("refused", "Refuse", {"hint": hint}))
    if "return" in seen.steps:
        choices.append(Choice("ask", "Ask a question first", {"hint": "Write it below"}))
    form.outcome.choices = choices


def _question(seen: Dossier, form: DecideForm) -> Shown:
    status = refused.status(form)
    _offer(form, seen)
    form.version.data, form.sha256.data = str(seen.version), seen.sha256
    return _page("decisions/decide.html", seen, form, status=status)


def _asked_at(seen: Dossier) -> str:
    """The page of the question."""
    return url_for(".anew" if seen.state in DECIDED else ".decide", access_request=seen.id)


def _changed(seen: Dossier, reason: str) -> ChangedForm:
    form = ChangedForm(formdata=None, reason=reason, **requests_terms.values(seen.terms, access.around().zone))
    requests_terms.equipped(form, requests_terms.offered())
    return form


def _terms(seen: Dossier, form: ChangedForm, status: int) -> Shown:
    widths = requests_page.other_widths(seen)
    return render_template(
        "decisions/terms.html", form=form, seen=seen, widths=widths, asked_at=_asked_at(seen)
    ), status


def _last_look(seen: Dossier, reason: str, notes: Sequence[str], form: DecideForm | None = None) -> Shown:
    """The new question, before it is final."""
    status = refused.status(form) if form else 200
    shown = form or DecideForm(formdata=None)
    shown.version.data, shown.sha256.data, shown.reason.data = str(seen.version), seen.sha256, reason
    return _page(
        "decisions/last_look.html", seen, shown, status=status, fields=requests_terms.carried(), notes=notes
    )  # fmt: skip


def _page(template: str, seen: Dossier, form: DecideForm, *, status: int, **more: object) -> Shown:
    actor = access.current_actor()
    page = render_template(
        template,
        form=form,
        seen=seen,
        found=requests_page.shown(access.ports(), actor, seen.id),
        asked_at=_asked_at(seen),
        effect=in_a_sentence(seen),
        plan=shown_plan(seen.plan) if seen.plan else None,
        standing_in_for=actor.standing_in_for,
        **more,
    )
    return page, status
