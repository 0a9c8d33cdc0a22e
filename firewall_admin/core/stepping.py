"""A record's steps: from which states, to which, by whom. Screens draw buttons from them, guards check against them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .people import Actor, Permission
from .refusals import Conflict, NotAllowed, Refusal


class Whose(StrEnum):
    """Whose record it must be for a step."""

    ANYONE = "anyone's"
    OWN = "one's own"
    HANDLED_BY_ANOTHER = "handled by somebody else, where there is somebody else"


@dataclass(frozen=True)
class Step:
    """A step: the states it opens from, those it can lead to, the permissions of which one is enough, and whose."""

    name: str
    opens_from: frozenset[str]
    leads_to: frozenset[str]
    permissions: frozenset[Permission]
    whose: Whose = Whose.ANYONE


@dataclass(frozen=True)
class Facts:
    """What a guard has to know: where the record stands, and what it is to whoever asks."""

    state: str
    own: bool = False
    handled: bool = False
    alone: bool = False


def step(name: str, opens: Iterable[str], leads: Iterable[str], *who: Permission | Whose) -> Step:
    """A step in one line: `who` names permissions, and whose record it must be if that matters."""
    permissions = frozenset(each for each in who if isinstance(each, Permission))
    whose = next((each for each in who if isinstance(each, Whose)), Whose.ANYONE)
    return Step(name, frozenset(opens), frozenset(leads), permissions, whose)


def table(*steps: Step) -> dict[str, Step]:
    return {each.name: each for each in steps}


def hindrance(one: Step, actor: Actor, facts: Facts) -> Refusal | None:
    """Why somebody can't take a step now; None where they can."""
    if not any(map(actor.may, one.permissions)):
        needed = " or ".join(sorted(permission.value for permission in one.permissions))
        return NotAllowed(f"Only someone who may {needed} can do this.")
    if one.whose is Whose.OWN and not facts.own:
        return NotAllowed("Only whoever reported it can do this.")
    if one.whose is Whose.HANDLED_BY_ANOTHER and facts.handled and not facts.alone:
        return NotAllowed("You dealt with this one yourself: somebody else reviews it.")
    if facts.state not in one.opens_from:
        return Conflict("This has moved on: look at it again.")
    return None


def open_to(steps: Mapping[str, Step], actor: Actor, facts: Facts) -> tuple[str, ...]:
    """The steps that somebody can take now, in the order of the table."""
    return tuple(name for name, one in steps.items() if hindrance(one, actor, facts) is None)


def guard(one: Step, actor: Actor, facts: Facts) -> None:
    """Raises the hindrance of a step, if there is one."""
    if (found := hindrance(one, actor, facts)) is not None:
        raise found
