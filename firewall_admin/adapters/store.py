"""What is too large for rows, on disk: snapshots of lists by their hash, and the files of releases.

A file appears whole or not at all: it is written beside its place, synced, and renamed.
"""

import hashlib
import mmap
import os
import shutil
import tempfile
import time as clock
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from firewall_admin.core.export import File
from firewall_admin.core.listing import Listing
from firewall_admin.core.names import Names

from .output_folder import Earlier, Manifest, Written, replace_folder
from .replaced_file import sync_folder
from .segment_files import SegmentFiles, SegmentMemory


class Damaged(OSError):
    """Something in the store holds other bytes than were put there."""


class Store:
    """A folder with `snapshots/<sha256>`, `drafts/<sha256>`, `releases/<school>/<release>/<target>/`,
    `compiled/<school>/` and `locks/`."""

    def __init__(self, folder: Path, at_hand: int | None = None):
        """`at_hand`: bytes of compiled segments that stay in memory; as many as seem right unless it is said."""
        self.folder = folder
        self._mapped: dict[str, Names] = {}
        self._checked: set[str] = set()
        self._segments = SegmentMemory(at_hand)

    def put(self, names: Names) -> str:
        """Keep a set of names; its SHA-256 in hexadecimal, the same for the same names."""
        if not self._is_kept(names.digest, len(names.text)):
            _write(self._snapshot(names.digest), names.text)
        return names.digest

    def names(self, sha256: str) -> Names:
        """A snapshot's names, mapped, not loaded, and their bytes checked once. FileNotFoundError if it is not here,
        Damaged if it was changed."""
        if sha256 not in self._checked:
            _check_file(self._snapshot(sha256), sha256)
            self._checked.add(sha256)
        return self.glance(sha256)

    def is_checked(self, sha256: str) -> bool:
        """Whether a snapshot's bytes were checked by this process."""
        return sha256 in self._checked

    def glance(self, sha256: str) -> Names:
        """The same unchecked, for who looks something up: nothing is read but what is looked at, however long the list.
        Nothing may be published of it."""
        if (found := self._mapped.get(sha256)) is None:
            for other in [one for one in list(self._mapped) if not self._snapshot(one).exists()]:
                self._mapped.pop(other, None)  # another process took it away: its place on the disk is given back now
            found = self._mapped[sha256] = Names(_mapped(self._snapshot(sha256)), digest=sha256)
        return found

    def put_text(self, text: str) -> str:
        """Keep a text; its SHA-256 in hexadecimal."""
        return self._keep(text.encode("utf-8"))

    def text(self, sha256: str) -> str:
        """A text that was kept. FileNotFoundError if it is not here, Damaged if it was changed."""
        content = self._snapshot(sha256).read_bytes()
        _check(Names(content), sha256)
        return content.decode("utf-8")

    def listing(self, sha256: str) -> Listing:
        """A text that was kept and lists what a release changed, mapped and unchecked like `glance`. FileNotFoundError
        if it is not here."""
        return Listing(_mapped(self._snapshot(sha256)))

    def put_draft(self, content: bytes) -> str:
        """Keep what somebody handed in until they have decided, apart from all else: its SHA-256 in hexadecimal."""
        sha256 = hashlib.sha256(content).hexdigest()
        _write(self._draft(sha256), content)
        return sha256

    def draft(self, sha256: str) -> bytes:
        """What was handed in. FileNotFoundError if it is not here any more, Damaged if it was changed."""
        content = self._draft(sha256).read_bytes()
        _check(Names(content), sha256)
        return content

    def clear_drafts(self, untouched_for: timedelta) -> int:
        """Take away what was handed in so long ago. How many."""
        old = [path for path in self.folder.glob("drafts/*/*") if _has_rested(path, untouched_for)]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def forget(self, sha256: str, untouched_for: timedelta | None = None) -> bool:
        """Take a snapshot away, unless somebody put it there or put it again within that time. Whether it is gone."""
        place = self._snapshot(sha256)
        try:
            if untouched_for is not None and not _has_rested(place, untouched_for):
                return False
            place.unlink()
        except FileNotFoundError:
            pass
        self._mapped.pop(sha256, None)
        self._checked.discard(sha256)
        return True

    def clear_unfinished(self, untouched_for: timedelta) -> int:
        """Take away files that were never finished, because whoever wrote them was killed. How many."""
        left = [path for path in self.folder.glob("snapshots/*/.new-*") if _has_rested(path, untouched_for)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def remove_folder(self, folder: Path) -> None:
        """Take a folder of the store away, with all that is in it."""
        if folder.resolve().is_relative_to(self.folder.resolve()) and folder.resolve() != self.folder.resolve():
            shutil.rmtree(folder, ignore_errors=True)

    def releases_folder(self, school: str) -> Path:
        """Where the folders of a school's releases are."""
        return self.folder / "releases" / school

    def release_folder(self, school: str, release: str, target: str) -> Path:
        """Where a target's files of a release are, whether or not they have been written."""
        return self.releases_folder(school) / release / target

    def segment_files(self, school: str) -> SegmentFiles:
        """What was compiled for a school's releases, for the next."""
        return SegmentFiles(self.folder / "compiled" / school, self._segments)

    def lock(self, name: str) -> Path:
        """The file by which workers of this machine take turns."""
        return self.folder / "locks" / name

    def write_release(
        self, folder: Path, files: Iterable[File], manifest: Manifest, earlier: Earlier = lambda file: None
    ) -> list[Written]:
        """Write a target's files of a release, whole or not at all; those that an earlier one has are shared."""
        return replace_folder(folder, files, manifest, ours=True, earlier=earlier)

    def _keep(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        if not self._is_kept(sha256, len(content)):
            _write(self._snapshot(sha256), content)
        return sha256

    def _is_kept(self, sha256: str, size: int) -> bool:
        place = self._snapshot(sha256)
        if not place.exists() or place.stat().st_size != size:
            return False
        with suppress(OSError):  # it is wanted again: whoever tidies up leaves it
            os.utime(place)
        return True

    def _draft(self, sha256: str) -> Path:
        return self.folder / "drafts" / sha256[:2] / sha256

    def _snapshot(self, sha256: str) -> Path:
        return self.folder / "snapshots" / sha256[:2] / sha256


def _has_rested(path: Path, time: timedelta) -> bool:
    """Whether nobody wrote to a file for so long, by the machine's clock: that one stamps files, whatever clock the
    school goes by."""
    return path.stat().st_mtime <= clock.time() - time.total_seconds()


def _check(content: Names, sha256: str) -> None:
    if content.digest != sha256:
        raise Damaged(f"the snapshot {sha256} holds other bytes than were kept")


def _check_file(place: Path, sha256: str) -> None:
    """Read, and not through the map: what was only checked takes no memory."""
    with place.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise Damaged(f"the snapshot {sha256} holds other bytes than were kept")


def _mapped(place: Path) -> bytes | mmap.mmap:
    with place.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _write(place: Path, content: bytes | mmap.mmap) -> None:
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
