"""What a school's policy says, and what it says of one name.

A `SchoolPolicy` is everything the school decided. A `Policy` is what applies to one audience at one instant, and
`decide` reads a verdict from it. The order of the questions in `decide` is the meaning of the product.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Literal

from .domains import covers
from .names import Names
from .timetable import Timetable

Role = Literal["locked", "protected", "blocked", "allowed"]
Answer = Literal["nxdomain", "null", "sinkhole"]
ROLES: tuple[Role, ...] = ("locked", "protected", "blocked", "allowed")
ANSWERS: tuple[Answer, ...] = ("nxdomain", "null", "sinkhole")
IsOpen = Callable[[str], bool]
YOUTUBE = ("off", "moderate", "strict")


@dataclass(frozen=True)
class NameList:
    """A named set of domains with a role; `source` is where its names come from, as a person wrote it. `as_of`: of a
    list that is fetched, the day on which they were last what its maker publishes. It makes no other policy."""

    slug: str
    role: Role
    names: Names
    source: str = ""
    as_of: date | None = field(default=None, compare=False)


# Asked by browsers and phones before they go round the school's resolver. Any address, even 0.0.0.0, counts as yes
# to some of them, so they are always answered NXDOMAIN. (Mozilla "canary domain", Apple "Private Relay", RFC 9462.)
ANTI_BYPASS = NameList(
    "anti-bypass",
    "locked",
    Names.of(["use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com", "resolver.arpa"]),
)


@dataclass(frozen=True)
class Assignment:
    """A list in force for an audience: always, while timetable `when` is open, or while `except_` is not."""

    list: str
    when: str | None = None
    except_: str | None = None


@dataclass(frozen=True)
class Audience:
    """Clients that are filtered alike. `networks` in CIDR; `sinkhole`: at most one IPv4 and one IPv6 address."""

    name: str
    networks: tuple[str, ...] = ()
    answer: Answer = "nxdomain"
    sinkhole: tuple[str, ...] = ()
    safe_search: bool = False
    youtube: str = "off"
    anti_bypass: bool = True
    essential: bool = True
    lists: tuple[Assignment, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A person's block or allow of a name, for one audience or (None) for everyone."""

    action: Literal["allow", "block"]
    domain: str
    audience: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    when: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Because:
    """Why: `kind` is locked, protected, rule, list or default; `source` the list or reason; `name` what covers."""

    kind: str
    source: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What happens to one name. `answer` is how a blocked name is answered; `rewrite` where an open one is steered."""

    domain: str
    blocked: bool
    because: Because
    answer: Answer | None = None
    rewrite: str | None = None


@dataclass(frozen=True)
class Policy:
    """All that applies to one audience at an instant. `lists` holds its blocked and allowed lists in force."""

    audience: Audience
    at: datetime
    locked: tuple[NameList, ...] = ()
    protected: tuple[NameList, ...] = ()
    rules: tuple[Rule, ...] = ()
    lists: tuple[NameList, ...] = ()
    rewrites: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class SchoolPolicy:
    """Everything a school decided. `steering` maps a setting (`safe-search`, `youtube-strict`, `youtube-moderate`)
    to pairs of host and target; `addresses` a target to its fixed addresses, for formats that can't follow a name."""

    school: str
    zone: tzinfo
    timezone: str
    domains: tuple[str, ...] = ()
    audiences: tuple[Audience, ...] = ()
    lists: Mapping[str, NameList] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    timetables: Mapping[str, Timetable] = field(default_factory=dict)
    steering: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def audience(self, name: str) -> Audience:
        """The audience of that name; KeyError if there is none."""
        return next((a for a in self.audiences if a.name == name), None) or _no_audience(name)

    def policy(self, name: str, at: datetime, is_open: IsOpen | None = None) -> Policy:
        """What applies to one audience at an aware instant; `is_open` supposes another state of the timetables."""
        audience = self.audience(name)
        is_open = is_open or self.clock(at)
        own = NameList("school", "protected", Names.of(self.domains))
        return Policy(
            audience,
            at,
            locked=(ANTI_BYPASS,) * audience.anti_bypass + self._of_role("locked"),
            protected=(own, *self._of_role("protected")),
            rules=tuple(rule for rule in self.rules if _applies(rule, audience) and _in_force(rule, at, is_open)),
            lists=tuple(self._assigned(audience, is_open)),
            rewrites=MappingProxyType(dict(self._steered(audience))),
        )

    def clock(self, at: datetime) -> IsOpen:
        """Which timetables are open at an instant."""
        return lambda timetable: self.timetables[timetable].is_open(at, self.zone)

    def next_change(
        self, at: datetime, audiences: tuple[str, ...] = (), matters: Callable[[datetime], bool] = lambda instant: True
    ) -> datetime | None:
        """The next instant at which a date or a timetable puts something in force or out of it for the audiences, and
        which `matters`."""
        wanted = [a for a in self.audiences if not audiences or a.name in audiences]
        rules = [rule for rule in self.rules if any(_applies(rule, a) for a in wanted)]

        def in_force(t: datetime) -> object:
            clock = self.clock(t)
            return [_in_force(rule, t, clock) for rule in rules], [list(self._assigned(a, clock)) for a in wanted]

        now, last = in_force(at), self._last_date(at, self._named(wanted, rules), rules)
        while instant := min(self._boundaries(at, wanted, rules), default=None):
            if in_force(instant) != now and matters(instant):
                return instant
            if instant - timedelta(days=14) > last:  # from there on every week is alike, and nothing came of two
                return None
            at = instant
        return None

    def _named(self, audiences: list[Audience], rules: list[Rule]) -> list[Timetable]:
        names = {rule.when for rule in rules} | {n for a in audiences for s in a.lists for n in (s.when, s.except_)}
        return [self.timetables[name] for name in sorted(filter(None, names))]

    def _boundaries(self, at: datetime, audiences: list[Audience], rules: list[Rule]) -> Iterator[datetime]:
        yield from (t for rule in rules for t in (rule.since, rule.until) if t and t > at)
        timed = [rule for rule in rules if _dated(rule, at)]  # before and after, a rule's timetable changes nothing
        yield from filter(None, (timetable.next_change(at, self.zone) for timetable in self._named(audiences, timed)))

    def _last_date(self, at: datetime, timetables: list[Timetable], rules: list[Rule]) -> datetime:
        """The last instant that a rule or a term names; `at` if none is later."""
        ends = [datetime.combine(end, time.max, self.zone) for table in timetables for _, end in table.terms]
        return max([at, *filter(None, (t for rule in rules for t in (rule.since, rule.until))), *ends])

    def _of_role(self, role: Role) -> tuple[NameList, ...]:
        return tuple(self.lists[slug] for slug in sorted(self.lists) if self.lists[slug].role == role)

    def _assigned(self, audience: Audience, is_open: IsOpen) -> Iterator[NameList]:
        """Its blocked and allowed lists in force, in the order of their slugs; a list assigned twice counts once."""
        slugs = {s.list for s in audience.lists if _assignment_in_force(s, is_open)}
        if audience.essential and "essential" in self.lists:
            slugs.add("essential")
        return (self.lists[s] for s in sorted(slugs) if self.lists[s].role in ("blocked", "allowed"))

    def _steered(self, audience: Audience) -> Iterator[tuple[str, str]]:
        if audience.safe_search:
            yield from self.steering.get("safe-search", ())
        if audience.youtube != "off":
            yield from self.steering.get(f"youtube-{audience.youtube}", ())


