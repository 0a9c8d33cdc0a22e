"""A refusal shown where the person can mend it: on the form that they sent."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..core.refusals import NotAllowed, NotFound, Refusal
from .errors import status_of
from .fields import Form

ELSEWHERE = (NotFound, NotAllowed)
"""Nothing on a form mends these: they get a page of their own."""


@contextmanager
def on(form: Form) -> Iterator[None]:
    """Put a refusal that is raised inside on the form. What follows the block shows the form again."""
    try:
        yield
    except ELSEWHERE:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        form.status = status_of(refusal)


def status(form: Form) -> int:
    """The status of a page with this form: 200 where nothing is wrong with it."""
    return int(getattr(form, "status", 400)) if form.errors or form.form_errors else 200
