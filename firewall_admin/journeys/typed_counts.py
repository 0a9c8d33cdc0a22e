"""The number of names, typed by whoever accepts a great change: nobody does that without having read it (ASVS 5.0,
2.3.2)."""

from firewall_admin.core.refusals import Refusal

MANY = 1_000  # changed names; from more on the number is typed


def to_type(changed: int) -> int | None:
    """The number to type, where so many names change; None where it need not be."""
    return changed if changed > MANY else None


def refuse_untyped(changed: int, typed: str) -> None:
    """Raises Refusal (field `typed`) where the number should have been typed, and was not."""
    number = to_type(changed)
    if number is not None and typed.replace(",", "").replace(" ", "") != str(number):
        raise Refusal(f"{number:,} names change: type that number to accept it.", "typed")
