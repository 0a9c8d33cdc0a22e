"""Asking for access to a blocked site: the site and what is known of it, who needs it and until when, what it is for;
then the answers to check, and what happens next."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ..core.people import Permission
from ..core.refusals import Refusal
from ..core.terms import ending, listed
from ..journeys import asking as journey
from ..journeys import own_requests
from . import access, asking_page, refused
from .asking_dates import Dates
from .asking_form import RARELY, STEP_OF, carried
from .asking_page import Draft
from .errors import status_of
from .numbers import number

pages = Blueprint("asking", __name__, url_prefix="/ask")
Shown = Response | AnyResponse


@pages.get("")
@access.needs(Permission.ASK)
def page() -> Shown:
    """The address, and at once what is known of it."""
    return _step(_of(request.args), "site")


@pages.get("/who")
@access.needs(Permission.ASK)
def who() -> Shown:
    """Who needs it, and until when."""
    draft = _of(request.args)
    if draft.first_wrong("site"):
        return _step(draft, "site")
    offered = [choice.value for choice in draft.form.audiences.choices]
    if not draft.form.audiences.data and len(offered) == 1:
        draft.form.audiences.data = offered
    return _step(draft, "who")


@pages.get("/why")
@access.needs(Permission.ASK)
def why() -> Shown:
    """What it is for."""
    draft = _of(request.args)
    return _step(draft, draft.first_wrong("site", "who") or "why")


@pages.post("/check")
@access.needs(Permission.ASK)
def check() -> Shown:
    """All answers, to be looked at once more."""
    return _check(_of(request.form))


@pages.post("/change")
@access.needs(Permission.ASK)
def change() -> Shown:
    """One step again, with the answers of the others kept."""
    part = request.form.get("part", "")
    return _step(_of(request.form), part if part in ("site", "who", "why") else "site")


@pages.post("/send")
@access.needs(Permission.ASK)
def send() -> Shown:
    """Ask. Where the same form is sent twice, the second time shows what came of the first."""
    draft = _of(request.form)
    dates = None if draft.first_wrong("site", "who", "why") else draft.dates()
    if dates is None:
        return _check(draft)
    try:
        return redirect(url_for(".sent", access_request=_ask(draft, dates)), 303)
    except refused.ELSEWHERE:
        raise
    except Refusal as refusal:
        if (twice := _sent_before(draft)) is not None:
            return redirect(url_for(".sent", access_request=twice), 303)
        draft.form.refuse(refusal)
        draft.form.status = status_of(refusal)
        return _step(draft, STEP_OF.get(refusal.field or "", "site"))


@pages.get("/sent/<uuid:access_request>")
@access.needs(Permission.ASK)
def sent(access_request: UUID) -> str:
    """The reference, and what happens next."""
    ports, actor = access.ports(), access.current_actor()
    found = own_requests.one(ports, actor, access_request)
    return render_template("asking/sent.html", own=found, next=asking_page.what_happens_next(ports, actor))


@pages.get("/mine")
@access.needs(Permission.ASK)
def mine() -> str:
    """What one has asked for, and how each stands."""
    return render_template("asking/mine.html", own=own_requests.mine(access.ports(), access.current_actor()))


@pages.get("/mine/<uuid:access_request>/change")
@access.needs(Permission.ASK)
def edit(access_request: UUID) -> Shown:
    """One's own request with its answers, each of which can be changed."""
    return _check(asking_page.to_change(access.ports(), access.current_actor(), access_request))


def _of(values: Any) -> Draft:
    made = asking_page.draft(access.ports(), access.current_actor(), values)
    if not made.form.audiences.data and (whom := values.get("audience")):
        made.form.audiences.data = [whom]
    return made


def _ask(draft: Draft, dates: Dates) -> UUID:
    """Asked, or the request that is being changed changed. Its id."""
    ports, actor, form = access.ports(), access.current_actor(), draft.form
    asked = draft.asked(dates)
    if changes := asking_page.uuid(form.changes.data):
        version = number(form.version.data)
        journey.change(ports, actor, request=changes, version=version, asked=asked)
        return changes
    return own_requests.numbered(ports, actor, journey.ask(ports, actor, asked))


def _sent_before(draft: Draft) -> UUID | None:
    if draft.prospect is None or draft.form.changes.data:
        return None
    names = (*draft.prospect.names, *(draft.form.also.data or ()))
    whom = tuple(draft.form.audiences.data)
    return own_requests.just_asked(access.ports(), access.current_actor(), names, whom)


def _check(draft: Draft) -> Shown:
    if wrong := draft.first_wrong("site", "who", "why"):
        return _step(draft, wrong)
    dates = draft.dates()
    until = ending(dates.until, draft.calendar.zone) if dates else ""
    whom = listed(draft.form.audiences.data)
    return _page("asking/check.html", draft, "check", dates=dates, until=until, whom=whom)


def _step(draft: Draft, step: str) -> Shown:
    """The page of one step. A step that was come to by POST sends everything on to the answers to check; on the way
    there for the first time the first two are asked for by GET, so that they can be linked to."""
    if step != "site" and not draft.can_go_on:
        step = "site"
    posts = request.method == "POST" or draft.is_change
    folded = not any(draft.form[name].data or draft.form[name].errors for name in RARELY)
    return _page(f"asking/{step}.html", draft, step, posts=posts, folded=folded)


def _page(template: str, draft: Draft, step: str, **more: Any) -> Shown:
    """A page of the form. The browser may keep it for itself: whoever goes back finds what they had typed."""
    hidden = carried(draft.form, None if step == "check" else step)
    back = {step: url_for(f".{step}") + "?" + urlencode(carried(draft.form, "why")) for step in ("page", "who")}
    html = render_template(
        template, draft=draft, form=draft.form, found=draft.prospect, hidden=hidden, back=back, **more
    )
    response = make_response(html, refused.status(draft.form))
    response.headers["Cache-Control"] = "private, no-cache"
    return response
