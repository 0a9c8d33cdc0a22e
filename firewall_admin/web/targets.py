"""Targets: the devices and folders that are given releases, how each is set up, and whether it gets them."""

from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired, Optional  # type: ignore[import-untyped]

from ..adapters import kept_files
from ..core.export import Loss
from ..core.people import Actor, Permission
from ..core.refusals import Busy, NotFound, Refusal
from ..journeys import feed_tokens, release_files
from ..journeys import targets as journey
from ..journeys.release_contents import ANYWHERE, loss_key
from ..journeys.releases import published
from . import access, checks_page, refused
from . import targets_page as shown
from .fields import Form
from .old_lists import old_lists

pages = Blueprint("targets", __name__, url_prefix="/targets")
Shown = tuple[str, int] | Answer
MANAGE = Permission.MANAGE_TARGETS
LAST_CHECKS = 5


class TargetForm(Form):
    """What a target is to be. `accepted` is offered once it is known what would be lost."""

    name = w.StringField(
        "Name of the device",
        [InputRequired("Give the target a name by which people know the device")],
        description="Such as: firewall in the server room",
        render_kw={"autocomplete": "off", "spellcheck": False},
    )
    audiences = w.SelectMultipleField("For whom does it filter?", [InputRequired("Choose for whom it filters")])
    device = w.SelectField("Which device is it?", [Optional()])
    delivery = w.RadioField(
        "How does it get its files?",
        [InputRequired("Choose how it gets its files")],
        choices=[
            Choice("feed", "It fetches them", {"hint": "By an address and a token of its own"}),
            Choice("folder", "They are put into a folder of this machine", {"hint": "A server that runs here"}),
            Choice("push", "It is sent to a name server", {"hint": "Zones only; the resolvers copy them from there"}),
            Choice("download", "Somebody takes them by hand", {"hint": "From the target’s page"}),
        ],
    )
    folder = w.StringField("Which folder?", description="Such as /etc/unbound/firewall_admin")
    base = w.StringField(
        "Where will the files be on the device?",
        description=f"The folder, for files that name each other. {ANYWHERE} if you leave it empty",
    )
    accepted = w.SelectMultipleField("What this format can’t say: accept each", [Optional()], choices=[])


@pages.get("")
@access.needs(MANAGE)
def page() -> str:
    """All of them, and how they are."""
    return render_template("targets/page.html", targets=shown.targets(access.ports(), access.current_actor()))


@pages.get("/formats")
@access.needs(MANAGE)
def formats() -> str:
    """What there is, with what each can't say: the first step of adding."""
    return render_template("targets/formats.html", formats=shown.formats())


@pages.get("/add")
@access.needs(MANAGE)
@access.proven
def add() -> Shown:
    """The form for a format."""
    return _add(_form())


@pages.post("/add")
@access.needs(MANAGE)
@access.proven
def save() -> Shown:
    """Add it, once everything that it loses is accepted."""
    form = _form()
    wanted = _wanted(form)
    losses: list[Loss] = []
    with refused.on(form):
        losses = journey.losses(access.ports(), access.current_actor(), wanted) if wanted.audiences else []
    _offer(form, losses)
    if not (form.errors or form.form_errors) and form.validate_on_submit():
        with refused.on(form):
            actor = access.current_actor()
            target = journey.add(access.ports(), actor, wanted, accepted=form.accepted.data or ())
            flash(f"{wanted.name.strip()} is added. The next release has its files.")
            return redirect(url_for("targets.target", target=target), 303)
    return _add(form)


@pages.get("/<uuid:target>")
@access.needs(MANAGE)
def target(target: UUID) -> str:
    """One of them: how it is, its files and how they are loaded, its tokens."""
    found, resolvers = checks_page.of_target(access.ports(), _actor(), target, LAST_CHECKS)
    shown_target = _target(target)
    return render_template(
        "targets/target.html",
        target=shown_target,
        old=old_lists(access.ports(), _actor(), shown_target.audiences),
        address=_address,
        seen=checks_page.state_at(access.ports(), _actor(), target),
        resolvers=resolvers,
        at_name_server=checks_page.at_name_server(access.ports(), _actor(), target),
        checks=found,
    )


