"""The server that a target's zones are pushed to, ready configuration for it and its resolvers, and a target's ring."""

from typing import Any
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.people import Permission
from ..core.push import ALGORITHMS
from ..core.refusals import NotFound
from ..journeys import primaries as journey
from ..journeys import primary_configs, targets
from . import access, refused
from .fields import Form

pages = Blueprint("push", __name__, url_prefix="/targets")
Shown = tuple[str, int] | Answer
MANAGE = Permission.MANAGE_TARGETS
SERVERS = (("knot", "Knot DNS"), ("bind", "BIND"), ("powerdns", "PowerDNS Authoritative"))
RESOLVERS = (
    ("unbound", "Unbound"),
    ("bind", "BIND"),
    ("recursor", "PowerDNS Recursor"),
    ("knot-resolver", "Knot Resolver"),
)


class PrimaryForm(Form):
    """A primary and its key. The secret is only ever written: it is never shown again."""

    address = w.StringField(
        "The server’s IP address",
        [InputRequired("Give the server’s IP address")],
        description="The name server that your resolvers copy their zones from, such as 10.1.0.53",
        render_kw={"width": 20, "autocomplete": "off", "spellcheck": False},
    )
    port = w.IntegerField("Port", [InputRequired("Choose a port")], default=53, render_kw={"width": 5})
    key_name = w.StringField(
        "Name of the key",
        [InputRequired("Give the key’s name as the server has it")],
        default="firewall-admin",
        description="The TSIG key that may change the zones",
        render_kw={"width": 30, "autocomplete": "off", "spellcheck": False},
    )
    algorithm = w.SelectField("Algorithm of the key", choices=[Choice(name, name) for name in ALGORITHMS])
    secret = w.PasswordField(
        "Secret of the key",
        description="In base64, as the server’s key file has it. It is kept sealed and never shown again. "
        "Leave it empty to keep the one that is there",
        render_kw={"autocomplete": "off"},
    )
    suffix = w.StringField(
        "What the zones’ names end in",
        default="rpz",
        description="One to five letters: another one where two schools share a server",
        render_kw={"width": 5, "autocomplete": "off", "spellcheck": False},
    )


class RingForm(Form):
    """A ring from 0 to 9."""

    ring = w.IntegerField(
        "Ring",
        [InputRequired("Choose a ring from 0 to 9")],
        description="0 to 9. Ring 0 gets a release at once",
        render_kw={"width": 2},
    )


@pages.get("/<uuid:target>/push")
@access.needs(MANAGE)
@access.proven
def page(target: UUID) -> Shown:
    """The form, with what is known but the secret."""
    named = journey.named(access.ports(), access.current_actor(), target=target)
    return _page(PrimaryForm(obj=named), target)


@pages.post("/<uuid:target>/push")
@access.needs(MANAGE)
@access.proven
def save(target: UUID) -> Shown:
    """Push there from now on."""
    form = PrimaryForm()
    if form.validate_on_submit():
        wanted = journey.Wanted(
            address=form.address.data.strip(),
            port=form.port.data,
            suffix=(form.suffix.data or "").strip(),
            key_name=form.key_name.data.strip(),
            algorithm=form.algorithm.data,
            secret=form.secret.data or "",
        )
        with refused.on(form):
            journey.name(access.ports(), access.current_actor(), target=target, wanted=wanted)
            flash("What is published is pushed there now. This page says how that went.")
            return redirect(url_for("targets.target", target=target), 303)
    return _page(form, target)


@pages.get("/<uuid:target>/push/configuration")
@access.needs(MANAGE)
def configuration(target: UUID) -> str:
    """What to write into a server or a resolver."""
    actor, school = access.current_actor(), access.current_actor().school_id
    with access.ports().db.look() as session:
        row = targets.find(session, actor, target)
        name, allowed = row.name, bool(row.resolvers)
    server, resolver = request.args.get("server", ""), request.args.get("resolver", "")
    files: list[Any] = []
    if server in dict(SERVERS):
        files = primary_configs.of_primary(access.ports(), school, target=name, kind=server)
    elif resolver in dict(RESOLVERS):
        files = primary_configs.of_resolver(access.ports(), school, target=name, kind=resolver)
    elif server or resolver:
        raise NotFound("There is no such configuration.")
    shown = [(file.path, file.use, "".join(file.parts)) for file in files if not file.path.startswith("zones/")]
    title = dict(SERVERS).get(server) or dict(RESOLVERS).get(resolver, "")
    empty = [file for file in files if file.path.startswith("zones/")]
    zone = (
        ("".join(empty[0].parts), empty[0].use.split(",")[0].rpartition("/")[0].removeprefix("as ")) if empty else None
    )
    return render_template(
        "push/configuration.html",
        id=target,
        name=name,
        files=shown,
        title=title,
        zone=zone,
        allowed=allowed,
        zones=[file.path.rpartition("/")[2] for file in empty],
        servers=SERVERS,
        resolvers=RESOLVERS,
    )


@pages.get("/<uuid:target>/ring")
@access.needs(MANAGE)
def ring(target: UUID) -> Shown:
    """The form, with the ring that it is in."""
    with access.ports().db.look() as session:
        return _ring(RingForm(obj=targets.find(session, access.current_actor(), target)), target)


@pages.post("/<uuid:target>/ring")
@access.needs(MANAGE)
def choose(target: UUID) -> Shown:
    """Put it into another ring."""
    form = RingForm()
    if form.validate_on_submit():
        with refused.on(form):
            journey.choose_ring(access.ports(), access.current_actor(), target=target, ring=form.ring.data)
            flash(f"It is in ring {form.ring.data} from the next release on.")
            return redirect(url_for("targets.target", target=target), 303)
    return _ring(form, target)


def _page(form: PrimaryForm, target: UUID) -> Shown:
    return render_template("push/page.html", form=form, id=target, name=_name(target)), refused.status(form)


def _ring(form: RingForm, target: UUID) -> Shown:
    return render_template("push/ring.html", form=form, id=target, name=_name(target)), refused.status(form)


def _name(target: UUID) -> str:
    with access.ports().db.look() as session:
        return targets.find(session, access.current_actor(), target).name
