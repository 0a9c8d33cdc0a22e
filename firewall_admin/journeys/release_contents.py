"""What a release holds: its policy, what it changes, and what speaks against it."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from firewall_admin.adapters.own_code import fingerprint
from firewall_admin.core import exports
from firewall_admin.core.compiled import Compiled, Make, compile_policy
from firewall_admin.core.dangers import Opened
from firewall_admin.core.export import Loss, Target
from firewall_admin.core.many_names import decide_all
from firewall_admin.core.names import Names
from firewall_admin.core.plan import Change, Objection, Tally
from firewall_admin.core.policy import Because, NameList, Policy, Role, SchoolPolicy
from firewall_admin.core.policyfile import Shipped, format_policy, parse_policy
from firewall_admin.core.refusals import BadPolicy
from firewall_admin.core.weighing import Rulesets, differences, weighed
from firewall_admin.db.tables import Release, TargetRow
from firewall_admin.ports import Ports

from . import list_ages, tallies

BY_CAUSE = 20_000  # changed names of an audience that are asked why; more would take longer than all the rest
ANYWHERE = "/etc/firewall_admin"  # where files are said to be on a device of which nobody said it
SINCE, MADE_BY = "since", "made_by"  # in a release's snapshots, beside the lists
NOT_COMPARABLE = "not-comparable"
Changes = Mapping[str, Sequence[Change]]


@dataclass(frozen=True)
class Contents:
    """A release before it has a row. `blocked` and `opened`: names that become so for anyone."""

    compiled: Compiled
    text: str
    snapshots: dict[str, Any]
    changes: dict[str, Any]
    objections: tuple[Objection, ...]
    blocked: int
    opened: int


def weigh(
    ports: Ports,
    policy: SchoolPolicy,
    live: Release | None,
    targets: Sequence[TargetRow],
    number: int,
    at: datetime,
    opened: Iterable[Opened] = (),
    make: Make | None = None,
) -> Contents:
    """Compile an edited policy for an instant, and weigh it against the one that is published.

    Objections compare both policies at that instant; the changes told are what devices will see: from what was
    published then to what will be now.
    """
    before, objections = _comparable(ports, live)
    compiled = _compiled(policy, at, number, live, make)
    known = tallies.known(live, before) if live and before else None
    plan = weighed(before, policy, at, opened, known)
    changes: Changes = plan.changes
    if before and live and live.next_change and live.next_change <= at:
        changes = differences(Rulesets(before, live.at), Rulesets(policy, at))
    lost = (o for target in targets for o in _target_objections(compiled, target))
    found = (*objections, *plan.objections, *lost)
    return _contents(ports, compiled, before, live, changes, found, plan.tallies)


def turned(ports: Ports, live: Release, number: int, at: datetime, make: Make | None = None) -> Contents:
    """What is published, for a later instant: a timetable or a date has moved it. It was weighed when it was edited."""
    policy = list_ages.at_present(ports, live, rebuild(ports, live))
    changes = differences(Rulesets(policy, live.at), Rulesets(policy, at))
    known = tallies.known(live, policy)
    counted = {name: known.tally(policy.policy(name, at)) for name in changes}
    found = {name: tally for name, tally in counted.items() if tally}
    return _contents(ports, _compiled(policy, at, number, live, make), policy, live, changes, (), found)


def keep(ports: Ports, policy: SchoolPolicy) -> dict[str, Any]:
    """Put everything a release is rebuilt from into the store, and say under which hashes."""
    steering = json.dumps({"steering": policy.steering, "addresses": policy.addresses}, sort_keys=True)
    return {
        "lists": {
            slug: {"role": ls.role, "source": ls.source, "sha256": ports.store.put(ls.names)}
            for slug, ls in policy.lists.items()
        },
        list_ages.KEPT: list_ages.kept(policy),
        "steering": ports.store.put_text(steering),
    }


def rebuild(ports: Ports, release: Release, opened: Callable[[str], Names] | None = None) -> SchoolPolicy:
    """The policy of a release, exactly as it was. `opened` gives a snapshot's names: unless it is said, checked ones.
    Raises BadPolicy where the store has lost a part of it."""
    kept, opened = release.snapshots, opened or ports.store.names
    try:
        steered = json.loads(ports.store.text(kept["steering"]))
        lists = {
            slug: NameList(slug, ls["role"], opened(ls["sha256"]), ls["source"]) for slug, ls in kept["lists"].items()
        }
    except OSError:
        raise BadPolicy(f"the store has lost a part of release {release.number}") from None
    shipped = Shipped(
        {slug: listed for slug, listed in lists.items() if not listed.source},
        {setting: tuple(map(tuple, pairs)) for setting, pairs in steered["steering"].items()},
        {target: tuple(found) for target, found in steered["addresses"].items()},
    )

    def read(slug: str, role: Role, source: str) -> NameList:
        return lists[slug]

    return list_ages.as_kept(parse_policy(release.policy, f"release {release.number}", shipped, read), kept)


def since_of(release: Release) -> dict[str, datetime]:
    """By a file's content, since when the files of a release have been what they are."""
    return {content: datetime.fromisoformat(at) for content, at in release.snapshots.get(SINCE, {}).items()}


