"""The network manager's advice: allow or refuse, on which terms; or that the block itself is the mistake."""

from dataclasses import replace
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired, Optional  # type: ignore[import-untyped]

from ..core.access_requests import STEPS, hindrance
from ..core.people import Permission
from ..core.refusals import NotAllowed
from ..core.terms import Terms, from_json
from ..journeys import assessments as journey
from ..journeys import mistaken_blocks
from ..journeys.dossiers import Dossier, dossier
from . import access, refused, requests_page, requests_terms
from .fields import Form
from .plans import shown_plan
from .requests_effect import in_a_sentence
from .requests_terms import Offered, TermsForm

pages = Blueprint("assessments", __name__, url_prefix="/requests/<uuid:access_request>/assess")
Shown = tuple[str, int] | Response
ASSESS = Permission.ASSESS
DONE = "Your advice is with the headteacher."
TEXT = w.TextAreaField(
    "Why?",
    [InputRequired("Say why, for the headteacher and for whoever asked")],
    description="What the site is, what speaks for and against. Whoever asked can read it",
    render_kw={"rows": 4},
)
RISK = w.TextAreaField(
    "What could go wrong?",
    [Optional()],
    description="Chat, adverts, sign-in with personal data, ways round the filter. Leave it empty if nothing",
    render_kw={"rows": 2},
)


class AssessForm(TermsForm):
    """The advice, with the terms it would be right on."""

    version = w.HiddenField()
    advice = w.RadioField(
        "What do you advise?",
        [InputRequired("Choose what you advise")],
        choices=[Choice("allow", "Allow, on these terms"), Choice("refuse", "Refuse")],
    )
    text = TEXT
    risk = RISK
    add = w.SelectMultipleField("Open these too?", [Optional()], choices=[])


class PolicyForm(Form):
    """The advice on a change of the policy, which has no terms to narrow."""

    version = w.HiddenField()
    advice = w.RadioField(
        "What do you advise?",
        [InputRequired("Choose what you advise")],
        choices=[Choice("allow", "Allow"), Choice("refuse", "Refuse")],
    )
    text = TEXT
    risk = RISK


class MistakeForm(Form):
    """Which block is the mistake, and why."""

    version = w.HiddenField()
    way = w.RadioField("What should be done instead?", [InputRequired("Choose what should be done")], choices=[])
    text = w.TextAreaField("Why is the block a mistake?", [InputRequired("Say why")], render_kw={"rows": 4})


@pages.get("")
@access.needs(ASSESS)
def assess(access_request: UUID) -> Shown:
    """The form: what was asked for, as it could be advised. An address may bring other names for it."""
    seen = _seen(access_request)
    _check(seen)
    asked = from_json(seen.asked["terms"])
    if not asked.kind.opens_until:
        return _shown(seen, PolicyForm(formdata=None))
    terms = replace(asked, names=(request.args["name"][:253],)) if "name" in request.args else asked
    return _shown(seen, AssessForm(formdata=None, **requests_terms.values(terms, access.around().zone)))


@pages.post("")
@access.needs(ASSESS)
def save(access_request: UUID) -> Shown:
    """Advise."""
    seen = _seen(access_request)
    asked = from_json(seen.asked["terms"])
    if not asked.kind.opens_until:
        return _save(seen, PolicyForm(), None)
    form, known = AssessForm(), requests_terms.offered()
    _equip(form, seen, known)
    if form.validate_on_submit():
        with refused.on(form):
            if form.add.data:
                form.names.data = "\n".join([form.names.data or "", *form.add.data])
            terms, _ = requests_terms.read(form, asked, known)
            return _save(seen, form, None if terms == asked else terms)
    return _shown(seen, form)


@pages.route("/mistake", methods=["GET", "POST"])
@access.needs(ASSESS)
def mistake(access_request: UUID) -> Shown:
    """The block itself should go: what blocks the site, and what would end that."""
    seen, form = _seen(access_request), MistakeForm()
    if request.method == "GET":
        _check(seen)
    ports, actor = access.ports(), access.current_actor()
    form.way.choices = [
        Choice(way.key, way.text) for way in mistaken_blocks.ways_to_end(ports, actor, access_request)
    ]  # fmt: skip
    if form.validate_on_submit():
        with refused.on(form):
            terms = mistaken_blocks.terms_for(ports, actor, access_request, form.way.data)
            return _saved(seen, form, "allow", terms)
    if request.method == "GET":
        form.version.data = str(seen.version)
    return render_template("assessments/mistake.html", form=form, seen=seen), refused.status(form)


def _seen(access_request: UUID) -> Dossier:
    return dossier(access.ports(), access.current_actor(), access_request)


def _check(seen: Dossier) -> None:
    if problem := hindrance(STEPS["assess"], access.current_actor(), seen.facts):
        raise NotAllowed(problem)


def _save(seen: Dossier, form: AssessForm | PolicyForm, terms: Terms | None) -> Shown:
    if form.validate_on_submit():
        with refused.on(form):
            return _saved(seen, form, form.advice.data, terms, form.risk.data or "")
    return _shown(seen, form)


def _saved(
    seen: Dossier, form: AssessForm | PolicyForm | MistakeForm, advice: str, terms: Terms | None, risk: str = ""
) -> Response:
    """One change; a Refusal for the caller's form."""
    version = form.version.data or ""
    journey.assess(
        access.ports(),
        access.current_actor(),
        request=seen.id,
        version=int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0,
        advice=advice,
        text=form.text.data,
        risk=risk,
        terms=terms,
    )
    flash(DONE)
    return redirect(url_for("requests.one", access_request=seen.id), 303)


def _equip(form: AssessForm, seen: Dossier, known: Offered) -> None:
    requests_terms.equipped(form, known)
    missing = dict.fromkeys([*seen.effect.leads_to, *seen.effect.needs]) if seen.effect else {}
    leads = seen.effect.leads_to if seen.effect else ()
    form.add.choices = [
        Choice(name, name, {"hint": "The site leads to it in DNS"} if name in leads else None) for name in missing
    ]


def _shown(seen: Dossier, form: AssessForm | PolicyForm) -> Shown:
    if isinstance(form, AssessForm):
        _equip(form, seen, requests_terms.offered())
    form.version.data = str(seen.version) if not form.version.data else form.version.data
    status = refused.status(form)
    if status == 409:
        form.version.data = str(seen.version)
    page = render_template(
        "assessments/assess.html",
        form=form,
        seen=seen,
        found=requests_page.shown(access.ports(), access.current_actor(), seen.id),
        effect=in_a_sentence(seen),
        plan=shown_plan(seen.plan) if seen.plan else None,
        widths=requests_page.other_widths(seen),
        opens=isinstance(form, AssessForm),
    )
    return page, status
