"""Forms: WTForms fields, drawn by the macros of govuk-frontend-jinja.

A form says everything about its fields: the label (for radios, checkboxes and dates it is the legend), the hint as
`description`, and in `render_kw` what the control needs: `autocomplete`, `inputmode`, `spellcheck`, `width` (in
characters: 2, 3, 4, 5, 10, 20 or 30), `rows`, `maxlength` (counted down), `prefix`, `suffix`, `size` of the label
(s, m, l, xl), `heading` (the label is the page's h1), `inline`, `small`, and for a single checkbox its `legend`.
Whatever else stands there becomes an attribute. A choice may have a `hint` and a `divider` before it.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import wtforms as w  # type: ignore[import-untyped]
from flask import current_app
from flask_wtf import FlaskForm  # type: ignore[import-untyped]
from flask_wtf.file import FileField  # type: ignore[import-untyped]
from markupsafe import Markup, escape

from ..core.refusals import Refusal
from .dayfield import PARTS, DayField

Params = dict[str, Any]
_CONTROLS = re.compile(r' data-aria-controls="[^"]*"')


_ACTS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class Form(FlaskForm):  # type: ignore[misc]
    """The form of a page: filled from the request when it was sent, checked by `validate_on_submit()`."""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """As every form; and no text may hold what acts on a terminal, turns the direction of reading, or (NUL) is kept
        by no database."""
        good = bool(super().validate(*args, **kwargs))
        for one in self:
            if isinstance(one.data, str) and _ACTS.search(one.data):
                one.errors = [*one.errors, "This holds a character that no text has. Type it anew."]
                good = False
        return good

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field; where it names none of ours, above the form."""
        field = self._fields.get(refusal.field)
        if field is None:
            self.form_errors.append(refusal.message)
        else:
            field.errors = [*field.errors, refusal.message]


def field(one: w.Field, reveals: dict[str, Markup] | None = None, **more: Any) -> Markup:
    """A field as HTML. `reveals` shows more below a choice, by its value; `more` overrides `render_kw`."""
    if isinstance(one, w.HiddenField):
        return Markup('<input type="hidden" name="{}" value="{}">').format(one.name, one._value())
    draw = next(DRAWN[kind] for kind in type(one).__mro__ if kind in DRAWN)
    return draw(one, {**(one.render_kw or {}), **more, "reveals": reveals or {}})


def summary(form: w.Form) -> Markup:
    """What is wrong with a form, each point a link to the control that mends it; nothing where nothing is wrong."""
    points: list[Params] = [{"text": text} for text in form.form_errors]
    for one in _leaves(form):
        target = focus(one)
        link = {"href": f"#{target}"} if target else {}
        points += [{"text": one.errors[0], **link}] if one.errors else []
    return _macro("error-summary", {"titleText": "There is a problem", "errorList": points}) if points else Markup("")


def focus(one: w.Field) -> str | None:
    """The id of the control of a field that can take focus: of radios the first, of a date the first wrong input."""
    if isinstance(one, w.HiddenField):
        return None
    return one.focus if isinstance(one, DayField) else str(one.id)


def _leaves(form: Any) -> Iterator[w.Field]:
    for one in form:
        if isinstance(one, w.FormField | w.FieldList):
            yield from _leaves(one)
        else:
            yield one


def _input(one: w.Field, options: Params) -> Markup:
    kind = {w.EmailField: "email", w.TelField: "tel", w.SearchField: "search"}.get(type(one), "text")
    params = _labelled(one, options) | {"type": kind, "value": one._value()}
    if isinstance(one, w.IntegerField):
        params["inputmode"] = "numeric"
    for name in ("autocomplete", "inputmode", "spellcheck", "autocapitalize", "pattern"):
        if name in options:
            params[name] = options.pop(name)
    for name in ("prefix", "suffix"):
        if name in options:
            params[name] = {"text": options.pop(name)}
    if "width" in options:
        params["classes"] = f"govuk-input--width-{options.pop('width')}"
    return _macro("input", _finished(params, options))


def _password(one: w.Field, options: Params) -> Markup:
    params = _labelled(one, options) | {"autocomplete": options.pop("autocomplete", "current-password")}
    return _macro("password-input", _finished(params, options))


def _textarea(one: w.Field, options: Params) -> Markup:
    params = _labelled(one, options) | {"value": one._value(), "rows": str(options.pop("rows", 5))}
    params |= {name: options.pop(name) for name in ("autocomplete", "spellcheck") if name in options}
    if "maxlength" in options:
        params |= {"maxlength": options.pop("maxlength"), "threshold": "50"}
        return _macro("character-count", _finished(params, options))
    return _macro("textarea", _finished(params, options))


def _file(one: w.Field, options: Params) -> Markup:
    return _macro("file-upload", _finished(_labelled(one, options), options))