def _compiled(policy: SchoolPolicy, at: datetime, number: int, live: Release | None, make: Make | None) -> Compiled:
    """What the release in force has, and the same code made, stays as it is."""
    since = since_of(live) if live and made_alike(live) else None
    return compile_policy(policy, at, release=number, since=since, make=make)


def made_alike(release: Release) -> bool:
    """Whether a release's files were written by this very code."""
    return release.snapshots.get(MADE_BY) == fingerprint()


def for_target(compiled: Compiled, target: TargetRow) -> Compiled:
    """The part of a compiled policy that a target is for; nothing of it is compiled again."""
    mine = tuple(one for one in compiled.audiences if one.name in target.audiences)
    names = tuple(one.name for one in mine)
    until = compiled.school_policy.next_change(compiled.at, names) if names else None
    return replace(compiled, audiences=mine, next_change=until)


def place_of(target: TargetRow) -> Target:
    """Where a target's files will be, for the references inside them."""
    return Target(target.base or target.folder or ANYWHERE, target.device)


def losses_of(compiled: Compiled, target: TargetRow) -> list[Loss]:
    """What a target can't say of a compiled policy."""
    return list(exports.load(target.format).losses(for_target(compiled, target), place_of(target)))


def loss_key(loss: Loss) -> str:
    """By what an accepted loss is known again: kind and audience. How many names it takes may change every day."""
    return f"{loss.what} {loss.audience or ''}".strip()


def cause(because: Because, before: Because | None = None) -> str:
    """Why a name is what it is, in a few words; where nothing speaks of it any more, what did before."""
    if because.kind == "default":
        return f"no longer {cause(before)}" if before and before.kind != "default" else "nothing speaks of it"
    return f"rule for {because.name}" if because.kind == "rule" else f"list {because.source}"


def _comparable(ports: Ports, live: Release | None) -> tuple[SchoolPolicy | None, list[Objection]]:
    """The published policy. Where it is lost, a person has to say that the next one may do without a comparison."""
    if live is None:
        return None, []
    try:
        return rebuild(ports, live), []
    except BadPolicy as lost:
        text = f"nobody can say what this changes: {lost.message}"
        return None, [Objection(NOT_COMPARABLE, text)]


def _target_objections(compiled: Compiled, target: TargetRow) -> Iterator[Objection]:
    """What a target can't say holds a release until somebody has accepted it, with the target or with a release."""
    known = {one.name for one in compiled.audiences}
    if known.isdisjoint(target.audiences):
        text = f"'{target.name}' is for {' and '.join(target.audiences)}, whom nobody knows any more: remove it"
        yield Objection("target-without-audience", f"{text}, or it keeps what it has", None, (target.name,))
        return
    for loss in losses_of(compiled, target):
        if loss_key(loss) not in target.accepted_losses:
            names = f" ({loss.names:,} names)" if loss.names else ""
            text = f"'{target.name}' {loss.text}{names}"
            yield Objection(f"loss-{loss.what}", text, loss.audience, (target.name,))


def _contents(
    ports: Ports,
    compiled: Compiled,
    before: SchoolPolicy | None,
    live: Release | None,
    changes: Changes,
    objections: tuple[Objection, ...],
    counted: Mapping[str, Tally],
) -> Contents:
    policy = compiled.school_policy
    told = {}
    for name, found in changes.items():
        was = before.policy(name, live.at) if before and live and name in _names(before) else None
        told[name] = _told(ports, was, policy.policy(name, compiled.at), found)
    blocked, opened = ({c.domain for found in changes.values() for c in found if c.blocked == b} for b in (True, False))
    return Contents(
        compiled,
        format_policy(policy),
        {**keep(ports, policy), tallies.KEPT: tallies.kept(counted), MADE_BY: fingerprint()},
        told,
        objections,
        len(blocked),
        len(opened - blocked),
    )


def _names(policy: SchoolPolicy) -> set[str]:
    return {audience.name for audience in policy.audiences}


def _told(ports: Ports, before: Policy | None, after: Policy, changes: Sequence[Change]) -> dict[str, Any]:
    """Counts, how many by cause, and under `listing` where every name is kept: `+` blocked and `-` opened, a line
    each."""
    asked = [change.domain for change in changes[:BY_CAUSE]]
    return {
        "blocked": sum(change.blocked for change in changes),
        "opened": sum(not change.blocked for change in changes),
        "listing": ports.store.put_text("".join(f"{'+' if c.blocked else '-'}{c.domain}\n" for c in changes)),
        "causes": dict(_causes(before, after, asked).most_common()),
        "asked": len(asked),
    }


def _causes(before: Policy | None, after: Policy, domains: Sequence[str]) -> Counter[str]:
    """How many of the names are what they are by each cause."""
    was = [verdict.because for verdict in decide_all(before, domains)] if before else [None] * len(domains)
    now = (verdict.because for verdict in decide_all(after, domains))
    return Counter(cause(because, its) for because, its in zip(now, was, strict=True))
