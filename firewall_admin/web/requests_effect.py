"""What a decision would do, in one sentence: the one that stands under the question."""

from ..core.effects import Effect
from ..core.plan import Plan
from ..core.terms import Kind, Terms, listed
from ..journeys.dossiers import Dossier
from .written import counted


def in_a_sentence(seen: Dossier) -> str:
    """The effect of a dossier's terms. What stays blocked in spite of them is said here too: nobody should allow what
    does not help."""
    if seen.problem:
        return f"As things are, this can’t be done: {seen.problem}"
    if seen.terms.kind == Kind.POLICY:
        return "Nothing changes for anyone: the policy stays as it is, and counts as signed from today."
    if seen.plan is not None:
        return _of_plan(seen.plan)
    return _of_names(seen.effect, seen.terms) if seen.effect else ""


def _of_plan(plan: Plan) -> str:
    parts = []
    for audience, changes in sorted(plan.changes.items()):
        opened = sum(not change.blocked for change in changes)
        blocked = len(changes) - opened
        said = [f"opens {counted(opened, 'name')}"] * bool(opened) + [f"blocks {counted(blocked, 'name')}"] * bool(
            blocked
        )
        if said:
            parts.append(f"{' and '.join(said)} for {audience}")
    if not parts:
        return "It changes nothing for anyone at this moment."
    return f"It {'; it '.join(parts)}. It has no end of its own."


def _of_names(effect: Effect, terms: Terms) -> str:
    what = terms.text or listed(terms.names)
    if locked := next((one for one in effect.audiences if one.locked), None):
        return f"It would change nothing: {locked.domain} is on a locked list, which nobody at the school can open."
    if not any(one.blocked for one in effect.audiences):
        return f"It would change nothing today: {what} is open for {listed(terms.audiences)} already."
    under = "everything under it" if len(terms.names) == 1 else "everything under them"
    more = f", {counted(effect.opens_count, 'more blocked name')} among it," if effect.opens_count else ""
    said = f"It opens {what} and {under}{more} for {listed(terms.audiences)}, and closes by itself"
    return f"{said}{_doubt(effect)}."


def _doubt(effect: Effect) -> str:
    missing = dict.fromkeys([*effect.needs, *effect.leads_to])
    stays = dict.fromkeys(name for one in effect.audiences for name, _ in one.stays)
    if missing:
        others = f"{counted(len(missing), 'other name')} of the same service"
        return f"; if something on it does not work, it may be one of {others} that stay blocked"
    return f"; {listed(stays)} stays blocked all the same" if stays else ""
