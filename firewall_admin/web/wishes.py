"""An edit that opens names, asked of the headteacher in place of being saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from ..core.access_requests import reference
from ..core.terms import Kind
from ..journeys import access_requests, wider_requests
from . import access


@dataclass(frozen=True)
class Wish:
    """The kind and arguments from which the edit can be made again when it is decided."""

    kind: Kind
    change: Mapping[str, Any]


def asked(wish: Wish) -> Response:
    """The request is made, from the purpose on the form; its page. Refusal where nothing is said."""
    ports, actor = access.ports(), access.current_actor()
    purpose = request.form.get("purpose", "")
    number = wider_requests.ask(ports, actor, kind=wish.kind, change=wish.change, purpose=purpose)
    flash(f"{reference(number)} is with the headteacher. Nothing changes until it is decided.")
    return redirect(request.script_root + access_requests.page_of(ports, actor, number), 303)
