"""A domain name has one spelling and one order.

The spelling is what a resolver compares: lower-case ASCII labels (RFC 1035, RFC 5890), underscores included because
live names have them (RFC 8552). The order is by label from the right, so that a name stands directly before the
names under it and every subtree is one contiguous run.
"""

import re

from .refusals import NotADomain, shown

LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?:{LABEL}\.)+(?!(?:[0-9]+|0x[0-9a-f]*)\Z){LABEL}")
_LABEL = re.compile(LABEL)
_IN_NUMBERS = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
LONGEST = 253


def parse(text: str) -> str:
    """The one spelling of a domain name: `" Bücher.DE. "` → `"xn--bcher-kva.de"`.

    Surrounding spaces and one trailing dot are dropped. Non-ASCII labels go by IDNA 2008 (RFC 5891) after UTS 46
    non-transitional mapping; an ASCII `xn--` label is taken as it stands. Raises NotADomain, which says why.
    """
    name = text.strip(" ")
    name = name.lower() if name.isascii() else _from_unicode(name)
    name = name.removesuffix(".")
    if len(name) <= LONGEST and _NAME.fullmatch(name):
        return name
    raise NotADomain(_why_not(name))


def order(domain: str) -> str:
    """The key that sorts domains in label order: `www.x.com` → `com x www`. A space sorts below every other byte."""
    return " ".join(domain.split(".")[::-1])


def from_order(key: str) -> str:
    """The domain of an order: `com x www` → `www.x.com`."""
    return ".".join(key.split(" ")[::-1])


def lineage(domain: str) -> list[str]:
    """The names that could cover a domain, the closest first: `a.x.com` → `[a.x.com, x.com]`."""
    names = [domain]
    while "." in (parent := names[-1].partition(".")[2]):
        names.append(parent)
    return names


def covers(name: str, domain: str) -> bool:
    """Whether a name covers a domain: itself and everything under it, by whole labels."""
    return domain == name or domain.endswith("." + name)


def _from_unicode(name: str) -> str:
    import idna  # 30 ms to import, and most names need it not

    try:
        labels = idna.uts46_remap(name, std3_rules=False, transitional=False).split(".")
        return ".".join(label if label.isascii() else idna.alabel(label).decode("ascii") for label in labels)
    except (idna.IDNAError, UnicodeError) as problem:
        raise NotADomain(f"not a name that IDNA 2008 allows: {shown(str(problem), 200)}") from None


def _why_not(name: str) -> str:
    if not name:
        return "empty"
    if len(name) > LONGEST:
        return f"{len(name)} characters long; a name has {LONGEST} at most"
    if name.startswith("[") or name.count(":") > 1 or _IN_NUMBERS.fullmatch(name):
        return "an IP address or a number, not a name"
    for label in name.split("."):
        if problem := _label_problem(label):
            return problem
    return "one label alone: a whole top-level domain can't be named"


def _label_problem(label: str) -> str | None:
    if not label:
        return "two dots together, or a dot in front"
    if len(label) > 63:
        return f"a label of {len(label)} characters; a label has 63 at most"
    if strange := re.search(r"[^a-z0-9_-]", label):
        return f"{shown(strange[0])!r} can't stand in a name"
    if not _LABEL.fullmatch(label):
        return "a label can't begin or end with a hyphen"
    return None
