"""Type any address: what happens to it, for whom, and because of what."""

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, render_template, request

from ..core.people import Actor, Permission
from ..journeys import explain as journey
from . import access, refused
from .fields import Form
from .old_lists import old_lists

pages = Blueprint("explain", __name__, url_prefix="/explain")


class AddressForm(Form):
    """An address. It is sent by GET, so that an answer can be linked to: nothing is changed by it."""

    class Meta:
        csrf = False

    address = w.StringField(
        "The site’s address",
        description="Paste it from the browser, or type a name such as bbc.co.uk",
        render_kw={"inputmode": "url", "autocomplete": "off", "autocapitalize": "none", "spellcheck": False},
    )


@pages.get("")
@access.needs(Permission.EVERYONE)
def page() -> tuple[str, int]:
    """The form, and the answer where something was asked."""
    form, answer, actor = AddressForm(request.args), None, access.current_actor()
    if "address" in request.args:
        with refused.on(form):
            answer = journey.explain(access.ports(), actor, address=form.address.data or "")
    sees, reads = actor.may(Permission.SEE_POLICY), actor.may(Permission.SEE_REQUESTS)
    offers = _offers(answer, actor) if answer else {}
    old = old_lists(access.ports(), actor) if answer else ()
    page = render_template("explain/page.html", form=form, answer=answer, sees=sees, reads=reads, old=old, **offers)
    return page, refused.status(form)


def _offers(answer: journey.Explained, actor: Actor) -> dict[str, bool]:
    """What somebody can do about the answer: ask for access where it is blocked for anyone, report it anyway."""
    blocked = any(each.blocked for each in answer.audiences)
    return {"asks": blocked and actor.may(Permission.ASK), "reports": actor.may(Permission.REPORT)}
