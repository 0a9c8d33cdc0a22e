"""Who is here, and what they may see and do. Nothing is open by itself: a view without `@needs` or `@public` is shut.

Flask-Login knows somebody by the token of their session, which is a row: it is looked up for every request, so that
whoever leaves, changes role or signs out elsewhere is out with the next one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user  # type: ignore[import-untyped]
from werkzeug.wrappers import Response

from ..core.people import Actor, Permission
from ..journeys import attempts
from ..journeys.sessions import ABSOLUTE, Present, present
from ..ports import Ports
from . import home_page, surroundings
from .addresses import nearest_page, needed_for

View = TypeVar("View", bound=Callable[..., Any])
NOBODY_NEEDED: frozenset[Permission] = frozenset()


class SignedIn:
    """Somebody who is signed in, as Flask-Login wants to know them: by the token of their session."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, who: Present, token: str):
        self.who, self.token = who, token

    def get_id(self) -> str:
        return self.token


def needs(*permissions: Permission) -> Callable[[View], View]:
    """Mark a view: whoever has one of these permissions may have it."""
    if not permissions:
        raise TypeError("name a permission, or say @public")
    return lambda view: _marked(view, "needs", frozenset(permissions))


def public(view: View) -> View:
    """Mark a view: anyone may have it, signed in or not."""
    return _marked(view, "needs", NOBODY_NEEDED)


def proven(view: View) -> View:
    """Mark a view that `@needs` something: the password must have been given in the last ten minutes, because whoever
    sits down at an open computer must not be able to do this (ASVS 5.0, 7.5.3)."""
    return _marked(view, "proven", True)


def before_factor(view: View) -> View:
    """Mark a view that is open to whoever owes a second factor: the way to set it up. Nothing else is."""
    return _marked(view, "before_factor", True)


def init(app: Flask, *, secure: bool) -> None:
    """Guard every view of an application. `secure`: it is reached over https only, and so is its cookie."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",  # as the prefix asks
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=ABSOLUTE.total_seconds()),
    )
    manager = LoginManager()
    manager.session_protection = None  # it would sign out whoever changes rooms; the row is what protects
    manager.user_loader(_load)
    manager.init_app(app, add_context_processor=False)
    app.before_request(guard)
    app.jinja_env.globals["opens"] = opens


def opens(path: str) -> bool:
    """Whether whoever is signed in may have a page: for a link that would lead some to a closed door."""
    if not is_signed_in() or owes_factor():
        return False
    return any(map(current_actor().may, needed_for(request.script_root + path)))


def ports() -> Ports:
    """What this application's journeys reach the world through."""
    return cast(Ports, current_app.extensions["ports"])


def current_actor() -> Actor:
    """Whoever asks, as the actor of journeys. Only in a view that needs a permission."""
    return _signed_in().who.actor


def current_token() -> str:
    """The token of the session that asks."""
    return _signed_in().token


def is_signed_in() -> bool:
    return bool(current_user.is_authenticated)


def is_proven() -> bool:
    """Whether whoever is signed in gave their password in the last ten minutes."""
    return is_signed_in() and _signed_in().who.proven


def owes_factor() -> bool:
    """Whether whoever is signed in must set up a second factor before anything else."""
    return is_signed_in() and _signed_in().who.owes_factor


def remote_address() -> str:
    """The network address that asks, as far as the trusted proxies tell."""
    return request.remote_addr or ""


def begin(token: str) -> None:
    """From now on this browser is signed in by a fresh session. Nothing of an older one stays in its cookie."""
    session.clear()
    session.permanent = True
    who = present(ports(), token=token)
    if who is not None:
        login_user(SignedIn(who, token))


def end() -> None:
    """From now on this browser is signed in no more."""
    logout_user()
    session.clear()


def guard() -> Response | None:
    """Let through whoever may have the view that was asked for; for anyone else it ends here."""
    if request.endpoint is None:
        return None  # there is no such page: that is said to everyone alike
    view = current_app.view_functions[request.endpoint]
    needed = getattr(view, "needs", None)
    if needed is NOBODY_NEEDED:
        return None
    if not is_signed_in():
        return _elsewhere_first("sign_in.page") if request.method in ("GET", "HEAD") else abort(401)
    if owes_factor() and not getattr(view, "before_factor", False):
        return redirect(url_for("second_factor.page"), 303)
    if not needed or not any(map(current_actor().may, needed)):
        note_attempt()
        abort(403)
    if getattr(view, "proven", False) and not _signed_in().who.proven:
        return _elsewhere_first("sign_in.confirm")
    return None


def note_attempt() -> None:
    """Whoever sent a form that they may not send is on record for it; a link that leads to a closed door is not."""
    if request.method not in ("GET", "HEAD") and is_signed_in() and request.endpoint:
        attempts.note(ports(), current_actor(), request.endpoint.replace("_", " ").replace(".", ": "))


def around() -> surroundings.Surroundings:
    """What stands around a page for whoever asks."""
    if not is_signed_in():
        return surroundings.Surroundings(home=f"{request.script_root}/", sign_out=url_for("sign_in.sign_out"))
    who = _signed_in().who
    role = who.actor.role.words.lower() if who.actor.role else ""
    if who.actor.standing_in_for:
        role += f", for {who.actor.standing_in_for}"
    return surroundings.Surroundings(
        school=who.school,
        zone=who.zone,
        entries=_entries(who),
        person=surroundings.Person(who.actor.name, role),
        banner=None if who.owes_factor else _banner(who.actor),
        home=f"{request.script_root}/",
        sign_out=url_for("sign_in.sign_out"),
        account=None if who.owes_factor else url_for("own_account.page"),
    )


def _entries(who: Present) -> tuple[surroundings.Entry, ...]:
    """No places for whoever has to set up a second factor first: none is open to them."""
    if who.owes_factor:
        return ()
    waiting = home_page.waiting(ports(), who.actor)
    return surroundings.entries(who.actor.may, request.path, request.script_root, waiting)


def _banner(actor: Actor) -> surroundings.Banner | None:
    found = home_page.banner(ports(), actor)
    return found and replace(found, href=request.script_root + found.href)


def _load(token: str) -> SignedIn | None:
    who = present(ports(), token=token)
    return SignedIn(who, token) if who else None


def _signed_in() -> SignedIn:
    if not is_signed_in():
        abort(401)
    return cast(SignedIn, current_user)


def _elsewhere_first(endpoint: str) -> Response:
    """Sign in, or prove it, and come back to where this was; for a form that can't be sent on, to its page."""
    return redirect(url_for(endpoint, next=nearest_page()), 303)


def _marked(view: View, mark: str, value: object) -> View:
    vars(view)[mark] = value
    return view
