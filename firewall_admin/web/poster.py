"""How people come to the form where no block page can be shown: a poster with a QR code, and a bookmark."""

from urllib.parse import urlsplit

import segno
from flask import Blueprint, current_app, render_template, request, url_for
from markupsafe import Markup

from ..core.people import Permission
from . import access

pages = Blueprint("poster", __name__)


@pages.get("/poster")
@access.needs(Permission.EVERYONE)
def page() -> str:
    """One sheet of A4 for the staff room."""
    address = ask_address()
    return render_template("poster/page.html", address=address, short=_short(address), code=code(address))


@pages.get("/bookmark")
@access.needs(Permission.EVERYONE)
def bookmark() -> str:
    """A link to keep, and how on each kind of device."""
    address = ask_address()
    return render_template("poster/bookmark.html", address=address, short=_short(address))


def ask_address() -> str:
    """The whole address of the form, as people reach it from elsewhere."""
    known = (current_app.config.get("ADDRESS") or request.host_url).rstrip("/")
    return known + url_for("asking.page").removeprefix(request.script_root if current_app.config.get("ADDRESS") else "")


def code(address: str) -> Markup:
    """A QR code as SVG (ISO/IEC 18004, error correction M: a corner may be torn off). Drawn for the eye only."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=4, svgclass="poster__code")
    drawn = drawn.replace("/>", "></path>").replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return Markup(drawn)  # noqa: S704  (drawn of modules, not of text)


def _short(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}"
