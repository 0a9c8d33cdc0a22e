"""Somebody of a school in a browser: signed in without a password, with every page looked at on the way.

def test_x(client, world):
    client.sign_in(world.oakfield.network_manager)
    client.send("/rules/add", domain="x.com", reason="…")   # a POST with the form's token
"""

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from firewall_admin.core.events_people import SignedIn
from firewall_admin.core.people import Actor
from firewall_admin.db.tables import SignIn
from firewall_admin.journeys.invitations import digest
from tests.world import World

from .page import Seen, Visitor


class Member(Visitor):
    """A visitor of a World's application."""

    world: World
    _token: str | None = None

    def sign_in(self, actor: Actor, proven: bool = True) -> None:
        """From now on this is the actor, in a session of their own; `proven`: the password was given just now."""
        token, now = secrets.token_urlsafe(32), self.world.clock.at
        with self.world.db.change(actor) as change:
            change.did(SignedIn("a test"))
            change.session.add(
                SignIn(
                    school_id=actor.school_id,
                    person_id=actor.person_id,
                    token=digest(token),
                    started_at=now,
                    seen_at=now,
                    proven_at=now - timedelta(hours=0 if proven else 1),
                    device="a test",
                )
            )
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token
            cookie.permanent = True
        self._token = None

    def send(self, path: str, **fields: Any) -> Seen:
        """Post a form with its token, as the browser would. A file is a pair (stream, name)."""
        return self.post(path, data={**fields, "csrf_token": self.token()})

    def token(self) -> str:
        """The token of this browser's forms."""
        if self._token is None:
            pages = (self.get(path) for path in ("/account", "/account/second-factor", "/sign-in"))
            self._token = next(page for page in pages if page.status_code == 200).page.token
        return self._token

    def forget_token(self) -> None:
        """After signing in or out by a form: the next token is another."""
        self._token = None


def member(app: Flask, world: World) -> Member:
    """Somebody who has not signed in yet."""
    app.test_client_class = Member
    client = app.test_client()
    assert isinstance(client, Member)
    client.world = world
    return client


def place(response: Seen) -> str:
    """Where a redirect leads: path and query."""
    parts = urlsplit(response.headers["Location"])
    return parts.path + (f"?{parts.query}" if parts.query else "")
