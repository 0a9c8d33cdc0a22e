"""What came instead of a list."""

import re

from .encoding import lines_of

_HEAD = 1 << 16  # bytes
_MAGIC = (
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a zip file"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"7z\xbc\xaf", "a 7z file"),
    (b"\xfd7zXZ", "an xz file"),
)
# Not on the first line alone: a portal puts comments, blank lines or a whole list's header before its page.
_PAGE = re.compile(r"(?im)^[ \t]*<(?:!doctype[ \t]+html|html|head|body|script|meta|title)\b")
_XML = re.compile(r"\s*<\?xml\b", re.IGNORECASE)
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\"\[{\]])")


def looks_like(data: bytes) -> str | None:
    """What the bytes look like if not a list: `a web page`, `JSON`, `a zip file` … None where they may be a list."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return what
    head = lines_of(data[:_HEAD]).decode("utf-8", "replace")
    if _PAGE.search(head):
        return "a web page"
    if _XML.match(head):
        return "XML"
    return "JSON" if _JSON.match(head) else None
