"""An edit that opens names, asked of the headteacher in place of being saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import wtforms as w  # type: ignore[import-untyped]
from flask import flash, redirect, request
from werkzeug.wrappers import Response

from ..core.access_requests import reference
from ..core.terms import Kind
from ..journeys import access_requests, wider_requests
from . import access, refused
from .fields import Form


class PurposeForm(Form):
    """Why it should be opened."""

    purpose = w.TextAreaField(
        "Why should this be opened?",
        description="The headteacher reads it together with the plan above, and so may an inspector in three years",
        render_kw={"rows": 4},
    )


@dataclass(frozen=True)
class Wish:
    """The kind and arguments from which the edit can be made again when it is decided."""

    kind: Kind
    change: Mapping[str, Any]


def asked(form: PurposeForm, wish: Wish) -> Response | None:
    """The request is made, from the purpose on the form; its page. None where the form says what is wrong."""
    ports, actor = access.ports(), access.current_actor()
    answer: Response | None = None
    with refused.on(form):
        purpose = form.purpose.data or ""
        number = wider_requests.ask(ports, actor, kind=wish.kind, change=wish.change, purpose=purpose)
        flash(f"You have asked: {reference(number)}. Nothing changes until it is decided.")
        answer = redirect(request.script_root + access_requests.page_of(ports, actor, number), 303)
    return answer  # noqa: RET504 - None where the form was refused in the block above
