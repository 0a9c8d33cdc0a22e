"""The steps of a request for access: from where, by whom, to where.

Facts only: whether a decision is in force, seen on the wire or over is read from rules, releases and checks. Two people
at the least stand behind every opening: nobody assesses or decides their own request, and who assessed does not decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .people import Actor, Permission


class State(StrEnum):
    """Where a request stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ASSESSED = "assessed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        return _WORDS[self]

    @property
    def is_open(self) -> bool:
        return self in OPEN


_WORDS = {
    State.SUBMITTED: "With the network manager",
    State.RETURNED: "Waiting for an answer",
    State.ASSESSED: "With the headteacher",
    State.APPROVED: "Allowed",
    State.REFUSED: "Refused",
    State.WITHDRAWN: "Withdrawn",
}
OPEN = frozenset({State.SUBMITTED, State.RETURNED, State.ASSESSED})
DECIDED = frozenset({State.APPROVED, State.REFUSED})


class Whose(StrEnum):
    """Whose request it must be, or must not be."""

    ANYONE = "anyone's"
    OWN = "one's own"
    OTHERS = "somebody else's"
    NOT_ASSESSED = "somebody else's, assessed by somebody else"


@dataclass(frozen=True)
class Step:
    """A step: the states it is open from, those it can lead to, the permissions of which one is enough."""

    name: str
    opens_from: frozenset[State]
    leads_to: frozenset[State]
    permissions: frozenset[Permission]
    whose: Whose


P, S = Permission, State
STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("change", OPEN, frozenset({S.SUBMITTED}), frozenset({P.ASK}), Whose.OWN),
        Step("withdraw", OPEN, frozenset({S.WITHDRAWN}), frozenset({P.ASK}), Whose.OWN),
        Step(
            "return",
            frozenset({S.SUBMITTED, S.ASSESSED}),
            frozenset({S.RETURNED}),
            frozenset({P.ASSESS, P.DECIDE}),
            Whose.OTHERS,
        ),
        Step("answer", frozenset({S.RETURNED}), frozenset({S.SUBMITTED, S.ASSESSED}), frozenset({P.ASK}), Whose.OWN),
        Step("comment", OPEN, OPEN, frozenset({P.SEE_REQUESTS}), Whose.ANYONE),
        Step(
            "assess",
            frozenset({S.SUBMITTED, S.ASSESSED}),
            frozenset({S.ASSESSED}),
            frozenset({P.ASSESS}),
            Whose.OTHERS,
        ),
        Step("decide", frozenset({S.SUBMITTED, S.ASSESSED}), DECIDED, frozenset({P.DECIDE}), Whose.NOT_ASSESSED),
        Step("decide anew", DECIDED, DECIDED, frozenset({P.DECIDE}), Whose.NOT_ASSESSED),
        Step("appeal", frozenset({S.REFUSED}), frozenset({S.REFUSED}), frozenset({P.ASK}), Whose.OWN),
        Step("renew", frozenset({S.APPROVED}), frozenset({S.APPROVED}), frozenset({P.ASK}), Whose.ANYONE),
        Step("end", frozenset({S.APPROVED}), frozenset({S.APPROVED}), frozenset({P.CHANGE_POLICY}), Whose.ANYONE),
    )
}
"""Every step but asking itself. A new request (an appeal, a renewal) leaves the old one where it is."""


@dataclass(frozen=True)
class Facts:
    """What the steps depend on. `assessors`: who gave an assessment that still stands. `unassessed`: it may be decided
    without one (see `goes_unassessed`). `left`: whoever asked has left the school, and will answer nothing."""

    state: State
    asked_by: object
    assessors: frozenset[object] = frozenset()
    unassessed: bool = False
    appealed: bool = False
    left: bool = False


def hindrance(step: Step, actor: Actor, facts: Facts) -> str | None:
    """Why this actor can't take a step, in a sentence; None where they can."""
    own = actor.person_id == facts.asked_by
    if facts.state not in step.opens_from:
        return f"This request is not open to that any more: {facts.state.words.lower()}."
    if not any(map(actor.may, step.permissions)):
        return "Only someone who may " + " or ".join(sorted(p.value for p in step.permissions)) + " can do this."
    if step.whose == Whose.OWN and not own and not _for_who_left(step, actor, facts):
        return "Only whoever asked can do this."
    if step.whose in (Whose.OTHERS, Whose.NOT_ASSESSED) and own:
        return "You asked for this yourself: somebody else has to do it."
    if step.whose == Whose.NOT_ASSESSED and actor.person_id in facts.assessors:
        return "You assessed this: somebody else has to decide it."
    return _order(step, facts)


def _for_who_left(step: Step, actor: Actor, facts: Facts) -> bool:
    """Where nobody is left to answer, a request would wait for ever: who assesses may take it back."""
    return facts.left and step.name == "withdraw" and actor.may(Permission.ASSESS)


def _order(step: Step, facts: Facts) -> str | None:
    if step.name == "decide" and facts.state == State.SUBMITTED and not facts.unassessed:
        return "The network manager has not assessed this yet."
    if step.name == "appeal" and facts.appealed:
        return "You have appealed against this already. The answer to that stands."
    return None


def open_steps(actor: Actor, facts: Facts) -> tuple[str, ...]:
    """The steps this actor can take now, by name: the buttons of a page."""
    return tuple(name for name, step in STEPS.items() if hindrance(step, actor, facts) is None)


def goes_unassessed(asker_assesses: bool, waited: int, needed_within: int | None) -> bool:
    """Whether the headteacher may decide without an assessment; the page and the record say that there was none.

    Where a network manager asks there is often no other to assess; and where the technician comes on Thursdays a
    lesson on Tuesday can't wait. `waited`: school days since it was asked; `needed_within`: school days that are left.
    """
    return asker_assesses or waited >= 2 or (needed_within is not None and needed_within <= 1)


def reference(number: int) -> str:
    return f"AR-{number}"


def decision_reference(number: int) -> str:
    return f"D-{number}"


def decision_number(reference: str | None) -> int | None:
    """The number in a decision's reference; None where the text is none."""
    number = (reference or "").removeprefix("D-")
    return int(number) if number != reference and number.isascii() and number.isdecimal() else None


def roles_of(step: str, permissions: Iterable[tuple[str, frozenset[Permission]]]) -> list[str]:
    """Which roles may take a step, for the table in the handbook and its test."""
    return [role for role, held in permissions if held & STEPS[step].permissions]
