"""Releases: what was put in force, when, by whose acts; what is held and why; and the way back."""

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission
from ..core.refusals import BadPolicy, NotFound
from ..journeys import release_changes, release_files
from ..journeys import releases as journey
from . import access, checks_page, refused
from . import releases_page as shown
from .fields import Form
from .old_lists import old_lists
from .paging import pagination
from .plans import ShownPlan, shown_plan

pages = Blueprint("releases", __name__, url_prefix="/releases")
Shown = tuple[str, int] | Answer
A_PAGE, NAMES = 25, 100


class ReasonForm(Form):
    """Why somebody does what the page is about."""

    reason = w.TextAreaField("Why?", [InputRequired("Say why")], render_kw={"rows": 3})


class AcceptForm(ReasonForm):
    """The dangers that somebody accepts, each by itself, and the number of names where there are many."""

    objections = w.SelectMultipleField("Which of these do you accept?", [InputRequired("Choose what you accept")])
    typed = w.StringField("How many names change?", render_kw={"inputmode": "numeric", "width": 10})


@pages.get("")
@access.needs(Permission.SEE_POLICY)
def page() -> str:
    """All of them, the latest first."""
    at = _page_number()
    found, count = shown.releases(access.ports(), access.current_actor(), (at - 1) * A_PAGE, A_PAGE)
    last = max(1, -(-count // A_PAGE))
    if at > last:
        raise NotFound("There is no such page.")
    return render_template(
        "releases/page.html",
        releases=found,
        publishing=shown.publishing(access.ports(), access.current_actor()),
        paged=pagination(at, last, lambda n: url_for("releases.page", page=n)),
        publishes=access.current_actor().may(Permission.PUBLISH),
    )


@pages.get("/<int:number>")
@access.needs(Permission.SEE_POLICY)
def release(number: int) -> str:
    """One of them: what it changed for whom and why, what spoke against it, who did what."""
    actor = access.current_actor()
    return render_template(
        "releases/release.html",
        release=shown.release(access.ports(), actor, number),
        old=old_lists(access.ports(), actor),
        states=checks_page.states_of(access.ports(), actor, number),
        manages=actor.may(Permission.MANAGE_TARGETS),
        publishing=shown.publishing(access.ports(), actor),
        publishes=actor.may(Permission.PUBLISH),
        accepts=actor.may(Permission.ACCEPT_DANGER),
    )


@pages.get("/<int:number>/names")
@access.needs(Permission.SEE_POLICY)
def names(number: int) -> str:
    """The names that it changed for an audience, a page at a time."""
    audience, blocked, at = request.args.get("audience", ""), request.args.get("what") != "opened", _page_number()
    found, count = release_changes.names(
        access.ports(),
        access.current_actor(),
        number=number,
        audience=audience,
        blocked=blocked,
        first=(at - 1) * NAMES,
        most=NAMES,
    )
    last = max(1, -(-count // NAMES))
    if at > last:
        raise NotFound("There is no such page.")
    what = "blocked" if blocked else "opened"

    def address(page: int) -> str:
        return url_for("releases.names", number=number, audience=audience, what=what, page=page)

    return render_template(
        "releases/names.html",
        number=number,
        audience=audience,
        blocked=blocked,
        names=found,
        count=count,
        paged=pagination(at, last, address),
    )


@pages.get("/<int:number>/bundle.zip")
@access.needs(Permission.SEE_POLICY)
def bundle(number: int) -> Response:
    """Every target's files, the policy and a manifest with the hash of each, as one file to take away."""
    with access.ports().db.look() as session:
        found = journey.find(session, access.current_actor(), number)
        targets = journey.targets_of(session, found.school_id)
    file = release_files.bundle(access.ports(), found, targets)
    return send_file(file, "application/zip", as_attachment=True, download_name=f"release-{number}.zip", max_age=0)


@pages.get("/<int:number>/accept")
@access.needs(Permission.ACCEPT_DANGER)
@access.proven
def accept(number: int) -> Shown:
    """The dangers of a held release, to be accepted one by one."""
    return _accept(number, AcceptForm())


@pages.post("/<int:number>/accept")
@access.needs(Permission.ACCEPT_DANGER)
@access.proven
def save_acceptance(number: int) -> Shown:
    """Accept what was ticked. Once nothing is left it is published."""
    form = AcceptForm()
    _offer(form, number)
    if form.validate_on_submit():
        with refused.on(form):
            journey.accept(
                access.ports(),
                access.current_actor(),
                number=number,
                objections=form.objections.data,
                reason=form.reason.data,
                typed=form.typed.data or "",
            )
            flash(f"Accepted for release {number}.")
            return redirect(url_for("releases.release", number=number), 303)
    return _accept(number, form)


@pages.get("/<int:number>/go-back")
@access.needs(Permission.PUBLISH)
@access.proven
def go_back(number: int) -> Shown:
    """What going back to it would change."""
    return _go_back(number, ReasonForm())


@pages.post("/<int:number>/go-back")
@access.needs(Permission.PUBLISH)
@access.proven
def save_going_back(number: int) -> Shown:
    """Put it in force again, and hold."""
    form = ReasonForm()
    if form.validate_on_submit():
        with refused.on(form):
            journey.go_back(access.ports(), access.current_actor(), number=number, reason=form.reason.data)
            flash(f"Release {number} is in force again. No edit is published until you lift the hold.")
            return redirect(url_for("releases.page"), 303)
    return _go_back(number, form)


@pages.get("/hold")
@access.needs(Permission.PUBLISH)
def hold() -> Shown:
    """What holding means."""
    return _hold(ReasonForm())


@pages.post("/hold")
@access.needs(Permission.PUBLISH)
def save_hold() -> Shown:
    """Hold, or let go, whichever the page was about."""
    form = ReasonForm()
    if form.validate_on_submit():
        with refused.on(form):
            journey.hold(access.ports(), access.current_actor(), reason=form.reason.data)
            flash("No edit is published until you lift the hold.")
            return redirect(url_for("releases.page"), 303)
    return _hold(form)


@pages.get("/lift")
@access.needs(Permission.PUBLISH)
@access.proven
def lift() -> Shown:
    """What lifting the hold means."""
    return _lift(ReasonForm())


@pages.post("/lift")
@access.needs(Permission.PUBLISH)
@access.proven
def save_lift() -> Shown:
    """Publish edits again."""
    form = ReasonForm()
    if form.validate_on_submit():
        with refused.on(form):
            journey.lift_hold(access.ports(), access.current_actor(), reason=form.reason.data)
            flash("Edits are published again.")
            return redirect(url_for("releases.page"), 303)
    return _lift(form)


def _offer(form: AcceptForm, number: int) -> shown.ShownRelease:
    found = shown.release(access.ports(), access.current_actor(), number)
    form.objections.choices = [
        Choice(one.key, one.text, {"hint": _hint(one)}) for one in found.open_objections
    ]  # fmt: skip
    return found


def _hint(one: shown.ShownObjection) -> str:
    some = ", ".join(one.names.first) + (f" and {one.names.more:,} more. " if one.names.more else ". ")
    return (some if one.names.count else "") + f"Accepting it means: {one.accepting}"


def _accept(number: int, form: AcceptForm) -> Shown:
    found = _offer(form, number)
    return render_template("releases/accept.html", form=form, release=found), refused.status(form)


def _go_back(number: int, form: ReasonForm) -> Shown:
    found = shown.release(access.ports(), access.current_actor(), number)
    plan: ShownPlan | None = None
    try:
        plan = shown_plan(release_changes.difference(access.ports(), access.current_actor(), number=number))
    except BadPolicy as lost:
        form.form_errors.append(f"What it would change can't be told: {lost.message}.")
    return render_template("releases/go_back.html", form=form, release=found, plan=plan), refused.status(form)


def _hold(form: ReasonForm) -> Shown:
    return render_template("releases/hold.html", form=form), refused.status(form)


def _lift(form: ReasonForm) -> Shown:
    publishing = shown.publishing(access.ports(), access.current_actor())
    return render_template("releases/lift.html", form=form, publishing=publishing), refused.status(form)


def _page_number() -> int:
    given = request.args.get("page", "1")
    return int(given) if given.isascii() and given.isdecimal() and 0 < len(given) < 7 and int(given) else 1
