"""The zones that tell which release is loaded: one for each audience, with one record, written anew by every release.

A zone of its own, so that neither lists nor rules change for it; and as a file beside the others it is loaded as they
are. It stands first in the order: nothing else may answer its name.
"""

from collections.abc import Iterator

from ...compiled import Compiled
from ...export import Piece
from ...release_mark import NAME, Mark
from . import records
from .zones import Zone

LAYER = "release"


def markers(compiled: Compiled) -> list[Zone]:
    """The marker's zone of each audience that has clients; none where the policy is no release."""
    if compiled.release is None:
        return []
    numbers = {audience.name: number for number, audience in enumerate(compiled.school_policy.audiences, 1)}
    served = [audience.name for audience in compiled.audiences if audience.audience.networks]
    return [_zone(compiled, compiled.release, name, numbers[name]) for name in served]


def _zone(compiled: Compiled, release: int, audience: str, number: int) -> Zone:
    def text() -> Iterator[Piece]:
        yield records.head(f"{LAYER} of {audience}", compiled.at)
        yield f'{NAME} TXT "{Mark(release, audience)}"\n'

    return Zone(f"release{number}.rpz", LAYER, (audience,), text, "")
