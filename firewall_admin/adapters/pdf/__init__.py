"""Printed records as tagged PDF (PDF/UA-1), set by Typst from a template of this folder.

What people wrote goes in as data, never as markup: a template reads it as JSON, so nobody can write a command into a
record. No network, and no fonts but those that come with the library.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of a template of this folder, by name, with plain JSON values. 5 to 50 milliseconds."""
    import typst  # 30 ms to import, and most processes never print

    source = (HERE / "chart.typ").read_bytes() + (HERE / f"{template}.typ").read_bytes()
    given = {"data": json.dumps(_printable(data), ensure_ascii=False)}
    made: bytes = typst.compile(
        source, format="pdf", sys_inputs=given, pdf_standards=["ua-1"], ignore_system_fonts=True
    )
    return made


def _printable(value: Any) -> Any:
    """The same with every letter that the font has none for told by its number: PDF/UA refuses a page with a gap."""
    if isinstance(value, str):
        return "".join(c if _has_glyph(c) else f"[U+{ord(c):04X}]" for c in value)
    if isinstance(value, Mapping):
        return {key: _printable(part) for key, part in value.items()}
    return [_printable(part) for part in value] if isinstance(value, list) else value


def _has_glyph(c: str) -> bool:
    """Latin, Greek and Cyrillic letters, and the punctuation of British English."""
    return c == "\n" or (c.isprintable() and ord(c) < 0x0500) or c in "–—‘’“”…•€"
