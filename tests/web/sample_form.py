"""A form with every kind of field."""

from typing import Any

import wtforms as w  # type: ignore[import-untyped]
from flask_wtf.file import FileField  # type: ignore[import-untyped]
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired, Length, Optional  # type: ignore[import-untyped]

from firewall_admin.web.dayfield import DayField
from firewall_admin.web.fields import Form

YEARS = [Choice(str(n), f"Year {n}") for n in range(7, 12)]


def needed(message: str) -> list[Any]:
    return [InputRequired(message)]


class AskForm(Form):
    """What a teacher is asked."""

    domain = w.StringField(
        "Which website do you need?",
        needed("Enter the address of the website you need"),
        description="Paste the address, for example www.bbc.co.uk/bitesize",
        render_kw={"inputmode": "url", "autocomplete": "off", "spellcheck": False, "autocapitalize": "none"},
    )
    reason = w.TextAreaField(
        "What will pupils do with it?",
        [*needed("Enter what pupils will do with it"), Length(max=500)],
        description="The headteacher reads this. Leave out pupils’ names.",
        render_kw={"maxlength": 500},
    )
    who = w.RadioField(
        "Who needs it?",
        needed("Select who needs it"),
        choices=[
            Choice("staff", "Staff only"),
            Choice("years", "Some year groups", {"hint": "You say which below"}),
            Choice("all", "Everyone in the school", {"divider": "or"}),
        ],
    )
    years = w.SelectMultipleField("Which year groups?", choices=YEARS, render_kw={"small": True})
    until = DayField(
        "When can it end?",
        needed("Enter when it can end"),
        subject="The end date",
        description="For example, 18 12 2026",
    )
    subject = w.SelectField("Subject", choices=[Choice("", "Choose one"), Choice("sci", "Science")])
    devices = w.IntegerField("How many devices?", [Optional()], render_kw={"width": 3, "suffix": "devices"})
    email = w.EmailField("Your e-mail address", render_kw={"autocomplete": "email"})
    plan = FileField("Lesson plan", description="A text file of 1 MB at most")
    previewed = w.BooleanField(
        "I have looked at the whole site",
        needed("Confirm that you have looked at the site"),
        render_kw={"legend": "Before you send it"},
    )
    password = w.PasswordField("Your password", description="Because this opens a site", render_kw={"width": 20})
    version = w.HiddenField(default="7")
