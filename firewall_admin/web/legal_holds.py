"""A legal hold as a page: put on a record of any kind, with the reason, or lifted."""

from typing import Any
from uuid import UUID

from ..journeys import report_records as records
from . import access
from .report_steps import Asking, NothingMore, ReasonForm, Shown, asked


def hold_or_lift(kind: type[Any], record: UUID, held: str | None, back: str) -> Shown:
    """`held`: why it is on hold now, if it is; `back`: the record's own page."""
    who, form = (access.ports(), access.current_actor(), kind, record), ReasonForm()
    if held:
        asking = Asking("Lift the legal hold?", "Lift it", "The hold is lifted.", back, texts=(f"It was held: {held}",))
        return asked(NothingMore(), asking, lambda: records.lift(*who))
    asking = Asking("Put it on legal hold?", "Hold it", "It is on hold: nothing of it is destroyed.", back)
    return asked(form, asking, lambda: records.hold(*who, reason=form.reason.data or ""))
