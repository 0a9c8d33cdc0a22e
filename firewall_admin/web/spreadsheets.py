"""Tables to take away: CSV that a spreadsheet opens and takes no cell of for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain

from flask import Response, stream_with_context

from ..core.person import FORMULA

CSV = "text/csv; charset=utf-8"


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """Line by line, with a byte-order mark: without one, older spreadsheets take UTF-8 for something else."""
    yield "\ufeff"
    for row in chain((heads,), rows):
        text = io.StringIO(newline="")
        csv.writer(text).writerow(map(safe, row))
        yield text.getvalue()


def file(made: Iterator[str], kind: str, name: str) -> Response:
    """What is made as a file to save, while it is made."""
    encoded = (text.encode("utf-8", "replace") for text in made)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(encoded), content_type=kind, headers=headers)
