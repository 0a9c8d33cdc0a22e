"""A form of weight that was sent after the ten minutes: the page that asks for the password carries the form along.

`@access.proven` sends somebody away to prove it and back, which a page can bear, and what was written on a form can't.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import wtforms as w  # type: ignore[import-untyped]
from flask import render_template, request
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..journeys import sign_in as journey
from . import access, refused
from .fields import Form

PASSWORD = "proving_password"  # noqa: S105 - a field's name
View = Callable[..., Any]


class AgainForm(Form):
    """The proof, under a name that no other form has."""

    proving_password = w.PasswordField("Password", [InputRequired("Enter your password")])


def kept(view: View) -> View:
    """Mark a view that takes a form, under `@needs`: the password must have been given in the last ten minutes, or is
    given now. Nothing that was written is lost."""

    @wraps(view)
    def guarded(*args: Any, **named: Any) -> Any:
        if request.method != "POST" or access.is_proven():
            return view(*args, **named)
        form = AgainForm(formdata=request.form if PASSWORD in request.form else None)
        if PASSWORD in request.form and form.validate() and _proves(form):
            return view(*args, **named)
        ours = (PASSWORD, "csrf_token")
        fields = [(name, value) for name, value in request.form.items(multi=True) if name not in ours]
        return render_template("sign_in/again.html", form=form, fields=fields), refused.status(form)

    return guarded


def _proves(form: AgainForm) -> bool:
    with refused.on(form):
        journey.prove(
            access.ports(),
            access.current_actor(),
            token=access.current_token(),
            address=access.remote_address(),
            password=form.proving_password.data,
        )
    return refused.status(form) == 200
