"""Whole numbers in addresses and forms. What is none, or none of ours, names nothing."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1  # what a column of whole numbers holds in every database


class Number(IntegerConverter):
    """`<int:number>` in an address, no larger than a row's number can be: beyond that a database raises."""

    def __init__(self, map: Map, *args: Any, **named: Any):  # noqa: A002 - Werkzeug's name
        super().__init__(map, *args, **{"max": LARGEST, **named})


def number(text: str | None) -> int:
    """A number that a form carries along; 0 for anything else: nothing has that version."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0
