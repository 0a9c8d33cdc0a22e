"""A step on a record as a page: a question, perhaps some fields, and a button; and when something was seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import wtforms as w  # type: ignore[import-untyped]
from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired, Length  # type: ignore[import-untyped]

from ..core import local_time
from ..core.free_text import LONGEST, LONGEST_LINE
from ..core.refusals import Refusal
from . import access, refused
from .dayfield import DayField
from .fields import Form
from .written import local

Shown = tuple[str, int] | Response
Done = TypeVar("Done")
WHEN = ("seen_at", "happened_at")


@dataclass(frozen=True)
class Asking:
    """The words around a step: its heading, its button, what is said when it is done, and where it leads from and to;
    `texts` stand above the fields."""

    heading: str
    button: str
    done: str
    back: str
    then: str = ""
    texts: tuple[str, ...] = ()
    danger: bool = False


class NothingMore(Form):
    """A step that takes no words."""


class ReasonForm(Form):
    """A step that takes some."""

    reason = w.TextAreaField("Why?", render_kw={"rows": 4})


class WhenForm(Form):
    """When something was seen: today and now, unless somebody says otherwise."""

    day = DayField("On which day?", [InputRequired("Enter the day")], subject="The day")
    time = w.StringField(
        "At what time?",
        [InputRequired("Enter the time, as well as you know it")],
        description="For example, 9:30 or 14:05",
        render_kw={"width": 5, "autocomplete": "off"},
    )


def now() -> dict[str, object]:
    """What a WhenForm begins with."""
    at = local(access.ports().clock(), access.around().zone)
    return {"day": at.date(), "time": f"{at:%H:%M}"}


def when(form: WhenForm) -> datetime:
    """The instant that was typed. Refusal of `time` or `day`."""
    if form.day.data is None:
        raise Refusal("Enter the day.", "day")
    return local_time.instant(form.day.data, form.time.data, access.around().zone).at


def lines(label: str, hint: str = "", rows: int = 3, *checks: object) -> w.TextAreaField:
    """A field for some lines of words."""
    most = Length(max=LONGEST, message=f"Write {LONGEST:,} characters at most")
    return w.TextAreaField(label, [*checks, most], description=hint, render_kw={"rows": rows})


def line(label: str, hint: str = "", *checks: object, **more: object) -> w.StringField:
    """A field for a few words."""
    most = Length(max=LONGEST_LINE, message=f"Write {LONGEST_LINE} characters at most")
    return w.StringField(label, [*checks, most], description=hint, render_kw={"autocomplete": "off", **more})


def pupil(label: str = "Which pupil?", hint: str = "") -> w.StringField:
    """A field for the school's reference of a pupil."""
    more = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": False, "width": 10}
    hint = hint or "The school’s reference or initials, such as 4F-012. Not the name. Leave it empty if there is none"
    return w.StringField(label, description=hint, render_kw=more)


def pupil_name() -> w.StringField:
    """A field for a pupil's name, which is not asked for."""
    hint = "Only where the reference is not enough. It is kept sealed, apart, and only two people can read it"
    return w.StringField("The pupil’s name", description=hint, render_kw={"autocomplete": "off", "spellcheck": False})


def chosen(words: Mapping[str, str]) -> list[Choice]:
    """The choices of a field in which nothing is chosen yet."""
    return [Choice("", "Choose one"), *(Choice(*each) for each in words.items())]


def asked(form: Form, asking: Asking, act: Callable[[], object]) -> Shown:
    """The page of a step, or the step itself once it was sent well."""
    if request.method == "POST" and taken(form, act) is not None:
        flash(asking.done)
        return redirect(asking.then or asking.back, 303)
    return render_template("content_reports/step.html", form=form, asking=asking), refused.status(form)


def taken(form: Form, act: Callable[[], Done]) -> tuple[Done] | None:
    """What a form's act gave back; None where it was refused, which then stands on the form."""
    if form.validate_on_submit():
        with refused.on(form):
            try:
                return (act(),)
            except Refusal as refusal:
                if refusal.field in WHEN:
                    raise Refusal(refusal.message, "time") from None
                raise
    return None
