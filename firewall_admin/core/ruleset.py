"""The policy compiled: the shortest sequence of names in label order from which *the closest name wins* gives every
verdict.

Every list and rule is a sorted text of keys (`core.names`). Their lines are marked with what they say, merged, and
swept once: a stack holds the state of the names above, and a name is written down only where what happens to it
differs from what happens above it. The texts are cut into runs of label order, so that memory stays small whatever
the lists hold, a run can be swept anywhere, and a change of one name costs one run.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby

from .domains import from_order, lineage, order
from .names import Names
from .policy import ANTI_BYPASS, Policy, Rule, decide, weight


class Action(IntEnum):
    """What happens to a name and everything under it. DENY is a block answered NXDOMAIN whatever the audience's
    answer; SILENT, in one layer of a stack, leaves it to the layers after."""

    OPEN = 0
    BLOCK = 1
    DENY = 2
    SILENT = 3


@dataclass(frozen=True)
class Segment:
    """Names that stand together in a ruleset and share an action: plain domains, one a line."""

    action: Action
    text: str
    lines: int | None = field(default=None, compare=False, repr=False)  # where somebody has counted them already

    def __iter__(self) -> Iterator[str]:
        return iter(self.text.splitlines())

    def __len__(self) -> int:
        return self.text.count("\n") if self.lines is None else self.lines

    @property
    def last(self) -> str:
        """The last name: of a segment's names only that one can hold any of the next."""
        return self.text[self.text.rfind("\n", 0, -1) + 1 : -1]


@dataclass(frozen=True)
class Layer:
    """One tier of the stack that formats with an order can carry as it is: the first layer that speaks decides."""

    name: str
    segments: Callable[[], Iterable[Segment]]
    is_empty: Callable[[], bool]


# The state of a name: bits for anti-bypass, locked and protected, then what its closest rule and closest list say.
_DENIED, _LOCKED, _PROTECTED, _RULE_OPENS, _RULE_BLOCKS, _LIST_OPENS, _LIST_BLOCKS = (1 << bit for bit in range(7))
_RULES, _LISTS = _RULE_OPENS | _RULE_BLOCKS, _LIST_OPENS | _LIST_BLOCKS
# A mark is one letter behind a key. Where several stand at one name the last in the alphabet wins: allowed (`o`)
# over blocked (`b`).
_MARKS = {
    "D": (0, _DENIED),
    "L": (0, _LOCKED),
    "P": (0, _PROTECTED),
    "R": (_RULES, _RULE_OPENS),
    "S": (_RULES, _RULE_BLOCKS),
    "b": (_LISTS, _LIST_BLOCKS),
    "o": (_LISTS, _LIST_OPENS),
}
_STEP = {mark: [(state & ~clear) | put for state in range(128)] for mark, (clear, put) in _MARKS.items()}

Source = tuple[Names, str]
Actions = Sequence[Action]
_RUN = 1 << 20  # bytes of each list in a run
LINES = 50_000  # of a segment at most: formats write a segment at a time
FEW = 5_000


def ruleset(policy: Policy) -> Iterator[tuple[str, bool]]:
    """`(domain, blocked)` in label order, only where the verdict differs from the nearest named ancestor's."""
    for segment in _segments(sources_of(policy), _VERDICTS):
        yield from ((name, segment.action != Action.OPEN) for name in segment)


def segments(policy: Policy) -> Iterator[Segment]:
    """The same for exports: in label order, neighbours of one action together. Anti-bypass names are told apart, but
    where blocked names are answered NXDOMAIN anyway: a name denied is a name blocked then, and the ruleset shorter."""
    return _segments(sources_of(policy), _VERDICTS if policy.audience.answer == "nxdomain" else _FLAT)


def layers(policy: Policy) -> list[Layer]:
    """The policy as a stack: anti-bypass, locked, protected, rules, lists. A layer may hold nothing."""
    sources = sources_of(policy)

    def layer(name: str, marks: str, actions: Actions) -> Layer:
        own = [source for source in sources if source[1] in marks]
        return Layer(
            name,
            lambda: _segments(own, actions),
            lambda: next(_entries(own, actions), None) is None,
        )

    return [layer(*each) for each in _LAYERS]


def differ(one: Policy, other: Policy) -> bool:
    """Whether two states of one policy give different rulesets. Only what is in force in one of them is looked at; a
    list of more than FEW names is taken to make a difference, as it all but always does."""
    toggled = {(r.domain, r.action, r.audience) for r in one.rules} ^ {
        (r.domain, r.action, r.audience) for r in other.rules
    }
    for domain in {domain for domain, _, _ in toggled}:
        if list(_subtree(one, domain)) != list(_subtree(other, domain)):
            return True
    before, after = ({listed.slug: listed for listed in policy.lists} for policy in (one, other))
    for slug in before.keys() ^ after.keys():
        names = (before.get(slug) or after[slug]).names
        if len(names) > FEW or any(decide(one, name).blocked != decide(other, name).blocked for name in names):
            return True
    return False


def _subtree(policy: Policy, domain: str) -> Iterator[tuple[str, bool]]:
    sources = sources_of(policy)
    lines = sorted(line for names, mark in sources for line in _marked(names.under(domain), mark))
    for key, action in _sweep(lines, _above(sources, order(domain)), _VERDICTS):
        yield from_order(key), action != Action.OPEN