@pages.get("/<uuid:target>/file")
@access.needs(MANAGE)
def file(target: UUID) -> Response:
    """A file of the present release, to take by hand."""
    with access.ports().db.look() as session:
        row = journey.find(session, access.current_actor(), target)
        live = published(session, row.school_id)
    if live is None:
        raise Busy("Nothing is published yet.")
    folder, files = release_files.ensure(access.ports(), live, row)
    asked = next((one for one in files if one.path == request.args.get("name")), None)
    if asked is None:
        raise NotFound("This target has no such file.")
    name = asked.path.rpartition("/")[2]
    file = kept_files.find(folder / asked.path).open()
    response = send_file(file, "text/plain", as_attachment=True, download_name=name, max_age=0)
    response.content_length = asked.size
    return response


@pages.get("/<uuid:target>/token")
@access.needs(MANAGE)
@access.proven
def new_token(target: UUID) -> str:
    """What a new token does, before it is made."""
    return render_template("targets/new_token.html", target=_target(target))


@pages.post("/<uuid:target>/token")
@access.needs(MANAGE)
@access.proven
def make_token(target: UUID) -> str:
    """Make it, and show it: by this answer and never again, which is why nothing redirects."""
    token = feed_tokens.make(access.ports(), access.current_actor(), target=target)
    return render_template("targets/token.html", target=_target(target), token=token, address=_address)


@pages.get("/tokens/<uuid:feed_token>/revoke")
@access.needs(MANAGE)
def revoke(feed_token: UUID) -> str:
    """What revoking does, before it is done."""
    token, target = shown.token(access.ports(), access.current_actor(), feed_token)
    return render_template("targets/revoke.html", token=token, target=_target(target))


@pages.post("/tokens/<uuid:feed_token>/revoke")
@access.needs(MANAGE)
def save_revocation(feed_token: UUID) -> Answer:
    """End it now."""
    token, target = shown.token(access.ports(), access.current_actor(), feed_token)
    feed_tokens.revoke(access.ports(), access.current_actor(), token=feed_token)
    flash(f"The token that begins {token.hint} opens nothing any more.")
    return redirect(url_for("targets.target", target=target), 303)


@pages.get("/<uuid:target>/remove")
@access.needs(MANAGE)
@access.proven
def remove(target: UUID) -> str:
    """What removing does, before it is done."""
    return render_template("targets/remove.html", target=_target(target))


@pages.post("/<uuid:target>/remove")
@access.needs(MANAGE)
@access.proven
def save_removal(target: UUID) -> Answer:
    """Give it nothing any more."""
    name = _target(target).name
    journey.remove(access.ports(), access.current_actor(), target=target)
    flash(f"{name} is given nothing any more.")
    return redirect(url_for("targets.page"), 303)


def _target(target: UUID) -> shown.ShownTarget:
    return shown.target(access.ports(), access.current_actor(), target)


def _address(file: str, token: str | None = None) -> str:
    """The address of a file as a device fetches it; with its token in the path, where one is given."""
    if token:
        return url_for("feeds.by_path", token=token, file=file, _external=True)
    return url_for("feeds.by_header", file=file, _external=True)


def _form() -> TargetForm:
    form, format_ = TargetForm(), _format()
    form.audiences.choices = [Choice(name, name.capitalize()) for name in shown.audiences(access.ports(), _actor())]
    form.device.choices = [Choice("", "Another, or I don’t know"), *(Choice(k, title) for k, title in format_.devices)]
    return form


def _actor() -> Actor:
    return access.current_actor()


def _format() -> shown.ShownFormat:
    try:
        return shown.shown_format(request.args.get("format", ""))
    except Refusal:
        raise NotFound("There is no such format.") from None


def _wanted(form: TargetForm) -> journey.Wanted:
    return journey.Wanted(
        name=form.name.data or "",
        format=_format().name,
        audiences=tuple(form.audiences.data or ()),
        delivery=form.delivery.data or "",
        device=form.device.data or None,
        base=(form.base.data or "").strip() or None,
        folder=(form.folder.data or "").strip() or None,
    )


def _offer(form: TargetForm, losses: list[Loss]) -> None:
    """The losses as choices; each that is not ticked is something to mend."""
    form.accepted.choices = [Choice(loss_key(loss), _told(loss)) for loss in losses]


def _told(loss: Loss) -> str:
    names = f" ({loss.names:,} names)" if loss.names else ""
    return f"{loss.audience.capitalize() + ': ' if loss.audience else ''}{loss.text}{names}"


def _add(form: TargetForm) -> Shown:
    return render_template("targets/add.html", form=form, format=_format()), refused.status(form)
