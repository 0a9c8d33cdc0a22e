"""A worker killed at every step of a school's morning and of sending letters: `python -m tests.faults.letter_kills`.

The mail server is a file that every letter it has taken is written into; there is a point before it takes one and one
after, when it has taken it and nobody knows yet. After each kill another worker runs to the end: no letter is lost, at
most one was sent twice, and no secret is left.
"""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

from sqlalchemy import select, update

from firewall_admin.adapters.mail import Mail, Post, Server
from firewall_admin.adapters.policy_files import shipped
from firewall_admin.adapters.sealed import Sealed
from firewall_admin.adapters.store import Store
from firewall_admin.core import events, trail
from firewall_admin.core.terms import Kind, Terms
from firewall_admin.db.chain import as_written
from firewall_admin.db.tables import AccessRequest, Entry, Letter, School
from firewall_admin.journeys import outbox, reminders, resets
from firewall_admin.journeys.letters import SENT
from firewall_admin.ports import Ports
from tests.faults.kills import Killer, database, killed
from tests.world import MONDAY_MORNING, World

_shipped = cache(shipped)  # frozen, and read anew it takes longer than sending a letter
WEDNESDAY = MONDAY_MORNING + timedelta(days=2)
LATE = 25  # a point at which the morning is written and nothing is sent yet, or not much
KEYS = {"link": 1, "AR": 2, "digest": 1}
"""How many letters there have to be, by the beginning of their keys: a link, two reminders, and the digest of the
teacher, who has a question to answer."""


class FileServer(Post):
    """Takes every letter, and writes down that it has."""

    def __init__(self, file: Path, killer: Killer | None = None):
        super().__init__(Server("smtp", "127.0.0.1", 1), "f@oakfield.example", "https://f.oakfield.example")
        vars(self).update(file=file, killer=killer)

    def __call__(self, mail: Mail) -> None:
        killer, file = vars(self)["killer"], vars(self)["file"]
        if killer:
            killer.point()
        with file.open("a") as taken:
            taken.write(f"{mail.id}\n")
        if killer:
            killer.point()


def prepare(folder: Path) -> World:
    """A Wednesday on which two requests have waited since Monday, a third for an answer, and a link is to be mailed."""
    world = World(folder)
    school = world.oakfield
    with world.db.change(school.teacher) as change:
        for number, state in enumerate(("submitted", "assessed", "returned"), 1):
            terms = Terms(names=("x.example",), audiences=("pupils",)).to_json()
            row = AccessRequest(school_id=school.id, number=number, kind=Kind.SITE, state=state, terms=terms)
            assert school.teacher.person_id
            row.asked_by, row.purpose, row.domain = school.teacher.person_id, "p", "x.example"
            row.asked_at = row.changed_at = change.now
            change.session.add(row)
        change.did(events.SchoolChanged("name", "same"))
    world.clock.at = WEDNESDAY
    ports = opened(folder, FileServer(folder / "taken"), WEDNESDAY)
    assert school.governor.person_id
    resets.ask(ports, school.administrator, person=school.governor.person_id)
    ports.db.engine.dispose()
    world.db.engine.dispose()
    (folder / "taken").touch()
    return world


def opened(folder: Path, post: Post, now: object) -> Ports:
    """The same world by another process."""
    db = database(folder, lambda: now)  # type: ignore[arg-type, return-value]
    return Ports(db, Store(folder / "store"), db.clock, _shipped(), sealed=Sealed(folder / "sealing-key"), send=post)


def watched(live: Path, killer: Killer) -> Ports:
    """The world of a worker whose mail server may be killed, too."""
    return opened(live, FileServer(live / "taken", killer), WEDNESDAY)


def work(ports: Ports) -> None:
    reminders.remind_due(ports)
    while outbox.send_due(ports):
        pass


def sweep(folder: Path, twin: str) -> tuple[int, list[str]]:
    """How many points there are, and what was wrong after being killed at each. `twin` breaks something on purpose; the
    first fault is enough of it."""
    live, pristine = folder / "live", folder / "pristine"
    pristine.mkdir()
    prepare(pristine)
    wrong: list[str] = []
    point = LATE if twin == "sent before it is" else 0
    while True:
        shutil.rmtree(live, ignore_errors=True)
        shutil.copytree(pristine, live)
        if not killed(point, BROKEN[twin], partial(watched, live), work) or (wrong and twin != "sound"):
            return point, wrong
        ports = opened(live, FileServer(live / "taken"), WEDNESDAY + outbox.LEASE)
        work(ports)
        wrong += [f"after point {point}: {fault}" for fault in faults(ports, live / "taken")]
        ports.db.engine.dispose()
        point += 1


def faults(ports: Ports, taken: Path) -> Iterator[str]:
    """What is not in order after another worker has run to the end."""
    with ports.db.look() as session:
        letters = session.scalars(select(Letter)).all()
        entries = session.scalars(select(Entry).order_by(Entry.school_id, Entry.number)).all()
    found = Counter(row.key.split(":")[0].split("-")[0] for row in letters)
    if dict(found) != KEYS:
        yield f"letters: {dict(found)}"
    sent = Counter(taken.read_text().split())
    for row in letters:
        if row.state != "sent" or not sent[str(row.id)]:
            yield f"{row.key} is {row.state} and was taken {sent[str(row.id)]} times"
        if row.secret is not None:
            yield f"{row.key} still holds its secret"
    if sum(sent.values()) - len(sent) > 1:
        yield f"sent twice: {[id_ for id_, count in sent.items() if count > 1]}"
    own = [entry for entry in entries if entry.school_id == letters[0].school_id]
    checked = trail.check(trail.line(as_written(entry)).encode() for entry in own)
    if checked.bad:
        yield f"the trail's entry {checked.bad[0]}: {checked.bad[1]}"


def _sent_before_it_is() -> None:
    """The row says that it was sent, and then it is."""
    over = outbox._over

    def first(ports: Ports, post: Post, id_: object) -> object:
        with ports.db.look() as session:
            over(ports, session.get_one(Letter, id_), SENT, "")
        with ports.db.look() as session:
            row = session.get_one(Letter, id_)
        post(Mail(str(row.id), "", "", "", row.subject, row.text, row.written_at))
        return True

    outbox._send = first  # type: ignore[assignment]


def _told_before_it_is() -> None:
    """The day is marked, and then its letters are written."""
    guarded = reminders._guarded

    def first(ports: Ports, school: object, today: date) -> bool:
        with ports.db.note() as session:
            session.execute(update(School).where(School.id == school).values(reminded_on=today))
        return guarded(ports, school, today)  # type: ignore[arg-type]

    reminders._guarded = first


BROKEN: dict[str, Callable[[], None]] = {
    "sound": lambda: None,
    "sent before it is": _sent_before_it_is,
    "told before it is": _told_before_it_is,
}


if __name__ == "__main__":
    points, wrong = sweep(Path(sys.argv[1]), sys.argv[2])
    print(json.dumps({"points": points, "wrong": wrong}))
