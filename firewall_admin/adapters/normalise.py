"""Published lists on disk → one sorted minimal list of names on disk, with all processors.

Two rounds. In the first, every piece of every file is read to a sorted run of names. The runs are then cut, all at the
same places, into parts; in the second round each part is merged and thinned out. The parts, one after the other, are
the result. `core/listfile` and `core/runs` know how; this is what moves the bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from firewall_admin.core.domains import order
from firewall_admin.core.listfile import Rejected, looks_like
from firewall_admin.core.listfile.piece import Said, pieces, read_piece
from firewall_admin.core.listfile.whole import prepare, unsayable
from firewall_admin.core.names import Names
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.runs import domains, lines, merged, parts, spare, uncovered

from .processes import Here, Workers, workers
from .replaced_file import replaced

PIECE = 1 << 20  # bytes
_EXAMPLES = 20


class Task(NamedTuple):
    """Whole lines of a file, and the number of the first."""

    file: Path
    text: bytes
    first: int


class Run(NamedTuple):
    """What a task came to: the orders of its names, none covered by another of them, one a line."""

    file: Path
    text: bytes
    exceptions: list[Said]
    rejected: list[Rejected]


class Part(NamedTuple):
    """A stretch of the result: names one a line, how many, and which exceptions lie below one of them."""

    text: bytes
    count: int
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
    can't be read, is beyond the limits, or is no list but, say, a web page.
    """
    with ExitStack() as stack:
        work = stack.enter_context(workers(sum(map(_size, files))))
        rejects_file = stack.enter_context(replaced(rejects)) if rejects else None
        report = _Report(rejects_file)
        runs, exceptions = _first_round(files, work, report)
        out_file = stack.enter_context(replaced(out)) if isinstance(out, Path) else out
        below: set[str] = set()
        for part in _second_round(runs, exceptions, work):
            out_file.write(part.text)
            report.outcome.names += part.count
            below |= part.below
        for file, said in exceptions:
            report.add(file, unsayable([said], below))
        return report.outcome


class _Report:
    """Counts what was read, and writes down what was rejected."""

    def __init__(self, file: BinaryIO | None):
        self.outcome, self._file = Outcome(), file

    def add(self, file: Path, rejected: Iterable[Rejected]) -> None:
        for each in rejected:
            self.outcome.rejected += 1
            if len(self.outcome.examples) < _EXAMPLES:
                self.outcome.examples.append((file, each))
            if self._file:
                self._file.write(f"{file}\t{each.line}\t{each.reason}\t{each.text}\n".encode("utf-8", "replace"))


def _first_round(
    files: Sequence[Path], work: Here | Workers, report: _Report
) -> tuple[list[Names], list[tuple[Path, Said]]]:
    runs, exceptions, without_names = [], [], dict.fromkeys(files)
    for run in work.map(_read, _tasks(files, report)):
        report.add(run.file, run.rejected)
        exceptions += [(run.file, said) for said in run.exceptions]
        if run.text:
            runs.append(Names(run.text))
            without_names.pop(run.file, None)
    for file in without_names:
        if what := looks_like(_bytes(file)):
            raise Refusal(f"{file} is not a list: it looks like {what}")
    return runs, exceptions


def _tasks(files: Sequence[Path], report: _Report) -> Iterator[Task]:
    for file in files:
        text = prepare(_bytes(file))
        report.outcome.lines += text.lines
        report.add(file, text.rejected)
        for piece, first in pieces(text.body, PIECE):
            yield Task(file, piece, first)


def _second_round(runs: list[Names], exceptions: list[tuple[Path, Said]], work: Here | Workers) -> Iterator[Part]:
    thin = partial(_thin, spared={order(said.name) for _, said in exceptions})
    return work.map(thin, parts(runs))


def _read(task: Task) -> Run:
    read = read_piece(task.text, task.first)
    return Run(task.file, lines(uncovered(read.run)).encode("ascii"), read.exceptions, read.rejected)


def _thin(part: bytes, spared: set[str]) -> Part:
    keys, below = uncovered(merged(part)), set[str]()
    if spared:
        left, below = spare(Names(lines(keys).encode("ascii")), spared)
        keys = left.text[:].decode("ascii").splitlines()
    return Part(lines(domains(keys)).encode("ascii"), len(keys), below)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise Refusal(f"can't read {file}: {problem.strerror}") from None


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0
