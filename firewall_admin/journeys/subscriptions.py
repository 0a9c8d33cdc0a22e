"""Lists that are fetched from somebody else: looked at, then subscribed, refreshed by the worker, held if need be.

A look is a subscription without a list. The worker fetches it like any other, so nobody waits for a slow server in a
page, and what is added is the very text that was looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from firewall_admin.core import events_subscriptions as events
from firewall_admin.core.list_findings import Finding, accepting
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.plan import Objection
from firewall_admin.core.policy import Role
from firewall_admin.core.refreshing import INTERVALS, next_time
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import ListRow, School, Subscription
from firewall_admin.ports import Ports

from . import letters, lists, policy
from .refresh_ends import SEEN, put_in_force
from .soundness import refuse_contradictions
from .taken_texts import remembered
from .typed_counts import refuse_untyped

MOST_LOOKS, MOST = 20, 200  # looks of a school at once; lists that are fetched for it


def look_at(
    ports: Ports, actor: Actor, *, title: str, role: Role, address: str, note: str = "", interval: int = 86_400
) -> UUID:
    """Ask what an address holds. The worker goes and looks; the id leads to what it found."""
    policy.may(actor, Permission.CHANGE_POLICY)
    title, note, role = lists.checked(title, note, role)
    slug, address = lists.slug_of(title), checked_address(ports, address)
    _interval(interval)
    with ports.db.change(actor) as change:
        lists.refuse_taken(ports, change.session, actor, slug)
        _refuse_too_many(change.session, actor)
        row = Subscription(
            school_id=actor.school_id,
            address=address,
            title=title,
            role=role,
            note=note,
            interval=interval,
            made_by=actor.name,
            made_at=change.now,
            next_try=change.now,
        )
        change.session.add(row)
        change.session.flush()
        change.did(events.ListLookAsked(address))
    return row.id


def put_away(ports: Ports, actor: Actor, *, subscription: UUID) -> None:
    """End a look: nothing of it stays."""
    policy.may(actor, Permission.CHANGE_POLICY)
    with ports.db.change(actor) as change:
        row = find_look(change.session, actor, subscription)
        change.session.delete(row)
        change.did(events.ListLookEnded(row.address))


def subscribing(ports: Ports, actor: Actor, *, subscription: UUID) -> policy.Act:
    """The edit that adds a list that was looked at, with its text. What was found to hold it is an objection of its
    plan, and taken on by saving."""
    policy.may(actor, Permission.CHANGE_POLICY)

    def act(change: Change) -> None:
        row = find_look(change.session, actor, subscription)
        findings = findings_of(row)
        if not row.found or row.lease:
            raise Conflict("This list is still being looked at.")
        if bad := [one for one in findings if one.grade == "refuse"]:
            raise Refusal(f"This list can't be added: {bad[0].text}.")
        slug = lists.slug_of(row.title)
        lists.refuse_taken(ports, change.session, actor, slug)
        listed = _listed(change, row, slug)
        row.list_id, row.accepted = listed.id, accepting(findings)
        row.last_success = row.last_try
        row.next_try = next_time(change.now, row.interval, f"{row.id} {change.now:%Y-%m-%d}")
        for what in SEEN:
            if what in row.found:  # a look of an earlier version knows less
                setattr(row, what, row.found[what])
        text, row.found = row.found, {}
        change.objections += [_objection(row.title, one) for one in findings]
        told = sorted({one.name for one in findings})
        counts = (text["names"], text["rejected_lines"])
        change.did(events.ListSubscribed(row.title, row.role, row.address, *counts, told))
        refuse_contradictions(ports, change)

    return act


def subscribe(ports: Ports, actor: Actor, *, subscription: UUID) -> None:
    """Add a list that was looked at (see `subscribing`)."""
    policy.edit(ports, actor, subscribing(ports, actor, subscription=subscription))


def refresh_now(ports: Ports, actor: Actor, *, listed: UUID) -> None:
    """Let the worker fetch a list at once."""
    with _changing(ports, actor, listed) as (change, row, title):
        if row.paused_at:
            raise Refusal("Fetching this list is paused. Resume it first.")
        row.next_try = change.now
        change.did(events.RefreshAsked(title))


def stop(ports: Ports, actor: Actor, *, listed: UUID) -> None:
    """Stop a refresh that is under way. It goes on by itself in an hour, or when somebody asks for it."""
    with _changing(ports, actor, listed) as (change, row, title):
        if not row.lease:
            raise Conflict("Nothing is being fetched any more.")
        row.stop = True
        change.did(events.RefreshStopped(title))


def pause(ports: Ports, actor: Actor, *, listed: UUID) -> None:
    """Fetch a list no more until somebody resumes it. It grows old meanwhile, and pages say so."""
    with _changing(ports, actor, listed) as (change, row, title):
        if row.paused_at:
            raise Conflict("Fetching this list is paused already.")
        row.paused_at, row.stop = change.now, bool(row.lease)
        change.did(events.RefreshesPaused(title))


def resume(ports: Ports, actor: Actor, *, listed: UUID) -> None:
    """Fetch a list again, at once and then as before."""
    with _changing(ports, actor, listed) as (change, row, title):
        if not row.paused_at:
            raise Conflict("Fetching this list is not paused.")
        row.paused_at, row.next_try = None, change.now
        change.did(events.RefreshesResumed(title))


def set_interval(ports: Ports, actor: Actor, *, listed: UUID, interval: int) -> None:
    """How often a list is fetched, in seconds."""
    _interval(interval)
    with _changing(ports, actor, listed) as (change, row, title):
        if row.interval == interval:
            raise Refusal("Nothing is different from what is there.", "interval")
        told = (INTERVALS.get(row.interval, f"{row.interval} seconds"), INTERVALS[interval])
        row.interval = interval
        if not row.failures:
            row.next_try = next_time(row.last_success or change.now, interval, f"{row.id} {change.now:%Y-%m-%d}")
        change.did(events.SubscriptionChanged(title, "interval", *told))


def end(ports: Ports, actor: Actor, *, listed: UUID) -> None:
    """End a subscription. The list stays with the names it has, and is the school's own from now on."""
    with _changing(ports, actor, listed) as (change, row, title):
        change.session.delete(row)
        letters.withdraw(change, f"subscription-{row.id}-")
        change.did(events.SubscriptionEnded(title, row.address))


