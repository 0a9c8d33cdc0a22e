"""The number of names, typed by whoever accepts a great change, or one by which the school may lose what it lives on:
nobody does that without having read it (ASVS 5.0, 2.3.2)."""

from collections.abc import Iterable

from firewall_admin.core.refusals import Refusal

MANY = 1_000  # changed names; from more on the number is typed


NEEDED = frozenset({"essential-blocked", "locked-names-protected"})
"""Dangers to signing in, lessons and help, however few names change."""


def to_type(changed: int, dangers: Iterable[str] = ()) -> int | None:
    """The number to type, where so many names change or there are such dangers; None where it need not be."""
    return changed if changed > MANY or not NEEDED.isdisjoint(dangers) else None


def refuse_untyped(changed: int, typed: str, dangers: Iterable[str] = ()) -> None:
    """Raises Refusal (field `typed`) where the number should have been typed, and was not."""
    number = to_type(changed, dangers)
    if number is not None and typed.replace(",", "").replace(" ", "") != str(number):
        names = "1 name changes" if number == 1 else f"{number:,} names change"
        raise Refusal(f"{names}: type that number to accept it.", "typed")
