"""A folder that is replaced whole or not at all."""

import ctypes
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from firewall_admin.core.export import File
from firewall_admin.core.refusals import Refusal

from .replaced_file import sync_folder

MARK = "manifest.json"


@dataclass(frozen=True)
class Written:
    """A file that was written: its path in the folder, the SHA-256 of its bytes and how many they are."""

    path: str
    sha256: str
    size: int
    audience: str | None
    use: str


Manifest = Callable[[list[Written]], str]


def replace_folder(folder: Path, files: Iterable[File], manifest: Manifest) -> list[Written]:
    """Write the files and a manifest beside `folder`, then put them in its place.

    Whatever fails, `folder` is what it was. A folder that holds something else than an earlier export is not touched:
    Refusal, as for a disk that is full or read-only.
    """
    folder = folder.absolute()
    _check_replaceable(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as problem:
        raise Refusal(f"can't write beside {folder}: {problem.strerror}", "out") from None
    try:
        written = [_write(fresh, file) for file in files]
        _write(fresh, File(MARK, "what this folder holds", [manifest(written)]))
        fresh.chmod(0o755)
        _put_in_place(fresh, folder)
    except OSError as problem:
        raise Refusal(f"can't write {folder}: {problem.strerror}; what was there stays", "out") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return written


def copy_folder(source: Path, folder: Path) -> None:
    """Put a copy of an export in the place of `folder`, whole or not at all. Raises Refusal, as for a source that is
    no export: an empty folder in the place of a full one would be the end of all filtering."""
    if not (source / MARK).is_file():
        raise Refusal(f"there are no files to put into {folder}; what was there stays", "folder")
    folder = folder.absolute()
    _check_replaceable(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as problem:
        raise Refusal(f"can't write beside {folder}: {problem.strerror}", "folder") from None
    try:
        for file in sorted(path for path in source.rglob("*") if path.is_file()):
            copy = fresh / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            with file.open("rb") as one, copy.open("wb") as other:
                shutil.copyfileobj(one, other)
                other.flush()
                os.fsync(other.fileno())
        fresh.chmod(0o755)
        _put_in_place(fresh, folder)
    except OSError as problem:
        raise Refusal(f"can't write {folder}: {problem.strerror}; what was there stays", "folder") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _check_replaceable(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Refusal(f"{folder} is not a folder", "out")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise Refusal(f"{folder} holds other files than an earlier export; name an empty or a new folder", "out")


def _write(folder: Path, file: File) -> Written:
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as out:
        for part in file.parts:
            piece = part.encode("ascii")
            digest.update(piece)
            size += out.write(piece)
        out.flush()
        os.fsync(out.fileno())
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
