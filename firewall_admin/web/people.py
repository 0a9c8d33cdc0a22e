"""The people of the school: who they are, and how they come and go. What they are is in `roles.py`."""

from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission, Role
from ..journeys import people as journey
from ..journeys import resets
from . import access, lost_factors_page, people_page, refused, resets_page
from .fields import Form

pages = Blueprint("people", __name__, url_prefix="/people")
Shown = tuple[str, int] | Response
MANAGE = Permission.MANAGE_PEOPLE
HINTS = {
    Role.TEACHER: "Asks for sites, and sees what became of it",
    Role.NETWORK_MANAGER: "Looks after lists, rules, releases and targets, and advises on what is asked for",
    Role.HEADTEACHER: "Decides what is opened, signs the policy, approves roles",
    Role.DEPUTY: "Decides in the headteacher's place on days that the headteacher names",
    Role.SAFEGUARDING_LEAD: "Sees everything, and may block at once",
    Role.GOVERNOR: "Sees the policy and the trail, changes nothing",
    Role.ADMINISTRATOR: "Invites people and looks after the service; no say in the policy",
}
ROLES = [Choice(role.value, role.words, {"hint": HINTS[role]}) for role in Role]


class PersonForm(Form):
    """A name and an address."""

    name = w.StringField(
        "Name", [InputRequired("Enter the person’s name")], render_kw={"autocomplete": "off", "spellcheck": False}
    )
    email = w.EmailField(
        "E-mail address", [InputRequired("Enter the person’s e-mail address")], render_kw={"autocomplete": "off"}
    )


class InviteForm(PersonForm):
    """And what they are."""

    role = w.RadioField("What are they at the school?", [InputRequired("Select what they are")], choices=ROLES)


@pages.get("")
@access.needs(MANAGE, Permission.APPROVE_ROLES)
def page() -> str:
    """Everyone, and what waits for the headteacher."""
    ports, actor = access.ports(), access.current_actor()
    return render_template(
        "people/page.html",
        people=people_page.people(ports, actor),
        proposals=people_page.proposals(ports, actor),
        manages=actor.may(MANAGE),
        approves=actor.may(Permission.APPROVE_ROLES),
        delegates=actor.may(Permission.DELEGATE),
    )


@pages.get("/invite")
@access.needs(MANAGE)
def invite() -> Shown:
    """The form."""
    return _invite(InviteForm())


@pages.post("/invite")
@access.needs(MANAGE)
def send_invitation() -> Shown:
    """Invite. Where the link is not mailed it is shown by this answer and never again, and nothing redirects."""
    form = InviteForm()
    if form.validate_on_submit():
        with refused.on(form):
            invited = journey.invite(
                access.ports(),
                access.current_actor(),
                name=form.name.data,
                email=form.email.data,
                role=form.role.data,
            )
            if invited.mailed:
                return _mailed(invited.person, f"{invited.name} gets the link by mail.")
            return _link(invited.name, invited.token, waits=invited.waits), 200
    return _invite(form)


@pages.get("/<uuid:person>")
@access.needs(MANAGE, Permission.APPROVE_ROLES)
def person(person: UUID) -> str:
    """One of them, and what can be done."""
    ports, actor = access.ports(), access.current_actor()
    return render_template(
        "people/person.html",
        person=people_page.person(ports, actor, person),
        proposals=people_page.proposals(ports, actor, person),
        manages=actor.may(MANAGE),
        approves=actor.may(Permission.APPROVE_ROLES),
        reset=resets_page.open_for(ports, actor, person),
        lost=lost_factors_page.open_for(ports, actor, person),
    )


@pages.get("/<uuid:person>/correct")
@access.needs(MANAGE)
@access.proven
def correct(person: UUID) -> Shown:
    """The form, with what is known."""
    shown = people_page.person(access.ports(), access.current_actor(), person)
    return _correct(PersonForm(name=shown.name, email=shown.email), shown)


@pages.post("/<uuid:person>/correct")
@access.needs(MANAGE)
@access.proven
def save_correction(person: UUID) -> Shown:
    """Write it as it should be."""
    shown = people_page.person(access.ports(), access.current_actor(), person)
    form = PersonForm()
    if form.validate_on_submit():
        with refused.on(form):
            journey.correct(
                access.ports(), access.current_actor(), person=person, name=form.name.data, email=form.email.data
            )
            flash("Saved.")
            return redirect(url_for("people.person", person=person), 303)
    return _correct(form, shown)


@pages.get("/<uuid:person>/reset")
@access.needs(MANAGE)
@access.proven
def reset(person: UUID) -> str:
    """What a new link does, before it is made, and whether it takes a second person."""
    ports, actor = access.ports(), access.current_actor()
    shown = people_page.person(ports, actor, person)
    takes_two = resets_page.takes_two(ports, actor, person)
    return render_template("people/reset.html", person=shown, takes_two=takes_two, sends=ports.send is not None)


@pages.post("/<uuid:person>/reset")
@access.needs(MANAGE)
@access.proven
def make_link(person: UUID) -> str | Response:
    """Make it, or ask a second person. Where it is shown, it is by this answer and never again."""
    outcome = resets.ask(access.ports(), access.current_actor(), person=person)
    name = people_page.person(access.ports(), access.current_actor(), person).name
    if outcome.state == "shown":
        return _link(name, outcome.token)
    if outcome.state == "mailed":
        return _mailed(person, f"{name} gets the link by mail.")
    flash("A second person has to confirm this. They have been told.")
    return redirect(url_for("resets.page", password_reset=outcome.reset), 303)


@pages.get("/<uuid:person>/end")
@access.needs(MANAGE)
@access.proven
def end(person: UUID) -> str:
    """What ending somebody's access does, before it is done."""
    shown = people_page.person(access.ports(), access.current_actor(), person)
    return render_template("people/end.html", person=shown)


@pages.post("/<uuid:person>/end")
@access.needs(MANAGE)
@access.proven
def end_access(person: UUID) -> Response:
    """End it."""
    name = people_page.person(access.ports(), access.current_actor(), person).name
    journey.end_access(access.ports(), access.current_actor(), person=person)
    flash(f"{name} can no longer sign in.")
    return redirect(url_for("people.page"), 303)


def link(token: str) -> str:
    """The whole address of an invitation, to be handed over."""
    return url_for("invitations.page", token=token, _external=True)


def _mailed(person: UUID, said: str) -> Response:
    flash(said)
    return redirect(url_for(".person", person=person), 303)


def _link(name: str, token: str, waits: bool = False) -> str:
    return render_template("people/link.html", name=name, link=link(token), waits=waits)


def _invite(form: Form) -> Shown:
    sends = access.ports().send is not None
    return render_template("people/invite.html", form=form, sends=sends), refused.status(form)


def _correct(form: Form, shown: people_page.ShownPerson) -> Shown:
    return render_template("people/correct.html", form=form, person=shown), refused.status(form)
