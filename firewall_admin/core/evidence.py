"""An obligation answered: met, with what shows it; open, with what is missing; or honestly not ours: what the school
says of somebody else's records, which this service can't show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .obligations import STRENGTHS, Obligation

State = Literal["met", "attention", "gap", "not-ours"]
SMALL = 5  # a cell with fewer could name a person


@dataclass(frozen=True)
class Answer:
    """`state`: met, attention (something is to be looked at), gap, or not-ours; `shown`: sentences with live figures;
    `missing`: what would close the gap; `links`: words and path of where it is seen or mended."""

    state: State
    shown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Evidenced:
    """An obligation with its answer."""

    obligation: Obligation
    answer: Answer

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be kept with a signed review."""
        one, answer = self.obligation, self.answer
        return {
            "number": one.number,
            "strength": STRENGTHS[one.strength],
            "text": one.text,
            "source": one.source,
            "state": answer.state,
            "shown": list(answer.shown),
            "missing": list(answer.missing),
        }


def few(count: int) -> str:
    """A number that names nobody: fewer than 5 are not counted out."""
    return f"{count:,}" if count == 0 or count >= SMALL else f"fewer than {SMALL}"


def suppressed(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts for a table: None where a cell is small. Where what is hidden could be worked out from the sum of all (one
    cell only, or cells that hold fewer than 5 together), the next smallest is hidden, too."""
    hidden = {key for key, count in counts.items() if 0 < count < SMALL}
    rest = sorted((count, key) for key, count in counts.items() if count and key not in hidden)
    while hidden and rest and (len(hidden) == 1 or sum(counts[key] for key in hidden) < SMALL):
        hidden.add(rest.pop(0)[1])
    return {key: None if key in hidden else count for key, count in counts.items()}


def state_of(missing: tuple[str, ...], late: bool = False) -> State:
    """Met where nothing is missing and nothing late."""
    return "gap" if missing else "attention" if late else "met"
