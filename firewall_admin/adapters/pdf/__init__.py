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

    source = (HERE / f"{template}.typ").read_bytes()
    given = {"data": json.dumps(data, ensure_ascii=False)}
    made: bytes = typst.compile(
        source, format="pdf", sys_inputs=given, pdf_standards=["ua-1"], ignore_system_fonts=True
    )
    return made
