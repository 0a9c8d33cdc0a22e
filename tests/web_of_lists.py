"""A web for tests of subscriptions: addresses answer with what they are told, as adapters.fetch would give it."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from firewall_admin.adapters.fetch import Failure, Fetched, Outcome, Unchanged
from firewall_admin.core.listfile import looks_like
from firewall_admin.core.people import Actor
from firewall_admin.db.tables import ListRow, Subscription
from firewall_admin.journeys import refreshes, subscriptions
from tests.world import TestedSchool, World

ADDRESS = "https://lists.example.org/bad.txt"
Said = bytes | Failure | Callable[[], None]


@dataclass
class Web:
    """`pages`: what each address says: bytes, a Failure, or a function that raises. `fetched`: what was asked for."""

    pages: dict[str, Said] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    lands: dict[str, str] = field(default_factory=dict)
    etags: bool = True

    def __call__(
        self,
        url: str,
        folder: Path,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        progress: Callable[[int], None] = lambda size: None,
        **more: Any,
    ) -> Outcome:
        self.fetched.append(url)
        said = self.pages.get(url, Failure("the server answers 404, not 200"))
        if callable(said):
            said()
            raise AssertionError("a function among the pages is there to raise")
        if isinstance(said, Failure):
            return said
        if not said:
            return Failure("it is empty")
        if what := looks_like(said[:65_536]):
            return Failure(f"it is not a list: it looks like {what}")
        mark = f'"{hash(said)}"' if self.etags else None
        if mark and mark == etag:
            return Unchanged(url)
        with tempfile.NamedTemporaryFile(dir=folder, prefix="fetched-", delete=False) as file:
            file.write(said)
        progress(len(said))
        return Fetched(Path(file.name), len(said), self.lands.get(url, url), mark, None, "text/plain")


def webbed(world: World) -> Web:
    """Give a world a web of its own."""
    web = Web()
    world.ports = replace(world.ports, fetch=web)
    return web


def names(count: int, word: str = "bad", first: int = 0) -> bytes:
    """A list of so many names."""
    return b"".join(b"%s%d.example\n" % (word.encode(), number) for number in range(first, first + count))


def looked(world: World, school: TestedSchool, title: str = "Bad sites", role: Any = "blocked", **more: Any) -> UUID:
    """What came of a look at the address: the id of the look."""
    actor: Actor = school.network_manager
    asked = {"address": ADDRESS, **more}
    look = subscriptions.look_at(world.ports, actor, title=title, role=role, **asked)
    assert refreshes.refresh_due(world.ports) == 1
    return look


def subscribed(world: World, web: Web, body: bytes, school: TestedSchool | None = None, **more: Any) -> UUID:
    """A list that is subscribed with this text: the id of the list."""
    school = school or world.oakfield
    web.pages[more.get("address", ADDRESS)] = body
    look = looked(world, school, **more)
    subscriptions.subscribe(world.ports, school.network_manager, subscription=look)
    return row(world, look).list_id or UUID(int=0)


def row(world: World, subscription: UUID) -> Subscription:
    with world.db.look() as session:
        return session.get_one(Subscription, subscription)


def of_list(world: World, listed: UUID) -> Subscription:
    with world.db.look() as session:
        return session.query(Subscription).filter_by(list_id=listed).one()


def in_force(world: World, listed: UUID) -> set[str]:
    """The names of a list as it is edited now."""
    with world.db.look() as session:
        return set(world.ports.store.names(session.get_one(ListRow, listed).snapshot))


def refreshed(world: World, listed: UUID) -> str | None:
    """What comes of fetching a list now."""
    return refreshes.refresh(world.ports, of_list(world, listed).id)
