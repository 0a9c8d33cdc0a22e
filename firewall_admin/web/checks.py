"""Live checks: what the resolvers were seen to do, where they are asked, and asking at once."""

from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired, Optional  # type: ignore[import-untyped]

from ..core.people import Permission
from ..core.refusals import NotFound, Refusal
from ..journeys import check_plan, going_back, resolvers
from . import access, refused, targets_page
from . import checks_page as shown
from .fields import Form
from .paging import pagination
from .states import STATES

pages = Blueprint("checks", __name__)
Shown = tuple[str, int] | Answer
A_PAGE = 50
SEE, MANAGE = Permission.SEE_POLICY, Permission.MANAGE_TARGETS


class ResolverForm(Form):
    """Where to ask, from where, and as whose client."""

    address = w.StringField(
        "Address of the resolver",
        [InputRequired("Give its IP address")],
        description="Such as 10.0.0.2: what the school’s devices have as their DNS server",
        render_kw={"autocomplete": "off", "spellcheck": False, "width": 20},
    )
    port = w.StringField("Port", description="53 if you leave it empty", render_kw={"inputmode": "numeric", "width": 5})
    audience = w.SelectField("As whose client?", [Optional()])
    source = w.StringField(
        "Address to ask from",
        description="An address of this machine in that audience’s networks. The system’s choice if you leave it empty",
        render_kw={"autocomplete": "off", "spellcheck": False, "width": 20},
    )


@pages.get("/checks")
@access.needs(SEE)
def page() -> str:
    """What was found, the newest first."""
    at, finding, target = _page_number(), request.args.get("finding", ""), _target()
    found, count = shown.checks(
        access.ports(),
        access.current_actor(),
        target=target,
        finding=finding,
        first=(at - 1) * A_PAGE,
        most=A_PAGE,
    )
    last = max(1, -(-count // A_PAGE))
    if at > last:
        raise NotFound("There is no such page.")
    chosen = {"target": str(target) if target else "", "finding": finding if finding in shown.FINDINGS else ""}
    with access.ports().db.look() as session:
        wrong = shown.wrong(session, access.current_actor())
        goes_back = going_back.is_chosen(session, access.current_actor().school_id)
    return render_template(
        "checks/page.html",
        checks=found,
        count=count,
        wrong=wrong,
        chosen=chosen,
        targets=shown.targets(access.ports(), access.current_actor()),
        findings=[(name, STATES[name].words) for name in shown.FINDINGS],
        controls=[where.text for where in access.ports().controls],
        goes_back=goes_back,
        publishes=access.current_actor().may(Permission.PUBLISH),
        manages=access.current_actor().may(MANAGE),
        paged=pagination(at, last, lambda n: url_for("checks.page", page=n, target=target, finding=chosen["finding"])),
    )


@pages.post("/checks/going-back")
@access.needs(Permission.PUBLISH)
@access.proven
def choose() -> Answer:
    """Whether the service goes back to the last good release by itself."""
    wanted = request.form.get("goes_back") == "yes"
    going_back.choose(access.ports(), access.current_actor(), goes_back=wanted)
    flash("The service goes back by itself." if wanted else "Going back is left to people.")
    return redirect(url_for("checks.page"), 303)


@pages.post("/targets/<uuid:target>/check")
@access.needs(MANAGE)
def check_now(target: UUID) -> Answer:
    """Have a target checked at once."""
    try:
        count = check_plan.order(access.ports(), access.current_actor(), target=target)
        flash(f"{count} questions are being asked. Look again in a moment.")
    except NotFound:
        raise
    except Refusal as refusal:
        flash(refusal.message)
    return redirect(url_for("targets.target", target=target, _anchor="checks"), 303)


@pages.get("/targets/<uuid:target>/resolvers/add")
@access.needs(MANAGE)
@access.proven
def add(target: UUID) -> Shown:
    """The form."""
    return _add(target, _form(target))


@pages.post("/targets/<uuid:target>/resolvers/add")
@access.needs(MANAGE)
@access.proven
def save(target: UUID) -> Shown:
    """Ask there from now on."""
    form = _form(target)
    if form.validate_on_submit():
        with refused.on(form):
            resolvers.add(
                access.ports(),
                access.current_actor(),
                target=target,
                address=form.address.data or "",
                port=form.port.data or "",
                audience=form.audience.data or "",
                source=form.source.data or "",
            )
            flash("Checks ask there from now on.")
            return redirect(url_for("targets.target", target=target, _anchor="checks"), 303)
    return _add(target, form)


@pages.get("/targets/<uuid:target>/resolvers/<int:number>/remove")
@access.needs(MANAGE)
def remove(target: UUID, number: int) -> str:
    """What removing does, before it is done."""
    named, one = _resolver(target, number)
    return render_template("checks/remove.html", target=target, name=named, resolver=one)


@pages.post("/targets/<uuid:target>/resolvers/<int:number>/remove")
@access.needs(MANAGE)
def save_removal(target: UUID, number: int) -> Answer:
    """Ask there no more."""
    resolvers.remove(access.ports(), access.current_actor(), target=target, number=number)
    flash("Checks ask there no more.")
    return redirect(url_for("targets.target", target=target, _anchor="checks"), 303)


def _resolver(target: UUID, number: int) -> tuple[str, shown.ShownResolver]:
    name = targets_page.target(access.ports(), access.current_actor(), target).name
    _, found = shown.of_target(access.ports(), access.current_actor(), target, 0)
    if number >= len(found):
        raise NotFound("There is no such resolver.")
    return name, found[number]


def _form(target: UUID) -> ResolverForm:
    form = ResolverForm()
    found = targets_page.target(access.ports(), access.current_actor(), target)
    whoever = Choice("", "As the address below says")
    form.audience.choices = [whoever, *(Choice(name, name.capitalize()) for name in found.audiences)]
    if shown.is_proxy(access.ports(), access.current_actor(), target):
        form.address.label.text = "Address of the proxy"
        form.address.description = "Such as 10.0.0.8: what the school’s browsers have as their proxy"
        form.port.description = "3128 if you leave it empty"
    return form


def _add(target: UUID, form: ResolverForm) -> Shown:
    found = targets_page.target(access.ports(), access.current_actor(), target)
    proxy = shown.is_proxy(access.ports(), access.current_actor(), target)
    return render_template("checks/add.html", form=form, target=found, proxy=proxy), refused.status(form)


def _target() -> UUID | None:
    try:
        return UUID(request.args.get("target", ""))
    except ValueError:
        return None


def _page_number() -> int:
    given = request.args.get("page", "1")
    return int(given) if given.isascii() and given.isdecimal() and 0 < len(given) < 7 and int(given) else 1
