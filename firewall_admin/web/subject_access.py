"""What is kept of a person, for somebody who asks to have it: looked through first, then handed out."""

from typing import Any
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, Response, render_template
from sqlalchemy import select
from wtforms import SelectChoice as Choice

from ..core.people import Permission
from ..core.refusals import Refusal
from ..db.tables import Person
from ..journeys import subject_access as journey
from . import access, refused, report_steps, words_only
from .fields import Form

pages = Blueprint("subject_access", __name__, url_prefix="/reports/subject-access")
words_only.take(pages)


class WhoForm(Form):
    """A pupil or a member of staff."""

    pupil = report_steps.pupil("A pupil", "By the school’s reference, or by the name where one is kept")
    staff = w.SelectField("Or a member of staff", default="")


@pages.get("")
@access.needs(Permission.SAFEGUARD)
def page() -> str:
    """The form."""
    return render_template("subject_access/page.html", form=_form())


@pages.post("")
@access.needs(Permission.SAFEGUARD)
def take() -> Response | tuple[str, int]:
    """All of it, as a file. To take it out is an act, and on record."""
    form = _form()
    found = report_steps.taken(form, lambda: _found(form))
    if found is None:
        return render_template("subject_access/page.html", form=form), refused.status(form)
    headers = {"Content-Disposition": 'attachment; filename="subject-access.json"'}
    return Response(found[0].as_json(), content_type="application/json; charset=utf-8", headers=headers)


def _form() -> Any:
    form, actor = WhoForm(), access.current_actor()
    with access.ports().db.look() as session:
        people = select(Person.id, Person.name).where(Person.school_id == actor.school_id).order_by(Person.name)
        form.staff.choices = [Choice("", "Nobody"), *(Choice(str(id_), name) for id_, name in session.execute(people))]
    return form


def _found(form: Any) -> journey.Everything:
    ports, actor = access.ports(), access.current_actor()
    if form.staff.data and form.pupil.data:
        raise Refusal("Choose one person, not two.", "pupil")
    if form.staff.data:
        return journey.of_staff(ports, actor, person=UUID(form.staff.data))
    return journey.of_pupil(ports, actor, pupil=form.pupil.data or "")
