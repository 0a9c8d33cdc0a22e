"""The whole policy as a file, out and in, and settings of other products in."""

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, Response, make_response, render_template, url_for
from flask_wtf.file import FileField  # type: ignore[import-untyped]
from wtforms.validators import Length, Optional  # type: ignore[import-untyped]

from ..core.foreign import Brought
from ..core.people import Permission
from ..journeys import policy_import, policy_transfer, settings_import
from . import access, assignments, confirming, refused
from .confirming import Asking, Shown
from .fields import Form
from .uploads import handed_in, take_large

pages = Blueprint("policy_transfer", __name__, url_prefix="/policy/transfer")
take_large(pages, "restore", "bring")
CHANGE = Permission.CHANGE_POLICY
CHOOSE = "Choose a file."


class RestoreForm(Form):
    """A policy file, or a zip of one."""

    file = FileField("The file", description="What ‘Take it out’ gave you, or a policy.toml, of 32 MB at most")
    keep_school = w.BooleanField(
        "Leave this school’s name, time zone and own names as they are",
        render_kw={"legend": "A policy made for another school"},
    )
    draft = w.HiddenField()


class BringForm(Form):
    """Another product's settings."""

    file = FileField(
        "The file", description="From Pi-hole a Teleporter archive, from AdGuard Home its AdGuardHome.yaml"
    )
    title = w.StringField(
        "What to call the lists it becomes",
        [Optional(), Length(max=60)],
        description="For example ‘Old Pi-hole’. They are then ‘Old Pi-hole blocked’ and ‘Old Pi-hole allowed’",
    )
    to = w.SelectMultipleField("Put them in force for", description="Or for nobody yet: assign them later")
    draft = w.HiddenField()


@pages.get("")
@access.needs(Permission.SEE_POLICY)
def page() -> str:
    """What can be taken out, and brought in."""
    changes = access.current_actor().may(CHANGE)
    return render_template("policy_transfer/page.html", changes=changes)


@pages.get("/policy.zip")
@access.needs(Permission.SEE_POLICY)
def export() -> Response:
    """The present policy and its lists."""
    response = make_response(policy_transfer.export(access.ports(), access.current_actor()))
    response.mimetype = "application/zip"
    response.headers["Content-Disposition"] = 'attachment; filename="policy.zip"'
    return response


@pages.get("/restore")
@access.needs(CHANGE)
def restoring() -> Shown:
    """The form."""
    return _form(RestoreForm(), "restore")


@pages.post("/restore")
@access.needs(CHANGE)
def restore() -> Shown:
    """Its plan, then saved."""
    form = RestoreForm()
    if form.validate_on_submit():
        with refused.on(form):
            given = handed_in(form, CHOOSE, "file")
            answer = confirming.plan_or_save(
                form,
                lambda actor: policy_import.importing(
                    access.ports(), actor, data=given.data, source=given.source, keep_school=form.keep_school.data
                ),
                Asking(
                    f"Take the policy from {given.source}?",
                    "The policy was taken in.",
                    url_for("policy.page"),
                    url_for(".restoring"),
                    "Take it in",
                    danger=True,
                ),
                {"draft": given.draft},
                ("file", "draft"),
            )
            if answer:
                return answer
    return _form(form, "restore")


@pages.get("/bring")
@access.needs(CHANGE)
def bringing() -> Shown:
    """The form."""
    return _form(_bring_form(), "bring")


@pages.post("/bring")
@access.needs(CHANGE)
def bring() -> Shown:
    """Its plan with the report, then saved."""
    form = _bring_form()
    if form.validate_on_submit():
        with refused.on(form):
            given = handed_in(form, CHOOSE, "file")
            found = settings_import.bring(access.ports(), given.data)
            answer = confirming.plan_or_save(
                form,
                lambda actor: settings_import.bringing(
                    access.ports(),
                    actor,
                    data=given.data,
                    title=(form.title.data or "").strip() or found.product,
                    to=form.to.data or (),
                ),
                _asking(found),
                {"draft": given.draft},
                ("file", "draft"),
            )
            if answer:
                return answer
    return _form(form, "bring")


def _asking(found: Brought) -> Asking:
    return Asking(
        f"Bring in the settings of {found.product}?",
        "The settings were brought in.",
        url_for("lists.page"),
        url_for(".bringing"),
        "Bring them in",
        notes=found.notes,
        left=tuple((left.what, left.why) for left in found.left),
    )


def _bring_form() -> BringForm:
    form = BringForm()
    form.to.choices = assignments.assign_form().to.choices
    return form


def _form(form: Form, view: str) -> Shown:
    return render_template(f"policy_transfer/{view}.html", form=form), refused.status(form)
