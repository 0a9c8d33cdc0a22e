"""A published list that Oakfield subscribed to, and a new text of it that waits for a person.

Nothing of it comes from a network: what its server says is said here, and when the history ends fetching is paused.
"""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from firewall_admin.adapters.fetch.outcome import Fetched, Unchanged
from firewall_admin.db.tables import ListRow
from firewall_admin.journeys import assignments, subscriptions

from .story import Story

ADDRESS = "https://lists.safe-schools.example/chat-with-strangers.txt"
TITLE, SLUG = "Chat with strangers", "chat-with-strangers"
_WORDS = "random stranger video voice text cam meet talk shuffle roulette".split()
SITES = "".join(f"{word}-chat-{number}.example\n" for word in _WORDS for number in range(1, 7))
HEAD = "# Sites that pair people at random, kept by an invented charity\n"
FIRST = HEAD + SITES
NEXT = FIRST + "canva.com\nshuffle-chat-7.example\n"  # its maker's slip: a site that schools live on


def subscribed(story: Story) -> None:
    """Dan looks at a published list, adds it, and puts it in force for pupils."""
    story.on(9, 15, 40)
    _publishes(story, FIRST)
    asked = {"title": TITLE, "role": "blocked", "address": ADDRESS, "note": "Recommended at the network meeting"}
    look = subscriptions.look_at(story.ports, story.actor("Dan"), **asked)  # type: ignore[arg-type]
    story.publish()
    story.edit("Dan", subscriptions.subscribe, subscription=look)
    story.edit("Dan", assignments.assign, slug=SLUG, to=["pupils"])


def held(story: Story) -> None:
    """A new text names a site that schools live on. It is held, and Dan asks its maker."""
    story.on(-1, 14, 28)
    _publishes(story, NEXT)
    with story.ports.db.look() as session:
        listed = session.scalars(select(ListRow.id).where(ListRow.slug == SLUG)).one()
    story.edit("Dan", subscriptions.refresh_now, listed=listed)
    story.edit("Dan", subscriptions.pause, listed=listed)  # nobody is to be asked for it once the history is told


def _publishes(story: Story, text: str) -> None:
    story.ports = replace(story.ports, fetch=_server(text.encode()))


def _server(body: bytes) -> Callable[..., Fetched | Unchanged]:
    """What `adapters.fetch` would bring from a server that says this."""
    mark = f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def fetch(url: str, folder: Path, *, etag: str | None = None, **_: Any) -> Fetched | Unchanged:
        if etag == mark:
            return Unchanged(url)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(body)
        return Fetched(Path(file.name), len(body), url, mark, None, "text/plain")

    return fetch