def decide(policy: Policy, domain: str) -> Verdict:
    """The verdict on one parsed name: the first of locked, protected, rules, lists that speaks; otherwise allowed."""
    for listed in policy.locked:
        if name := listed.names.closest(domain):
            answer: Answer = "nxdomain" if listed is ANTI_BYPASS else policy.audience.answer
            return Verdict(domain, True, Because("locked", listed.slug, name), answer)
    because, blocked = _open_to_question(policy, domain)
    if blocked:
        return Verdict(domain, True, because, policy.audience.answer)
    return Verdict(domain, False, because, rewrite=policy.rewrites.get(domain))


def _open_to_question(policy: Policy, domain: str) -> tuple[Because, bool]:
    for listed in policy.protected:
        if name := listed.names.closest(domain):
            return Because("protected", listed.slug, name), False
    if rule := _closest_rule(policy, domain):
        return Because("rule", rule.reason or None, rule.domain), rule.action == "block"
    if found := _closest_list(policy, domain):
        return Because("list", found[0].slug, found[1]), found[0].role == "blocked"
    return Because("default"), False


def weight(rule: Rule) -> tuple[bool, bool]:
    """Which of two rules at one name wins: one for this audience over one for everyone, then block over allow."""
    return (rule.audience is not None, rule.action == "block")


def _closest_rule(policy: Policy, domain: str) -> Rule | None:
    covering = (rule for rule in policy.rules if covers(rule.domain, domain))
    return max(covering, key=lambda rule: (len(rule.domain), weight(rule)), default=None)


def _closest_list(policy: Policy, domain: str) -> tuple[NameList, str] | None:
    found = [(listed, name) for listed in policy.lists if (name := listed.names.closest(domain))]
    return max(found, key=lambda f: (len(f[1]), f[0].role == "allowed"), default=None)


def _applies(rule: Rule, audience: Audience) -> bool:
    return rule.audience in (None, audience.name)


def _in_force(rule: Rule, at: datetime, is_open: IsOpen) -> bool:
    """`since <= at < until`, and its timetable, if it has one, is open."""
    return _dated(rule, at) and (rule.when is None or is_open(rule.when))


def _dated(rule: Rule, at: datetime) -> bool:
    return (rule.since is None or rule.since <= at) and (rule.until is None or at < rule.until)


def _assignment_in_force(assignment: Assignment, is_open: IsOpen) -> bool:
    if assignment.when is not None and not is_open(assignment.when):
        return False
    return assignment.except_ is None or not is_open(assignment.except_)


def _no_audience(name: str) -> Audience:
    raise KeyError(name)
