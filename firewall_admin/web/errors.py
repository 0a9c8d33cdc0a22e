"""What a person reads when something could not be done: the one place that gives a refusal or a fault its status."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException, SecurityError, default_exceptions

from ..core.refusals import Busy, Conflict, NotAllowed, NotFound, OpensNames, Refusal, TooManyAttempts
from . import access


@dataclass(frozen=True)
class Problem:
    """What to say: a heading, then a sentence a paragraph."""

    heading: str
    sentences: tuple[str, ...]


BACK = "Go back, load the page again and repeat it."
STALE_FORM = Problem(
    "The form could not be taken",
    ("It was open for too long, or you have signed out or in since. Nothing was changed.", BACK),
)
PROBLEMS = {
    400: Problem("That could not be understood", ("Something is wrong with what was sent. Nothing was changed.", BACK)),
    401: Problem("Sign in first", ("This page is for people of the school who are signed in.",)),
    403: Problem(
        "You may not see or do this",
        ("Your role at the school does not include it.", "If it should, ask whoever looks after people's roles here."),
    ),
    404: Problem(
        "There is no such page",
        ("If you typed the address, check it. If you followed a link, what it points at is not here, or no longer.",),
    ),
    405: Problem("That can't be done here", ("The page exists, but not for this. Nothing was changed.", BACK)),
    409: Problem(
        "Somebody else was faster",
        ("What you were changing has changed in the meantime. Nothing was saved.", "Look at it again, then decide."),
    ),
    413: Problem("That is too large", ("Nothing was taken in. Split the file, or give the list by its address.",)),
    429: Problem("Too many attempts", ("Wait a little, then try again.",)),
    500: Problem(
        "Something went wrong on our side",
        (
            "It is on record for whoever runs the service. The last complete release stays in force.",
            "Try again in a few minutes.",
        ),
    ),
    503: Problem(
        "Not available for a moment",
        ("The service is starting, being updated, or very busy. The last complete release stays in force.",),
    ),
}
REFUSED: dict[type[Refusal], int] = {
    Refusal: 400,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    OpensNames: 409,
    TooManyAttempts: 429,
    Busy: 503,
}
"""The status of a refusal: that of the nearest class."""


def init(app: Flask) -> None:
    """Show every error of an application as a page of ours."""
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(Refusal, refused)


def failed(error: HTTPException) -> Response:
    """The page of an HTTP error, with what the error itself has to say in headers (Allow, Retry-After)."""
    status = error.code or 500
    problem = STALE_FORM if isinstance(error, CSRFError) else _problem(status)
    response = shown(status, problem)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def refused(refusal: Refusal) -> Response:
    """The page of a refusal, in its own words."""
    status = status_of(refusal)
    if isinstance(refusal, NotAllowed):
        access.note_attempt()
    said = refusal.message[:1].upper() + refusal.message[1:]
    response = shown(status, Problem("That can't be done", (said if said.endswith(".") else said + ".",)))
    if isinstance(refusal, TooManyAttempts):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def status_of(refusal: Refusal) -> int:
    """The status of a refusal, wherever it is shown."""
    return next(REFUSED[kind] for kind in type(refusal).__mro__ if kind in REFUSED)


def shown(status: int, problem: Problem) -> Response:
    """A problem as a page, or as plain text for a program that takes no HTML."""
    if not request.accept_mimetypes.accept_html:
        text = "\n".join((problem.heading, *problem.sentences))
        return Response(text + "\n", status, content_type="text/plain; charset=utf-8")
    # What fails may be what tells us who is signed in; and for a host that is not ours there are no addresses.
    plain = status >= 500 or isinstance(request.routing_exception, SecurityError)
    return make_response(render_template("errors/problem.html", status=status, problem=problem, plain=plain), status)


def _problem(status: int) -> Problem:
    """What to say for a status: our words, or its name where it is one that we never meant to give."""
    known: Callable[[int], Problem | None] = PROBLEMS.get
    if problem := known(status):
        return problem
    kind = default_exceptions.get(status)
    nearest = PROBLEMS[500 if status >= 500 else 400]
    return Problem(kind().name if kind else nearest.heading, nearest.sentences)
