"""A plan and a verdict as pages show them: whom it changes, how many names, which first, what speaks against."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..core.plan import Change, Plan
from ..core.policy import SchoolPolicy, Verdict
from ..core.sentences import sentence

FIRST = 5


@dataclass(frozen=True)
class Names:
    """So many names, and the first few of them."""

    count: int
    first: tuple[str, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.first)


@dataclass(frozen=True)
class AudienceChange:
    """What becomes blocked and what becomes open for one audience."""

    audience: str
    blocked: Names
    opened: Names


@dataclass(frozen=True)
class Warned:
    """An objection: its name, what is wrong, what accepting it means, and some of the names."""

    name: str
    text: str
    accepting: str
    names: Names


@dataclass(frozen=True)
class ShownPlan:
    """What a page needs of a plan. Audiences that nothing changes for come last, by name."""

    audiences: tuple[AudienceChange, ...]
    objections: tuple[Warned, ...] = ()

    @property
    def changes(self) -> int:
        return sum(each.blocked.count + each.opened.count for each in self.audiences)


@dataclass(frozen=True)
class ShownVerdict:
    """What happens to a name for an audience, with the sentence that says because of what."""

    domain: str
    audience: str
    blocked: bool
    sentence: str


ACCEPTING = {
    "one-audience": "Pupils and staff go on being filtered alike.",
    "no-network": "What is decided for this audience reaches no device until a network belongs to it.",
    "locked-names-protected": "The sites named are blocked although they are protected. Lessons or safety need them.",
    "blocked-names-protected": "The list goes on naming sites that it can't block. They stay open.",
    "rule-names-protected": "The rule stays and has no effect on the protected sites. They stay open.",
    "blocks-nothing": "Everybody of this audience can reach every site.",
    "much-opened": "Everything that is no longer named can be reached.",
    "much-blocked": "Sites that people use today may stop working.",
    "public-suffix": "Every site whose name ends so stops working, not only the one that was meant.",
    "audience-gone": "Devices on its networks are no longer filtered.",
}
"""What a person takes on who accepts an objection, by its name."""
SOME_OTHER = "You have looked into it, and answer for it on the record."


def shown_plan(plan: Plan, first: int = FIRST) -> ShownPlan:
    """A plan for a page: every number, and the first names of each."""
    audiences = [
        AudienceChange(audience, _names(changes, True, first), _names(changes, False, first))
        for audience, changes in plan.changes.items()
    ]
    audiences.sort(key=lambda each: (not (each.blocked.count or each.opened.count), each.audience))
    warned = tuple(
        Warned(o.name, _sentence(o.text), ACCEPTING.get(o.name, SOME_OTHER), Names(len(o.names), o.names[:first]))
        for o in plan.objections
    )
    return ShownPlan(tuple(audiences), warned)


def shown_verdict(policy: SchoolPolicy, audience: str, at: datetime, verdict: Verdict) -> ShownVerdict:
    """A verdict for a page, in the words that every other place uses too."""
    return ShownVerdict(verdict.domain, audience, verdict.blocked, sentence(policy, audience, at, verdict))


def _names(changes: Iterable[Change], blocked: bool, first: int) -> Names:
    names = [change.domain for change in changes if change.blocked == blocked]
    return Names(len(names), tuple(names[:first]))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
