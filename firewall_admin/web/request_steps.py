"""The small steps of a request, each with one text: a question, its answer, a comment, taking back, ending early."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.access_requests import STEPS, hindrance
from ..core.people import Permission
from ..core.refusals import NotAllowed
from ..journeys import access_requests, decisions
from ..journeys.dossiers import Dossier, dossier
from . import access, refused
from .fields import Form
from .numbers import number

pages = Blueprint("request_steps", __name__, url_prefix="/requests/<uuid:access_request>")
Shown = tuple[str, int] | Response
P = Permission


@dataclass(frozen=True)
class Words:
    """Of a step: its heading, what it means, the label and hint of its text ("" for none), its button, what is said
    once it is done. `text` is the name of the text in the journey."""

    step: str
    heading: str
    means: str
    label: str
    hint: str
    button: str
    done: str
    text: str = "text"
    warning: bool = False


class NoteForm(Form):
    """The version that was read, and a text."""

    version = w.HiddenField()
    text = w.TextAreaField("Text", render_kw={"rows": 4})


BACK = Words(
    "return",
    "Ask a question",
    "The request waits until whoever asked has answered. They are told by e-mail.",
    "What do you need to know?",
    "Whoever asked reads it. For example: Which pages will the class use, and could they do without the chat?",
    "Ask",
    "Your question is asked. The request waits for the answer.",
)
ANSWER = Words(
    "answer",
    "Answer the question",
    "The request goes on as soon as you have answered.",
    "Your answer",
    "",
    "Send the answer",
    "Your answer is sent, and the request goes on.",
)
COMMENT = Words(
    "comment",
    "Comment",
    "Whoever assesses and decides reads it, and so does whoever asked.",
    "Your comment",
    "Write no pupil’s name here",
    "Add the comment",
    "Your comment is there.",
)
WITHDRAW = Words(
    "withdraw",
    "Take the request back?",
    "Nobody will decide it. It stays on record, and you can ask again at any time.",
    "",
    "",
    "Take it back",
    "You have taken the request back.",
    warning=True,
)
END = Words(
    "end",
    "End it early?",
    "What the decision allows is blocked again with the next release, and whoever asked is told.",
    "Why does it end?",
    "For example: The lesson is over, or: Pupils used its chat",
    "End it now",
    "It has ended.",
    text="reason",
    warning=True,
)


@pages.route("/ask-back", methods=["GET", "POST"])
@access.needs(P.ASSESS, P.DECIDE)
def send_back(access_request: UUID) -> Shown:
    """A question to whoever asked."""
    return _step(access_request, BACK, access_requests.send_back)


@pages.route("/answer", methods=["GET", "POST"])
@access.needs(P.ASK)
def answer(access_request: UUID) -> Shown:
    """The answer to it."""
    return _step(access_request, ANSWER, access_requests.answer)


@pages.route("/comment", methods=["GET", "POST"])
@access.needs(P.SEE_REQUESTS)
def comment(access_request: UUID) -> Shown:
    """A word for those who assess and decide."""
    return _step(access_request, COMMENT, access_requests.comment, versioned=False)


@pages.route("/withdraw", methods=["GET", "POST"])
@access.needs(P.ASK)
def withdraw(access_request: UUID) -> Shown:
    """Take one's own request back."""
    return _step(access_request, WITHDRAW, access_requests.withdraw)


@pages.route("/end", methods=["GET", "POST"])
@access.needs(P.CHANGE_POLICY)
def end(access_request: UUID) -> Shown:
    """Close before its time what a decision opened."""
    return _step(access_request, END, decisions.end, versioned=False)


def _step(access_request: UUID, words: Words, act: Callable[..., None], versioned: bool = True) -> Shown:
    seen = dossier(access.ports(), access.current_actor(), access_request)
    form = NoteForm()
    if words.label:
        form.text.label.text, form.text.description = words.label, words.hint
        form.text.validators = [InputRequired(f"{words.label.rstrip('?')}: write something")]
    if request.method == "GET" and words.step not in seen.steps:
        raise NotAllowed(_why_not(seen, words.step))
    if form.validate_on_submit():
        given: dict[str, Any] = {words.text: form.text.data} if words.label else {}
        given |= {"version": number(form.version.data)} if versioned else {}
        with refused.on(form):
            act(access.ports(), access.current_actor(), request=access_request, **given)
            flash(words.done)
            return redirect(url_for("requests.one", access_request=access_request), 303)
    seen = dossier(access.ports(), access.current_actor(), access_request)
    form.version.data = str(seen.version)
    page = render_template("requests/step.html", form=form, words=words, seen=seen)
    return page, refused.status(form)


def _why_not(seen: Dossier, step: str) -> str:
    return hindrance(STEPS[step], access.current_actor(), seen.facts) or "This can’t be done now."
