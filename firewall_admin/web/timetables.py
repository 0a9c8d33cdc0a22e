"""Timetables: weekly windows, and terms if there are any."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, render_template, url_for
from sqlalchemy import select
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Actor, Permission
from ..core.terms import Kind
from ..core.timetable import parse_timetable
from ..db.tables import TimetableRow
from ..journeys import timetables as journey
from ..journeys.school_clock import zone_of
from ..ports import Ports
from . import access, confirming, refused
from .confirming import Asking, Shown
from .fields import Form
from .wishes import Wish

pages = Blueprint("timetables", __name__, url_prefix="/policy/timetables")
CHANGE = Permission.CHANGE_POLICY


class ChangeForm(Form):
    """When it is open."""

    windows = w.TextAreaField(
        "Windows, one a line",
        [InputRequired("Enter at least one window")],
        description="Days and times, such as ‘mon-fri 12:00-13:00’, ‘mon,wed 15:30-17:00’ or ‘fri 22:00-06:00’",
        render_kw={"rows": 4, "spellcheck": False},
    )
    terms = w.TextAreaField(
        "Terms, one a line",
        description="First and last day, such as ‘2026-09-02/2026-12-18’. Without terms it holds all year",
        render_kw={"rows": 4, "spellcheck": False},
    )


class TimetableForm(ChangeForm):
    """What it is called, and when it is open."""

    name = w.StringField(
        "Name",
        [InputRequired("Enter a name")],
        description="Small letters, digits and hyphens, such as ‘lunch’ or ‘after-school’",
        render_kw={"width": 20, "autocomplete": "off", "spellcheck": False},
    )


@dataclass(frozen=True)
class ShownTimetable:
    """A timetable, whether it is open now, and what goes by it."""

    id: UUID
    name: str
    windows: tuple[str, ...]
    terms: tuple[str, ...]
    is_open: bool
    users: tuple[str, ...]


@pages.get("")
@access.needs(Permission.SEE_POLICY)
def page() -> str:
    """All of them."""
    actor = access.current_actor()
    found = every(access.ports(), actor)
    return render_template("timetables/page.html", timetables=found, changes=actor.may(CHANGE))


@pages.get("/new")
@access.needs(CHANGE)
def new() -> Shown:
    """The form."""
    return _new(TimetableForm())


@pages.post("/new")
@access.needs(CHANGE)
def save_new() -> Shown:
    """Its plan, then saved."""
    form = TimetableForm()
    windows, terms = lines(form.windows.data), lines(form.terms.data)
    return confirming.answered(
        form,
        lambda actor: journey.adding(access.ports(), actor, name=form.name.data.strip(), windows=windows, terms=terms),
        Asking("Add this timetable?", "The timetable was added.", url_for(".page"), url_for(".new")),
        lambda: _new(form),
    )


@pages.get("/<uuid:timetable>")
@access.needs(CHANGE)
def change(timetable: UUID) -> Shown:
    """The form, with what is known."""
    shown = _one(timetable)
    return _change(ChangeForm(windows="\n".join(shown.windows), terms="\n".join(shown.terms)), shown)


@pages.post("/<uuid:timetable>")
@access.needs(CHANGE)
def save(timetable: UUID) -> Shown:
    """Its plan, then saved."""
    shown, form = _one(timetable), ChangeForm()
    windows, terms = lines(form.windows.data), lines(form.terms.data)
    back = url_for(".change", timetable=timetable)
    wish = Wish(Kind.TIMETABLE, {"timetable": str(timetable), "windows": windows, "terms": terms})
    return confirming.answered(
        form,
        lambda actor: journey.changing(access.ports(), actor, timetable=timetable, windows=windows, terms=terms),
        Asking(f"Change the timetable {shown.name}?", "Saved.", url_for(".page"), back, wish=wish),
        lambda: _change(form, shown),
    )


@pages.route("/<uuid:timetable>/remove", methods=["GET", "POST"])
@access.needs(CHANGE)
def remove(timetable: UUID) -> Shown:
    """Its plan, then removed."""
    name, here = _one(timetable).name, url_for(".page")
    return confirming.plan_first(
        lambda actor: journey.removing(access.ports(), actor, timetable=timetable),
        Asking(f"Remove the timetable {name}?", f"{name} was removed.", here, here, "Remove timetable", danger=True),
    )


def lines(text: str | None) -> list[str]:
    """The lines of a text box that say something."""
    return [line for line in map(str.strip, (text or "").splitlines()) if line]


def every(ports: Ports, actor: Actor) -> tuple[ShownTimetable, ...]:
    """The school's timetables by name."""
    with ports.db.look() as session:
        rows = session.scalars(
            select(TimetableRow).where(TimetableRow.school_id == actor.school_id).order_by(TimetableRow.name)
        ).all()
        users, zone = journey.users_of_all(session, actor), zone_of(session, actor.school_id)
        return tuple(_shown(row, users[row.name], ports.clock(), zone) for row in rows)


def _one(timetable: UUID) -> ShownTimetable:
    ports, actor = access.ports(), access.current_actor()
    with ports.db.look() as session:
        row = journey.find(session, actor, timetable)
        users, zone = journey.users(session, actor, row.name), zone_of(session, actor.school_id)
        return _shown(row, users, ports.clock(), zone)


def _shown(row: TimetableRow, users: Iterable[str], now: datetime, zone: ZoneInfo) -> ShownTimetable:
    is_open = parse_timetable(row.name, row.windows, row.terms).is_open(now, zone)
    return ShownTimetable(row.id, row.name, tuple(row.windows), tuple(row.terms), is_open, tuple(users))


def _new(form: Form) -> Shown:
    return render_template("timetables/new.html", form=form), refused.status(form)


def _change(form: Form, shown: ShownTimetable) -> Shown:
    return render_template("timetables/change.html", form=form, timetable=shown), refused.status(form)
