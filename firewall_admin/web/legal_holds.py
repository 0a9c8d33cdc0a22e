"""A legal hold as a page: put on a record of any kind, a request or all of a kind, with the reason, or lifted."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, url_for

from ..core.people import Permission
from ..core.retention import RULES
from ..journeys import access_requests, legal_holds, retention
from ..journeys import report_records as records
from . import access, words_only
from .report_steps import Asking, NothingMore, ReasonForm, Shown, asked

pages = Blueprint("legal_holds", __name__)
words_only.take(pages)


@pages.route("/requests/<uuid:access_request>/hold", methods=["GET", "POST"])
@access.needs(Permission.SAFEGUARD)
def request_texts(access_request: UUID) -> Shown:
    """What was written in a request."""
    ports, actor = access.ports(), access.current_actor()
    with ports.db.look() as session:
        held = access_requests.find(session, actor, access_request).hold
    place = partial(legal_holds.hold_request, ports, actor, access_request)
    lift = partial(legal_holds.lift_request, ports, actor, access_request)
    return _answer(held, url_for("requests.one", access_request=access_request), place, lift)


@pages.route("/reports/retention/<kind>/hold", methods=["GET", "POST"])
@access.needs(Permission.SAFEGUARD)
def all_of_a_kind(kind: str) -> Shown:
    """Everything that one rule is about."""
    if kind not in RULES:
        abort(404)
    ports, actor = access.ports(), access.current_actor()
    with ports.db.look() as session:
        chosen = retention.chosen(session, actor.school_id).get(kind)
    place = partial(retention.hold, ports, actor, rule=kind)
    lift = partial(retention.lift, ports, actor, rule=kind)
    held = chosen.hold if chosen else None
    return _answer(held, url_for("retention.page"), place, lift, f"All of ‘{RULES[kind].what}’.")


def hold_or_lift(kind: type[Any], record: UUID, held: str | None, back: str) -> Shown:
    """A record of any kind. `held`: why it is on hold now, if it is; `back`: its own page."""
    who = (access.ports(), access.current_actor(), kind, record)
    return _answer(held, back, partial(records.hold, *who), partial(records.lift, *who))


def _answer(held: str | None, back: str, place: Callable[..., None], lift: Callable[[], None], *texts: str) -> Shown:
    if held:
        asking = Asking("Lift the legal hold?", "Lift it", "The hold is lifted.", back)
        return asked(NothingMore(), replace(asking, texts=(*texts, f"It was held: {held}")), lift)
    form, done = ReasonForm(), "It is on hold: nothing of it is destroyed."
    asking = Asking("Put it on legal hold?", "Hold it", done, back, texts=texts)
    return asked(form, asking, lambda: place(reason=form.reason.data or ""))
