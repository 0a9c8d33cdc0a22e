"""A file that is replaced whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from firewall_admin.core.refusals import Refusal


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """A file to write to beside `path`, put in its place at the end of the block; on any error `path` stays as it is.

    The bytes are on the disk before the name is. Raises Refusal where the file can't be written.
    """
    path = Path(os.path.realpath(path))  # a link stays a link
    if path.exists() and not path.is_file():
        raise Refusal(f"{path} is not a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as problem:
        raise Refusal(f"can't write {path}: {problem.strerror}") from None
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            fresh.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            os.fsync(handle)
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        raise Refusal(f"can't write {path}: {problem.strerror}; what was there stays") from None
    finally:
        fresh.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
