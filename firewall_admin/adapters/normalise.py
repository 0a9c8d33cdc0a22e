"""Published lists on disk → one sorted minimal list of names on disk, with all processors.

Two rounds. In the first, every piece of every file is read to a sorted run of names. The runs are then cut, all at the
same places, into parts; in the second round each part is merged and thinned out. The parts, one after the other, are
the result. `core/listfile` and `core/runs` know how; this is what moves the bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from firewall_admin.core.listfile import Rejected, looks_like
from firewall_admin.core.listfile.piece import Said, pieces, read_piece
from firewall_admin.core.listfile.whole import prepare, unsayable
from firewall_admin.core.names import Names
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.runs import between, domains, lines, merged, minimal, spare, stretches, uncovered
from firewall_admin.core.suffixes import suffixes

from .processes import workers
from .replaced_file import replaced

PIECE, MOST_PIECES = 1 << 19, 200  # bytes; a piece is at least so large, and there are not many more
_EXAMPLES = 20


class Lines(NamedTuple):
    """Whole lines of a file, and the number of the first."""

    file: Path
    text: bytes
    first: int


class Run(NamedTuple):
    """What lines came to: the orders of their names, none covered by another of them, one a line."""

    file: Path
    text: bytes
    exceptions: list[Said]
    rejected: list[Rejected]


class Stretch(NamedTuple):
    """What all runs have between two orders, not in order, and the exceptions that lie there."""

    text: bytes
    exceptions: bytes


class Part(NamedTuple):
    """A part of the result: names one a line, how many they are, and which exceptions lie below one of them."""

    text: bytes
    size: int
    below: set[str]


@dataclass
class Outcome:
    """How it went. `examples`: the first rejected lines, each with the file it stands in."""

    names: int = 0
    lines: int = 0
    rejected: int = 0
    examples: list[tuple[Path, Rejected]] = field(default_factory=list)


def normalise(files: Sequence[Path], out: Path | BinaryIO, rejects: Path | None = None) -> Outcome:
    """Writes the names in the files that no other name covers, one a line in label order.

    An exception in any file takes away the names at or under it. `rejects` gets a line for each line rejected: file,
    number, reason and text, tabs between them. Files are replaced whole or not at all. Raises Refusal where a file
    can't be read, is beyond the limits, or is no list but, say, a web page, and where there is no name at all: an
    empty list in the place of a full one would be the end of all filtering.
    """
    size = sum(map(_size, files))
    outcome = Outcome()
    suffixes()  # read once, before there are several processes
    with ExitStack() as stack:
        work = stack.enter_context(workers(size))
        note = _Notebook(outcome, stack.enter_context(replaced(rejects)) if rejects else None)
        runs = []
        for run in work.map(_read, _all_lines(files, max(PIECE, size // MOST_PIECES), outcome, note)):
            note.rejected(run.file, run.rejected)
            runs.append(run._replace(rejected=[]))
        _refuse_what_is_no_list(files, runs)
        result = stack.enter_context(replaced(out)) if isinstance(out, Path) else out
        below: set[str] = set()
        for part in work.map(_thin, _stretches(runs)):
            result.write(part.text)
            outcome.names += part.size
            below |= part.below
        for run in runs:
            note.rejected(run.file, unsayable(run.exceptions, below))
        if not outcome.names:
            raise Refusal(f"there is no name in {', '.join(map(str, files))}: nothing was written")
    return outcome


class _Notebook:
    """Counts what is rejected, and writes it down."""

    def __init__(self, outcome: Outcome, file: BinaryIO | None):
        self._outcome, self._file = outcome, file

    def rejected(self, file: Path, lines: Iterable[Rejected]) -> None:
        for each in lines:
            self._outcome.rejected += 1
            if len(self._outcome.examples) < _EXAMPLES:
                self._outcome.examples.append((file, each))
            if self._file:
                self._file.write(f"{file}\t{each.line}\t{each.reason}\t{each.text}\n".encode("utf-8", "replace"))


def _all_lines(files: Sequence[Path], size: int, outcome: Outcome, note: _Notebook) -> Iterator[Lines]:
    for file in files:
        text = prepare(_bytes(file))
        outcome.lines += text.lines
        note.rejected(file, text.rejected)
        yield from (Lines(file, piece, first) for piece, first in pieces(text.body, size))


def _read(some: Lines) -> Run:
    read = read_piece(some.text, some.first)
    return Run(some.file, minimal(read.run).encode("ascii"), read.exceptions, read.rejected)


def _refuse_what_is_no_list(files: Sequence[Path], runs: Sequence[Run]) -> None:
    named = {run.file for run in runs if run.text}
    for file in files:
        if file not in named and (what := looks_like(_bytes(file))):
            raise Refusal(f"{file} is not a list: it looks like {what}")


def _stretches(runs: Sequence[Run]) -> Iterator[Stretch]:
    names = [Names(run.text) for run in runs]
    exceptions = [Names.of(said.name for run in runs for said in run.exceptions)]
    for start, stop in stretches(names):
        yield Stretch(between(names, start, stop), between(exceptions, start, stop))


def _thin(stretch: Stretch) -> Part:
    keys, below = uncovered(merged(stretch.text)), set[str]()
    if stretch.exceptions:
        left, below = spare(Names(lines(keys).encode("ascii")), stretch.exceptions.decode("ascii").splitlines())
        keys = left.text[:].decode("ascii").splitlines()
    return Part(lines(domains(keys)).encode("ascii"), len(keys), below)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise Refusal(f"can't read {file}: {problem.strerror}") from None


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0
