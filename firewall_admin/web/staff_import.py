"""Bringing in a staff list: choose the file, see what it would do, then do it."""

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, render_template
from flask_wtf.file import FileField, FileRequired  # type: ignore[import-untyped]
from werkzeug.wrappers import Response

from ..core.people import Permission
from ..journeys import staff_import as journey
from . import access, refused
from .fields import Form
from .people import link

pages = Blueprint("staff_import", __name__, url_prefix="/people/import")
Shown = tuple[str, int] | Response


class FileForm(Form):
    """The file."""

    file = FileField(
        "CSV file",
        [FileRequired("Choose a file")],
        description="One person a line: name, e-mail address, role. "
        "For example: Gwen Hughes,g.hughes@oakfield.example,teacher",
        render_kw={"accept": ".csv,text/csv"},
    )


class BringForm(Form):
    """What was read, carried through the dry run."""

    text = w.HiddenField()


@pages.get("")
@access.needs(Permission.MANAGE_PEOPLE)
@access.proven
def page() -> Shown:
    """The form."""
    return _form(FileForm())


@pages.post("")
@access.needs(Permission.MANAGE_PEOPLE)
@access.proven
def check() -> Shown:
    """The dry run: what would happen, or every line that is wrong."""
    form = FileForm()
    if form.validate_on_submit():
        with refused.on(form):
            content = form.file.data.read(journey.LARGEST + 1)
            return _checked(form, content)
    return _form(form)


@pages.post("/bring")
@access.needs(Permission.MANAGE_PEOPLE)
@access.proven
def bring() -> Shown:
    """Do it, and show everyone's link: by this answer and never again."""
    form = BringForm()
    file_form = FileForm(formdata=None)
    if form.validate_on_submit():
        with refused.on(file_form):
            brought = journey.bring_in(access.ports(), access.current_actor(), content=(form.text.data or "").encode())
            links = [(each.name, each.email, link(each.token)) for each in brought.invited if not each.mailed]
            mailed = [(each.name, each.email) for each in brought.invited if each.mailed]
            return render_template("staff_import/done.html", brought=brought, links=links, mailed=mailed), 200
    return _form(file_form)


def _checked(form: Form, content: bytes) -> Shown:
    try:
        brought = journey.preview(access.ports(), access.current_actor(), content=content)
    except journey.BadStaffFile as bad:
        form.refuse(bad)
        return _form(form, bad.errors)
    carried = BringForm(formdata=None, text=journey.text(content))
    return render_template("staff_import/check.html", brought=brought, carried=carried), 200


def _form(form: Form, errors: tuple[journey.LineError, ...] = ()) -> Shown:
    return render_template("staff_import/page.html", form=form, errors=errors), refused.status(form)