def sources_of(policy: Policy) -> list[Source]:
    """Every set of names that bears on the policy, with its mark."""
    found: list[Source] = [(ls.names, "D" if ls is ANTI_BYPASS else "L") for ls in policy.locked]
    found += [(ls.names, "P") for ls in policy.protected]
    found += [(names, mark) for mark, names in _rule_names(policy.rules).items()]
    found += [(ls.names, "b" if ls.role == "blocked" else "o") for ls in policy.lists]
    return [(names, mark) for names, mark in found if len(names.text)]


def _rule_names(rules: Iterable[Rule]) -> dict[str, Names]:
    """The names of rules by mark, one rule a name: the heaviest."""
    winners: dict[str, Rule] = {}
    for rule in rules:
        if rule.domain not in winners or weight(rule) > weight(winners[rule.domain]):
            winners[rule.domain] = rule
    return {
        mark: Names.of(name for name, rule in winners.items() if rule.action == action)
        for mark, action in (("R", "allow"), ("S", "block"))
    }


def _flat_action(state: int) -> Action:
    if state & _DENIED:
        return Action.DENY
    if state & _LOCKED:
        return Action.BLOCK
    if state & _PROTECTED:
        return Action.OPEN
    return Action.BLOCK if state & (_RULE_BLOCKS if state & _RULES else _LIST_BLOCKS) else Action.OPEN


_FLAT = [_flat_action(state) for state in range(128)]
_VERDICTS = [Action.BLOCK if action == Action.DENY else action for action in _FLAT]


def _layer_actions(spoken: dict[int, Action], silent: Action = Action.SILENT) -> Actions:
    return [next((action for bit, action in spoken.items() if state & bit), silent) for state in range(128)]


_LAYERS = (  # name, marks of its sources, and what it says
    ("anti-bypass", "D", _layer_actions({_DENIED: Action.DENY})),
    ("locked", "L", _layer_actions({_LOCKED: Action.BLOCK})),
    ("protected", "P", _layer_actions({_PROTECTED: Action.OPEN})),
    ("rules", "RS", _layer_actions({_RULE_BLOCKS: Action.BLOCK, _RULE_OPENS: Action.OPEN})),
    ("lists", "bo", _layer_actions({_LIST_BLOCKS: Action.BLOCK}, silent=Action.OPEN)),
)


def _segments(sources: list[Source], actions: Actions) -> Iterator[Segment]:
    for action, entries in groupby(_entries(sources, actions), key=lambda entry: entry[1]):
        for text in _texts(entries):
            yield Segment(action, text)


def _entries(sources: list[Source], actions: Actions) -> Iterator[tuple[str, Action]]:
    for run in _runs(sources):
        yield from _sweep_run(sources, run, actions)


def _texts(entries: Iterable[tuple[str, Action]]) -> Iterator[str]:
    """Domains one a line, in texts of a bounded size."""
    lines: list[str] = []
    for key, _ in entries:
        lines.append(".".join(key.split(" ")[::-1]))
        if len(lines) == LINES:
            yield "\n".join(lines) + "\n"
            lines = []
    if lines:
        yield "\n".join(lines) + "\n"


def _runs(sources: list[Source]) -> Iterator[tuple[str, str | None]]:
    """Stretches of label order, each holding about a megabyte of every list at most."""
    cuts = sorted({key for names, _ in sources for key in names.orders_every(_RUN)})
    return zip(["", *cuts], [*cuts, None], strict=True)


def _sweep_run(sources: list[Source], run: tuple[str, str | None], actions: Actions) -> Iterator[tuple[str, Action]]:
    lines: list[str] = []
    for names, mark in sources:
        lines += _marked(names.between(*run), mark)
    lines.sort()  # merges presorted runs: close to linear
    return _sweep(lines, _above(sources, run[0]), actions)


def _marked(text: bytes, mark: str) -> list[str]:
    """Lines of keys with a tab and the mark behind each; a tab sorts below the space between labels."""
    return text.replace(b"\n", b"\t" + mark.encode() + b"\n").decode("ascii").splitlines()


def _above(sources: list[Source], key: str) -> list[tuple[str, int]]:
    """The stack of states above a key: its ancestors that some source names, the topmost first."""
    stack = [("", 0)]
    for name in reversed(lineage(from_order(key))[1:]):
        state = stack[-1][1]
        for mark in sorted(mark for names, mark in sources if name in names):
            state = _STEP[mark][state]
        stack.append((order(name) + " ", state))
    return stack


def _sweep(lines: Iterable[str], above: list[tuple[str, int]], actions: Actions) -> Iterator[tuple[str, Action]]:
    """The one pass: from marked lines in order to the keys whose action is not that of the name above."""
    stack = list(above)
    top, outer = stack[-1]
    key, state = "", outer
    for line in lines:
        here = line[:-2]
        if here != key:
            if state != outer:
                if actions[state] != actions[outer]:
                    yield key, actions[state]
                top, outer = key + " ", state
                stack.append((top, outer))
            while not here.startswith(top):
                stack.pop()
                top, outer = stack[-1]
            key, state = here, outer
        state = _STEP[line[-1]][state]
    if state != outer and actions[state] != actions[outer]:
        yield key, actions[state]
