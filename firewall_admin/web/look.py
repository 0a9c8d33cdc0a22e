"""The look of every page: templates, what stands around them, how they write dates and numbers, and what they may load.

`init(app, surroundings)` is all that an application needs; `surroundings` is asked once for each page that is shown.
"""

import secrets
from collections.abc import Callable

from flask import Flask, Response, g
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from . import assets, charts, errors, fields, forgery, states, written
from .surroundings import PRODUCT, Surroundings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self' 'nonce-{nonce}'",
        "img-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)

IN_SCHOOL_TIME: tuple[Callable[..., str], ...] = (
    written.day,
    written.short_day,
    written.weekday,
    written.clock,
    written.moment,
    written.short_moment,
    written.ago,
    written.machine_readable,
)
"""The filters that need the school's zone; it is their last argument."""


def init(app: Flask, surroundings: Callable[[], Surroundings] = Surroundings) -> None:
    """Give an application our look: its pages, its error pages, its forms, and the files that they load."""
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("firewall_admin.web"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    assets.init(app)
    forgery.init(app)
    errors.init(app)
    _teach(app, _put_around(app, surroundings))
    app.after_request(allow_our_own)


def nonce() -> str:
    """What the scripts of this response carry, and nobody can guess (22 characters)."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def allow_our_own(response: Response) -> Response:
    """Let a page load our files, and nothing else. A page that brought its own policy keeps it."""
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY.format(nonce=nonce()))
    return response


def _put_around(app: Flask, surroundings: Callable[[], Surroundings]) -> Callable[..., Surroundings]:
    def around(plain: bool = False) -> Surroundings:
        """What stands around this page. `plain` asks nobody: for when the service itself has failed."""
        if plain:
            g.around = Surroundings()
        elif "around" not in g:
            g.around = surroundings()
        return g.around  # type: ignore[no-any-return]

    app.add_template_global(around)
    app.add_template_global(nonce)
    app.jinja_env.globals["PRODUCT"] = PRODUCT
    return around


def _teach(app: Flask, around: Callable[..., Surroundings]) -> None:
    """The filters and functions that templates share. Every time is told in the school's zone."""

    def told(write: Callable[..., str]) -> Callable[..., str]:
        return lambda at, *more: write(at, *more, around().zone)

    for write in IN_SCHOOL_TIME:
        app.add_template_filter(told(write), write.__name__)
    for write in (written.number, written.counted, written.share, written.listed):
        app.add_template_filter(write)
    for function in (fields.field, fields.summary, charts.drawn, states.state):
        app.add_template_global(function)
    app.jinja_env.globals["TONES"] = states.TONES