def _select(one: w.Field, options: Params) -> Markup:
    items = [{"value": c.value, "text": c.label, "selected": c.selected} for c in one.iter_choices()]
    return _macro("select", _finished(_labelled(one, options) | {"items": items}, options))


def _radios(one: w.Field, options: Params) -> Markup:
    return _revealed_by_style(_macro("radios", _group(one, options)))


def _checkboxes(one: w.Field, options: Params) -> Markup:
    return _revealed_by_style(_macro("checkboxes", _group(one, options)))


def _revealed_by_style(drawn: Markup) -> Markup:
    """Without what makes a script mark a radio as `aria-expanded`, which a radio may not be (ARIA 1.2).

    A style sheet shows what a choice reveals, and does so without scripts too.
    """
    return Markup(_CONTROLS.sub("", drawn))  # noqa: S704  (the macro's own output, less an attribute)


def _checkbox(one: w.Field, options: Params) -> Markup:
    """A single one: its label is the box's, so the group needs a legend of its own."""
    item = {"value": "y", "text": one.label.text, "checked": bool(one.data)}
    params = _legended(one, options, options.pop("legend")) | {"idPrefix": one.id, "name": one.name, "items": [item]}
    return _macro("checkboxes", _finished(params, options))


def _day(one: DayField, options: Params) -> Markup:
    items = [
        {
            "id": f"{one.id}-{part}",
            "name": one.input_name(part),
            "label": part.capitalize(),
            "value": typed,
            "classes": f"govuk-input--width-{4 if part == 'year' else 2}"
            + (" govuk-input--error" if part in (one.wrong or PARTS) and one.errors else ""),
        }
        for part, typed in zip(PARTS, one.parts, strict=True)
    ]
    params = _legended(one, options, one.label.text) | {"id": one.id, "items": items}
    return _macro("date-input", _finished(params, options))


def _submit(one: w.Field, options: Params) -> Markup:
    params = {"text": one.label.text, "name": one.name, "value": "y", "preventDoubleClick": True}
    return _macro("button", _finished(params, options))


DRAWN: dict[type, Callable[[Any, Params], Markup]] = {
    w.StringField: _input,
    w.IntegerField: _input,
    w.PasswordField: _password,
    w.TextAreaField: _textarea,
    FileField: _file,
    w.SelectField: _select,
    w.RadioField: _radios,
    w.SelectMultipleField: _checkboxes,
    w.BooleanField: _checkbox,
    DayField: _day,
    w.SubmitField: _submit,
}
"""How each kind of field is drawn, the nearest class first."""


def _told(one: w.Field) -> Params:
    """Hint and error."""
    hint = {"hint": {"text": one.description}} if one.description else {}
    return hint | ({"errorMessage": {"text": one.errors[0]}} if one.errors else {})


def _labelled(one: w.Field, options: Params) -> Params:
    size, heading = options.pop("size", None), options.pop("heading", False)
    label = {"text": _words(one.label.text), "isPageHeading": heading}
    if size:
        label["classes"] = f"govuk-label--{size}"
    return {"id": one.id, "name": one.name, "label": label} | _told(one)


def _legended(one: w.Field, options: Params, text: str) -> Params:
    size, heading = options.pop("size", "s"), options.pop("heading", False)
    classes = f"govuk-fieldset__legend--{size}"
    legend = {"text": _words(text), "classes": classes, "isPageHeading": heading}
    return {"fieldset": {"legend": legend}} | _told(one)


def _group(one: w.Field, options: Params) -> Params:
    component = "radios" if isinstance(one, w.RadioField) else "checkboxes"
    looks = [f"govuk-{component}--{look}" for look in ("inline", "small") if options.pop(look, False)]
    params = _legended(one, options, one.label.text) | {"idPrefix": one.id, "name": one.name}
    params |= {"items": list(_items(one, options)), "classes": " ".join(looks)}
    return _finished(params, options)


def _items(one: w.Field, options: Params) -> Iterator[Params]:
    for choice in one.iter_choices():
        kw = choice.render_kw or {}
        if "divider" in kw:
            yield {"divider": kw["divider"]}
        item = {"value": choice.value, "text": choice.label, "checked": choice.selected}
        item |= {"hint": {"text": kw["hint"]}} if "hint" in kw else {}
        shown = options["reveals"].get(choice.value)
        yield item | ({"conditional": {"html": shown}} if shown else {})


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("a field without words: whoever can't see the page would not know what it is for")
    return text


def _finished(params: Params, options: Params) -> Params:
    """With whatever option nobody took as an attribute of the control."""
    attributes = {name: value for name, value in options.items() if name != "reveals"}
    return params | ({"attributes": attributes} if attributes else {})


def _macro(component: str, params: Params) -> Markup:
    template = current_app.jinja_env.get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    name = "govuk" + "".join(word.capitalize() for word in component.split("-"))
    return escape(getattr(template.module, name)(params))
