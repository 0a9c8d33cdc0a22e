"""What the files of the release in force have for those of the next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from firewall_admin.adapters import earlier_files, release_folders
from firewall_admin.adapters.output_folder import Lent, Written
from firewall_admin.core import exports
from firewall_admin.core.compiled import Compiled, CompiledAudience
from firewall_admin.core.export import File, Piece
from firewall_admin.core.refusals import BadPolicy, Refusal
from firewall_admin.core.splicing_files import Layout, Likeness
from firewall_admin.db.tables import Release, TargetRow
from firewall_admin.ports import Ports

from .release_contents import for_target, made_alike, place_of, rebuild, since_of


@dataclass(frozen=True)
class Earlier:
    """The release in force, from whose files the next ones take what is the same. `compiled`: its policy, where it is
    to be had and the same code wrote its files."""

    release: Release
    compiled: Compiled | None
    likeness: Likeness

    @classmethod
    def of(cls, ports: Ports, live: Release, compiled: Compiled) -> "Earlier":
        """What the release in force has for one that is compiled."""
        then, likeness = _compiled_then(ports, live, compiled) if made_alike(live) else None, Likeness()
        for segment in (segment for audience in (then.audiences if then else ()) for segment in audience.segments):
            likeness.know(segment.text, len(segment))
        return cls(live, then, likeness)

    def size(self, folder: Path) -> int:
        """The bytes of a target's files in that release, next to which those to be written come."""
        try:
            return sum(entry["bytes"] for entry in release_folders.manifest_of(folder)["files"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def lender(self, folder: Path, compiled: Compiled, target: TargetRow) -> Callable[[File], Lent | None]:
        """Finds what there is of a file in a target's folder of that release."""
        try:
            entries = release_folders.manifest_of(folder)["files"]
            there = {e["path"]: (e["sha256"], e["bytes"]) for e in entries}
        except (OSError, ValueError, KeyError, TypeError):
            there = {}
        pieces: dict[str, Iterable[Piece]] | None = None

        def found(file: File) -> Lent | None:
            nonlocal pieces
            if file.path not in there:
                return None
            sha256, size = there[file.path]
            if file.content in compiled.since:
                return Lent(folder, Written(file.path, sha256, size, file.audience, file.use))
            if size < earlier_files.LEAST:
                return None
            if pieces is None:  # what a file was made of takes a while to say, and most files stay as they are
                pieces = self._pieces(target)
            return Lent(folder, layout=Layout(pieces[file.path], self.likeness)) if file.path in pieces else None

        return found

    def _pieces(self, target: TargetRow) -> dict[str, Iterable[Piece]]:
        """By path, what a target's files were made of."""
        then = for_target(self.compiled, target) if self.compiled else None
        if then is None or not then.audiences:
            return {}
        try:
            return {file.path: file.pieces for file in exports.load(target.format).files(then, place_of(target))}
        except Refusal:
            return {}


def _compiled_then(ports: Ports, live: Release, compiled: Compiled) -> Compiled | None:
    """The policy of the release in force as it was compiled, by whoever compiled the next one from it."""
    try:
        policy, at = rebuild(ports, live), live.at.astimezone(UTC)
    except BadPolicy:
        return None
    audiences = tuple(CompiledAudience(policy.policy(a.name, at), compiled.make) for a in policy.audiences)
    until = live.next_change and live.next_change.astimezone(UTC)
    return Compiled(policy, at, audiences, until, live.number, since_of(live), compiled.make)
