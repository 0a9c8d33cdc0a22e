"""School policies to load servers with: random ones from a seed, and some that were hard to get right.

The names end in `.lab` and other top-level domains that no server treats in a special way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random

from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.domains import parse
from firewall_admin.core.names import Names
from firewall_admin.core.policy import (
    ANSWERS,
    YOUTUBE,
    Answer,
    Assignment,
    Audience,
    NameList,
    Role,
    Rule,
    SchoolPolicy,
)

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
RELEASE = 41
SAFE, SAFER, CALM = "safe.engine.lab", "strict.video.lab", "moderate.video.lab"
HOSTS = {
    SAFE: ("192.0.2.71", "2001:db8:5::71"),
    SAFER: ("192.0.2.72", "2001:db8:5::72"),
    CALM: ("192.0.2.73", "2001:db8:5::73"),
}
STEERING = {
    "safe-search": (("www.engine.lab", SAFE), ("engine.lab", SAFE), ("www.engine.co-lab", SAFE)),
    "youtube-strict": (("www.video.lab", SAFER), ("m.video.lab", SAFER)),
    "youtube-moderate": (("www.video.lab", CALM), ("m.video.lab", CALM)),
}
# Clients of the audiences of `random_policy`, and two outside every network.
SOURCES = (
    "127.10.0.1",
    "127.10.7.7",
    "127.10.200.3",
    "127.20.0.9",
    "127.30.1.1",
    "127.30.1.200",
    "127.44.0.4",
    "127.0.0.1",
)
PUPILS, STAFF, GUESTS, OUTSIDE = "127.10.0.1", "127.20.0.9", "127.30.1.1", "127.44.0.4"
_LABELS = ("a", "b", "c", "ab", "a-b", "_a", "0", "www", "video", "engine", "xn--bcher-kva", "l" * 63)
_TOPS = ("lab", "lab", "co-lab", "schule-lab")


@dataclass(frozen=True)
class Case:
    """A policy with the clients that ask. `names` are asked for besides those around the policy."""

    name: str
    school_policy: SchoolPolicy
    sources: tuple[str, ...]
    names: tuple[str, ...] = ()
    at: datetime = AT

    def __str__(self) -> str:
        return self.name

    def compiled(self) -> Compiled:
        return compile_policy(self.school_policy, self.at, release=RELEASE)


@dataclass
class Lists:
    """Name lists by slug, as a SchoolPolicy wants them."""

    made: dict[str, NameList] = field(default_factory=dict)

    def add(self, slug: str, role: Role, names: Iterable[str]) -> str:
        self.made[slug] = NameList(slug, role, Names.of(map(parse, names)))
        return slug


def school(
    audiences: Sequence[Audience], lists: Lists | None = None, rules: Sequence[Rule] = (), domains: Sequence[str] = ()
) -> SchoolPolicy:
    """A school with the safe-search hosts of this module; every list, and the rules, are given."""
    addresses = {target: HOSTS[target] for target in HOSTS}
    return SchoolPolicy(
        "Laboratory School",
        UTC,
        "UTC",
        tuple(domains),
        tuple(audiences),
        lists.made if lists else {},
        tuple(rules),
        steering=STEERING,
        addresses=addresses,
    )


def random_policy(seed: int, size: int = 60, networks: bool = True) -> Case:
    """A policy of about `size` names a list: four audiences with nested networks, each list in every role."""
    random = Random(seed)
    lists = Lists()
    lists.add("statutory", "locked", _names(random, size // 8))
    lists.add("helplines", "protected", _names(random, size // 8))
    blocked = [lists.add(f"blocked-{n}", "blocked", _names(random, size)) for n in range(3)]
    allowed = [lists.add(f"allowed-{n}", "allowed", _names(random, size // 2)) for n in range(2)]
    audiences = [_audience(random, name, at, blocked + allowed) for name, at in _networks(networks)]
    speakers = [None, *(audience.name for audience in audiences)]
    rules = [
        Rule(random.choice(("allow", "block")), name, random.choice(speakers), reason=f"rule {n}")
        for n, name in enumerate(_names(random, size // 2))
    ]
    case = school(audiences, lists, rules, domains=_names(random, 2))
    return Case(f"random-{seed}", case, SOURCES if networks else (PUPILS,))


def _networks(several: bool) -> list[tuple[str, tuple[str, ...]]]:
    if not several:
        return [("everyone", ("0.0.0.0/0", "::/0"))]
    return [
        ("pupils", ("127.10.0.0/16", "2001:db8:10::/48")),
        ("year-7", ("127.10.7.0/24",)),  # inside the network of pupils
        ("staff", ("127.20.0.0/16", "2001:db8:20::/48")),
        ("guests", ("127.30.0.0/16", "127.10.200.0/24")),
    ]


def _audience(random: Random, name: str, networks: tuple[str, ...], lists: Sequence[str]) -> Audience:
    sinkholes = (("192.0.2.53",), ("2001:db8:53::53",), ("192.0.2.53", "2001:db8:53::53"))
    answer = random.choice(ANSWERS)
    return Audience(
        name,
        networks,
        answer,
        sinkhole=random.choice(sinkholes) if answer == "sinkhole" else (),
        safe_search=random.random() < 0.7,
        youtube=random.choice(YOUTUBE),
        anti_bypass=random.random() < 0.7,
        lists=tuple(Assignment(slug) for slug in lists if random.random() < 0.6),
    )


def _names(random: Random, count: int) -> list[str]:
    """Names that nest and meet often: short ones of few labels, so that some are under others."""
    names: set[str] = set()
    while len(names) < count:
        labels = [random.choice(_LABELS) for _ in range(random.choice((1, 1, 2, 2, 3, 4)))]
        names.add(".".join([*labels[:3], random.choice(_TOPS)]))
    return sorted(names)


def nested() -> Case:
    """Exceptions below blocks below exceptions, names between, and a block far below an open name."""
    lists = Lists()
    lists.add("bad", "blocked", ["bad.lab", "really.bad.ok.bad.lab", "x.y.z.far.lab", "one.two.three.bad.lab"])
    lists.add("good", "allowed", ["ok.bad.lab", "fine.really.bad.ok.bad.lab", "deep.down.under.bad.lab"])
    every = Audience("everyone", ("127.0.0.0/8",), lists=(Assignment("bad"), Assignment("good")))
    rules = [Rule("allow", "a.b.c.d.bad.lab"), Rule("block", "c.d.bad.lab"), Rule("block", "p.q.r.s.open.lab")]
    return Case("nested", school([every], lists, rules), (PUPILS,), ("z.far.lab", "y.z.far.lab", "q.r.s.open.lab"))


def locked_in_protected() -> Case:
    """Every layer says something of the same tree, each a label deeper."""
    lists = Lists()
    lists.add("statutory", "locked", ["locked.rule.safe.listed.lab", "worst.lab"])
    lists.add("helplines", "protected", ["safe.listed.lab", "help.worst.lab", "help.listed.lab"])
    lists.add("bad", "blocked", ["listed.lab"])
    rules = [Rule("block", "rule.safe.listed.lab"), Rule("block", "help.listed.lab"), Rule("allow", "worst.lab")]
    every = Audience("everyone", ("127.0.0.0/8",), "sinkhole", ("192.0.2.53",), lists=(Assignment("bad"),))
    return Case("locked-in-protected", school([every], lists, rules, ["school.listed.lab"]), (PUPILS,))


def long_names() -> Case:
    """Names of the longest labels and of many labels, in other alphabets, and with underscores."""
    label, deep = "l" * 63, ".".join("abcdefghijklmnopqrstuvwxyz" * 3)
    names = [f"{label}.{label}.{label}.lab", f"{deep}.lab", f"{deep}.{deep[:75]}.lab"]
    names += ["Bücher.lab", "_dmarc.under.lab", "школа.lab", "UPPER.lab"]
    lists = Lists()
    lists.add("long", "blocked", names)
    audiences = [
        Audience("pupils", ("127.10.0.0/16",), "null", lists=(Assignment("long"),)),
        Audience("staff", ("127.20.0.0/16",), lists=(Assignment("long"),)),
    ]
    under = (f"{'w' * (252 - len(names[2]))}.{names[2]}",)  # as long as a name can be
    return Case("long-names", school(audiences, lists), (PUPILS, STAFF, OUTSIDE), under)


def steered() -> Case:
    """Safe search and YouTube: blocked hosts stay blocked, names under a steered host are not steered."""
    lists = Lists()
    lists.add("engines", "blocked", ["m.video.lab", "engine.co-lab"])
    rules = [Rule("allow", "www.engine.co-lab", "staff")]
    audiences = [
        Audience("pupils", ("127.10.0.0/16",), "null", (), True, "strict", lists=(Assignment("engines"),)),
        Audience("staff", ("127.20.0.0/16",), "nxdomain", (), True, "moderate", lists=(Assignment("engines"),)),
        Audience("guests", ("127.30.0.0/16",), "nxdomain", (), False, "moderate", anti_bypass=False),
    ]
    return Case("steered", school(audiences, lists, rules), (PUPILS, STAFF, GUESTS, OUTSIDE), ("x.www.engine.lab",))


def hand_picked() -> list[Case]:
    return [nested(), locked_in_protected(), long_names(), steered()]


def with_answer(case: Case, answer: Answer, sinkhole: tuple[str, ...] = ()) -> Case:
    """The same case with one answer style for every audience."""
    changed = tuple(replace(a, answer=answer, sinkhole=sinkhole) for a in case.school_policy.audiences)
    return replace(case, name=f"{case.name}-{answer}", school_policy=replace(case.school_policy, audiences=changed))
