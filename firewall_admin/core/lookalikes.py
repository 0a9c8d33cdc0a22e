"""Names that look like another: what a person should look at twice before opening them.

Not a verdict. The full confusables table (Unicode TS 39) finds thousands of harmless pairs; here are the swaps that
are really used against readers: digits for letters, `rn` for `m`, letters of another alphabet, an extra word.
"""

import unicodedata
from collections.abc import Iterable

import idna

_SWAPS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("3", "e"), ("5", "s"), ("-", ""))
_FOREIGN = str.maketrans("асеорхуіјѕԁһԛѡɡıӏοενкмтвн", "aceopxyijsdhqwgiloevkmtbh")


def spelt(domain: str) -> str:
    """A domain as a browser may show it: `xn--` labels in their own letters where they have a reading."""
    return ".".join(map(_label, domain.split(".")))


def warnings(domain: str, known: Iterable[str]) -> list[str]:
    """Sentences about a parsed domain; `known` are the names people trust, of which it may be an imitation."""
    shown, found = spelt(domain), []
    if shown != domain:
        found.append(f"It is shown as {shown}, with letters that are not a to z.")
    if mixed := [label for label in shown.split(".") if len(_scripts(label)) > 1]:
        found.append(f"'{mixed[0]}' mixes letters of several alphabets, which is how imitations are made.")
    skeleton = _skeleton(shown)
    twins = sorted(name for name in known if name != domain and _skeleton(name) == skeleton)
    if twins and not domain.endswith(tuple(f".{twin}" for twin in twins)):
        found.append(f"It looks like {twins[0]}, and is another site.")
    return found


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.ulabel(label)
    except (idna.IDNAError, UnicodeError):
        return label


def _skeleton(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).translate(_FOREIGN)
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    for swap, plain in _SWAPS:
        folded = folded.replace(swap, plain)
    return folded


def _scripts(label: str) -> set[str]:
    return {unicodedata.name(c, "?").split(" ")[0] for c in label if c.isalpha()}
