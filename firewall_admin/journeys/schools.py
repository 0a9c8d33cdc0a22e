"""What the school is called, which clock it lives by, and the names that are its own."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from firewall_admin.core import domains as names
from firewall_admin.core import school_days
from firewall_admin.core.events import SchoolChanged
from firewall_admin.core.events_letters import HalfTermsSet
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.refusals import NotADomain, Refusal
from firewall_admin.core.suffixes import is_suffix
from firewall_admin.db.change import Change
from firewall_admin.db.tables import School
from firewall_admin.ports import Ports

from . import policy
from .soundness import refuse_contradictions

_WORDS = {"name": "name", "timezone": "time zone", "domains": "own names"}
_LONGEST_NAME = 200  # characters


def changing(ports: Ports, actor: Actor, *, name: str, timezone: str, domains: Sequence[str]) -> policy.Act:
    """The edit that changes what a school is. Its own names are protected: only a locked list blocks them."""
    policy.may(actor, Permission.CHANGE_POLICY)
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise Refusal(f"Give the school's name in {_LONGEST_NAME} characters at most.", "name")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError where it names a folder of zones
        raise Refusal(f"There is no time zone '{timezone}'.", "timezone") from None
    wanted: dict[str, str | list[str]] = {"name": name, "timezone": timezone, "domains": _own(domains)}

    def act(change: Change) -> None:
        row = change.session.get_one(School, actor.school_id)
        told = [what for what in _WORDS if getattr(row, what) != wanted[what]]
        if not told:
            raise Refusal("Nothing is different from what is there.")
        for what in told:
            value = wanted[what]
            said = value if isinstance(value, str) else ", ".join(value) or "none"
            change.did(SchoolChanged(_WORDS[what], said))
            setattr(row, what, value)
        refuse_contradictions(ports, change)

    return act


def change(
    ports: Ports, actor: Actor, *, name: str, timezone: str, domains: Sequence[str], decision: str | None = None
) -> None:
    """Change what a school is. Protecting a name that was blocked opens it, which takes a decision's number."""
    policy.edit(ports, actor, changing(ports, actor, name=name, timezone=timezone, domains=domains), decision)


def set_half_terms(ports: Ports, actor: Actor, *, lines: Sequence[str]) -> None:
    """Set the school's half-terms, each a line of two dates, as `school_days.read` takes them. Nothing that is blocked
    or open hangs on them: reminders count school days. A Refusal of `terms` names the line that is wrong."""
    policy.may(actor, Permission.CHANGE_POLICY)
    terms = school_days.read(lines)
    with ports.db.change(actor) as change:
        row = change.session.get_one(School, actor.school_id)
        if row.terms == terms:
            raise Refusal("Nothing is different from what is there.")
        row.terms = terms
        change.did(HalfTermsSet(", ".join(terms) or "none"))


def _own(given: Sequence[str]) -> list[str]:
    found: list[str] = []
    for text in given:
        try:
            name = names.parse(text)
        except NotADomain as refusal:
            raise Refusal(f"'{text}': {refusal.message}.", "domains") from None
        if is_suffix(name):
            raise Refusal(f"{name} is not the school's alone: every site under it would be protected.", "domains")
        if name not in found:
            found.append(name)
    return found
