"""Bringing in a whole staff from a CSV file: `name,e-mail,role`, one person a line, a heading line if there is one.

All of it or nothing. The dry run is the very same change, taken back.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from firewall_admin.core import events_people as events
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.person import parse_email
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.change import Change
from firewall_admin.db.tables import Person
from firewall_admin.ports import Ports

from .people import Invited, inviting
from .policy import may

LARGEST = 256 * 1024  # bytes
MOST = 1000  # people
COLUMNS = ("name", "email", "role")
NOBODY = "There is nobody in this file. Each line needs a name, an e-mail address and a role, with commas between them."


@dataclass(frozen=True)
class LineError:
    """What is wrong with a line; the first is 1, the heading counts."""

    line: int
    message: str


@dataclass(frozen=True)
class Brought:
    """What an import does, or would do: who is invited, and who is known already and stays as they are."""

    invited: tuple[Invited, ...]
    known: tuple[str, ...]


class BadStaffFile(Refusal):
    """A file that can't be taken; `errors` says why, line by line."""

    def __init__(self, errors: tuple[LineError, ...]):
        count = len(errors)
        super().__init__(f"{count} line{'s need' if count > 1 else ' needs'} mending. Nobody was invited.", "file")
        self.errors = errors


class _TakenBackError(Exception):
    """Carries what a dry run found out of a change that must not stay."""

    def __init__(self, brought: Brought):
        super().__init__()
        self.brought = brought


def preview(ports: Ports, actor: Actor, *, content: bytes) -> Brought:
    """What an import would do. Nothing stays, so the links in it open nothing. Raises what `bring_in` raises."""
    may(actor, Permission.MANAGE_PEOPLE)
    lines = read(content)
    try:
        with ports.db.change(actor) as change:
            raise _TakenBackError(_bring(ports, change, lines))
    except _TakenBackError as taken_back:
        return taken_back.brought


def bring_in(ports: Ports, actor: Actor, *, content: bytes) -> Brought:
    """Invite everybody in a file who is not known yet. BadStaffFile if any line is wrong."""
    may(actor, Permission.MANAGE_PEOPLE)
    lines = read(content)
    with ports.db.change(actor) as change:
        brought = _bring(ports, change, lines)
        change.did(events.StaffImported(len(brought.invited), len(brought.known)))
        return brought


def read(content: bytes) -> list[tuple[int, list[str]]]:
    """The lines of a file with their numbers, without the heading and empty ones. Refusal of `file` if it is none."""
    if len(content) > LARGEST:
        raise Refusal(f"The file is larger than {LARGEST // 1024} KB. Split it.", "file")
    read_as = text(content)
    delimiter = ";" if read_as.partition("\n")[0].count(";") > 1 else ","
    found: list[tuple[int, list[str]]] = []
    try:
        reader = csv.reader(io.StringIO(read_as, newline=""), delimiter=delimiter, strict=True)
        found += [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as problem:
        raise BadStaffFile((LineError(reader.line_num, f"this is no CSV: {problem}"),)) from None
    if found and _is_heading(found[0][1]):
        del found[0]
    if not found:
        raise Refusal(NOBODY, "file")
    if len(found) > MOST:
        raise Refusal(f"There are more than {MOST:,} people in the file. Split it.", "file")
    return found


def text(content: bytes) -> str:
    """UTF-8, or what an older spreadsheet saves on Windows."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _is_heading(cells: list[str]) -> bool:
    return [cell.strip().casefold().replace("-", "").replace(" address", "") for cell in cells[:2]] == ["name", "email"]


def _bring(ports: Ports, change: Change, lines: list[tuple[int, list[str]]]) -> Brought:
    """Do it on a change, or raise BadStaffFile with every line that is wrong."""
    errors: list[LineError] = []
    invited, known, seen = list[Invited](), list[str](), dict[str, int]()
    already = set(_colleagues(change))
    for number, cells in lines:
        try:
            asked = _columns(cells)
            email = parse_email(asked["email"])
            if email in seen:
                raise Refusal(f"{email} is on line {seen[email]} too.")
            seen[email] = number
            if email in already:
                known.append(email)
            else:
                invited.append(inviting(change, **asked, ports=ports))
        except Refusal as refusal:
            errors.append(LineError(number, refusal.message))
    if errors:
        raise BadStaffFile(tuple(errors))
    return Brought(tuple(invited), tuple(known))


def _columns(cells: list[str]) -> dict[str, str]:
    if len(cells) != len(COLUMNS):
        raise Refusal(f"There should be a name, an e-mail address and a role; here are {len(cells)} columns.")
    return dict(zip(COLUMNS, cells, strict=True))


def _colleagues(change: Change) -> Iterator[str]:
    """The addresses of those who are here or on their way."""
    query = select(Person.email).where(Person.school_id == change.actor.school_id, Person.state != "left")
    return iter(change.session.scalars(query))
