"""The tokens with which devices fetch a target's feed: made, shown once, overlapping, revoked."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core import events_releases as events
from firewall_admin.core import tokens
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import Conflict, NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import FeedToken, TargetRow
from firewall_admin.ports import Ports

from . import targets
from .policy import may
from .releases import school_of

OVERLAP = timedelta(days=7)  # PAN-OS stops enforcing on a failed sign-in: the old token works on while devices change
LIFE = timedelta(days=365)


def make(ports: Ports, actor: Actor, *, target: UUID) -> str:
    """A new token for a feed, shown this once, good for a year. Those before work for seven more days."""
    may(actor, Permission.MANAGE_TARGETS)
    token = tokens.make(secrets.token_bytes(32))
    with ports.db.change(actor) as change:
        school_of(change)
        row = targets.find(change.session, actor, target)
        if row.delivery != "feed":
            raise Refusal(f"'{row.name}' is not fetched as a feed, so it needs no token.")
        before = _end_older(change, row)
        change.session.add(
            FeedToken(
                school_id=actor.school_id,
                target_id=row.id,
                token=tokens.kept(token),
                hint=tokens.hint(token),
                created_at=change.now,
                expires_at=change.now + LIFE,
            )
        )
        change.did(events.TokenMade(row.name, tokens.hint(token), before))
    return token


def revoke(ports: Ports, actor: Actor, *, token: UUID) -> None:
    """End a token now: for one that was seen by others. The device is refused from here on."""
    may(actor, Permission.MANAGE_TARGETS)
    with ports.db.change(actor) as change:
        row = find(change.session, actor, token)
        target = targets.find(change.session, actor, row.target_id)
        if row.expires_at <= change.now:
            raise Conflict("This token has ended already.")
        row.expires_at = change.now
        change.did(events.TokenRevoked(target.name, row.hint))


def find(session: Session, actor: Actor, token: UUID) -> FeedToken:
    """The token, if it is the actor's school's; NotFound otherwise."""
    query = select(FeedToken).where(FeedToken.id == token, FeedToken.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("There is no such token.")
    return found


def of_target(session: Session, target: UUID) -> Sequence[FeedToken]:
    """A target's tokens, the newest first."""
    query = select(FeedToken).where(FeedToken.target_id == target).order_by(FeedToken.created_at.desc(), FeedToken.id)
    return session.scalars(query).all()


def _end_older(change: Change, target: TargetRow) -> str:
    """Let the tokens before end after the overlap. Says so, for the trail."""
    older = [token for token in of_target(change.session, target.id) if token.expires_at > change.now]
    for token in older:
        token.expires_at = min(token.expires_at, change.now + OVERLAP)
    if not older:
        return "there was none before"
    return f"the one before works until {max(token.expires_at for token in older):%Y-%m-%d %H:%M} UTC"
