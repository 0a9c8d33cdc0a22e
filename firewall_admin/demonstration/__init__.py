"""An invented school to try everything on: Oakfield Primary School, its people, its policy, and four weeks of history.

Nothing of it is written by hand: the very journeys that people use are run with a turned clock, so the trail, the
releases and their differences are real. Every name is invented, and every address is under `.example`, which leads
nowhere (RFC 2606).
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from firewall_admin.db.tables import School
from firewall_admin.ports import Ports

from . import history
from .story import SignIn, Story


@dataclass(frozen=True)
class Made:
    """The demonstration school: who is there, and the password of them all."""

    people: tuple[SignIn, ...]
    password: str


def make(ports: Ports) -> Made:
    """Make the school on an empty database, ending a moment before the present."""
    story = Story(ports)
    for tell in history.CHAPTERS:
        tell(story)
    return Made(tuple(story.sign_ins()), story.password)


def make_once(ports: Ports, file: Path) -> Made | None:
    """Make the school where there is none at all, and note how to sign in in a file that only its owner can read."""
    with ports.db.look() as session:
        if session.scalar(select(School.id).limit(1)) is not None:
            return None
    made = make(ports)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(sign_in_text(made), "utf-8")
    return made


def sign_in_text(made: Made) -> str:
    """What is printed, and kept in the file."""
    width = max(len(person.email) for person in made.people)
    rows = (f"  {person.email:{width}}  {person.role.lower()} ({person.name})" for person in made.people)
    head = f"{history.NAME} is invented. Sign in as any of these, all with the password {made.password}"
    return "\n".join((head, *rows)) + "\n"
