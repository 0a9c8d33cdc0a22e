"""Folders of this machine that releases are put into, and the command that makes a server read them.

Who runs the service says in its settings below which folders that may be, and what is run afterwards. Neither can be
said on a page: whoever signs in there must not be able to name a program, or any folder they like.
"""

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from firewall_admin.core.refusals import Busy, Refusal

from .output_folder import copy_folder

LEFT = re.compile(r"[a-z0-9_]{8}(\.old)?")  # as tempfile names it
TOLD = 300  # characters of what a command said


@dataclass(frozen=True)
class Folders:
    """`roots`: where targets' folders may be, none for nowhere. `reload_commands`: by target's name, a program and
    its arguments. `patience`: seconds that a command may take."""

    roots: tuple[Path, ...] = ()
    reload_commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patience: float = 30.0

    def check(self, folder: str) -> Path:
        """The real path of a folder, links followed. Refusal for one that is not below the roots."""
        if not self.roots:
            raise Refusal("No folder of this machine is set aside for releases; see the settings.", "folder")
        path = Path(folder)
        if not path.is_absolute() or ".." in path.parts:
            raise Refusal("Give the whole path of the folder, such as /etc/unbound/firewall_admin.", "folder")
        real = self.real(folder)
        if not any(real.is_relative_to(self.real(str(root))) and real != self.real(str(root)) for root in self.roots):
            allowed = " or ".join(str(root) for root in self.roots)
            raise Refusal(f"The folder has to be below {allowed}.", "folder")
        return real

    def real(self, folder: str) -> Path:
        """Where a path leads when links are followed."""
        return Path(os.path.realpath(folder))

    def put(self, source: Path, folder: str) -> None:
        """Put a copy of a release's files in the place of a folder, whole or not at all. Raises Refusal. Only who has
        the turn for this folder may do so: what a worker that was killed left beside it goes."""
        place = self.check(folder)
        for left in place.parent.glob(f".{glob.escape(place.name)}-*"):
            if LEFT.fullmatch(left.name.removeprefix(f".{place.name}-")):
                shutil.rmtree(left, ignore_errors=True)
        copy_folder(source, place)

    def reload(self, target: str) -> None:
        """Run the target's command, if it has one. Raises Refusal, with what it said, where it does not succeed."""
        if not (command := self.reload_commands.get(target)):
            return
        try:
            done = subprocess.run(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=self.patience,
                check=False,
                cwd="/" if os.name == "posix" else None,
            )
        except subprocess.TimeoutExpired:
            raise Refusal(f"{_named(command)} did not end within {self.patience:g} seconds") from None
        except (OSError, ValueError) as problem:
            raise Refusal(f"{_named(command)} can't be run: {getattr(problem, 'strerror', problem)}") from None
        if done.returncode:
            raise Refusal(f"{_named(command)} ended with status {done.returncode}: {_told(done.stdout)}")


@contextmanager
def turn(lock: Path) -> Iterator[None]:
    """Be the only one on this machine who holds a lock file, or raise Busy. It is let go when the process ends."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("ab") as held:
        try:
            import fcntl
        except ImportError:  # Windows: one worker is all there is
            yield
            return
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy("another worker is at it") from None
        yield


def _named(command: tuple[str, ...]) -> str:
    return f"the reload command {Path(command[0]).name}"


def _told(said: bytes) -> str:
    text = " ".join(said.decode("utf-8", "replace").split())
    return "".join(c if c.isprintable() else "?" for c in text)[-TOLD:] or "it said nothing"
