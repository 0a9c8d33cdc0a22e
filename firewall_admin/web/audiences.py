"""Who is filtered alike."""

from dataclasses import asdict
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, render_template, url_for
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission
from ..core.refusals import Refusal
from ..core.terms import Kind
from ..journeys import audiences as journey
from . import access, confirming, refused
from .confirming import Asking, Shown
from .fields import Form
from .timetables import lines
from .wishes import Wish

pages = Blueprint("audiences", __name__, url_prefix="/policy/audiences")
CHANGE = Permission.CHANGE_POLICY
ANSWERS = [
    Choice("nxdomain", "As if it did not exist", {"hint": "Works everywhere, and sites fail at once"}),
    Choice("null", "With no address", {"hint": "0.0.0.0 and ::"}),
    Choice("sinkhole", "With the block page", {"hint": "Its addresses are below. Secure sites show a warning instead"}),
]
YOUTUBE = [Choice("off", "Off"), Choice("moderate", "Moderate"), Choice("strict", "Strict")]


class ChangeForm(Form):
    """All about an audience but its name."""

    networks = w.TextAreaField(
        "Networks, one a line",
        description="Such as 10.20.0.0/16 or 2001:db8:20::/48. Of networks inside each other the smaller wins",
        render_kw={"rows": 4, "spellcheck": False},
    )
    answer = w.RadioField("How is a blocked name answered?", choices=ANSWERS, default="nxdomain")
    sinkhole = w.StringField(
        "Addresses of the block page",
        description="One IPv4 and one IPv6 address at most, with a space between",
        render_kw={"autocomplete": "off", "spellcheck": False},
    )
    safe_search = w.BooleanField("Steer search engines to their safe search", render_kw={"legend": "Safe search"})
    youtube = w.RadioField("YouTube’s Restricted Mode", choices=YOUTUBE, default="off", render_kw={"inline": True})
    anti_bypass = w.BooleanField(
        "Tell browsers and phones not to go round the school’s resolver",
        render_kw={"legend": "Ways round the filter"},
        default=True,
    )
    essential = w.BooleanField(
        "Keep sites open that lessons and devices need, where a list would block them",
        render_kw={"legend": "Essential names"},
        default=True,
    )

    def wanted(self, name: str) -> journey.Wanted:
        """What the form says."""
        return journey.Wanted(
            name,
            tuple(lines(self.networks.data)),
            self.answer.data,
            tuple((self.sinkhole.data or "").replace(",", " ").split()),
            self.safe_search.data,
            self.youtube.data,
            self.anti_bypass.data,
            self.essential.data,
        )


class AudienceForm(ChangeForm):
    """And its name."""

    name = w.StringField(
        "Name",
        [InputRequired("Enter a name")],
        description="Small letters, digits and hyphens, such as ‘pupils’. It can’t be changed later",
        render_kw={"width": 20, "autocomplete": "off", "spellcheck": False},
    )


@pages.get("/new")
@access.needs(CHANGE)
def new() -> Shown:
    """The form."""
    return _new(AudienceForm())


@pages.post("/new")
@access.needs(CHANGE)
def save_new() -> Shown:
    """Its plan, then saved."""
    form = AudienceForm()
    return confirming.answered(
        form,
        lambda actor: journey.adding(access.ports(), actor, form.wanted(form.name.data.strip())),
        Asking("Add this audience?", "The audience was added.", url_for("policy.page"), url_for(".new")),
        lambda: _new(form),
    )


@pages.get("/<uuid:audience>")
@access.needs(CHANGE)
def change(audience: UUID) -> Shown:
    """The form, with what is known."""
    now = _now(audience)
    values = {
        "networks": "\n".join(now.networks),
        "answer": now.answer,
        "sinkhole": " ".join(now.sinkhole),
        "safe_search": now.safe_search,
        "youtube": now.youtube,
        "anti_bypass": now.anti_bypass,
        "essential": now.essential,
    }
    return _change(ChangeForm(**values), now.name)


@pages.post("/<uuid:audience>")
@access.needs(CHANGE)
def save(audience: UUID) -> Shown:
    """Its plan, then saved."""
    form, name = ChangeForm(), _now(audience).name
    back, wish = url_for(".change", audience=audience), _wish(audience, form, name)
    return confirming.answered(
        form,
        lambda actor: journey.changing(access.ports(), actor, audience=audience, wanted=form.wanted(name)),
        Asking(f"Change {name}?", "Saved.", url_for("policy.page"), back, wish=wish),
        lambda: _change(form, name),
    )


@pages.route("/<uuid:audience>/remove", methods=["GET", "POST"])
@access.needs(CHANGE)
def remove(audience: UUID) -> Shown:
    """Its plan, then removed."""
    name, here = _now(audience).name, url_for("policy.page")
    return confirming.plan_first(
        lambda actor: journey.removing(access.ports(), actor, audience=audience),
        Asking(f"Remove {name}?", f"{name} was removed.", here, here, "Remove audience", danger=True),
    )


def _wish(audience: UUID, form: ChangeForm, name: str) -> Wish | None:
    """The change as it can be asked for; None where the form can't be read, which the plan says."""
    try:
        return Wish(Kind.AUDIENCE, {"audience": str(audience), "wanted": asdict(form.wanted(name))})
    except Refusal:
        return None


def _now(audience: UUID) -> journey.Wanted:
    with access.ports().db.look() as session:
        return journey.wanted_of(journey.find(session, access.current_actor(), audience))


def _new(form: Form) -> Shown:
    return render_template("audiences/new.html", form=form), refused.status(form)


def _change(form: Form, name: str) -> Shown:
    return render_template("audiences/change.html", form=form, name=name), refused.status(form)
