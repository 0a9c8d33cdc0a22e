"""Fields say what they are for, keep what was typed, and lead whoever made a mistake to the control that mends it."""

from collections.abc import Iterator
from datetime import date

import pytest
import wtforms as w  # type: ignore[import-untyped]
from flask import Flask
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired, Optional  # type: ignore[import-untyped]

from firewall_admin.core.refusals import Refusal
from firewall_admin.web import look
from firewall_admin.web.dayfield import DayField, read
from firewall_admin.web.fields import Form, field, focus, summary

from .markup import Element, parse
from .page import Visitor
from .sample_form import AskForm

GOOD = {
    "domain": "kahoot.it",
    "reason": "Quizzes",
    "who": "all",
    "until-day": "18",
    "until-month": "12",
    "until-year": "2026",
    "previewed": "y",
    "subject": "",
}


def _post(visitor: Visitor, **answers: str):
    token = visitor.get("/style?form").page.token
    return visitor.post("/style?form", data={"csrf_token": token, "subject": "", **answers}).page


def _drawn(one: w.Field, **more) -> Element:
    return parse(f"<!DOCTYPE html>{field(one, **more)}")


@pytest.fixture
def form() -> Iterator[AskForm]:
    """An empty one, in a request that asked for the page."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "x"
    look.init(app)
    with app.test_request_context():
        yield AskForm(formdata=None)


def test_every_radio_checkbox_and_date_has_a_legend_and_every_error_leads_to_a_control(visitor: Visitor) -> None:
    page = _post(visitor)  # the visitor asserts it of every page
    assert page.title == "Error: Ask for a website – Oakfield School"
    assert len(page.with_class("govuk-fieldset__legend")) == 4
    links = [link["href"] for each in page.with_class("govuk-error-summary") for link in each.all("a")]
    assert links == ["#domain", "#reason", "#who", "#until-day", "#previewed"]


def test_a_good_form_is_taken_and_says_so(visitor: Visitor) -> None:
    token = visitor.get("/style?form").page.token
    thanked = visitor.post("/style?form", data={"csrf_token": token, **GOOD}, follow_redirects=True).page
    assert "Your request was sent" in thanked.with_class("govuk-notification-banner--success")[0].text


def test_what_was_typed_stands_there_again(visitor: Visitor) -> None:
    page = _post(visitor, domain='a"b<c>', reason="</textarea>", who="years", years="9", email="a@b.example")
    assert page.ids["domain"]["value"] == 'a"b<c>'
    assert page.ids["reason"].text == "</textarea>"
    assert "checked" in page.ids["who-2"].attributes
    assert "checked" in page.ids["years-3"].attributes
    assert page.ids["email"]["value"] == "a@b.example"


def test_a_password_is_never_sent_back(visitor: Visitor) -> None:
    page = _post(visitor, password="correct horse")
    assert page.ids["password"].get("value") == ""
    assert "correct horse" not in page.text


def test_controls_have_what_a_phone_and_a_password_manager_need(form: AskForm) -> None:
    domain = next(_drawn(form.domain).all("input"))
    assert (domain["inputmode"], domain["autocomplete"], domain["spellcheck"]) == ("url", "off", "false")
    assert (
        next(_drawn(form.email).all("input")).attributes.items() >= {"type": "email", "autocomplete": "email"}.items()
    )
    assert next(_drawn(form.password).all("input"))["autocomplete"] == "current-password"
    assert [i["inputmode"] for i in _drawn(form.until).all("input")] == ["numeric"] * 3
    assert next(_drawn(form.devices).all("input"))["inputmode"] == "numeric"


def test_hint_and_error_are_read_out_with_their_control(form: AskForm) -> None:
    form.domain.errors = ["Enter it"]
    assert next(_drawn(form.domain).all("input"))["aria-describedby"] == "domain-hint domain-error"
    form.until.errors = ["Enter it"]
    assert next(_drawn(form.until).all("fieldset"))["aria-describedby"] == "until-hint until-error"


def test_a_hidden_field_is_only_a_value_and_its_error_is_told_without_a_link(form: AskForm) -> None:
    form.version.errors = ["Somebody changed it in the meantime"]
    assert field(form.version) == Markup('<input type="hidden" name="version" value="7">')
    assert focus(form.version) is None
    told = parse(f"<!DOCTYPE html>{summary(form)}")
    assert "Somebody changed it in the meantime" in told.text
    assert list(told.all("a")) == []


def test_a_single_checkbox_without_a_legend_is_a_mistake_of_ours(form: AskForm) -> None:
    form.previewed.render_kw = {}
    with pytest.raises(KeyError, match="legend"):
        field(form.previewed)


@pytest.mark.parametrize("name", ["domain", "who", "until", "years", "reason", "subject", "plan"])
def test_a_field_without_words_is_a_mistake_of_ours(form: AskForm, name: str) -> None:
    form[name].label.text = " "
    with pytest.raises(ValueError, match="without words"):
        field(form[name])


def test_what_nobody_knows_becomes_an_attribute(form: AskForm) -> None:
    assert next(_drawn(form.domain, **{"data-x": "1"}).all("input"))["data-x"] == "1"


def test_a_label_may_be_the_heading_of_the_page(form: AskForm) -> None:
    for name in ("domain", "who", "until"):
        assert next(_drawn(form[name], heading=True, size="l").all("h1")).text == form[name].label.text


def test_a_choice_may_reveal_more_and_is_no_control_that_expands(form: AskForm) -> None:
    drawn = _drawn(form.who, reveals={"years": field(form.years)})
    assert "Year 9" in drawn.text
    assert not [e for e in drawn.all() if "aria-expanded" in e.attributes or "data-aria-controls" in e.attributes]


def test_a_refusal_stands_at_its_field_or_above_the_form(form: AskForm) -> None:
    form.refuse(Refusal("'-' is no domain name", "domain"))
    form.refuse(Refusal("Nothing is blocked there"))
    told = parse(f"<!DOCTYPE html>{summary(form)}")
    assert [link["href"] for link in told.all("a")] == ["#domain"]
    assert "Nothing is blocked there" in told.text
    assert "'-' is no domain name" in _drawn(form.domain).text


def test_a_form_without_a_fault_has_no_summary(form: AskForm) -> None:
    assert summary(form) == ""


def test_forms_in_forms_tell_their_faults_too(form: AskForm) -> None:
    class Window(w.Form):  # type: ignore[misc]
        start = w.StringField("From", [InputRequired("Enter a start")])

    class Week(Form):
        windows = w.FieldList(w.FormField(Window), min_entries=2)

    week = Week(formdata=MultiDict({"windows-0-start": "9:00", "windows-1-start": ""}), meta={"csrf": False})
    assert not week.validate()
    assert [a["href"] for a in parse(f"<!DOCTYPE html>{summary(week)}").all("a")] == ["#windows-1-start"]


@pytest.mark.parametrize(
    ("typed", "when"),
    [
        (("18", "12", "2026"), date(2026, 12, 18)),
        (("01", "09", "2026"), date(2026, 9, 1)),
        (("1", "Sept", "2026"), date(2026, 9, 1)),
        (("29", "february", "2028"), date(2028, 2, 29)),
        (("29", "2", "2026"), None),
        (("31", "4", "2026"), None),
        (("1", "13", "2026"), None),
        (("1", "0", "2026"), None),
        (("1", "Ju", "2026"), None),
        (("1", "1", "26"), None),
        (("1", "1", "0000"), None),
        (("١", "1", "2026"), None),
        (("-1", "1", "2026"), None),
        (("1" * 5000, "1", "2026"), None),
        (("1", "1" * 5000, "2026"), None),
    ],
)
def test_a_date_is_read_as_people_type_it(typed: tuple[str, str, str], when: date | None) -> None:
    assert read(*typed) == when


@pytest.mark.parametrize(
    ("day", "month", "year", "said", "target"),
    [
        ("", "12", "2026", "The end date must include a day", "until-day"),
        ("18", "", "2026", "The end date must include a month", "until-month"),
        ("18", "", "", "The end date must include a month and a year", "until-month"),
        ("18", "12", "26", "The end date must be a real date", "until-year"),
        ("31", "2", "2026", "The end date must be a real date", "until-day"),
        ("1", "Smarch", "2026", "The end date must be a real date", "until-month"),
    ],
)
def test_a_wrong_date_says_what_is_wrong_and_leads_there(
    visitor: Visitor, day: str, month: str, year: str, said: str, target: str
) -> None:
    dates = {"until-day": day, "until-month": month, "until-year": year}
    page = _post(visitor, **{**GOOD, **dates})
    link = next(link for each in page.with_class("govuk-error-summary") for link in each.all("a"))
    assert (link.text, link["href"]) == (said, f"#{target}")
    assert "govuk-input--error" in page.ids[target].classes
    assert {name: page.ids[name].get("value") for name in dates} == dates


def test_a_date_that_is_known_already_stands_in_its_inputs(form: AskForm) -> None:
    form = AskForm(formdata=None, data={"until": date(2026, 9, 1)})
    assert [i.get("value") for i in _drawn(form.until).all("input")] == ["1", "9", "2026"]


def test_a_date_may_be_left_out_where_it_is_optional(form: AskForm) -> None:
    class Maybe(Form):
        until = DayField("Until", [Optional()])

    left_out = Maybe(formdata=MultiDict({"until-day": "", "until-month": " ", "until-year": ""}), meta={"csrf": False})
    assert left_out.validate()
    assert left_out.until.data is None


def test_a_select_keeps_its_choice(form: AskForm) -> None:
    form.subject.data = "sci"
    chosen = [o["value"] for o in _drawn(form.subject).all("option") if "selected" in o.attributes]
    assert chosen == ["sci"]
    assert Choice("sci", "Science").label in _drawn(form.subject).text


def test_a_text_with_a_nul_is_refused_at_its_field(client, world):
    client.sign_in(world.oakfield.network_manager)
    seen = client.send("/policy/rules/block", domain="games.example", reason="wet\0play")
    assert seen.status_code == 400
    assert "a character that no text has" in seen.page.text
