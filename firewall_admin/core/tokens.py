"""Secrets that devices and inspectors hold: made to be recognised by scanners and by people, kept only as a hash.

`fwa_feed_<43 letters>_<crc>`: a prefix that says what it is, 256 random bits, and a checksum, so that a token cut in
half by a copy and paste is told from one that was revoked, without asking the database. The caller brings the
randomness.
"""

import hashlib
import re
import zlib
from base64 import urlsafe_b64encode

KINDS = ("feed", "inspection")
PREFIX = "fwa_feed_"
SHAPE = re.compile(rf"fwa_(?:{'|'.join(KINDS)})_[A-Za-z0-9]{{22,86}}_[0-9a-f]{{8}}")
"""Every token, and what else looks like one: what must not stand in a log."""


def make(random: bytes, kind: str = "feed") -> str:
    """A token of one of KINDS from 32 random bytes. ValueError for fewer than 16."""
    if len(random) < 16:
        raise ValueError("a token needs 128 random bits at least")
    body = f"fwa_{kind}_" + urlsafe_b64encode(random).decode("ascii").rstrip("=").replace("-", "0").replace("_", "1")
    return f"{body}_{_checksum(body)}"


def is_whole(token: str) -> bool:
    """Whether a text is a token as it was made: nothing missing, nothing mistyped."""
    return bool(SHAPE.fullmatch(token)) and token.rpartition("_")[2] == _checksum(token.rpartition("_")[0])


def kept(token: str) -> str:
    """What is kept of a token: its SHA-256, hexadecimal. 256 random bits need no slow hash (ASVS 5.0, 6.5.2)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def hint(token: str) -> str:
    """Its first letters, by which a person recognises it."""
    return token[: token.find("_", len("fwa_")) + 5]


def redacted(text: str) -> str:
    """A text with every token in it cut to its hint."""
    return SHAPE.sub(lambda found: f"{hint(found[0])}…", text)


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode('ascii', 'replace')):08x}"
