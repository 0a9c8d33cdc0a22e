"""The manifest beside every export: what it is, from when until when it holds, what it lost, and every file's hash."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Protocol

from .compiled import Compiled
from .export import Loss
from .old_lists import of_manifest


class WrittenFile(Protocol):
    """A file as it was written."""

    @property
    def path(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def audience(self) -> str | None: ...
    @property
    def use(self) -> str: ...


def manifest(format_: str, compiled: Compiled, losses: Sequence[Loss], files: Iterable[WrittenFile]) -> str:
    """JSON text with the keys of `manifest.json`; the same export gives the same text."""
    changes = compiled.next_change
    whole = {
        "format": format_,
        "school": compiled.school,
        "release": compiled.release,
        "at": compiled.at.isoformat(),
        "next_change": changes.isoformat() if changes else None,
        "counts": compiled.counts(),
        **of_manifest(compiled),
        "losses": [asdict(loss) for loss in losses],
        "files": [
            {"path": f.path, "sha256": f.sha256, "bytes": f.size, "audience": f.audience, "use": f.use} for f in files
        ],
    }
    return json.dumps(whole, indent=2) + "\n"
