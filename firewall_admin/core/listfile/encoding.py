"""The bytes of a published list, whatever their encoding, as UTF-8 lines that end in a newline.

Nothing is judged here: a byte that is no UTF-8 stays, and makes its own line a rejected one.
"""

import codecs
from mmap import mmap

from ..long_text import Text, blocks, holds
from ..merging import Keep, together

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 64  # bytes looked at to tell UTF-16 that carries no mark


def lines_of(data: bytes) -> bytes:
    """The same lines in UTF-8, each ended by one `\\n`: a byte order mark is dropped, CRLF and a lone CR are ends."""
    encoding, text = _encoding(data)
    if encoding != "utf-8":
        text = text.decode(encoding, "replace").encode("utf-8")  # no name holds a U+FFFD, so its line is rejected
    return _ended(text)


def long_lines_of(data: Text, keep: Keep = together) -> Text:
    """The same of a text that may be a mapped file. One whose lines are so already, as of nearly every list, is given
    back; where only the ends differ, the lines are kept by `keep`. Of neither is more than a block in memory."""
    if not isinstance(data, mmap):
        return lines_of(data)
    head = data[:_HEAD]
    if _encoding(head) != ("utf-8", head):
        return lines_of(data[:])
    if data[-1:] == b"\n" and not holds(data, b"\r"):
        return data
    return keep(map(_ended, blocks(data)))  # a block ends behind a newline, so no CRLF is cut in two


def _ended(text: bytes) -> bytes:
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text if not text or text.endswith(b"\n") else text + b"\n"


def _encoding(data: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    even, odd = data[:_HEAD:2].count(0), data[1:_HEAD:2].count(0)
    most = min(len(data), _HEAD) // 4  # in UTF-16, ASCII has a NUL in every second place, and none in the others
    if odd > most and not even:
        return "utf-16-le", data
    if even > most and not odd:
        return "utf-16-be", data
    return "utf-8", data
