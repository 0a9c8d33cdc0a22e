"""What speaks against taking a list's new text in the place of the old: each danger with a name and its numbers.

A published list is somebody else's. Its server may be sold, its file cut off, its maker tired; lists that suddenly
blocked google.com or half a sign-in service have broken whole networks. So a new text is compared with the one in force
before anything of it is used. A finding *holds* it for a person, or *refuses* it; either way the old text stays.

The limits are safety margins: crossed by a broken source, not by a day's edits.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .domains import from_order, lineage, order
from .list_moves import Moves, moves
from .listfile import CountedList
from .names import Names
from .popular_sites import POPULAR
from .suffixes import hosting

Grade = Literal["hold", "refuse"]
LEAST, FEW = 500, 20  # names: a longer list is measured in percent; of a shorter one only half may go
SHRINK = (0.10, 0.50)
GROWTH, GREW_LEAST, TIMES = 0.50, 5_000, 10
REJECTED = (0.02, 0.20)
TURNOVER = (0.20, 0.60)
DWINDLED = 0.30  # within a month
SUFFIXES, SITES = 5, 3  # so many hold; more refuse
OPENING = ("allowed", "protected")
SHOWN = 5  # names in a sentence
CROWD = 1 << 20  # bytes of names under one: more are not left out one by one


@dataclass(frozen=True)
class Finding:
    """A danger: its name, the sentence a person reads, whether it holds or refuses, and the names it is about.

    `share`: a standing one is of the list as it is published, not of this step: accepted once, it is asked about again
    only with other names or a greater share. `opens`: taking the text would open names.
    """

    name: str
    text: str
    grade: Grade = "hold"
    names: tuple[str, ...] = ()
    share: float | None = None
    opens: bool = False

    @property
    def stands(self) -> bool:
        return self.share is not None


@dataclass(frozen=True)
class Beside:
    """What a list's names are held against. `needed`: names that have to work, each with the names it leads to by
    CNAME; `whole`: those of them that have to work with all under them; `used`: names people opened lately; `hosts`:
    the servers that lists come from."""

    role: str = "blocked"
    own: tuple[str, ...] = ()
    needed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    whole: Collection[str] = ()
    used: Collection[str] = ()
    hosts: Collection[str] = ()
    popular: Collection[str] = POPULAR


@dataclass(frozen=True)
class Looked:
    """A text that was looked at: its names without those that are never taken, how many came and went, and findings."""

    names: Names
    dropped: tuple[str, ...] = ()
    added: int = 0
    removed: int = 0
    findings: tuple[Finding, ...] = ()


def look(old: Names | None, found: CountedList, beside: Beside, *, drops: bool = True) -> Looked:
    """Hold what a text says against what is in force (None: nothing yet) and against what the school lives on.

    `drops`: names that would cut the school off (its own, those it signs in with, those lists come from) are taken
    out. A person who hands in a text is only told of them: that list is theirs."""
    findings: list[Finding] = []
    names, dropped = found.names, tuple[str, ...]()
    if beside.role not in OPENING:
        crowds = list(_crowds(names, beside))
        cutting = crowds or list(_cutting(names, beside))
        if drops and not crowds:
            dropped = tuple(sorted({name for finding in cutting for name in finding.names}))
            names = without(names, dropped)
        findings += cutting
    came = _moves(old, names, beside)
    if beside.role not in OPENING:
        findings += _popular(_newly(old, came, beside.popular))
        findings += _used(_newly(old, came, sorted(beside.used)))
    findings += _suffixes(found)
    findings += _hosting(came)
    findings += _rejected(found)
    if old is not None:
        findings += _sizes(len(names) - came.came + came.gone, len(names), came, beside.role)
    if not len(names):
        findings = [Finding("empty", "there is no name in it", "refuse")]
    return Looked(names, dropped, came.came, came.gone, tuple(findings))


def dwindled(most: int, now: int, found: Collection[Finding], role: str) -> Iterator[Finding]:
    """Fewer names than within the last month, taken away so few at a time that no single step was held."""
    lost = 1 - now / most if most else 0.0
    if role not in OPENING and most >= LEAST and lost > DWINDLED and "shrunk" not in {one.name for one in found}:
        text = f"it has {_names(now)}, and within the last 30 days had {most:,}: {lost:.0%} fewer, little by little"
        yield Finding("dwindled", text, opens=True)


def asked(findings: Collection[Finding], accepted: Mapping[str, Mapping[str, object]]) -> tuple[Finding, ...]:
    """Those that nobody has accepted yet. `accepted`: what was, by name, as `accepting` gives it."""
    return tuple(one for one in findings if one.grade == "refuse" or not _known(one, accepted.get(one.name)))


def accepting(findings: Collection[Finding]) -> dict[str, dict[str, object]]:
    """What is remembered of findings that were accepted: only of those that stand."""
    return {one.name: {"names": list(one.names), "share": one.share} for one in findings if one.stands}


def without(names: Names, dropped: Collection[str]) -> Names:
    """The names less these; what stands under them stays."""
    if not dropped:
        return names
    parts, start = [], ""
    for key in sorted(map(order, dropped)):
        parts.append(names.between(start, key))
        start = key + "\t"  # between a line and the lines under it
    return Names(b"".join([*parts, names.between(start)]))


def _crowds(names: Names, beside: Beside) -> Iterator[Finding]:
    """A list may be made of nothing but names under one that has to work, by the million."""
    for name, tops in (("own-domain", beside.own), ("needed-names", beside.whole)):
        if top := next((each for each in tops if names.weight(each) > CROWD), None):
            first = tuple(map(from_order, names.following(order(top), SHOWN)))
            yield Finding(name, f"it names many thousands under {top}, such as {_some(first)}", "refuse", first)


def _cutting(names: Names, beside: Beside) -> Iterator[Finding]:
    own = {hit for name in beside.own for hit in _covering(names, name)}
    own |= {name for top in beside.own for name in _below(names, top)}
    if own:
        yield _dropping("own-domain", own, "the school's own", SUFFIXES)
    by_chain = {hit: name for name, chain in beside.needed.items() for led in chain for hit in _covering(names, led)}
    hits = {hit for name in beside.needed for hit in _covering(names, name)} | by_chain.keys()
    hits |= {hit for name in beside.whole for hit in _below(names, name)}
    if hits := hits - own:
        more = [f"{name} leads to {hit}" for hit, name in sorted(by_chain.items()) if hit in hits][:SHOWN]
        why = "needed for signing in, lessons or help" + (f" ({'; '.join(more)})" if more else "")
        yield _dropping("needed-names", hits, why)
    if hosts := {hit for host in beside.hosts for hit in _covering(names, host)} - own - hits:
        yield _dropping("list-servers", hosts, "servers that lists are fetched from")


def _dropping(name: str, hits: Collection[str], what: str, most: int | None = None) -> Finding:
    grade: Grade = "refuse" if most is not None and len(hits) > most else "hold"
    text = f"it names {_some(hits)}: {what}; {'they are' if len(hits) > 1 else 'it is'} left out"
    return Finding(name, text, grade, tuple(sorted(hits)), share=0.0)


def _moves(old: Names | None, names: Names, beside: Beside) -> Moves:
    """What came and went, asked about every name that a finding may be about because it came."""
    sites = () if beside.role in OPENING else (*beside.popular, *beside.used)
    asked = hosting().union(name for site in sites for name in lineage(site))
    if old is None:
        return Moves(len(names), 0, _keys(name for name in asked if name in names))
    return moves(old, names, _keys(asked))


def _popular(hits: tuple[str, ...]) -> Iterator[Finding]:
    if hits:
        grade: Grade = "refuse" if len(hits) > SITES else "hold"
        more = f"; more than {SITES} is a mistake" if len(hits) > SITES else ""
        yield Finding("popular-sites", f"it would block {_some(hits)}, which schools live on{more}", grade, hits)


def _used(hits: tuple[str, ...]) -> Iterator[Finding]:
    if hits:
        yield Finding("used-names", f"it names {_some(hits)}: opened at this school in the last 30 days", names=hits)


def _suffixes(found: CountedList) -> Iterator[Finding]:
    if texts := found.suffixes:
        grade: Grade = "refuse" if len(texts) > SUFFIXES else "hold"
        text = f"it names {_some(texts)}, under which every site stands; that is left out"
        yield Finding("public-suffix", text, grade, texts, share=0.0)


def _hosting(came: Moves) -> Iterator[Finding]:
    if hits := tuple(sorted(hosting().intersection(from_order(key.decode("ascii")) for key in came.asked))):
        yield Finding("hosting", f"it names {_some(hits)} whole, where many people have sites of their own", names=hits)


def _rejected(found: CountedList) -> Iterator[Finding]:
    rejected, taken = found.rejected_lines, len(found.names) + found.exceptions
    share = rejected / (rejected + taken) if rejected else 0.0
    if share <= REJECTED[0]:
        return
    grade: Grade = "refuse" if share > REJECTED[1] else "hold"
    first = found.rejected[0]
    what = f"{rejected:,} of its {rejected + taken:,} lines ({share:.1%}) name no domain"
    if found.web_addresses > rejected / 2:
        text = f"{what}: it is a list of web addresses, and to cut them down to their sites would block whole sites"
        yield Finding("web-addresses", text, grade, share=share)
    else:
        yield Finding("rejected-lines", f"{what}, the first in line {first.line}: {first.reason}", grade, share=share)


def _sizes(old: int, new: int, came: Moves, role: str) -> Iterator[Finding]:
    opening, added, removed = role in OPENING, came.came, came.gone
    if opening and added:
        yield Finding("opens-names", f"{_names(added)} more would be open", opens=True)
    lost, gained = 1 - new / old if old else 0, new - old
    numbers = f"{_names(new)} in place of {old:,}"
    if (lost > SHRINK[0] and old >= LEAST) or (lost > SHRINK[1] and old >= FEW):
        refused = lost > SHRINK[1] and old >= LEAST
        yield Finding("shrunk", f"it has {numbers}, {lost:.0%} fewer", _grade(refused), opens=not opening)
    elif old and gained >= GREW_LEAST and new > old * (1 + GROWTH):
        yield Finding("grown", f"it has {numbers}, {new / old:.1f} times as many", _grade(new > old * TIMES))
    turned = (added + removed) / old if old else 0
    if old >= LEAST and turned > TURNOVER[0] and min(added, removed) > old * TURNOVER[0] / 4:
        text = f"{added:,} names came and {removed:,} went, of {old:,}: that is another list"
        yield Finding("turned-over", text, _grade(turned > TURNOVER[1]), opens=True)


def _grade(refused: bool) -> Grade:
    return "refuse" if refused else "hold"


def _covering(names: Names, domain: str) -> list[str]:
    return [name for name in lineage(domain) if name in names]


def _below(names: Names, top: str) -> list[str]:
    keys = names.under(top).decode("ascii").splitlines()
    return list(map(from_order, keys))


def _newly(old: Names | None, came: Moves, sites: Collection[str]) -> tuple[str, ...]:
    """The sites that are covered now and were not: a name that covers them came, and there was none before."""
    covered = (site for site in sites if not came.asked.isdisjoint(_keys(lineage(site))))
    return tuple(site for site in covered if old is None or old.closest(site) is None)


def _keys(names: Iterable[str]) -> frozenset[bytes]:
    return frozenset(order(name).encode("ascii") for name in names)


def _known(one: Finding, before: Mapping[str, object] | None) -> bool:
    if before is None or not one.stands:
        return False
    names, share = before.get("names"), before.get("share")
    listed = isinstance(names, list) and set(one.names) <= set(names)
    return listed and isinstance(share, float | int) and (one.share or 0) <= share + REJECTED[0]


def _some(names: Collection[str]) -> str:
    first = sorted(names)[:SHOWN]
    rest = len(names) - len(first)
    return ", ".join(first) + (f" and {rest:,} more" if rest else "")


def _names(count: int) -> str:
    return f"{count:,} name" if count == 1 else f"{count:,} names"
