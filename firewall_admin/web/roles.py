"""What a person is: changed by the administrator, approved or refused by the headteacher."""

from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission, Role
from ..journeys import roles as journey
from . import access, people_page, refused
from .fields import Form
from .people import ROLES, link

pages = Blueprint("roles", __name__, url_prefix="/people")
Shown = tuple[str, int] | Response


class RoleForm(Form):
    """One of the roles."""

    role = w.RadioField("What are they at the school?", [InputRequired("Select what they are")], choices=ROLES)


class RefusalForm(Form):
    """Why not."""

    reason = w.TextAreaField(
        "Why not?", [InputRequired("Enter why not")], description="It is kept in the trail.", render_kw={"rows": 3}
    )


@pages.get("/<uuid:person>/role")
@access.needs(Permission.MANAGE_PEOPLE)
@access.proven
def change(person: UUID) -> Shown:
    """The form, with what they are now."""
    shown = people_page.person(access.ports(), access.current_actor(), person)
    return _change(RoleForm(role=shown.role_value), shown)


@pages.post("/<uuid:person>/role")
@access.needs(Permission.MANAGE_PEOPLE)
@access.proven
def save(person: UUID) -> Shown:
    """Make them that, or put it before the headteacher."""
    shown = people_page.person(access.ports(), access.current_actor(), person)
    form = RoleForm()
    if form.validate_on_submit():
        with refused.on(form):
            is_so = journey.change_role(access.ports(), access.current_actor(), person=person, role=form.role.data)
            words = Role(form.role.data).words.lower()
            flash(
                f"{shown.name} is {words} now."
                if is_so
                else f"The headteacher has to approve {shown.name} as {words}. Until then nothing changes."
            )
            return redirect(url_for("people.person", person=person), 303)
    return _change(form, shown)


@pages.post("/proposals/<uuid:role_proposal>/approve")
@access.needs(Permission.APPROVE_ROLES)
@access.proven
def approve(role_proposal: UUID) -> str | Response:
    """The headteacher's word; and the new link, where one was made that is not mailed."""
    shown = people_page.proposal(access.ports(), access.current_actor(), role_proposal)
    made = journey.approve(access.ports(), access.current_actor(), proposal=role_proposal)
    if made and made.token:
        return render_template("roles/approved.html", proposal=shown, link=link(made.token))
    sent = " A new link to set a password is on its way to them by mail: the old one has ended." if made else ""
    flash(f"{shown.name} is {shown.role} now.{sent}")
    return redirect(url_for("people.page"), 303)


@pages.get("/proposals/<uuid:role_proposal>/refuse")
@access.needs(Permission.APPROVE_ROLES)
@access.proven
def refuse(role_proposal: UUID) -> Shown:
    """The form."""
    return _refuse(RefusalForm(), role_proposal)


@pages.post("/proposals/<uuid:role_proposal>/refuse")
@access.needs(Permission.APPROVE_ROLES)
@access.proven
def save_refusal(role_proposal: UUID) -> Shown:
    """The headteacher's no."""
    people_page.proposal(access.ports(), access.current_actor(), role_proposal)
    form = RefusalForm()
    if form.validate_on_submit():
        with refused.on(form):
            journey.refuse(access.ports(), access.current_actor(), proposal=role_proposal, reason=form.reason.data)
            flash("Refused. They stay what they are.")
            return redirect(url_for("people.page"), 303)
    return _refuse(form, role_proposal)


def _change(form: Form, shown: people_page.ShownPerson) -> Shown:
    return render_template("roles/change.html", form=form, person=shown), refused.status(form)


def _refuse(form: Form, role_proposal: UUID) -> Shown:
    proposal = people_page.proposal(access.ports(), access.current_actor(), role_proposal)
    return render_template("roles/refuse.html", form=form, proposal=proposal), refused.status(form)
