"""Every platform that comes with the product, and blocking one with one choice."""

from flask import Blueprint, render_template, request, url_for

from ..core.people import Permission
from . import access, assignments, platforms_page, refused
from .confirming import Asking, Shown

pages = Blueprint("platforms", __name__, url_prefix="/policy/platforms")


@pages.get("")
@access.needs(Permission.SEE_POLICY)
def page() -> str:
    """All of them, or those a search finds."""
    ports, query, category = access.ports(), request.args.get("q", "")[:100], request.args.get("category", "")
    found = platforms_page.every(ports, access.current_actor(), query, category)
    categories = platforms_page.categories(ports)
    return render_template("platforms/page.html", found=found, query=query, category=category, categories=categories)


@pages.get("/<platform>")
@access.needs(Permission.SEE_POLICY)
def one(platform: str) -> Shown:
    """Its facts, and the form to block it."""
    facts = platforms_page.one(access.ports(), access.current_actor(), platform)
    return _one(facts, assignments.assign_form(facts.keep_open))


@pages.post("/<platform>")
@access.needs(Permission.BLOCK, Permission.CHANGE_POLICY)
def block(platform: str) -> Shown:
    """The plan, then saved."""
    facts = platforms_page.one(access.ports(), access.current_actor(), platform)
    form, here = assignments.assign_form(facts.keep_open), url_for(".one", platform=platform)
    name = facts.platform.name
    asking = Asking(f"Block {name}?", f"{name} is blocked with the next release.", here, here, "Block it")
    return assignments.answer(form, platform, asking) or _one(facts, form)


def _one(facts: platforms_page.Facts, form: assignments.AssignForm) -> Shown:
    actor = access.current_actor()
    if not actor.may(Permission.CHANGE_POLICY):
        form.keep_open.choices = []
    page = render_template(
        "platforms/one.html",
        form=form,
        facts=facts,
        blocks=actor.may(Permission.BLOCK) or actor.may(Permission.CHANGE_POLICY),
        changes=actor.may(Permission.CHANGE_POLICY),
    )
    return page, refused.status(form)
