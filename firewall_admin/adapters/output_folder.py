"""A folder that is replaced whole or not at all."""

import ctypes
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from firewall_admin.core.export import File
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.splicing_files import Layout

from . import earlier_files, kept_files
from .kept_files import KeptFile, Part
from .replaced_file import sync_folder

MARK = "manifest.json"
AT_ONCE = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1, 4)  # files that are written


@dataclass(frozen=True)
class Written:
    """A file that was written: its path in the folder, the SHA-256 of its bytes and how many they are."""

    path: str
    sha256: str
    size: int
    audience: str | None
    use: str


Manifest = Callable[[list[Written]], str]


@dataclass(frozen=True)
class Lent:
    """From an earlier export in a folder, the file of the same path: as it was written, where it has the bytes of the
    one to be written, or how it was laid out, where it has many of them."""

    folder: Path
    written: Written | None = None
    layout: Layout | None = None


Earlier = Callable[[File], Lent | None]


_MOST = 20_000  # parts of a file: with more, it is as soon written as put together


def replace_folder(
    folder: Path,
    files: Iterable[File],
    manifest: Manifest,
    *,
    ours: bool = False,
    earlier: Earlier = lambda file: None,
) -> list[Written]:
    """Write the files and a manifest beside `folder`, then put them in its place. `ours`: whatever is there may go.
    A file that an earlier export has is not written again: it gets one more name on the disk. Of one that differs
    little from an earlier one, only that is written (see `kept_files`): with `earlier`, what reads the folder finds its
    files by `kept_files.find`.

    Whatever fails, `folder` is what it was. A folder that holds something else than an earlier export is not touched:
    Refusal, as for a disk that is full or read-only.
    """
    with _in_place_of(folder, "out", ours=ours) as fresh:
        with ThreadPoolExecutor(AT_ONCE) as pool:  # hashing and writing leave the interpreter to others
            written = list(pool.map(lambda file: _filled(fresh, file, earlier(file)), files))
        _write(fresh, File(MARK, "what this folder holds", []), [manifest(written).encode("ascii")])
    return written


def copy_folder(source: Path, folder: Path) -> None:
    """Put a copy of an export in the place of `folder`, whole or not at all. Raises Refusal, as for a source that is
    no export: an empty folder in the place of a full one would be the end of all filtering."""
    if not (source / MARK).is_file():
        raise Refusal(f"there are no files to put into {folder}; what was there stays", "folder")
    with _in_place_of(folder, "folder") as fresh:
        for path in files_of(source):
            copy = fresh / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            with copy.open("wb") as other:
                for piece in kept_files.find(source / path).pieces():
                    other.write(piece)
                other.flush()
                os.fsync(other.fileno())


def files_of(folder: Path) -> list[str]:
    """The files of an export by its manifest, and the manifest, in order. Raises OSError, ValueError and KeyError."""
    return sorted([MARK, *(file["path"] for file in json.loads((folder / MARK).read_text("utf-8"))["files"])])


@contextmanager
def _in_place_of(folder: Path, field: str, *, ours: bool = False) -> Iterator[Path]:
    """A fresh folder to fill, put in the place of another at the end of the block, and gone after any error."""
    folder = folder.absolute()
    if not ours:
        _check_replaceable(folder, field)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as problem:
        raise Refusal(f"can't write beside {folder}: {problem.strerror}", field) from None
    try:
        yield fresh
        _let_read(fresh)
        _put_in_place(fresh, folder)
    except OSError as problem:
        raise Refusal(f"can't write {folder}: {problem.strerror}; what was there stays", field) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _let_read(folder: Path) -> None:
    """Servers read as users of their own, whatever the umask of whoever wrote: names of sites are no secret."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _check_replaceable(folder: Path, field: str) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Refusal(f"{folder} is not a folder", field)
    if folder.is_dir() and any(folder.iterdir()) and not is_export(folder):
        raise Refusal(f"{folder} holds other files than an earlier export; name an empty or a new folder", field)


def is_export(folder: Path) -> bool:
    """Whether a folder holds a manifest of ours and nothing that it does not name."""
    try:
        named = {name for path in files_of(folder) for name in kept_files.names_of(path)}
    except (OSError, ValueError, TypeError, KeyError):
        return False
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()} <= named


def _filled(folder: Path, file: File, lent: Lent | None) -> Written:
    if lent and lent.written and (written := _taken_over(folder, file, lent.folder / file.path, lent.written)):
        return written
    if lent and lent.layout:
        there = earlier_files.vouched(lent.folder / file.path, lent.layout, lent.folder / MARK)
        if there is not None:
            return _from_earlier(folder, file, there, earlier_files.parts(there, lent.layout, file))
    return _write(folder, file, (part.encode("ascii") for part in file.parts))


def _taken_over(folder: Path, file: File, place: Path, written: Written) -> Written | None:
    path = folder / file.path
    try:
        there = kept_files.find(place)
        if there.size == written.size:
            kept_files.take_over(there, path)
            return written
    except OSError:  # it is gone, or the file system has no such names: it is written
        kept_files.forget(path)
    return None


def _from_earlier(folder: Path, file: File, there: KeptFile, parts: Iterator[Part]) -> Written:
    """As parts of the earlier file's base, or with its bytes copied where those are too many, or too little."""
    few = list(islice(parts, _MOST))
    new = sum(len(part) for part in few if isinstance(part, bytes))
    size = sum(map(kept_files.length, few))
    path = folder / file.path
    if len(few) < _MOST and new * 8 < size and size * 2 > there.base.stat().st_size:
        try:
            kept_files.keep(path, there.base, few)
            return _told(file, kept_files.bytes_of(there.base, few))
        except OSError:  # the file system has no such names
            kept_files.forget(path)
    return _write(folder, file, kept_files.bytes_of(there.base, chain(few, parts)))


def _write(folder: Path, file: File, pieces: Iterable[bytes | memoryview]) -> Written:
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        written = _told(file, pieces, out)
        out.flush()
        os.fsync(out.fileno())
    return written


def _told(file: File, pieces: Iterable[bytes | memoryview], out: BinaryIO | None = None) -> Written:
    """What a file is, written meanwhile if there is something to write to."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        if out:
            out.write(piece)
    return Written(file.path, digest.hexdigest(), size, file.audience, file.use)


def _put_in_place(fresh: Path, folder: Path) -> None:
    """By one rename, or by an exchange of the two names, so that a reader finds the old folder or the new one. Where
    the system can't exchange, by two renames, the first undone if the second fails."""
    for inside in (path for path in (fresh, *fresh.rglob("*")) if path.is_dir()):
        sync_folder(inside)
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchange(fresh, folder):
        old = folder.with_name(f"{fresh.name}.old")
        folder.rename(old)
        try:
            fresh.rename(folder)
        except OSError:
            old.rename(folder)
            raise
        shutil.rmtree(old, ignore_errors=True)
    sync_folder(folder.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names at once (renameat2(2) with RENAME_EXCHANGE); False where the system or file system can't."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)
