"""Cells of the database that only this installation can read: AES-256-GCM, with a key that no backup of the database
holds.

A cell is bound to where it stands (table, column and row), so that one copied to another place does not open there.
Keep the key's file apart from the database's backups: without it every sealed cell is lost, and with both it is open.
"""

import base64
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from firewall_admin.core.refusals import Refusal

from .replaced_file import replaced
from .secret_file import BYTES, fresh, secret

NONCE = 12  # octets, as NIST SP 800-38D has them for random nonces
_SEALED = re.compile(r"1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)")


class Cell(NamedTuple):
    """Where a sealed text stands. `row` is the row's id, which has to be known before the text is sealed."""

    table: str
    column: str
    row: UUID

    def __str__(self) -> str:
        return f"{self.table}|{self.column}|{self.row}"


@dataclass(frozen=True)
class Failure:
    """A sealed text that does not open, and why, in words."""

    reason: str


@dataclass(frozen=True)
class Sealed:
    """`key`: the file with the key, made at first use; None where there is nowhere to keep one, and nothing is sealed.

    The file is read each time, since another process may have changed the key. Seal inside a change: a change of key
    waits for the changes that run, so nothing is sealed with a key that is about to go.
    """

    key: Path | None = field(default=None, repr=False)

    def seal(self, text: str, where: Cell) -> str:
        """The text as it may stand in a row. Raises Refusal where there is no usable key."""
        name, key = _derived(self._lines()[0])
        nonce = os.urandom(NONCE)
        closed = AESGCM(key).encrypt(nonce, text.encode(), str(where).encode())
        return f"1.{name}.{base64.urlsafe_b64encode(nonce + closed).decode().rstrip('=')}"

    def open(self, sealed: str, where: Cell) -> str | Failure:
        """The text that was sealed for this very cell. Raises Refusal where there is no usable key."""
        if not (match := _SEALED.fullmatch(sealed)):
            return Failure("what stands there is not sealed")
        keys = dict(map(_derived, self._lines()))
        if (key := keys.get(match[1])) is None:
            return Failure("it was sealed with a key that this installation does not have")
        octets = base64.urlsafe_b64decode(match[2] + "=" * (-len(match[2]) % 4))
        if len(octets) < NONCE:
            return Failure("it was changed after it was sealed, or sealed for another place")
        try:
            return AESGCM(key).decrypt(octets[:NONCE], octets[NONCE:], str(where).encode()).decode()
        except InvalidTag:
            return Failure("it was changed after it was sealed, or sealed for another place")

    def begin_rotation(self) -> None:
        """From now on seal with a new key, and still open what the former one sealed. To be said again after a crash:
        a rotation that has begun goes on with the key it began with."""
        lines = self._lines()
        if len(lines) == 1:
            self._write([fresh(), *lines])

    def finish_rotation(self) -> None:
        """Forget the former key: whatever it still seals is lost."""
        self._write(self._lines()[:1])

    def is_present(self, sealed: str) -> bool:
        """Whether a text was sealed with the key that is used now."""
        return sealed.startswith(f"1.{_derived(self._lines()[0])[0]}.")

    def _lines(self) -> list[str]:
        """The keys, the present one first."""
        if self.key is None:
            raise Refusal("There is nowhere to keep the key for what is kept secret here.")
        lines = secret(self.key).split()
        if any(len(line) < BYTES for line in lines):
            raise Refusal(f"{self.key} holds a key of fewer than {BYTES} characters")
        return lines

    def _write(self, lines: list[str]) -> None:
        if self.key is not None:
            with replaced(self.key) as file:  # which keeps the mode: only the owner reads it
                file.write("".join(f"{line}\n" for line in lines).encode("ascii"))


def _derived(line: str) -> tuple[str, bytes]:
    """A key's name, which tells nothing of the key, and the key (RFC 5869)."""
    octets = [
        HKDF(algorithm=SHA256(), length=length, salt=None, info=b"firewall_admin sealed cells, " + what).derive(
            line.encode("ascii")
        )
        for what, length in ((b"name", 4), (b"key", 32))
    ]
    return octets[0].hex(), octets[1]
