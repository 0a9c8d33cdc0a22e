"""The form of asking for access, in three steps, and how its answers are carried from page to page.

Nothing is kept between the pages: each carries the answers of the others in hidden inputs, so that a page that is gone
back to, opened twice or sent twice is just what it was.
"""

from collections.abc import Iterator
from typing import Any

import wtforms as w  # type: ignore[import-untyped]
from wtforms.validators import DataRequired, Length, Optional  # type: ignore[import-untyped]

from ..core.refusals import Refusal
from ..journeys.access_requests import LONGEST_TEXT
from .dayfield import PARTS, DayField
from .fields import Form

LINE, CLOCK = 500, {"width": 5, "inputmode": "numeric", "autocomplete": "off"}
SHORT = Length(max=LINE, message=f"Write {LINE} characters at most")
LONG = Length(max=LONGEST_TEXT, message=f"Write {LONGEST_TEXT:,} characters at most")
ADDRESS = {"inputmode": "url", "autocomplete": "off", "autocapitalize": "none", "spellcheck": False}


class AskForm(Form):
    """Every field of every step. The token of a form that is posted is asked for elsewhere, of all forms alike."""

    class Meta:
        csrf = False

    def refuse(self, refusal: Refusal) -> None:
        """An address is called `url` here, because that is what it is called in links."""
        super().refuse(Refusal(refusal.message, "url" if refusal.field == "address" else refusal.field))

    url = w.StringField(
        "The site’s address",
        [Length(max=LONGEST_TEXT, message="That is too long for an address")],
        description="Paste it from the browser, or type a name such as scratch.mit.edu",
        render_kw=ADDRESS,
    )
    audiences = w.SelectMultipleField("Who needs it?", [DataRequired("Choose who needs it")])
    ending = w.RadioField("Until when?", [DataRequired("Choose until when")], default="half-term")
    day = DayField("Which day?", [Optional()], subject="The day")
    day_from = w.StringField(
        "From what time?", [Optional()], description="Such as 09:30. Empty: all day", render_kw=CLOCK
    )
    day_to = w.StringField("Until what time?", [Optional()], render_kw=CLOCK)
    until = DayField("The last day", [Optional()], subject="The last day")
    since = DayField(
        "The first day", [Optional()], subject="The first day", description="Empty: as soon as it is allowed"
    )
    when = w.SelectField("Only during", [Optional()], default="")
    purpose = w.TextAreaField(
        "What is it for?",
        [DataRequired("Say what it is for, so that it can be understood in three years"), LONG],
        description="The lesson and what is done with the site there",
        render_kw={"rows": 4},
    )
    who = w.StringField(
        "Which class or group? (optional)", [SHORT], description="Such as Year 5, 28 pupils. No pupil’s name"
    )
    needed_by = DayField("When do you need it? (optional)", [Optional()], subject="The day you need it")
    long_reason = w.TextAreaField(
        "Why for so long?",
        [LONG],
        description="It would be open for longer than a half-term and its holiday",
        render_kw={"rows": 2},
    )
    also = w.SelectMultipleField(
        "Does the site need these too? (optional)",
        description="They are blocked, and belong to it or are where it leads. Leave them out if you do not know: "
        "the network manager looks at it",
    )
    curriculum = w.StringField("Where is it in the curriculum? (optional)", [SHORT])
    alternatives = w.StringField("What else have you tried? (optional)", [SHORT])
    device = w.StringField("On which devices? (optional)", [SHORT], description="Such as the laptops of room 12")
    sensitive = w.BooleanField(
        "It is about something sensitive",
        description="Such as health, identity, faith or abuse. Whoever decides takes special care then",
        render_kw={"legend": "Is the topic sensitive?"},
    )
    previewed = w.BooleanField(
        "I have looked at the site and at what its first page links to",
        [DataRequired("Look at the site and its most prominent links first, and say that you have")],
        description="On a device where it opens. It is suitable for those who would use it",
        render_kw={"legend": "Have you looked at it?"},
    )
    platform = w.HiddenField()
    changes = w.HiddenField()
    version = w.HiddenField()


STEPS: dict[str, tuple[str, ...]] = {
    "site": ("url",),
    "who": ("audiences", "ending", "day", "day_from", "day_to", "until", "since", "when"),
    "why": (
        "purpose",
        "who",
        "needed_by",
        "long_reason",
        "also",
        "curriculum",
        "alternatives",
        "device",
        "sensitive",
        "previewed",
    ),
}
"""The fields that each step shows; what no step shows is carried always."""
STEP_OF = {name: step for step, names in STEPS.items() for name in names} | {"address": "site", "platform": "site"}
RARELY = ("curriculum", "alternatives", "device")
"""What stands folded away, because most need none of it."""


def fits(form: AskForm, step: str) -> bool:
    """Whether the answers of one step are in order; what is wrong stands at its fields."""
    wrong = [name for name in STEPS[step] if not form[name].validate(form)]  # every one of them, not the first alone
    return not wrong


def carried(form: AskForm, shown: str | None) -> list[tuple[str, str]]:
    """The answers that a page of this step does not show, as names and values of hidden inputs."""
    left_out = STEPS[shown] if shown else ()
    return [pair for one in form if one.name not in left_out for pair in _inputs(one)]


def _inputs(one: Any) -> Iterator[tuple[str, str]]:
    if isinstance(one, DayField):
        yield from ((one.input_name(part), typed) for part, typed in zip(PARTS, one.parts, strict=True) if typed)
    elif isinstance(one, w.SelectMultipleField):
        yield from ((one.name, value) for value in one.data or ())
    elif isinstance(one, w.BooleanField):
        yield from [(one.name, "y")] * bool(one.data)
    elif one.data:
        yield one.name, str(one.data)
