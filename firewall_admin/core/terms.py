"""What a request asks for and a decision grants: which names for whom and until when, or a change of the policy.

Terms are kept as JSON on the request, on the assessment and on the decision: what was asked, advised and decided stand
side by side and are compared as values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from . import domains
from .refusals import Refusal
from .suffixes import is_suffix

LONGEST = timedelta(days=366)  # the yearly review signs everything again
WITHOUT_SECOND_REASON = timedelta(days=62)  # about a half-term and its holiday
MOST_NAMES = 60
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Kind(StrEnum):
    """What is asked for. `SITE` and `PLATFORM` open names until a day; the others change the policy itself."""

    SITE = "site"
    PLATFORM = "platform"
    END_RULE = "end-rule"
    END_LIST = "end-list"
    LIST_TIMES = "list-times"
    LIST_NAMES = "list-names"
    TIMETABLE = "timetable"
    AUDIENCE = "audience"
    POLICY = "policy"

    @property
    def opens_until(self) -> bool:
        """Whether it opens names for a time, and so has to end."""
        return self in (Kind.SITE, Kind.PLATFORM)


@dataclass(frozen=True)
class Terms:
    """`names` opened for `audiences` from `since` until before `until`, while timetable `when` is open; or, for another
    kind, `change`: the arguments of the edit, and `text`: the edit in words, both made by its journey."""

    kind: Kind = Kind.SITE
    names: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    when: str | None = None
    change: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    text: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; instants as ISO 8601."""
        return {
            "kind": self.kind.value,
            "names": list(self.names),
            "audiences": list(self.audiences),
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "when": self.when,
            "change": dict(self.change),
            "text": self.text,
        }


def from_json(kept: Mapping[str, Any]) -> Terms:
    """The terms that `to_json` wrote."""
    since, until = (datetime.fromisoformat(kept[part]) if kept[part] else None for part in ("since", "until"))
    names, audiences = tuple(kept["names"]), tuple(kept["audiences"])
    return Terms(Kind(kept["kind"]), names, audiences, since, until, kept["when"], kept["change"], kept["text"])


def checked(terms: Terms, now: datetime, known: Iterable[str], long_reason: str = "") -> Terms:
    """The terms with every name in its one spelling. Refusal, naming the field, for what nobody may grant: no end, an
    end too far off, a whole public suffix, an audience that is none of the `known` ones."""
    if not terms.kind.opens_until:
        return terms
    names = tuple(dict.fromkeys(map(domains.parse, terms.names)))
    if not names:
        raise Refusal("Name the site.", "address")
    if len(names) > MOST_NAMES:
        raise Refusal(f"{MOST_NAMES} names at most in one request: ask for a platform or a list instead.", "also")
    for name in names:
        if is_suffix(name):
            raise Refusal(f"Every site under {name} would be opened: name one site.", "address")
    if not terms.audiences:
        raise Refusal("Choose who needs it.", "audiences")
    if strange := set(terms.audiences) - set(known):
        raise Refusal(f"There is no audience '{sorted(strange)[0]}'.", "audiences")
    _check_dates(terms, now, long_reason)
    return Terms(terms.kind, names, terms.audiences, terms.since, terms.until, terms.when, terms.change, terms.text)


def _check_dates(terms: Terms, now: datetime, long_reason: str) -> None:
    begins = max(terms.since or now, now)
    if terms.until is None:
        raise Refusal("Say until when. Nothing is opened for ever.", "until")
    if terms.until <= now:
        raise Refusal("That day is over.", "until")
    if terms.until <= begins:
        raise Refusal("It ends before it begins.", "until")
    if terms.until - begins > LONGEST:
        raise Refusal("A year at most: the yearly review looks at everything again.", "until")
    if terms.until - begins > WITHOUT_SECOND_REASON and not long_reason.strip():
        raise Refusal("Longer than a half-term: say why it has to be that long.", "long_reason")


def question(terms: Terms, zone: tzinfo) -> str:
    """The one question the decider answers: `Allow pupils to reach bbc.co.uk until Friday 18 December 2026?`"""
    said = sentence(terms, zone)
    return f"{said[0].upper()}{said[1:]}?"


def sentence(terms: Terms, zone: tzinfo) -> str:
    """What is granted, as a clause: `allow pupils to reach bbc.co.uk until the end of Friday 18 December 2026`."""
    if not terms.kind.opens_until:
        return terms.text
    what = terms.text or listed(terms.names)
    during = f", only during '{terms.when}'" if terms.when else ""
    first = f" from {day(terms.since, zone)}" if terms.since else ""
    return f"allow {listed(terms.audiences)} to reach {what}{first} until {ending(terms.until, zone)}{during}"


APPROVE = "approve this change: "


def subject(terms: Terms) -> str:
    """What terms are about, in a few words: a platform, a change, or the first name and how many more."""
    if terms.text:
        words = terms.text.removeprefix(APPROVE)
        return words[:1].upper() + words[1:]
    more = len(terms.names) - 1
    return f"{terms.names[0]} and {more} more" if more > 0 else "".join(terms.names)


def ending(until: datetime | None, zone: tzinfo) -> str:
    """An end as people say it: midnight belongs to the day that it ends."""
    if until is None:
        return "further notice"
    local = until.astimezone(zone)
    if local.time() == local.time().min:
        return f"the end of {day(until - timedelta(seconds=1), zone)}"
    return f"{local:%H:%M} on {day(until, zone)}"


def day(at: datetime | None, zone: tzinfo) -> str:
    """`Friday 18 December 2026` on the school's clock."""
    if at is None:
        return "now"
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y}"


def listed(parts: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`; of more than six the first four and a number."""
    known = list(parts)
    if len(known) > 6:
        known = [*known[:4], f"{len(known) - 4} more"]
    return " and ".join([", ".join(known[:-1]), known[-1]] if len(known) > 1 else known)
