"""The header of a shipped list: which keys there are, what their values look like, what they say.

The header is for people (what the service is, what breaks when it is blocked, where to report) and for screens that
show it. So its keys are a closed set and every value is checked: a mistake names the file and the line.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .domains import parse
from .refusals import BadPolicy, NotADomain

Fact = tuple[str, str]
Check = Callable[[str], str | None]  # what is wrong with a value, or None
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ADVICE = (
    "never-block",
    "do-not-block",
    "keep-reachable",
    "optional",
    "block-only-as-bundle",
    "block-only-if-embeds-unwanted",
    "block-to-stop-messenger-only",
    "owned-by-another-platform",
    "separate-product",
)
_LINE = re.compile(r"# ([a-z]+(?:-[a-z]+)*): (\S(?:.*\S)?)")
_ADDRESS = re.compile(r"(https://[a-z0-9.-]+(?:[/?][A-Za-z0-9_.~!$&'()*+,/:;=?@%#-]*)?) \| (archived|unchecked)")
_SHARED = re.compile(
    r"(\S+) \| use: ([^|]+) \| breaks: ([^|]+) \| advice: ([a-z-]+)(?: \| once-blocked: ([a-z0-9, -]+))?"
)


@dataclass(frozen=True)
class Address:
    """Where a service explains something. `archived`: seen in a stored copy of the web; `unchecked`: from memory."""

    url: str
    basis: str


@dataclass(frozen=True)
class Shared:
    """A name that a service uses together with others: what for or by whom, and what breaks with it.

    It may be blocked as well once every list of `once_blocked` is; where that is empty there is no such moment.
    """

    domain: str
    use: str
    breaks: str
    advice: str
    once_blocked: tuple[str, ...] = ()


def address(value: str) -> Address | None:
    """`https://… | archived`; None for the one other value, `unknown`."""
    found = _ADDRESS.fullmatch(value)
    return Address(found[1], found[2]) if found else None


def shared(value: str) -> Shared | None:
    """`name | use: who | breaks: what | advice: code | once-blocked: slug, slug`; None if it isn't of that form."""
    found = _SHARED.fullmatch(value)
    if not found:
        return None
    return Shared(found[1], found[2], found[3], found[4], tuple(found[5].split(", ")) if found[5] else ())


def read(path: str, kind: str, text: str) -> tuple[tuple[Fact, ...], list[tuple[int, str]]]:
    """The header's pairs, and the lines under it with their numbers. `kind` is a list's kind or `safe-search`."""
    lines = text.split("\n")
    if lines.pop() or not lines:
        raise BadPolicy("the file doesn't end with the end of a line", path)
    end = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    facts = tuple(_fact(f"{path}:{number}", kind, line) for number, line in enumerate(lines[:end], 1))
    _complete(path, kind, [key for key, _ in facts])
    if end < len(lines) and lines[end]:
        raise BadPolicy("an empty line stands between header and names", f"{path}:{end + 1}")
    body = list(enumerate(lines[end + 1 :], end + 2))
    if end < len(lines) and not body:
        raise BadPolicy("an empty line with nothing under it", f"{path}:{end + 1}")
    return facts, body


def domain_problem(text: str) -> str | None:
    """What keeps a text from being a domain in its one spelling."""
    try:
        name = parse(text)
    except NotADomain as problem:
        return f"{text!r} is no domain: {problem.message}"
    return None if name == text else f"{text!r} is spelt {name!r}"


def _fact(at: str, kind: str, line: str) -> Fact:
    found = _LINE.fullmatch(line)
    if not found:
        raise BadPolicy("a header line is `# key: value`", at)
    key, value = found[1], found[2]
    if key not in _CHECKS or key not in _KEYS[kind]:
        raise BadPolicy(f"a {kind} list has no key {key!r}", at)
    if problem := _CHECKS[key](value):
        raise BadPolicy(f"{key}: {problem}", at)
    return key, value


