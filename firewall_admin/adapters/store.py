"""What is too large for rows, on disk: snapshots of lists by their hash, and the files of releases.

A file appears whole or not at all: it is written beside its place, synced, and renamed.
"""

import hashlib
import mmap
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from firewall_admin.core.export import File
from firewall_admin.core.names import Names

from .output_folder import Manifest, Written, replace_folder
from .replaced_file import sync_folder


class Damaged(OSError):
    """Something in the store holds other bytes than were put there."""


class Store:
    """A folder with `snapshots/<sha256>`, `releases/<school>/<release>/<target>/` and `locks/`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._mapped: dict[str, Names] = {}

    def put(self, names: Names) -> str:
        """Keep a set of names; its SHA-256 in hexadecimal, the same for the same names."""
        return self._keep(names.text[:])

    def names(self, sha256: str) -> Names:
        """A snapshot's names, mapped, not loaded. FileNotFoundError if it is not here, Damaged if it was changed."""
        if sha256 not in self._mapped:
            found = _mapped(self._snapshot(sha256))
            _check(found.text, sha256)
            self._mapped[sha256] = found
        return self._mapped[sha256]

    def put_text(self, text: str) -> str:
        """Keep a text; its SHA-256 in hexadecimal."""
        return self._keep(text.encode("utf-8"))

    def text(self, sha256: str) -> str:
        """A text that was kept. FileNotFoundError if it is not here, Damaged if it was changed."""
        content = self._snapshot(sha256).read_bytes()
        _check(content, sha256)
        return content.decode("utf-8")

    def releases_folder(self, school: str) -> Path:
        """Where the folders of a school's releases are."""
        return self.folder / "releases" / school

    def release_folder(self, school: str, release: str, target: str) -> Path:
        """Where a target's files of a release are, whether or not they have been written."""
        return self.releases_folder(school) / release / target

    def lock(self, name: str) -> Path:
        """The file by which workers of this machine take turns."""
        return self.folder / "locks" / name

    def write_release(self, folder: Path, files: Iterable[File], manifest: Manifest) -> list[Written]:
        """Write a target's files of a release, whole or not at all."""
        return replace_folder(folder, files, manifest, ours=True)

    def _keep(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        place = self._snapshot(sha256)
        if not place.exists() or place.stat().st_size != len(content):
            _write(place, content)
        return sha256

    def _snapshot(self, sha256: str) -> Path:
        return self.folder / "snapshots" / sha256[:2] / sha256


def _check(content: bytes | mmap.mmap, sha256: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Damaged(f"the snapshot {sha256} holds other bytes than were kept")


def _mapped(place: Path) -> Names:
    with place.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return Names()
        return Names(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=place.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(fresh, place)
        sync_folder(place.parent)
    except OSError:
        Path(fresh).unlink(missing_ok=True)
        raise
