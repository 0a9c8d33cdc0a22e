"""Reviews of filtering: written beside the evidence, finished, signed, and followed up."""

from typing import Any
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as Answer
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.obligations import STRENGTHS
from ..core.people import Permission
from ..core.refusals import NotFound
from ..core.reviews import BY_NAME, SECTIONS, SIGNERS
from ..journeys import evidence
from ..journeys import reviews as journey
from ..journeys.review_facts import YEARLY
from . import access, refused, reviews_page
from .dayfield import DayField
from .fields import Form
from .reviews_page import STATES

pages = Blueprint("reviews", __name__, url_prefix="/reviews")
Shown = tuple[str, int] | Response


class BeginForm(Form):
    """Why there is a review."""

    cause = w.StringField(
        "Why now?",
        [InputRequired("Say why")],
        description="The yearly review; or what changed: a safeguarding risk, devices, the network, a new technology",
        default=YEARLY,
    )


class SectionForm(Form):
    """What is found on one section."""

    text = w.TextAreaField("What we found", [InputRequired("Write what you found")], render_kw={"rows": 8})


class ActionForm(Form):
    """Something to do."""

    text = w.StringField("What is to be done", [InputRequired("Say what is to be done")])
    owner = w.StringField("Who does it", [InputRequired("Say who does it")])
    due = DayField("Until")


class OutcomeForm(Form):
    """What came of it."""

    outcome = w.TextAreaField("What came of it", [InputRequired("Say what came of it")], render_kw={"rows": 3})


class ReopenForm(Form):
    """Why it is opened again."""

    reason = w.StringField("Why is it opened again?", [InputRequired("Say why")])


@pages.get("")
@access.needs(Permission.SEE_REGISTER)
def page() -> str:
    """All reviews, and the form for a new one."""
    ports, actor = access.ports(), access.current_actor()
    found = journey.every(ports, actor)
    known, _ = evidence.pack(ports, actor)
    can_begin = actor.may(Permission.REVIEW) and all(each.review.signed_at for each in found)
    return render_template("reviews/page.html", reviews=found, known=known, form=BeginForm(), can_begin=can_begin)


@pages.post("")
@access.needs(Permission.REVIEW)
def begin() -> Shown:
    """Open a review."""
    form = BeginForm()
    if form.validate_on_submit():
        with refused.on(form):
            review = journey.begin(access.ports(), access.current_actor(), cause=form.cause.data)
            return redirect(url_for(".one", review=review), 303)
    known, _ = evidence.pack(access.ports(), access.current_actor())
    found = journey.every(access.ports(), access.current_actor())
    shown = {"reviews": found, "known": known, "form": form, "can_begin": True}
    return render_template("reviews/page.html", **shown), refused.status(form)


@pages.get("/<uuid:review>")
@access.needs(Permission.SEE_REGISTER)
def one(review: UUID) -> str:
    """The review: its sections, its signatures, what is to be done."""
    return _one(review, ActionForm())[0]


@pages.get("/<uuid:review>/figures/<name>/<kind>")
@access.needs(Permission.SEE_REGISTER)
def figure(review: UUID, name: str, kind: str) -> str:
    """The records behind a figure of a section: those it was counted from, each with where it is read."""
    ports, actor = access.ports(), access.current_actor()
    row = journey.state(ports, actor, review).review
    found = journey.figure(ports, actor, review, name, kind)
    return render_template("reviews/figure.html", review=row, figure=found, leads=reviews_page.leads, name=name)


@pages.get("/<uuid:review>/review.pdf")
@access.needs(Permission.SEE_REGISTER)
def printed(review: UUID) -> Answer:
    """The review for the file, with its charts and the records behind its figures."""
    ports, actor, around = access.ports(), access.current_actor(), access.around()
    found, known = journey.state(ports, actor, review), journey.known(ports, actor, review)
    pdf = ports.pdf("review", reviews_page.to_json(around.school, found, known, around.zone))
    headers = {"Content-Disposition": f'attachment; filename="review-{found.review.number}.pdf"'}
    return Answer(pdf, content_type="application/pdf", headers=headers)


@pages.get("/<uuid:review>/sections/<name>")
@access.needs(Permission.REVIEW)
def section(review: UUID, name: str) -> Shown:
    """A section beside its evidence."""
    written = journey.state(access.ports(), access.current_actor(), review).review.answers.get(name, {})
    return _section(review, name, SectionForm(text=written.get("text", "")))


@pages.post("/<uuid:review>/sections/<name>")
@access.needs(Permission.REVIEW)
def write(review: UUID, name: str) -> Shown:
    """What was found; then the next section."""
    form = SectionForm()
    if form.validate_on_submit():
        with refused.on(form):
            journey.write(access.ports(), access.current_actor(), review=review, section=name, text=form.text.data)
            names = [each.name for each in SECTIONS]
            after = names.index(name) + 1
            if after < len(names):
                return redirect(url_for(".section", review=review, name=names[after]), 303)
            return redirect(url_for(".one", review=review), 303)
    return _section(review, name, form)


@pages.post("/<uuid:review>/finish")
@access.needs(Permission.REVIEW)
def finish(review: UUID) -> Response:
    """Nothing more is written; it can be signed."""
    journey.finish(access.ports(), access.current_actor(), review=review)
    flash("The review is finished. It can be signed now.")
    return redirect(url_for(".one", review=review), 303)


@pages.route("/<uuid:review>/reopen", methods=["GET", "POST"])
@access.needs(Permission.REVIEW)
def reopen(review: UUID) -> Shown:
    """Open it again: signatures given so far are void."""
    form = ReopenForm()
    journey.state(access.ports(), access.current_actor(), review)  # that there is one
    if request.method == "POST" and form.validate_on_submit():
        with refused.on(form):
            journey.reopen(access.ports(), access.current_actor(), review=review, reason=form.reason.data)
            return redirect(url_for(".one", review=review), 303)
    return render_template("reviews/reopen.html", form=form, review=review), refused.status(form)


@pages.post("/<uuid:review>/sign")
@access.needs(Permission.SIGN_REVIEW, Permission.REVIEW)
@access.proven
def sign(review: UUID) -> Response:
    """Sign what was read."""
    sha256 = request.form.get("sha256", "")
    journey.sign(access.ports(), access.current_actor(), review=review, sha256=sha256)
    flash("Thank you. You have signed the review.")
    return redirect(url_for(".one", review=review), 303)


@pages.post("/<uuid:review>/actions")
@access.needs(Permission.REVIEW)
def add_action(review: UUID) -> Shown:
    """Something to do."""
    form = ActionForm()
    if form.validate_on_submit():
        with refused.on(form):
            given = {"text": form.text.data, "owner": form.owner.data, "due": form.due.data}
            journey.add_action(access.ports(), access.current_actor(), review=review, **given)
            return redirect(url_for(".one", review=review), 303)
    return _one(review, form)


@pages.route("/actions/<uuid:review_action>", methods=["GET", "POST"])
@access.needs(Permission.REVIEW)
def close_action(review_action: UUID) -> Shown:
    """It is done."""
    form, ports, actor = OutcomeForm(), access.ports(), access.current_actor()
    found = journey.action(ports, actor, review_action)
    if request.method == "POST" and form.validate_on_submit():
        with refused.on(form):
            journey.close_action(ports, actor, action=review_action, outcome=form.outcome.data)
            return redirect(url_for(".one", review=found.review_id), 303)
    return render_template("reviews/action.html", form=form, action=found), refused.status(form)


def _one(review: UUID, form: ActionForm) -> tuple[str, int]:
    ports, actor = access.ports(), access.current_actor()
    found, known = journey.state(ports, actor, review), journey.known(ports, actor, review)
    signs = actor.role in SIGNERS and found.review.finished_at and actor.role in found.unsigned
    shown: dict[str, Any] = {"found": found, "signers": SIGNERS, "signs": signs, "form": form, "known": known}
    shown |= {"sections": reviews_page.sections(known, found.review.answers), "gaps": reviews_page.gaps(known)}
    shown |= {"counts": reviews_page.counts(known), "period": reviews_page.period(known, access.around().zone)}
    page_ = render_template(
        "reviews/one.html", **shown, states=STATES, leads=reviews_page.leads, writes=actor.may(Permission.REVIEW)
    )
    return page_, refused.status(form)


def _section(review: UUID, name: str, form: SectionForm) -> tuple[str, int]:
    if name not in BY_NAME:
        raise NotFound("There is no such section.")
    ports, actor = access.ports(), access.current_actor()
    found, known = journey.state(ports, actor, review), journey.known(ports, actor, review)
    (one,) = (each for each in reviews_page.sections(known, found.review.answers) if each.section.name == name)
    _, pack = evidence.pack(ports, actor)
    mine = [each for each in pack if each.obligation.number in BY_NAME[name].obligations]
    shown = {"found": found, "one": one, "evidence": mine, "states": STATES, "strengths": STRENGTHS}
    page_ = render_template("reviews/section.html", form=form, leads=reviews_page.leads, **shown)
    return page_, refused.status(form)
