"""Pages of a long list: which numbers to offer."""

from collections.abc import Callable
from typing import Any

NEAR = 1


def offered(current: int, last: int) -> list[int | None]:
    """The numbers to show, from 1: first, last and those beside the current one; None where some are left out.

    One number is never left out by itself: the dots would take its place.
    """
    near = {1, last, *range(max(1, current - NEAR), min(last, current + NEAR) + 1)}
    wanted = sorted(near | {n + 1 for n in near if n + 2 in near})
    found: list[int | None] = []
    for number in wanted:
        if found and number - (found[-1] or 0) > 1:
            found.append(None)
        found.append(number)
    return found


def pagination(current: int, last: int, address: Callable[[int], str]) -> dict[str, Any]:
    """For the pagination macro; `address` gives the address of a page. Raises ValueError beside the list."""
    if not 1 <= current <= last:
        raise ValueError(f"page {current} of {last}")
    items = [
        {"ellipsis": True} if n is None else {"number": n, "href": address(n), "current": n == current}
        for n in offered(current, last)
    ]
    params: dict[str, Any] = {"items": items}
    if current > 1:
        params["previous"] = {"href": address(current - 1)}
    if current < last:
        params["next"] = {"href": address(current + 1)}
    return params
