"""Lines of a response policy zone, an RPZ (draft-vixie-dnsop-dns-rpz-00; master files: RFC 1035 section 5)."""

import re

from .line import IGNORED, Line, is_null, rejected, says

_CLASSES = frozenset(["IN", "CH", "HS"])
_TYPES = frozenset("A AAAA CAA CNAME DNAME HTTPS MX NS PTR SOA SRV SVCB TXT".split())
_TTL = re.compile(r"[0-9]+[smhdw]?", re.IGNORECASE)
_TRIGGER = re.compile(r"(?:.*\.)?(rpz-(?:client-ip|ip|nsip|nsdname))", re.IGNORECASE)
_BLOCKING = frozenset([".", "*.", "rpz-drop."])  # NXDOMAIN, NODATA, no answer at all


def read(text: str) -> Line:
    """A line of several words, or a directive."""
    words = text.partition(";")[0].split()
    if words and words[0].startswith("$"):
        return IGNORED if words[0].upper() == "$TTL" else rejected(f"{words[0]} is not followed")
    found = record(words)
    if found is None:
        return rejected("more than one word, in no dialect that is known")
    owner, kind, value = found
    if kind in ("NS", "SOA"):
        return IGNORED  # every zone must have them
    if problem := _no_rule_for_a_name(owner):
        return rejected(problem)
    if (kind in ("A", "AAAA") and is_null(value)) or (kind == "CNAME" and value.lower() in _BLOCKING):
        return says("block", owner)
    if kind == "CNAME" and value.lower() in ("rpz-passthru.", f"{owner.lower()}."):
        return says("except", owner)
    return rejected(f"leads to {kind} {value}, so it blocks nothing")


def record(words: list[str]) -> tuple[str, str, str] | None:
    """Owner, type and value of a resource record; a TTL and a class may stand between, the owner may be missing."""
    at = next((at for at, word in enumerate(words[:4]) if word.upper() in _TYPES), None)
    if at is None or at + 1 == len(words):
        return None
    owner = words[0] if at and not _is_ttl_or_class(words[0]) else ""
    if not all(map(_is_ttl_or_class, words[1 if owner else 0 : at])):
        return None
    return owner, words[at].upper(), " ".join(words[at + 1 :])


def _no_rule_for_a_name(owner: str) -> str:
    if trigger := _TRIGGER.fullmatch(owner):
        return f"an {trigger[1].lower()} trigger: it is about servers or addresses, not about a name"
    if owner in ("", "@"):
        return "a record of the zone itself or without a name"
    if owner.endswith("."):
        return "the name ends in a dot, so it lies outside the zone and has no effect"
    return ""


def _is_ttl_or_class(word: str) -> bool:
    return word.upper() in _CLASSES or _TTL.fullmatch(word) is not None
