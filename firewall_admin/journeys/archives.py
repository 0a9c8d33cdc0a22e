"""A zip or tar that somebody handed in, opened in memory and within limits.

Nothing is unpacked to disk: a member's path is only the word by which it is asked for. What has no place in an archive
of settings (links, devices, ways up and out, two members of one name) refuses the whole of it.
"""

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from gzip import GzipFile
from pathlib import PurePosixPath

from firewall_admin.core.refusals import Refusal

MOST, LARGEST, ALTOGETHER = 2_000, 64 << 20, 128 << 20  # members, bytes of one, bytes of all
Wanted = Callable[[str], bool]
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, tarfile.TarError)


def is_archive(data: bytes) -> bool:
    """Whether this looks like a zip or a gzip file."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"))


def members(data: bytes, wanted: Wanted) -> dict[str, bytes]:
    """The files of an archive that are wanted, by the path written in it. Raises Refusal (field `file`)."""
    try:
        found = dict[str, bytes]()
        for path, content in _zipped(data, wanted) if data.startswith(b"PK") else _tarred(data, wanted):
            if path in found:
                raise _refused(f"it holds '{_shown(path)}' twice")
            found[path] = content
            if sum(map(len, found.values())) > ALTOGETHER:
                raise _refused(f"what is in it has more than {ALTOGETHER >> 20} MB")
        return found
    except _BROKEN as problem:
        raise _refused(f"it is broken, or of a kind that can't be read ({type(problem).__name__})") from None


def _zipped(data: bytes, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) > MOST:
            raise _refused(f"it has more than {MOST:,} members")
        for info in archive.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _refused(f"'{_shown(info.filename)}' is a link or a device")
            if info.flag_bits & 1:
                raise _refused("it is locked with a password")
            if not info.is_dir() and wanted(_safe(info.filename)):
                with archive.open(info) as member:
                    yield info.filename, _whole(info.filename, member.read(LARGEST + 1))


def _tarred(data: bytes, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    plain = GzipFile(fileobj=io.BytesIO(data)).read(ALTOGETHER + 1)
    if len(plain) > ALTOGETHER:
        raise _refused(f"what is in it has more than {ALTOGETHER >> 20} MB")
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
        for number, info in enumerate(archive):
            if number >= MOST:
                raise _refused(f"it has more than {MOST:,} members")
            if not (info.isfile() or info.isdir()):
                raise _refused(f"'{_shown(info.name)}' is a link or a device")
            member = archive.extractfile(info) if info.isfile() and wanted(_safe(info.name)) else None
            if member:
                yield info.name.removeprefix("./"), _whole(info.name, member.read(LARGEST + 1))


def _safe(path: str) -> str:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or "\\" in path or "\0" in path:
        raise _refused(f"'{_shown(path)}' leads out of it")
    return path.removeprefix("./")


def _whole(path: str, content: bytes) -> bytes:
    if len(content) > LARGEST:
        raise _refused(f"'{_shown(path)}' has more than {LARGEST >> 20} MB")
    return content


def _shown(path: str) -> str:
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in path[:100])


def _refused(why: str) -> Refusal:
    return Refusal(f"This archive can't be taken: {why}.", "file")
