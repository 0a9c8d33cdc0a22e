"""The records that a zone was last given, kept here: what changed since is found without asking for all of it."""

from pathlib import Path

from firewall_admin.adapters import kept_files
from firewall_admin.adapters.replaced_file import replaced
from firewall_admin.core.push import EMPTY, Content, body, content


def records(zone_file: Path | None) -> Content:
    """The records of a zone file of a release; of none, no records. Raises OSError, and ValueError for another file."""
    return content(body(_text(zone_file))) if zone_file else EMPTY


def head(zone_file: Path) -> str:
    """The first line of a zone file."""
    with kept_files.find(zone_file).open() as file:
        return file.readline().decode("ascii")


def _text(zone_file: Path) -> str:
    with kept_files.find(zone_file).open() as file:
        return file.read().decode("ascii")


def keep(place: Path, records: Content) -> None:
    """Keep what a zone holds now. Raises Refusal where it can't be written."""
    with replaced(place) as file:
        file.write(records.text.encode("ascii"))


def kept(place: Path, digest: str) -> Content | None:
    """What was kept, if it is still there and is what the digest says."""
    try:
        found = content(place.read_text("ascii"))
    except (OSError, UnicodeDecodeError):
        return None
    return found if found.digest == digest else None
