"""`refresh`: subscribed lists are fetched now, in sight."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.export import printable
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import ListRefresh, ListRow, Subscription
from firewall_admin.journeys import refreshes
from firewall_admin.journeys.refresh_leases import Watch, due
from firewall_admin.ports import Ports

from .live import living, the_school
from .options import json_option, school_option
from .refusing import Command

GOOD = ("taken", "unchanged")
WORDS = {
    "taken": "has a new text",
    "unchanged": "has not changed",
    "held": "is held for a person: what was in force stays",
    "kept": "keeps its old text, as somebody decided",
    "refused": "was refused: what was in force stays",
    "failed": "could not be fetched: what was in force stays",
    "stopped": "was stopped: what was in force stays",
    None: "is being fetched by another worker",
}


@dataclass(frozen=True)
class Chosen:
    """A list to be fetched."""

    subscription: UUID
    slug: str


@click.command("refresh", cls=Command)
@click.argument("lists", nargs=-1, metavar="[LIST]...")
@school_option
@json_option
@click.pass_context
def command(ctx: click.Context, lists: tuple[str, ...], school: str | None, as_json: bool) -> None:
    """Fetch these lists now, whether or not they are due; without a name, those that are due.

    On a terminal a line tells how far it is. Exit status 1 where one of them was held, refused or could not be fetched.
    Ctrl+C stops it: what was in force stays, and the next fetch begins anew.
    """
    with living() as ports:
        with ports.db.look() as session:
            chosen = _chosen(ports, session, the_school(session, school).id, lists)
        outcomes = [_refreshed(ports, one, as_json) for one in chosen]
        if not chosen and not as_json:
            click.echo("nothing is due")
    ctx.exit(0 if all(outcome in GOOD for outcome in outcomes) else 1)


def _refreshed(ports: Ports, one: Chosen, as_json: bool) -> str | None:
    with _in_sight(one.slug) as watch:
        outcome = refreshes.refresh(ports, one.subscription, watch)
    with ports.db.look() as session:
        past = _last(session, one.subscription) if outcome else None
        told: dict[str, Any] = {"list": one.slug, "outcome": outcome or "busy", "why": past.detail if past else ""}
        told |= {"names": past.names, "added": past.added, "removed": past.removed} if past else {}
    if as_json:
        click.echo(json.dumps(told))
        return outcome
    counts = ""
    if told.get("added") is not None:
        counts = f" ({told['names']:,} names; {told['added']:,} came, {told['removed']:,} went)"
    why = f": {told['why']}" if told["why"] else ""
    click.echo(f"{one.slug} {WORDS[outcome]}{counts}{why}", err=outcome not in GOOD)
    return outcome


def _chosen(ports: Ports, session: Session, school_id: UUID, names: tuple[str, ...]) -> list[Chosen]:
    query = (
        select(ListRow.slug, Subscription.id)
        .join(Subscription, Subscription.list_id == ListRow.id)
        .where(ListRow.school_id == school_id)
        .order_by(ListRow.slug)
    )
    known = {slug: Chosen(id_, slug) for slug, id_ in session.execute(query)}
    if unknown := [name for name in names if name not in known]:
        there = ", ".join(known) or "none"
        raise Refusal(f"there is no subscribed list '{unknown[0]}'; there are: {there}")
    if names:
        return [known[name] for name in dict.fromkeys(names)]
    now_due = set(due(ports))
    return [one for one in known.values() if one.subscription in now_due]


def _last(session: Session, subscription: UUID) -> ListRefresh | None:
    query = select(ListRefresh).where(ListRefresh.subscription_id == subscription)
    return session.scalars(query.order_by(ListRefresh.id.desc()).limit(1)).first()


@contextmanager
def _in_sight(slug: str) -> Iterator[Watch]:
    """On a terminal a bar that moves while bytes come, on standard error; elsewhere nothing."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step, size, lines: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(printable(slug), total=None)

        def watch(step: str, size: int, lines: int) -> None:
            counted = f", {lines:,} lines" if lines else ""
            progress.update(task, description=f"{printable(slug)}: {step} {size / 1e6:.1f} MB{counted}")

        yield watch