def decide(ports: Ports, actor: Actor, *, listed: UUID, text: str, take: bool, reason: str, typed: str = "") -> None:
    """Take a text that is held, or keep the old one. `text` is the SHA-256 of the one that was looked at.

    Where it would open names, and the policy is signed, only somebody who may decide requests takes it: closing is
    fast, opening takes two. `typed`: to take a text by which more than a thousand names come or go, their number."""
    policy.may(actor, Permission.ACCEPT_DANGER)
    if not (reason := reason.strip()):
        raise Refusal("Say why, so that it can be understood in three years.", "reason")
    with ports.db.change(actor) as change:
        row = find(change.session, actor, listed)
        found, findings = dict(row.found), findings_of(row)
        if not found or found["sha256"] != text:
            raise Conflict("Another text waits now, or none. Look at it before you decide.")
        title = change.session.get_one(ListRow, listed).title
        names = sorted({one.name for one in findings})
        if take:
            _refuse_alone(change, findings)
            refuse_untyped(found["added"] + found["removed"], typed)
            row.accepted = {**row.accepted, **accepting(findings)}
            put_in_force(ports, change, row, found)
            row.last_success = row.last_try
            row.taken = remembered(text, actor, change.now, reason)
            change.did(events.HeldTextTaken(title, found["names"], names, reason))
        else:
            row.found, row.kept = {}, text
            change.did(events.HeldTextLeft(title, names, reason))
        letters.withdraw(change, f"subscription-{row.id}-")


def find(session: Session, actor: Actor, listed: UUID) -> Subscription:
    """The subscription of a list of the actor's school; NotFound otherwise."""
    lists.find(session, actor, listed)
    if (row := lists.subscription_of(session, listed)) is None:
        raise NotFound("This list is not fetched from anywhere.")
    return row


def find_look(session: Session, actor: Actor, subscription: UUID) -> Subscription:
    """A look of the actor's school; NotFound otherwise."""
    query = select(Subscription).where(Subscription.id == subscription, Subscription.school_id == actor.school_id)
    row = session.scalars(query).first()
    if row is None or row.list_id is not None:
        raise NotFound("Nobody is looking at such a list.")
    return row


def findings_of(row: Subscription) -> list[Finding]:
    """What was found to speak against the text that waits; only what nobody had accepted before, where it is held."""
    found = [Finding(**{**one, "names": tuple(one["names"])}) for one in (row.found or {}).get("findings", ())]
    why = (row.found or {}).get("why")
    return [one for one in found if why is None or one.name in why]


@contextmanager
def _changing(ports: Ports, actor: Actor, listed: UUID) -> Iterator[tuple[Change, Subscription, str]]:
    """A change of a list's subscription by somebody who may: the change, the row and the list's title."""
    policy.may(actor, Permission.CHANGE_POLICY)
    with ports.db.change(actor) as change:
        row = find(change.session, actor, listed)
        yield change, row, change.session.get_one(ListRow, listed).title


def _listed(change: Change, row: Subscription, slug: str) -> ListRow:
    listed = ListRow(
        school_id=row.school_id,
        slug=slug,
        title=row.title,
        role=row.role,
        note=row.note,
        source=row.address,
        snapshot=row.found["sha256"],
        rejected=row.found["rejected"],
        rejected_lines=row.found["rejected_lines"],
        changed_at=change.now,
    )
    change.session.add(listed)
    change.session.flush()
    return listed


def _objection(title: str, one: Finding) -> Objection:
    return Objection(f"list-{one.name}", f"the list '{title}': {one.text}", None, one.names[:100])


def _refuse_too_many(session: Session, actor: Actor) -> None:
    every = select(func.count()).where(Subscription.school_id == actor.school_id)
    if (session.scalar(every.where(Subscription.list_id.is_(None))) or 0) >= MOST_LOOKS:
        raise Refusal("Too many lists are being looked at. Add them, or put them away.")
    if (session.scalar(every) or 0) >= MOST:
        raise Refusal(f"{MOST} lists are fetched already, or looked at. End a subscription first.")


def _refuse_alone(change: Change, findings: list[Finding]) -> None:
    signed = change.session.get_one(School, change.actor.school_id).signed_at is not None
    opens = next((one for one in findings if one.opens), None)
    if opens and signed and not change.actor.may(Permission.DECIDE):
        raise NotAllowed(f"This would open names ({opens.text}): only the headteacher takes such a text.")


def _interval(interval: int) -> None:
    if interval not in INTERVALS:
        raise Refusal("Choose how often it is fetched.", "interval")


def checked_address(ports: Ports, text: str) -> str:
    """An address in its one spelling. Which server it leads to is looked at when it is fetched."""
    from firewall_admin.adapters.fetch.outcome import Failed  # TLS and HTTP, which most pages need not
    from firewall_admin.adapters.fetch.web_address import parse

    try:
        return parse(text.strip(), range(1, 65_536), ports.http_lists).text
    except Failed as problem:
        raise Refusal(f"This can't be fetched: {problem.reason}.", "address") from None
