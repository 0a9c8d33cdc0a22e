"""What allowing a name would really do: what else it opens, what stays blocked in spite of it, what is missing yet.

A rule stands above every list, so allowing a name opens all that lists block under it. What a site needs elsewhere (its
pictures, its sign-in, the name it leads to in DNS) is not opened by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .domains import covers, lineage
from .lookalikes import warnings
from .many_names import decide_all
from .policy import Policy, Rule, SchoolPolicy, decide
from .suffixes import is_suffix
from .terms import Terms

SHOWN = 8
LOOKED_UNDER = 2_000  # names of a list under one domain


@dataclass(frozen=True)
class ForAudience:
    """One audience: whether a name is blocked now and by what, whether a locked list holds it, and what is blocked in
    spite of the allow (`stays`), by name and reason."""

    audience: str
    domain: str
    blocked: bool
    locked: bool
    by: str
    stays: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Effect:
    """Of terms that open names. `opens`: other listed names under them that open too (at most 8; `opens_count` is all);
    `needs`: blocked names of the same service; `leads_to`: blocked names that DNS leads to; `warnings`: sentences for
    whoever decides."""

    audiences: tuple[ForAudience, ...]
    opens: tuple[str, ...] = ()
    opens_count: int = 0
    needs: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the hash of what was shown."""
        told = [[a.audience, a.domain, a.blocked, a.locked, a.by, [list(s) for s in a.stays]] for a in self.audiences]
        parts = ("opens", "needs", "leads_to", "warnings")
        return {"audiences": told, "opens_count": self.opens_count} | {p: list(getattr(self, p)) for p in parts}


def effect(
    policy: SchoolPolicy,
    terms: Terms,
    at: datetime,
    *,
    families: Mapping[str, Sequence[str]],
    trusted: Sequence[str] = (),
    chain: Sequence[str] = (),
) -> Effect:
    """The effect of terms at an instant, on the audiences that there still are. `families`: the names of each service
    by its list; `trusted`: names that are imitated; `chain`: where they lead in DNS."""
    begins = max(terms.since or at, at)
    told, opens, needs, leads = [], set[str](), set[str](), set[str]()
    known = {audience.name for audience in policy.audiences}
    for audience in filter(known.__contains__, terms.audiences):
        before = _policy(policy, audience, begins, terms)
        after = _policy(_with(policy, terms), audience, begins, terms)
        for name in terms.names:
            told.append(_told(audience, name, before, after))
            opens |= _opened(before, after, _named_under(before, name))
        above = {parent for name in terms.names for parent in lineage(name)}  # `www.youtube.com` is of YouTube as well
        kin = {n for names in families.values() if above & set(names) for n in names}
        needs |= {n for n in kin - above if decide(after, n).blocked}
        leads |= {n for n in chain if decide(after, n).blocked}
    opens -= set(terms.names)
    said = tuple(_warnings(terms, trusted))
    return Effect(
        tuple(told), tuple(sorted(opens)[:SHOWN]), len(opens), tuple(sorted(needs)), tuple(sorted(leads)), said
    )


def registrable(domain: str) -> str:
    """The name that somebody registered, of which a domain is a part: `bbc.co.uk` for `news.bbc.co.uk`."""
    labels = domain.split(".")
    parts = (".".join(labels[-count:]) for count in range(2, len(labels)))
    return next((part for part in parts if not is_suffix(part)), domain)


def opened(terms: Terms, reason: str) -> tuple[Rule, ...]:
    """The rules that terms come to: each name for each audience."""
    return tuple(
        Rule("allow", name, audience, terms.since, terms.until, terms.when, reason)
        for audience in terms.audiences
        for name in terms.names
    )


def _with(policy: SchoolPolicy, terms: Terms) -> SchoolPolicy:
    """The policy with the rules, and without the blocks that they take the place of for that time."""
    rules = opened(terms, "")
    given = {(rule.domain, rule.audience) for rule in rules}
    kept = tuple(r for r in policy.rules if r.action == "allow" or (r.domain, r.audience) not in given)
    return replace(policy, rules=kept + rules)


def _policy(policy: SchoolPolicy, audience: str, at: datetime, terms: Terms) -> Policy:
    """While it is open: with its own timetable open, whatever the hour is now."""
    clock = policy.clock(at)
    return policy.policy(audience, at, lambda timetable: timetable == terms.when or clock(timetable))


def _opened(before: Policy, after: Policy, names: list[str]) -> set[str]:
    both = zip(decide_all(before, names), decide_all(after, names), strict=True)
    return {was.domain for was, then in both if was.blocked and not then.blocked}


def _told(audience: str, name: str, before: Policy, after: Policy) -> ForAudience:
    now = decide(before, name)
    stays = []
    for then in decide_all(after, [name, *_named_under(after, name)]):
        if then.blocked:
            stays.append((then.domain, f"{then.because.kind} '{then.because.source}'"))
    locked = now.because.kind == "locked"
    return ForAudience(
        audience, name, now.blocked, locked, _by(now.because.kind, now.because.source), tuple(stays[:SHOWN])
    )


def _by(kind: str, source: str | None) -> str:
    if kind == "rule":
        return f"a rule ({source})" if source else "a rule"
    return f"the {'locked ' * (kind == 'locked')}list '{source}'" if kind in ("list", "locked") else "nothing"


def _named_under(policy: Policy, name: str) -> list[str]:
    found = {r.domain for r in policy.rules if covers(name, r.domain)}
    for listed in (*policy.locked, *policy.lists):
        found.update(listed.names.first_under(name, LOOKED_UNDER))
    return sorted(found - {name})


def _warnings(terms: Terms, trusted: Sequence[str]) -> list[str]:
    found = []
    for name in terms.names:
        whole = registrable(name)
        if name == whole:
            found.append(f"{name} is the whole site: every page and every part of it opens.")
        found += warnings(name, trusted)
    return found
