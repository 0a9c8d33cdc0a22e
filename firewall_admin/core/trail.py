"""The trail's chain: each entry holds the hash of the one before it, so that none can be changed, dropped or moved.

The canonical form is JSON with sorted keys and no spaces, in UTF-8 (after RFC 8785, for strings, integers, booleans,
null, lists and objects); instants are ISO 8601 in UTC with microseconds. An export is one such object a line.
What a chain alone can't show is that its end was cut off: for that, a hash noted earlier must still be in it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = "0" * 64
KEYS = ("school", "number", "at", "actor", "actor_id", "role", "event", "fields", "previous")
WHOLE = {*KEYS, "hash"}


@dataclass(frozen=True)
class Checked:
    """How far a chain holds: so many entries, the last of them with this hash; `bad` is the number of the first entry
    that is not what was written, and why. `holds`: whether the hash that was looked for is in the part that holds."""

    entries: int
    last: str
    bad: tuple[int, str] | None = None
    holds: bool = False


class _BadEntry(ValueError):
    """An entry that is not what was written; the message says why."""


def instant(at: datetime) -> str:
    """An aware instant as it stands in the canonical form."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest(entry: Mapping[str, Any]) -> str:
    """The SHA-256 of an entry's canonical form, hexadecimal. `entry` has the KEYS, `at` as text."""
    canonical = json.dumps({key: entry[key] for key in KEYS}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def line(entry: Mapping[str, Any]) -> str:
    """An entry as it stands in an export: one line of ASCII, without its end."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"))


def check(lines: Iterable[bytes], wanted: str | None = None) -> Checked:
    """Check the chain of an export, given line by line; `wanted` is a hash that it must hold."""
    number, previous, holds = 0, START, wanted == START
    for number, text in enumerate(lines, 1):
        try:
            entry = _entry(text)
            _compare(entry, number, previous)
        except _BadEntry as problem:
            return Checked(number - 1, previous, (number, str(problem)), holds)
        previous = entry["hash"]
        holds = holds or previous == wanted
    return Checked(number, previous, None, holds)


def _entry(text: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(text.decode("ascii"), object_pairs_hook=_object, parse_constant=_constant)
    except _BadEntry:
        raise
    except (ValueError, RecursionError):
        raise _BadEntry("it can't be read: it is not one JSON object in ASCII on one line") from None
    if not isinstance(entry, dict):
        raise _BadEntry("it is no entry")
    return entry


def _compare(entry: dict[str, Any], number: int, previous: str) -> None:
    if missing := WHOLE - entry.keys():
        raise _BadEntry(f"it has no '{min(missing)}'")
    if strange := entry.keys() - WHOLE:
        raise _BadEntry(f"it has a '{min(strange)}', which was never written")
    if entry["number"] != number:
        raise _BadEntry(f"entry {number} is missing: {entry['number']} stands in its place")
    if entry["previous"] != previous:
        raise _BadEntry("it does not follow the entry before it")
    if digest(entry) != entry["hash"]:
        raise _BadEntry("what it says is not what was written")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that stands twice would show one thing to a reader and another to the check."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _BadEntry("it says one thing twice")
    return found


def _constant(name: str) -> None:
    raise _BadEntry(f"it holds {name}, which is no JSON")
