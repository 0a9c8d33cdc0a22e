"""Requests for access: which there are and which wait for whoever looks; and the page of each one."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from ..core.access_requests import decision_reference
from ..core.calendars import calendar
from ..core.people import Permission
from ..core.refusals import NotFound
from ..core.terms import from_json, listed, sentence
from ..journeys import request_queue as journey
from ..journeys.access_requests import find, newest_decision
from . import access, requests_page
from .paging import pagination
from .requests_effect import in_a_sentence

pages = Blueprint("requests", __name__, url_prefix="/requests")
READ = (Permission.ASK, Permission.SEE_REQUESTS)
TABS = {
    "waiting": "Waiting for you",
    "open": "Open",
    "decided": "Decided",
    "ended": "Ended",
    "all": "All",
}


@dataclass(frozen=True)
class Asked:
    """Which requests an address asks for; what it can't mean is left out."""

    which: str
    word: str
    page: int


@pages.get("")
@access.needs(*READ)
def page() -> str:
    """Those asked for. Without a word on it: what waits for whoever looks, or all where nothing does."""
    ports, actor = access.ports(), access.current_actor()
    wanted = _asked()
    found = journey.queue(ports, actor, which=wanted.which or "waiting", word=wanted.word, page=wanted.page)
    which = wanted.which or "waiting"
    if not wanted.which and not found.count:
        which = "all"
        found = journey.queue(ports, actor, which=which, word=wanted.word, page=wanted.page)
    last = max(1, -(-found.count // journey.PAGE))
    at = min(wanted.page, last)
    if at != wanted.page:
        found = journey.queue(ports, actor, which=which, word=wanted.word, page=at)
    return render_template(
        "requests/page.html",
        found=found,
        which=which,
        word=wanted.word,
        tabs=TABS,
        tones=requests_page.LEVELS,
        now=ports.clock(),
        everyones=actor.may(Permission.SEE_REQUESTS),
        paged=pagination(at, last, lambda n: url_for("requests.page", which=which, word=wanted.word or None, page=n)),
    )


@pages.get("/<uuid:access_request>")
@access.needs(*READ)
def one(access_request: UUID) -> str:
    """One request, for everybody who may read it."""
    found = requests_page.shown(access.ports(), access.current_actor(), access_request)
    sees = access.current_actor().may(Permission.SEE_REQUESTS)
    return render_template(
        "requests/one.html", found=found, seen=found.dossier, effect=in_a_sentence(found.dossier), sees=sees
    )


@pages.get("/<uuid:access_request>/end.ics")
@access.needs(*READ)
def end_of_it(access_request: UUID) -> Response:
    """The day on which it ends, for a calendar."""
    ports, actor, zone = access.ports(), access.current_actor(), access.around().zone
    with ports.db.look() as session:
        row = find(session, actor, access_request)
        decision = newest_decision(session, row)
    terms = from_json(decision.terms) if decision and decision.outcome == "approved" else None
    if decision is None or terms is None or terms.until is None:
        raise NotFound("Nothing ends here that a calendar could tell.")
    reference = decision_reference(decision.number)
    text = calendar(
        decision=reference,
        about=terms.text or listed(terms.names),
        what=sentence(terms, zone),
        until=terms.until,
        made_at=decision.made_at,
        zone=zone,
        host=request.host.partition(":")[0],
    )
    answer = Response(text, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{reference}.ics"'
    return answer


def _asked() -> Asked:
    given, number = request.args.get("which", ""), request.args.get("page", "1")
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
    return Asked(given if given in TABS else "", request.args.get("word", "").strip()[:100], max(1, page))
