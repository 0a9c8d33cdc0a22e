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
    "much-replaced": "Some of what people use stops working, and some of what was blocked can be reached.",
    "essential-blocked": "People may not be able to sign in, and computers not to update.",
    "used-names-blocked": "Somebody asked for these sites within the last month, and loses them.",
    "list-shrunk": "The names that the list has lost can be reached, unless something else blocks them.",
    "target-without-audience": "The target keeps the files that it has, and gets no others.",
    "not-comparable": "The release is put in force although nobody can say what it changes.",
    "list-own-domain": "The list is used without these names. What else it says may be as wrong.",
    "list-needed-names": "The list is used without these names. What else it says may be as wrong.",
    "list-list-servers": "The list is used without these names. What else it says may be as wrong.",
    "list-public-suffix": "The list is used without these names. What else it says may be as wrong.",
    "list-popular-sites": "These sites stop working for everybody this list is in force for.",
    "list-used-names": "Somebody asked for these sites within the last month, and loses them.",
    "list-hosting": "Every site that people have there stops working, good and bad alike.",
    "list-rejected-lines": "What these lines were meant to block is not blocked.",
    "list-web-addresses": "The pages that these lines name are not blocked: only whole sites can be.",
    "list-grown": "Sites that people use today may stop working.",
    "list-dwindled": "The names that the list has lost can be reached, unless something else blocks them.",
    "list-unreadable": "Nothing of it is used: the last good text stays.",
    "list-turned-over": "What only the old text blocked can be reached, and sites used today may stop working.",
    "list-opens-names": "The names that came can be reached, whatever other lists say of them.",
    "list-moved": "Whoever keeps that server decides from now on what this list says.",
    "list-vouched-by-another": "Whoever keeps that server now decides from now on what this list says.",
    "list-served-otherwise": "What the server sends now is used as the list, whatever it calls it.",
    "list-not-comparable": "The text is put in force although nobody can say what it changes.",
    "list-empty": "Everything that only this list blocked can be reached.",
    "loss-answer": "Blocked names are answered there in another way than was chosen.",
    "loss-anti-bypass": "Browsers and phones there may go round the filter.",
    "loss-clients": "Devices there may be filtered for other people than those who use them.",
    "loss-exceptions": "Sites that were opened stay blocked there.",
    "loss-limit": "What the device has no room for is left out, or makes it slow.",
    "loss-names": "These names are not blocked there.",
    "loss-networks": "Nobody there is filtered for this audience.",
    "loss-rewrites": "Searching and YouTube are not made safe there.",
    "loss-subdomains": "Sites under the names that are written down can be reached there.",
    "loss-types": "Some browsers there may find a blocked site all the same.",
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
