"""Passwords as they are kept: Argon2id with 19 MiB, two passes and one lane (OWASP, Password Storage Cheat Sheet).

A hash costs about 60 ms of one core. Only so many are made at a time that a flood of guesses leaves a core for
everyone else; whoever finds no turn within seconds is told to come back.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from firewall_admin.core.passwords import LONGEST, spelling
from firewall_admin.core.refusals import Busy

MEMORY = 19 * 1024  # KiB
PATIENCE = 5.0  # seconds


class Passwords:
    """Makes and checks hashes, `at_once` at a time in this process (all cores but one, where not given)."""

    def __init__(self, at_once: int | None = None, patience: float = PATIENCE):
        self._hasher = PasswordHasher(time_cost=2, memory_cost=MEMORY, parallelism=1)
        self._turns = threading.BoundedSemaphore(at_once or max(1, (os.cpu_count() or 2) - 1))
        self._patience = patience
        self._nobodys: str | None = None

    def keep(self, password: str) -> str:
        """The hash to keep of a password: with its salt and its costs. Raises Busy."""
        with self._turn():
            return self._hasher.hash(_bytes(password))

    def match(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one that is kept. Without one the same work is done for nothing, so that time
        doesn't tell who has an account. Raises Busy."""
        nobodys = self._nobodys_hash()
        if len(password) > LONGEST:
            kept, password = None, ""
        with self._turn():
            try:
                self._hasher.verify(kept or nobodys, _bytes(password))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_dated(self, kept: str) -> bool:
        """Whether a hash was made with other costs than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _nobodys_hash(self) -> str:
        """A hash that nothing is kept by. Made before it is known whether it will be needed."""
        if self._nobodys is None:
            self._nobodys = self.keep(os.urandom(16).hex())
        return self._nobodys

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._patience):
            raise Busy("Too many people are signing in at this moment. Try again in a minute.")
        try:
            yield
        finally:
            self._turns.release()


def _bytes(password: str) -> bytes:
    """All of it: half a surrogate pair is no reason to fail."""
    return spelling(password).encode("utf-8", "surrogatepass")
