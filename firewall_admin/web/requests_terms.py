"""The terms of a request as a form: which names, for whom, from when until when. Days and times are the school's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

import wtforms as w  # type: ignore[import-untyped]
from flask import request
from sqlalchemy import select
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired, Optional  # type: ignore[import-untyped]

from ..core import local_time, pasted, school_days
from ..core.refusals import NotADomain, Refusal
from ..core.terms import Kind, Terms, checked, day
from ..db.tables import AudienceRow, School, TimetableRow
from . import access
from .dayfield import DayField
from .fields import Form

FIELDS = {"address": "names", "also": "names", "long_reason": "until", "day": "until", "time": "until_time"}
"""Where a refusal of the terms is shown: each under the field of ours that says the same."""
CLOCK = {"width": 5, "autocomplete": "off", "spellcheck": False}


class TermsForm(Form):
    """What is to be allowed."""

    names = w.TextAreaField(
        "Which sites?",
        [InputRequired("Name at least one site")],
        description="One name a line. Each stands for itself and everything under it",
        render_kw={"rows": 3, "spellcheck": False, "autocomplete": "off"},
    )
    audiences = w.SelectMultipleField("For whom?", [InputRequired("Choose for whom")])
    since = DayField("From which day?", [Optional()], subject="The first day", description="Empty: at once")
    since_time = w.StringField("From what time?", [Optional()], description="Empty: the whole day", render_kw=CLOCK)
    until = DayField("Until which day?", [InputRequired("Enter the last day")], subject="The last day")
    until_time = w.StringField("Until what time?", [Optional()], description="Empty: the whole day", render_kw=CLOCK)
    when = w.SelectField("At what times?", default="")


@dataclass(frozen=True)
class Offered:
    """What a school has to choose from, and the end of the half-term; `known`: somebody has entered when that is."""

    audiences: tuple[str, ...]
    timetables: tuple[str, ...]
    half_term: datetime
    known: bool

    def suggestion(self, zone: tzinfo) -> str:
        last = day(self.half_term - timedelta(seconds=1), zone)
        return f"The half-term ends on {last}" if self.known else f"About a half-term from now is {last}"


def offered() -> Offered:
    """Of the school of whoever asks."""
    ports, school_id, zone = access.ports(), access.current_actor().school_id, access.around().zone
    with ports.db.look() as session:
        audiences = select(AudienceRow.name).where(AudienceRow.school_id == school_id)
        timetables = select(TimetableRow.name).where(TimetableRow.school_id == school_id)
        terms = session.get_one(School, school_id).terms
        last = school_days.half_term_end(ports.clock().astimezone(zone).date(), terms)
        return Offered(
            tuple(session.scalars(audiences.order_by(AudienceRow.position, AudienceRow.name))),
            tuple(session.scalars(timetables.order_by(TimetableRow.name))),
            local_time.instant(last, None, zone, end_of_day=True).at,
            bool(terms),
        )


def equipped(form: TermsForm, known: Offered) -> None:
    """Give a form its choices and its suggestion."""
    form.audiences.choices = [Choice(name, name.capitalize()) for name in known.audiences]
    form.when.choices = [Choice("", "Always"), *(Choice(name, f"Only during {name}") for name in known.timetables)]
    form.until.description = known.suggestion(access.around().zone)


def values(terms: Terms, zone: tzinfo) -> dict[str, Any]:
    """Terms as the fields of the form show them."""
    found: dict[str, Any] = {
        "names": "\n".join(terms.names),
        "audiences": list(terms.audiences),
        "when": terms.when or "",
    }
    if terms.since:
        since = terms.since.astimezone(zone)
        found |= {"since": since.date(), "since_time": "" if _midnight(since) else f"{since:%H:%M}"}
    if terms.until:
        until = terms.until.astimezone(zone)
        last = (terms.until - timedelta(seconds=1)).astimezone(zone).date() if _midnight(until) else until.date()
        found |= {"until": last, "until_time": "" if _midnight(until) else f"{until:%H:%M}"}
    return found


def read(form: TermsForm, asked: Terms, known: Offered) -> tuple[Terms, tuple[str, ...]]:
    """The terms that the form says, checked, and what is to be said of its times where the clocks change. A platform
    stays one while its names are left as they were. Refusal, naming a field of the form."""
    zone, last = access.around().zone, form.until.data
    if last is None:
        raise Refusal("Enter the last day", "until")
    try:
        names = tuple(dict.fromkeys(_names(form.names.data or "")))
        since = local_time.instant(form.since.data, form.since_time.data, zone) if form.since.data else None
        until = local_time.instant(last, form.until_time.data, zone, end_of_day=True)
        terms = Terms(Kind.SITE, names, tuple(form.audiences.data or ()), until=until.at, when=form.when.data or None)
        terms = replace(terms, since=since.at if since else None)
        if names == asked.names:
            terms = replace(terms, kind=asked.kind, text=asked.text)
        now = access.ports().clock()
        terms = checked(terms, now, known.audiences, "decided")
    except Refusal as refusal:
        raise Refusal(refusal.message, FIELDS.get(refusal.field or "", refusal.field)) from None
    return terms, tuple(one.note for one in (since, until) if one and one.note)


def carried() -> list[tuple[str, str]]:
    """The fields of terms that were sent, to be carried along by the next page."""
    parts = ("names", "audiences", "when", "since", "since_time", "until", "until_time")
    sent = request.form.items(multi=True)
    return [(name, value) for name, value in sent if name.partition("-")[0] in parts]


def _names(text: str) -> Iterator[str]:
    for line in text.replace(",", "\n").splitlines():
        if line.strip():
            try:
                yield pasted.read(line).domain
            except NotADomain as refusal:
                raise Refusal(refusal.message, "names") from None


def _midnight(local: datetime) -> bool:
    return local.time() == local.time().min
