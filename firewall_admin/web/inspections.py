"""Links for inspectors, and the view that they open: twelve questions, read only, for as long as the link lasts."""

from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired, NumberRange  # type: ignore[import-untyped]

from ..core.obligations import STRENGTHS
from ..core.people import Permission
from ..journeys import inspection_search as looking
from ..journeys import inspections as journey
from . import access, refused
from .fields import Form
from .reviews_page import STATES

pages = Blueprint("inspections", __name__)


class LinkForm(Form):
    """Whom it is for, and how long."""

    purpose = w.StringField(
        "Whom is it for?", [InputRequired("Say whom it is for")], description="Such as ‘Ofsted, 24 November’"
    )
    days = w.IntegerField(
        "For how many days?", [NumberRange(1, journey.LONGEST.days)], default=3, render_kw={"width": 2}
    )


@pages.get("/evidence/inspection")
@access.needs(Permission.SIGN_REVIEW)
def page() -> str:
    """The links there are, and the form for another."""
    return _page(LinkForm())[0]


@pages.post("/evidence/inspection")
@access.needs(Permission.SIGN_REVIEW)
@access.proven
def make() -> tuple[str, int]:
    """A link, shown this once."""
    form, token = LinkForm(), None
    if form.validate_on_submit():
        with refused.on(form):
            actor = access.current_actor()
            token = journey.make(access.ports(), actor, purpose=form.purpose.data, days=form.days.data)
    return _page(form, token)


@pages.post("/evidence/inspection/<uuid:inspection_link>/end")
@access.needs(Permission.SIGN_REVIEW)
def end(inspection_link: UUID) -> Response:
    """It opens nothing any more."""
    journey.end(access.ports(), access.current_actor(), link=inspection_link)
    flash("The link has ended.")
    return redirect(url_for(".page"), 303)


@pages.get("/inspection/<token>")
@access.public
def view(token: str) -> str:
    """What an inspector reads: no account, no button."""
    found = journey.read(access.ports(), token)
    return render_template("inspection/view.html", found=found, states=STATES, strengths=STRENGTHS, token=token)


@pages.get("/inspection/<token>/search")
@access.public
def search(token: str) -> str:
    """Why a site is open or blocked, who decided it and when: nothing that a governor does not read."""
    found = looking.search(access.ports(), token, request.args.get("words", ""))
    return render_template("inspection/search.html", found=found, token=token)


@pages.get("/inspection/<token>/decisions/<int:number>")
@access.public
def decision(token: str, number: int) -> str:
    """The record of a decision, without who asked."""
    found = looking.decision(access.ports(), token, number)
    return render_template("inspection/decision.html", record=found, token=token)


def _page(form: LinkForm, token: str | None = None) -> tuple[str, int]:
    ports, actor = access.ports(), access.current_actor()
    link = url_for(".view", token=token, _external=True) if token else None
    found, now = journey.links(ports, actor), ports.clock()
    shown = render_template("inspection/links.html", form=form, links=found, link=link, now=now)
    return shown, refused.status(form) if request.method == "POST" else 200
