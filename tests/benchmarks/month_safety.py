"""What the files of a release would do to names that a school lives on: read by `grep`, and not by any code of ours.

No list may name such a name, nor one above it, in any file that blocks, for any audience: what is dropped from a text
is dropped before anything is made of it, so there is nothing to be opened again.
"""

import json
import subprocess
from collections.abc import Collection, Iterator
from pathlib import Path

from firewall_admin.core.domains import lineage

_SOME = 1 << 20


class Guard:
    """Knows the lines that must not be in a file. Files that were looked at, by whichever name, are not read again."""

    def __init__(self, needed: Collection[str], folder: Path):
        above = sorted({above for name in needed for above in lineage(name)} | {_top(name) for name in needed})
        unbound = [f'  local-zone: "{name}." {kind}' for name in above for kind in ("always_nxdomain", "redirect")]
        zones = [f"{star}{name} CNAME ." for name in above for star in ("", "*.")]
        self._lines = folder / "must-not-be-there"
        self._lines.write_text("\n".join([*unbound, *zones, *(f".{name}" for name in above)]) + "\n")
        self._seen: set[tuple[int, int]] = set()
        self.read = 0

    def unsafe(self, folder: Path) -> list[str]:
        """The lines of files in a folder that block a name which has to work. Files of what is open say the same words
        of Squid for the other thing, so they are left out."""
        found: list[str] = []
        for place in sorted(folder.rglob("*")):
            name = place.name.removesuffix(".parts")
            if place.is_file() and not name.endswith((".base", "-open.txt")):
                mark = (place.stat().st_ino, place.stat().st_mtime_ns)
                if mark not in self._seen:
                    self._seen.add(mark)
                    found += [f"{place}: {line}" for line in self._lines_of(_pieces(place))]
        return found

    def _lines_of(self, pieces: Iterator[bytes]) -> list[str]:
        command = ["grep", "-xFf", str(self._lines)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"LC_ALL": "C"})
        assert process.stdin is not None
        for piece in pieces:
            process.stdin.write(piece)
            self.read += len(piece)
        out, _ = process.communicate()
        if process.returncode > 1:
            raise OSError("grep failed")
        return out.decode().splitlines()


def _pieces(place: Path) -> Iterator[bytes]:
    """The bytes of a file, or of one that is kept as parts of another (`adapters.kept_files`), put together here."""
    if place.suffix != ".parts":
        with place.open("rb") as file:
            yield from iter(lambda: file.read(_SOME), b"")
        return
    with place.with_suffix(".base").open("rb") as base:
        for part in json.loads(place.read_bytes()):
            if isinstance(part, str):
                yield part.encode("ascii")
                continue
            base.seek(part[0])
            for at in range(part[0], part[1], _SOME):
                yield base.read(min(_SOME, part[1] - at))


def _top(name: str) -> str:
    return name.rpartition(".")[2]
