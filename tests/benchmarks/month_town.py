"""The school of the month, the server of its lists, and what can be seen of them from outside."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core.popular_sites import POPULAR
from firewall_admin.core.refreshing import age
from firewall_admin.db.tables import Delivery, ListRefresh, ListRow, Release, School, Subscription
from firewall_admin.journeys import assignments, rules, subscriptions
from firewall_admin.journeys.release_files import place
from tests.journeys.month_of_lists import LED, MUST_WORK
from tests.journeys.release_world import add_target, objections
from tests.list_server import ListServer
from tests.world import World

from .month_lists import GONE_SINCE, KINDS, address, answers, expected, makers
from .month_safety import Guard
from .month_worker import MovedClock, on_ports

PATIENCE = 420.0
STAFF = ("Malware", "Proxies")  # the lists that staff have, too


@dataclass
class Live:
    """Seconds from asking for a rule: until it was `saved`, until a release with it was `published` (its files are
    there for whoever fetches them), and until they were `delivered` into a folder. `amid`: what the lists were at."""

    saved: float
    published: float
    delivered: float
    amid: str


@dataclass
class Month:
    """What is told of it. `waits`: what was held or refused or failed, in words, by day and list."""

    names: int = 0
    live: list[Live] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    days: list[float] = field(default_factory=list)
    published: int = 0
    read: int = 0
    anonymous: int = 0
    resident: int = 0
    first: float = 0.0


class Town:
    """The school, the server of its lists, and the worker's process."""

    def __init__(self, folder: Path, server: ListServer, names: int):
        self.folder, self.server, self.told = folder, server, Month()
        self.world = World(folder)
        self.clock = MovedClock(folder / "clock", self.world.clock.at.timestamp() - time.time())
        self.world.ports = on_ports(self.world.ports, folder, self.clock)
        self.school = self.world.oakfield
        shipped = self.world.ports.shipped.lists
        self.needed = {*POPULAR, *MUST_WORK, *shipped["essential"].names, *shipped["protected"].names, LED}
        self.makers = makers(names, self.needed)
        self.guard = Guard(self.needed, folder)
        self.lists: dict[str, UUID] = {}
        self.said: dict[str, str] = {}
        self.guarded = 0
        self.rules = 0

    def furnish(self) -> None:
        """Subscribe to the lists, assign them, and add the targets; the worker is at work meanwhile."""
        self.says(0)
        manager, ports = self.school.network_manager, self.world.ports
        for kind in KINDS:
            look = subscriptions.look_at(
                ports, manager, title=kind.title, role="blocked", address=address(self.server, kind.title)
            )
            self.until(lambda look=look: self._seen(look), f"a look at {kind.title}")  # type: ignore[misc]
            subscriptions.subscribe(ports, manager, subscription=look)
        with self.world.db.look() as session:
            rows = session.scalars(select(ListRow).where(ListRow.school_id == self.school.id)).all()
            self.lists = {row.title: row.id for row in rows}
        for row in rows:
            to = ["pupils", "staff"] if row.title in STAFF else ["pupils"]
            assignments.assign(ports, manager, slug=row.slug, to=to)
        both = ("pupils", "staff")
        delivered = {"delivery": "folder", "folder": str(self.folder / "delivered" / "unbound")}
        add_target(self.world, self.school, "resolver", "unbound", audiences=both, **delivered)
        add_target(self.world, self.school, "zones", "rpz", audiences=both)
        add_target(self.world, self.school, "proxy", "squid", audiences=both)

    def says(self, day: int) -> None:
        """Let the server say what it says on a day."""
        answers(self.server, self.makers, day, self.said)

    def settle(self) -> None:
        """Until no list is due or being fetched, and what is edited is published and delivered."""
        self.until(self._is_settled, "rest")

    def add_rule(self, amid: str) -> None:
        """Block a name that no list has, and see when it is in force."""
        domain = f"rule{self.rules}.urgent.example"
        self.rules += 1
        began = time.monotonic()
        rules.add(self.world.ports, self.school.network_manager, action="block", domain=domain, reason="seen in class")
        saved = time.monotonic() - began
        self.until(lambda: bool(self._with_rule(domain)), f"{domain} in a release")
        published = time.monotonic() - began
        self.until(lambda: self._is_delivered(domain), f"{domain} in the folder")
        delivered = time.monotonic() - began
        if f'"{domain}."' not in (self.folder / "delivered" / "unbound" / "unbound.conf").read_text():
            self.told.wrong.append(f"{domain} is said to be in force and is not in the folder")
        self.told.live.append(Live(saved, published, delivered, amid))
        say(f"  rule {amid}: saved {saved:.2f} s, published {published:.2f} s, delivered {delivered:.2f} s")

    def busy(self) -> str:
        """What the worker does with a list at this moment; empty if nothing."""
        with self.world.db.look() as session:
            return session.scalar(select(Subscription.step).where(Subscription.lease.is_not(None)).limit(1)) or ""

    def look_at_releases(self, day: int) -> None:
        """Read the files of every release that was published since the last look, the one in force among them."""
        with self.world.db.look() as session:
            query = select(Release).where(Release.school_id == self.school.id, Release.published_at.is_not(None))
            found = session.scalars(query.where(Release.number > self.guarded).order_by(Release.number)).all()
        folders = self.world.ports.store.releases_folder(str(self.school.id))
        for release in found:
            folder = folders / place(release.number, release.id)
            if not folder.is_dir():
                self.told.wrong.append(f"day {day}: release {release.number} was not there to be read")
            for line in self.guard.unsafe(folder):
                self.told.wrong.append(f"day {day}: release {release.number}: {line}")
            self.guarded = release.number
            self.told.published += 1
        for line in self.guard.unsafe(self.folder / "delivered"):
            self.told.wrong.append(f"day {day}: delivered: {line}")
        if waiting := objections(self.world, self.school):
            self.told.wrong.append(f"day {day}: a release is held: {[one['text'] for one in waiting]}")

    def look_at_lists(self, day: int) -> None:
        """What came of each list since the day began, and in which words."""
        for title, listed in self.lists.items():
            came, detail = self._came(listed)
            if came not in expected(day, title):
                self.told.wrong.append(f"day {day}: {title} came out as {came} ({detail}), not {expected(day, title)}")
            if came in ("held", "refused", "failed") and not (title == KINDS[-1].title and day > GONE_SINCE):
                self.told.waits.append(f"| {day} | {title} | {came} | {detail} |")
            if came in ("held", "refused", "failed") and not detail:
                self.told.wrong.append(f"day {day}: nobody says why {title} was {came}")
            if came == "held" and day % 2:
                self._leave(listed)

    def age(self, title: str) -> str:
        """How old a list's text is said to be."""
        with self.world.db.look() as session:
            row = session.scalars(select(Subscription).where(Subscription.list_id == self.lists[title])).one()
            found = age(row.last_success or self.clock(), self.clock(), row.interval)
            return f"{found.words} ({found.level})"

    def until(self, true: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > end:
                raise TimeoutError(f"never came: {what}")
            time.sleep(0.02)

    def _leave(self, listed: UUID) -> None:
        with self.world.db.look() as session:
            found = session.scalars(select(Subscription).where(Subscription.list_id == listed)).one().found
        text, head = found["sha256"], self.school.headteacher
        subscriptions.decide(self.world.ports, head, listed=listed, text=text, take=False, reason="not what it was")

    def _came(self, listed: UUID) -> tuple[str, str]:
        with self.world.db.look() as session:
            query = select(ListRefresh).join(Subscription, Subscription.id == ListRefresh.subscription_id)
            row = session.scalars(
                query.where(Subscription.list_id == listed).order_by(ListRefresh.at.desc(), ListRefresh.id.desc())
            ).first()
            return (row.outcome, row.detail) if row else ("nothing", "")

    def _seen(self, look: UUID) -> bool:
        with self.world.db.look() as session:
            row = session.get_one(Subscription, look)
            if row.trouble:
                raise RuntimeError(row.trouble)
            return bool(row.found) and not row.lease

    def _is_settled(self) -> bool:
        with self.world.db.look() as session:
            waiting = (Subscription.next_try <= self.clock()) | Subscription.lease.is_not(None)
            if session.scalars(select(Subscription.id).where(waiting)).first():
                return False
            school = session.get_one(School, self.school.id)
            if school.trouble:
                raise RuntimeError(school.trouble)
            query = select(Release).where(Release.school_id == school.id).order_by(Release.number.desc())
            newest = session.scalars(query.limit(1)).first()
            if newest is None or newest.revision < school.revision:
                return False
            return (
                newest.state == "held"
                or not session.scalars(select(Delivery.id).where(Delivery.state == "due")).first()
            )

    def _with_rule(self, domain: str) -> Release | None:
        with self.world.db.look() as session:
            query = select(Release).where(Release.state == "published", Release.policy.contains(domain))
            return session.scalars(query).first()

    def _is_delivered(self, domain: str) -> bool:
        release = self._with_rule(domain)
        if release is None:
            return False
        with self.world.db.look() as session:
            query = select(Delivery.state).where(Delivery.release_id == release.id)
            return session.scalar(query) == "done"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
