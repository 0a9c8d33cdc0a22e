"""The school's own lists: pasted or uploaded text in any published dialect becomes a snapshot with a role."""

import re
import tempfile
import unicodedata
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.adapters.reading import TooCostly
from firewall_admin.core import events_policy as events
from firewall_admin.core.events_subscriptions import ListDangersTaken
from firewall_admin.core.list_findings import look
from firewall_admin.core.listfile import CountedList, Limits, ListTooLong, looks_like
from firewall_admin.core.names import Names
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.plan import Objection
from firewall_admin.core.policy import ROLES, Role
from firewall_admin.core.refusals import Conflict, NotFound, Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AssignmentRow, AudienceRow, ListRow, Snapshot, Subscription
from firewall_admin.ports import Ports

from . import policy
from .list_surroundings import beside
from .soundness import refuse_contradictions

LARGEST = 32 << 20  # bytes of a pasted or uploaded text
PASTED = "pasted"
FEW_REJECTED = 5  # lines: fewer are seen at a glance on the page with the plan
TOLD_ANYWAY = ("shrunk", "opens-names")  # by the plan of any edit
_LONGEST_TITLE, _LONGEST_NOTE = 100, 2_000  # characters


def adding(
    ports: Ports, actor: Actor, *, title: str, role: Role, text: bytes, source: str = PASTED, note: str = ""
) -> policy.Act:
    """The edit that adds a list of the school's own. `text` may be in any dialect `core.listfile` reads."""
    policy.may(actor, Permission.CHANGE_POLICY)
    title, note, role = checked(title, note, role)
    slug, found = slug_of(title), names_in(ports, text, role)

    def act(change: Change) -> None:
        refuse_taken(ports, change.session, actor, slug)
        row = ListRow(school_id=actor.school_id, slug=slug, title=title, role=role, note=note, source=source)
        _doubt(ports, change, title, role, None, found)
        keep(ports, change, row, found)
        change.session.add(row)
        change.did(events.ListAdded(title, role, source, len(found.names), found.rejected_lines))
        refuse_contradictions(ports, change)

    return act


def add(
    ports: Ports, actor: Actor, *, title: str, role: Role, text: bytes, source: str = PASTED, note: str = ""
) -> None:
    """Add a list (see `adding`). Blocked and allowed lists do nothing until they are assigned."""
    policy.edit(ports, actor, adding(ports, actor, title=title, role=role, text=text, source=source, note=note))


def replacing(ports: Ports, actor: Actor, *, listed: UUID, text: bytes, source: str = PASTED) -> policy.Act:
    """The edit that gives a list a new text; the old snapshot stays in the store."""
    policy.may(actor, Permission.CHANGE_POLICY)
    with ports.db.look() as session:
        role: Role = find(session, actor, listed).role  # type: ignore[assignment]
    found = names_in(ports, text, role)  # before the change, which keeps every other writer waiting

    def act(change: Change) -> None:
        row = find(change.session, actor, listed)
        if row.role != role:
            raise Conflict("Somebody has changed what this list is for. Look at it again.")
        refuse_subscribed(change.session, row)
        before = change.session.get_one(Snapshot, row.snapshot).names
        _doubt(ports, change, row.title, role, ports.store.names(row.snapshot), found)
        row.source = source
        keep(ports, change, row, found)
        change.did(events.ListReplaced(row.title, source, before, len(found.names), found.rejected_lines))

    return act


def replace(
    ports: Ports, actor: Actor, *, listed: UUID, text: bytes, source: str = PASTED, decision: str | None = None
) -> None:
    """Give a list a new text. Names that fall out of a blocking list open: that takes a decision's number."""
    policy.edit(ports, actor, replacing(ports, actor, listed=listed, text=text, source=source), decision)


def changing(ports: Ports, actor: Actor, *, listed: UUID, title: str, role: Role, note: str = "") -> policy.Act:
    """The edit that changes a list's title, role or note. Its slug stays, for files and devices know it by that."""
    policy.may(actor, Permission.CHANGE_POLICY)
    wanted = dict(zip(("title", "note", "role"), checked(title, note, role), strict=True))

    def act(change: Change) -> None:
        row = find(change.session, actor, listed)
        told = {what: getattr(row, what) for what in wanted if getattr(row, what) != wanted[what]}
        if not told:
            raise Refusal("Nothing is different from what is there.")
        for what, before in told.items():
            change.did(events.ListChanged(row.title, what, before or "nothing", wanted[what] or "nothing"))
            setattr(row, what, wanted[what])
        row.changed_at = change.now
        refuse_contradictions(ports, change)

    return act


def change(
    ports: Ports, actor: Actor, *, listed: UUID, title: str, role: Role, note: str = "", decision: str | None = None
) -> None:
    """Change a list's title, role or note (see `changing`)."""
    policy.edit(ports, actor, changing(ports, actor, listed=listed, title=title, role=role, note=note), decision)


def removing(ports: Ports, actor: Actor, *, listed: UUID) -> policy.Act:
    """The edit that removes a list. One that is in force for an audience is refused: end that first."""
    policy.may(actor, Permission.CHANGE_POLICY)

    def act(change: Change) -> None:
        row = find(change.session, actor, listed)
        if used := assigned_to(change.session, actor, row.slug):
            raise Refusal(f"'{row.title}' is in force for {', '.join(used)}. End that first, then remove it.")
        names = change.session.get_one(Snapshot, row.snapshot).names
        change.session.delete(row)
        change.did(events.ListRemoved(row.title, row.role, names))

    return act


