"""An edit as a person meets it: its plan first, then saving exactly what was planned.

The plan carries the policy's revision. Saving names it again: where the policy has moved on meanwhile nothing is saved,
because the plan that was read is not what would happen.
"""

from dataclasses import dataclass, replace

from firewall_admin.core.events import sentence
from firewall_admin.core.people import Actor
from firewall_admin.core.plan import Objection
from firewall_admin.core.refusals import Conflict
from firewall_admin.db.change import Change
from firewall_admin.db.tables import School
from firewall_admin.ports import Ports

from . import policy

MOVED = "The policy has changed since this plan was made. Look at the new plan before you save."


@dataclass(frozen=True)
class Planned:
    """What an edit would do, on top of which revision, and what the trail would say of it."""

    preview: policy.Preview
    revision: int
    sentences: tuple[str, ...]


def planned(ports: Ports, actor: Actor, act: policy.Act) -> Planned:
    """The plan of an edit. Nothing stays. Raises whatever Refusal the edit itself raises."""
    revisions, said, objections = [], list[str](), list[Objection]()

    def watched(change: Change) -> None:
        revisions.append(_revision(change))
        act(change)
        said.extend(sentence(type(e).__name__, actor.name, e.fields()) for e in change.events)
        objections.extend(change.objections)

    preview = policy.preview(ports, actor, watched)
    if objections:
        plan = replace(preview.plan, objections=(*objections, *preview.plan.objections))
        preview = replace(preview, plan=plan)
    return Planned(preview, revisions[0], tuple(said))


def save(ports: Ports, actor: Actor, act: policy.Act, revision: int, decision: str | None = None) -> None:
    """Save what was planned on top of a revision. Raises Conflict where the policy is not at that revision."""

    def guarded(change: Change) -> None:
        if _revision(change) != revision:
            raise Conflict(MOVED)
        act(change)

    policy.edit(ports, actor, guarded, decision)


def _revision(change: Change) -> int:
    return change.session.get_one(School, change.actor.school_id).revision
