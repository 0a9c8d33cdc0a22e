"""Settings of other products, as far as they can be carried; what can't be is said, never dropped in silence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Left:
    """Something that could not be carried: what it is, and why or what to do instead."""

    what: str
    why: str


@dataclass(frozen=True)
class Brought:
    """What another product's settings come to: texts of lists in any dialect, platforms it blocks by their slugs,
    what is carried with another meaning (`notes`), and what is left."""

    product: str
    blocked: str = ""
    allowed: str = ""
    platforms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
