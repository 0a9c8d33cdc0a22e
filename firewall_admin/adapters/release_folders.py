"""A target's files of a release on disk: are they whole, and many of them as one file to take away."""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import kept_files
from .output_folder import MARK, files_of, is_export
from .replaced_file import replaced


@dataclass(frozen=True)
class Kept:
    """A file as its manifest tells it: `path` in the folder, SHA-256, size in bytes, for whom, and how to load it."""

    path: str
    sha256: str
    size: int
    audience: str | None
    use: str


def read(folder: Path) -> list[Kept] | None:
    """The files of a folder by its manifest. None where one is missing or holds other bytes than were written."""
    try:
        entries = json.loads((folder / MARK).read_bytes())["files"]
        kept = [Kept(e["path"], e["sha256"], e["bytes"], e["audience"], e["use"]) for e in entries]
        return kept if all(_is_whole(folder / one.path, one) for one in kept) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def bundle(place: Path, texts: Mapping[str, str], folders: Mapping[str, Path], at: datetime) -> None:
    """Write texts and folders into one ZIP file, by their names in it; the same bytes each time. Raises OSError and
    Refusal; the file appears whole or not at all."""
    stamp = at.astimezone(UTC).timetuple()[:6]
    with replaced(place) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in texts.items():
            packed.writestr(_entry(name, stamp), text)
        for name, folder in folders.items():
            for path in files_of(folder):
                with packed.open(_entry(f"{name}/{path}", stamp), "w") as other:
                    for piece in kept_files.find(folder / path).pieces():
                        other.write(piece)


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a whole folder."""
    found: dict[str, Any] = json.loads((folder / MARK).read_bytes())
    return found


def _entry(name: str, stamp: tuple[int, ...]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (max(stamp[0], 1980), *stamp[1:]))  # type: ignore[arg-type]
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _is_whole(place: Path, kept: Kept) -> bool:
    found = kept_files.find(place)
    if found.size != kept.size:
        return False
    looks = [path.stat() for path in found.written]
    stamp = tuple((look.st_size, look.st_mtime_ns, look.st_ino) for look in looks)
    return _digest(str(place), stamp) == kept.sha256


@lru_cache(maxsize=4096)
def _digest(place: str, stamp: tuple[tuple[int, int, int], ...]) -> str:
    """Read once for each writing of a file: a feed is asked for a thousand times between two releases."""
    digest = hashlib.sha256()
    for piece in kept_files.find(Path(place)).pieces():
        digest.update(piece)
    return digest.hexdigest()


def remove(folder: Path) -> None:
    """Take a folder of files away. One that is gone is gone; what can't be removed now is found again later."""
    shutil.rmtree(folder, ignore_errors=True)


def clear_unmarked(folder: Path) -> None:
    """Take away what can't be told from somebody else's folder, which nothing replaces: in the store all is ours."""
    if not is_export(folder):
        remove(folder)


def names(folder: Path) -> list[str]:
    """The names of the folders in a folder; none where it does not exist."""
    try:
        return sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []
