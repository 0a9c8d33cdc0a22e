"""An edit of the policy on its way: the form, then its plan, then saved.

The page with the plan carries the same fields as the form, and the revision the plan was made on. The server plans
again before it saves: where the policy has moved on it shows the new plan instead. What opens a name can't be saved: it
can be asked of the headteacher, with the plan in place of a site.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ..core.people import Actor
from ..core.refusals import Conflict, NotADomain, OpensNames, Refusal
from ..journeys import planned
from ..journeys.policy import Act, Preview
from . import access, refused, wishes
from .fields import Form
from .plans import FIRST, Names, ShownPlan, shown_plan
from .wishes import Wish

OURS = frozenset({"csrf_token", "revision", "again", "wish", "purpose"})
Make = Callable[[Actor], Act]
Shown = tuple[str, int] | Response


@dataclass(frozen=True)
class Asking:
    """The words around a plan: the page's heading, the button, where it leads, and what is said when it is done.

    `notes` stand above the plan; `left` are things that the edit leaves out, each with the reason. `wish`: the edit as
    it can be asked of the headteacher where it opens names, if it can; `ask_at`: the form to ask by otherwise."""

    heading: str
    done: str
    then: str
    back: str
    save: str = "Save"
    danger: bool = False
    notes: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    wish: Wish | None = None
    ask_at: str | None = None


def plan_or_save(
    form: Form, make: Make, asking: Asking, carry: Mapping[str, str] | None = None, leave: Collection[str] = ()
) -> Shown | None:
    """What answers a form that is filled in well. None: show the form again, with what is wrong on it if anything.

    `carry` goes along with the form's own fields; `leave` names those that need not.
    """
    if "again" in request.form:
        return None
    answer: Shown | None = None
    with refused.on(form):
        try:
            answer = _answer(make(access.current_actor()), asking, carry or {}, leave)
        except NotADomain as refusal:
            raise Refusal(_said(refusal.message), refusal.field or "domain") from None
    return answer


def answered(form: Form, make: Make, asking: Asking, otherwise: Callable[[], Shown]) -> Shown:
    """What answers a form that was sent: its plan, or that it is saved; `otherwise` the form, with what is wrong."""
    answer = plan_or_save(form, make, asking) if form.validate_on_submit() else None
    return answer or otherwise()


def plan_first(make: Make, asking: Asking) -> Shown:
    """The same for an edit that needs no form: asked for, it shows its plan."""
    return _answer(make(access.current_actor()), asking, {}, ())


def _answer(act: Act, asking: Asking, carry: Mapping[str, str], leave: Collection[str]) -> Shown:
    ports, actor, status, moved = access.ports(), access.current_actor(), 200, False
    why = wishes.PurposeForm() if asking.wish else None
    if asking.wish and why and "wish" in request.form:
        if answer := wishes.asked(why, asking.wish):
            return answer
        status = refused.status(why)
    revision = request.form.get("revision", type=int) if request.method == "POST" else None
    if revision is not None and "wish" not in request.form:
        try:
            planned.save(ports, actor, act, revision)
        except (Conflict, OpensNames) as refusal:
            status, moved = 409, isinstance(refusal, Conflict)
        else:
            flash(asking.done)
            return redirect(asking.then, 303)
    seen = planned.planned(ports, actor, act)
    fields = [*_fields(leave), *carry.items()]
    page = render_template(
        "confirming/plan.html",
        asking=asking,
        plan=_shown(seen.preview),
        opened=_opened(seen.preview),
        needs_decision=seen.preview.needs_decision,
        sentences=seen.sentences,
        revision=seen.revision,
        fields=fields,
        moved=moved,
        moved_words=planned.MOVED,
        has_form=bool(fields),
        form=why,
    )
    return page, status


def _fields(leave: Collection[str]) -> Iterable[tuple[str, str]]:
    for name, values in request.form.lists():
        if name not in OURS and name not in leave:
            yield from ((name, value) for value in values)


def _shown(preview: Preview) -> ShownPlan:
    return shown_plan(preview.plan)


def _opened(preview: Preview) -> Names:
    texts = tuple(opening.text for opening in preview.openings)
    return Names(len(texts), texts[: FIRST * 2])


def _said(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith(".") else ".")