def _complete(path: str, kind: str, keys: list[str]) -> None:
    for key in _KEYS[kind]:
        if _KEYS[kind][key] in (ONE, SOME) and key not in keys:
            raise BadPolicy(f"the key {key!r} is missing", path)
    for number, key in enumerate(keys, 1):
        if _KEYS[kind][key] in (ONE, MAYBE) and key in keys[: number - 1]:
            raise BadPolicy(f"the key {key!r} stands twice", f"{path}:{number}")


def _any(value: str) -> str | None:
    return None


def _among(*words: str) -> Check:
    return lambda value: None if value in words else f"{value!r} is not one of {', '.join(words)}"


def _spelt(pattern: str, what: str) -> Check:
    return lambda value: None if re.fullmatch(pattern, value) else f"{value!r} is not {what}"


def _date(value: str) -> str | None:
    try:
        return None if date.fromisoformat(value).isoformat() == value else f"{value!r} is not a date"
    except ValueError:
        return f"{value!r} is not a date"


def _page(value: str) -> str | None:
    good = value == "unknown" or address(value)
    return None if good else "`unknown`, or an https address, ` | ` and `archived` or `unchecked`"


def _shared_name(value: str) -> str | None:
    found = shared(value)
    if not found:
        return "`name | use: … | breaks: … | advice: …`, and perhaps ` | once-blocked: slug, slug`"
    if found.advice not in ADVICE:
        return f"{found.advice!r} is no advice"
    return domain_problem(found.domain) or _first(map(_SLUG_CHECK, found.once_blocked))


def _name_and_reason(value: str) -> str | None:
    name, _, reason = value.partition(" ")
    return domain_problem(name) or (None if reason else "a name and the reason for it")


def _first(problems: Iterable[str | None]) -> str | None:
    return next(filter(None, problems), None)


ONE, MAYBE, SOME, ANY = "one", "one or none", "one or more", "any number"
_SLUG_CHECK = _spelt(SLUG.pattern, "a slug")
_IMPACT = _among("none", "low", "medium", "high", "very-high")
_CHECKS: Mapping[str, Check] = {
    **dict.fromkeys(["name", "company", "category", "status-note", "minimum-age-basis", "minimum-age-note"], _any),
    **dict.fromkeys(["effect-note", "breaks", "note", "sources"], _any),
    **dict.fromkeys(["terms", "rules", "report", "safety"], _page),
    **dict.fromkeys(["embeds", "logins"], _IMPACT),
    **dict.fromkeys(["depends-on", "includes"], _SLUG_CHECK),
    **dict.fromkeys(["help-host", "keep"], domain_problem),
    **dict.fromkeys(["why", "not-listed"], _name_and_reason),
    "role": _among("blocked", "protected", "allowed"),
    "status": _among("active", "closed"),
    "closed": _spelt("20[0-9][0-9]", "a year"),
    "minimum-age": _spelt("[1-9][0-9]?|none stated|unknown", "an age, `none stated` or `unknown`"),
    "effect": _among("good", "partial", "none"),
    "shared": _shared_name,
    "confidence": _among("high", "medium", "medium-low", "low"),
    "reviewed": _date,
}
_EVERY = {"name": ONE, "role": ONE, "note": ANY, "reviewed": ONE}
_PLATFORM = {
    **dict.fromkeys(["category", "company", "status", "minimum-age", "effect", "embeds", "logins"], ONE),
    **dict.fromkeys(["terms", "rules", "report", "safety", "sources", "confidence"], ONE),
    **dict.fromkeys(["closed", "status-note", "minimum-age-basis", "minimum-age-note", "effect-note"], MAYBE),
    **dict.fromkeys(["depends-on", "help-host", "shared", "not-listed"], ANY),
}
_KEYS: Mapping[str, Mapping[str, str]] = {
    "platform": _EVERY | _PLATFORM,
    "bundle": _EVERY | {"includes": SOME, "keep": ANY, "breaks": ANY},
    "circumvention": _EVERY | {"not-listed": ANY, "sources": ONE, "confidence": ONE},
    "protected": _EVERY | {"why": SOME},
    "essential": _EVERY | {"why": SOME},
    "safe-search": {"name": ONE, "note": ANY, "not-listed": ANY, "sources": ONE, "reviewed": ONE},
}
