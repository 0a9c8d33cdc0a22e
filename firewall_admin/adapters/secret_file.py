"""A secret of this installation, in a file that only its owner can read."""

import os
import secrets
import stat
from pathlib import Path

from firewall_admin.core.refusals import Refusal

BYTES = 32


def secret(path: Path) -> str:
    """The secret in a file, made at the first asking. Raises Refusal where others can read it, or nobody can."""
    try:
        if not path.exists():
            _make(path)
        if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Refusal(f"{path} can be read by others: let only its owner read it (chmod 600), then start again")
        found = path.read_text("ascii").strip()
    except OSError as problem:
        raise Refusal(f"can't use {path}: {problem.strerror}") from None
    if len(found) < BYTES:
        raise Refusal(f"{path} holds no secret of at least {BYTES} characters")
    return found


def fresh() -> str:
    """A new secret of 256 bits, as ASCII."""
    return secrets.token_urlsafe(BYTES)


def _make(path: Path) -> None:
    """Write a fresh one beside its place, then link it there: of two processes that start together one wins, and
    neither ever sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unnamed = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    handle = os.open(unnamed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(fresh() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(unnamed, path)
    except FileExistsError:
        pass
    finally:
        unnamed.unlink(missing_ok=True)