def remove(ports: Ports, actor: Actor, *, listed: UUID, decision: str | None = None) -> None:
    """Remove a list (see `removing`). Removing a locked list opens what it locked."""
    policy.edit(ports, actor, removing(ports, actor, listed=listed), decision)


def find(session: Session, actor: Actor, listed: UUID) -> ListRow:
    """The list, if it is the actor's school's; NotFound otherwise."""
    query = select(ListRow).where(ListRow.id == listed, ListRow.school_id == actor.school_id)
    if (found := session.scalars(query).first()) is None:
        raise NotFound("There is no such list.")
    return found


def assigned_to(session: Session, actor: Actor, slug: str) -> list[str]:
    """The names of the audiences a list is assigned to, sorted."""
    query = (
        select(AudienceRow.name)
        .join(AssignmentRow, AssignmentRow.audience_id == AudienceRow.id)
        .where(AssignmentRow.school_id == actor.school_id, AssignmentRow.slug == slug)
    )
    return sorted(session.scalars(query))


def names_in(ports: Ports, text: bytes, role: Role) -> CountedList:
    """What a text says. A text without a name is refused: it is a wrong file, never an empty list."""
    found = read(ports, text, role, LARGEST)
    if not len(found.names):
        what = looks_like(text)
        why = f" It looks like {what}." if what else ""
        first = found.rejected[0] if found.rejected else None
        why = why or (f" Line {first.line}: {first.reason}." if first else "")
        raise Refusal(f"There is no name in these {found.lines:,} lines.{why}", "text")
    return found


def read(ports: Ports, text: bytes, role: Role, most: int) -> CountedList:
    """What a text of at most so many bytes says. A large one is read by another process, which is given a file: what
    somebody hands in is no more to be trusted than what is fetched."""
    with tempfile.TemporaryDirectory(prefix="list-") as name:
        body = Path(name) / "text"
        body.write_bytes(text)
        try:
            return ports.read(body, role, Path(name), limits=Limits(bytes=most))
        except ListTooLong as refusal:
            raise Refusal(refusal.message, "text") from None
        except TooCostly as refusal:
            raise Refusal(f"This text could not be read: {refusal.message}.", "text") from None


def keep(ports: Ports, change: Change, row: ListRow, found: CountedList) -> None:
    """Put names into the store and point a list's row at them."""
    row.snapshot = snapshot(ports, change, found.names)
    row.rejected = [list(line) for line in found.rejected]
    row.rejected_lines = found.rejected_lines
    row.changed_at = change.now


def snapshot(ports: Ports, change: Change, names: Names) -> str:
    """Keep a set of names in the store, with its row; the SHA-256 it is kept by."""
    sha256 = ports.store.put(names)
    remember(change.session, sha256, names, change.now)
    return sha256


def remember(session: Session, sha256: str, names: Names, now: datetime) -> None:
    """The row of a set of names that is in the store."""
    if session.get(Snapshot, sha256) is None:
        session.add(Snapshot(sha256=sha256, names=len(names), size=len(names.text), created_at=now))
        session.flush()


def subscription_of(session: Session, listed: UUID) -> Subscription | None:
    """The subscription that a list is fetched by, if it is."""
    return session.scalars(select(Subscription).where(Subscription.list_id == listed)).first()


def refuse_subscribed(session: Session, row: ListRow) -> None:
    """The text of a list that is fetched is not anybody's to write."""
    if subscription := subscription_of(session, row.id):
        where = subscription.address
        raise Refusal(f"'{row.title}' is fetched from {where}. End the subscription first, then its text is yours.")


def refuse_taken(ports: Ports, session: Session, actor: Actor, slug: str) -> None:
    """A list is known by its slug everywhere, so there is one of each."""
    if slug in ports.shipped.lists or _named(session, actor, slug):
        raise Refusal(f"There is a list '{slug}' already. Choose another name.", "title")


def slug_of(title: str) -> str:
    """The name of a list in files and on devices: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    if not slug:
        raise Refusal("Give the list a name with letters or digits of the English alphabet in it.", "title")
    return slug


def _doubt(ports: Ports, change: Change, title: str, role: Role, old: Names | None, found: CountedList) -> None:
    """What would hold or refuse a fetched text, a person who hands it in is told, and takes on by saving."""
    around = beside(ports, change.session, change.actor.school_id, role)
    few = found.rejected_lines < FEW_REJECTED
    doubts = [
        one
        for one in look(old, found, around, drops=False).findings
        if one.name not in TOLD_ANYWAY and not (few and one.name in ("rejected-lines", "web-addresses"))
    ]
    for one in doubts:
        text = f"the text of '{title}': {one.text.partition('; ')[0] if one.stands and one.names else one.text}"
        change.objections.append(Objection(f"list-{one.name}", text, None, one.names[:100]))
    if doubts:
        change.did(ListDangersTaken(title, sorted({one.name for one in doubts})))


def _named(session: Session, actor: Actor, slug: str) -> bool:
    query = select(ListRow.id).where(ListRow.school_id == actor.school_id, ListRow.slug == slug)
    return session.scalar(query) is not None


def checked(title: str, note: str, role: Role) -> tuple[str, str, Role]:
    title, note = " ".join(title.split()), note.strip().replace("\r\n", "\n")
    if not title or len(title) > _LONGEST_TITLE:
        raise Refusal(f"Give the list a name of {_LONGEST_TITLE} characters at most.", "title")
    if len(note) > _LONGEST_NOTE:
        raise Refusal(f"Write {_LONGEST_NOTE:,} characters at most.", "note")
    if role not in ROLES:
        raise Refusal("Choose what the list is for.", "role")
    return title, note, role
