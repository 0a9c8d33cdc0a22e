"""What the pages of asking are put together from: the form with its choices, and what is known of the site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict
from wtforms import SelectChoice as Choice  # type: ignore[import-untyped]

from ..core.people import Actor, Permission
from ..core.refusals import NotFound, Refusal
from ..db.load import timetables
from ..db.tables import School
from ..journeys import decision_times, own_requests
from ..journeys.asking import Asked
from ..journeys.letters import people_who
from ..journeys.prospects import Granted, Prospect, prospect
from ..ports import Ports
from . import refused
from .asking_dates import Calendar, Dates, choices, chosen, filled
from .asking_form import AskForm, fits


@dataclass(frozen=True)
class Draft:
    """A form that is being filled in. `prospect` is None while there is no address, or none that can be read."""

    form: AskForm
    prospect: Prospect | None
    calendar: Calendar

    @property
    def is_change(self) -> bool:
        """A change of a request that stands: what it names may be open at present."""
        return bool(self.form.changes.data)

    @property
    def can_go_on(self) -> bool:
        return self.prospect is not None and bool(self.form.audiences.choices)

    def dates(self) -> Dates | None:
        """The instants; None where the form now says what is wrong with them."""
        try:
            return chosen(self.form, self.calendar)
        except Refusal as refusal:
            self.form.refuse(refusal)
            return None

    def the_same(self, granted: Granted) -> dict[str, str]:
        """What the next page is asked for where somebody wants what a decision allows others: its end and its times."""
        asked = {"url": self.form.url.data or "", "when": granted.when or ""}
        if granted.until:
            last = (granted.until - timedelta(seconds=1)).astimezone(self.calendar.zone)
            parts = {"until-day": last.day, "until-month": last.month, "until-year": last.year}
            asked |= {"ending": "other"} | {name: str(part) for name, part in parts.items()}
        return {name: value for name, value in asked.items() if value}

    def needs_long_reason(self) -> bool:
        try:
            return chosen(self.form, self.calendar).is_long(self.calendar.now)
        except Refusal:
            return False

    def first_wrong(self, *steps: str) -> str | None:
        """The first of these steps whose answers are not in order."""
        for step in steps:
            if not (self.can_go_on if step == "site" else self._is_right(step)):
                return step
        return None

    def _is_right(self, step: str) -> bool:
        right = fits(self.form, step)
        if step == "who":
            return right and self.dates() is not None
        if self.needs_long_reason() and not (self.form.long_reason.data or "").strip():
            self.form.long_reason.errors = ["Longer than a half-term: say why it has to be that long"]
            return False
        return right

    def asked(self, dates: Dates) -> Asked:
        """The form as the journey takes it."""
        form, texts = self.form, {}
        for name in ("purpose", "who", "curriculum", "alternatives", "device", "long_reason"):
            texts[name] = form[name].data or ""
        return Asked(
            address=form.url.data or "",
            audiences=tuple(form.audiences.data),
            until=dates.until,
            since=dates.since,
            when=form.when.data or None,
            also=tuple(form.also.data or ()) if not form.platform.data else (),
            previewed=bool(form.previewed.data),
            sensitive=bool(form.sensitive.data),
            needed_by=form.needed_by.data,
            platform=form.platform.data or None,
            **texts,
        )


def draft(ports: Ports, actor: Actor, values: Mapping[str, Any] | None) -> Draft:
    """The form from what was sent, with what is known of its site. What is wrong with the address stands on it."""
    form = AskForm(formdata=values)
    found = None
    if (form.url.data or "").strip() or form.platform.data:
        with refused.on(form):
            found = prospect(ports, actor, address=form.url.data or "", platform=form.platform.data or None)
    with ports.db.look() as session:
        school = session.get_one(School, actor.school_id)
        calendar = Calendar(ZoneInfo(school.timezone), tuple(school.terms), ports.clock())
        tables = [table.name for table in timetables(session, actor.school_id)]
    made = Draft(form, found, calendar)
    _offer(made, tables)
    return made


def to_change(ports: Ports, actor: Actor, request: UUID) -> Draft:
    """A form filled in as that of one's own request, to be changed."""
    own = own_requests.one(ports, actor, request)
    if "change" not in own.steps:
        raise NotFound("There is nothing to change any more.")
    return _refilled(ports, actor, request, changes=str(request), version=str(own.version))


def uuid(text: str | None) -> UUID | None:
    """A carried id; NotFound for what is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound("There is no such request.") from None


@dataclass(frozen=True)
class Next:
    """What happens after asking: who looks at it first, who decides, and how long that usually takes."""

    first: str | None
    wait: str


def what_happens_next(ports: Ports, actor: Actor) -> Next:
    with ports.db.look() as session:
        assess = [p for p in people_who(session, actor.school_id, Permission.ASSESS) if p.id != actor.person_id]
        wait = decision_times.words(decision_times.usual_wait(session, actor.school_id))
    return Next("The network manager" if assess else None, wait)


def _refilled(ports: Ports, actor: Actor, request: UUID, **marks: str) -> Draft:
    was = own_requests.filled_in(ports, actor, request)
    texts = {name: getattr(was, name) for name in "purpose who curriculum alternatives device long_reason".split()}
    values = {"url": was.address, "platform": was.platform or "", "when": was.when or "", **texts, **marks}
    ticked = {name: "y" for name in ("previewed", "sensitive") if getattr(was, name)}
    made = draft(ports, actor, _many(values | ticked, audiences=was.audiences, also=was.also))
    filled(made.form, was.since, was.until, made.calendar)
    if was.needed_by:
        made.form.needed_by.process(None, was.needed_by)
    return made


def _many(values: Mapping[str, str], **several: tuple[str, ...]) -> Mapping[str, Any]:
    pairs = [pair for pair in values.items() if pair[1]]
    return MultiDict([*pairs, *((name, value) for name, given in several.items() for value in given)])


def _offer(made: Draft, tables: list[str]) -> None:
    """The choices of the form: audiences that are blocked, days, timetables, other names the site needs."""
    form, found = made.form, made.prospect
    if found:
        open_too = made.is_change
        whom = [each for each in found.audiences if not each.locked and (each.blocked or open_too)]
        form.audiences.choices = [Choice(each.audience, each.audience.capitalize()) for each in whom]
        given = tuple(form.also.data or ()) if open_too else ()
        form.also.choices = [Choice(name, name) for name in dict.fromkeys((*found.also, *given))]
        if found.platform:
            form.also.choices = []
    else:
        form.audiences.choices, form.also.choices = [], []
    for field in (form.audiences, form.also):  # what is not offered any more is not asked for either
        field.data = [value for value in field.data or () if value in {choice.value for choice in field.choices}]
    form.ending.choices = choices(made.calendar)
    form.when.choices = [Choice("", "All the time"), *(Choice(name, name) for name in tables)]
