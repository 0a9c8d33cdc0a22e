"""Addresses that a browser hands us to be sent on to: only pages of our own, and only known ones.

Patterns for "somewhere on this site" have been got round again and again; whether a route matches can't be.
"""

from urllib.parse import quote, unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from ..core.people import Permission

LONGEST = 2000  # characters


def known_page(target: str | None) -> str | None:
    """The address, if it is that of a page of ours that needs a sign-in; None for anything else."""
    if not target or len(target) > LONGEST or not target.isascii() or any(ch <= " " or ch in "\\\x7f" for ch in target):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return None
    if not _is_page(unquote(parts.path)):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def onward(target: str | None) -> str:
    """Where somebody who has just signed in goes on to: the page they wanted, or home."""
    return known_page(target) or f"{request.script_root}/"


def nearest_page() -> str | None:
    """Where somebody is to come back to after this request: its own address if that is a page, else the page above.
    What a form held is lost on the way, so a page should ask beforehand."""
    path = request.script_root + request.path
    if request.method in ("GET", "HEAD"):
        query = request.query_string.decode("ascii", "replace")
        return known_page(quote(path) + (f"?{query}" if query else ""))
    while path.count("/") > 1:
        if found := known_page(quote(path)):
            return found
        path = path.rpartition("/")[0]
    return None


def needed_for(path: str) -> frozenset[Permission]:
    """The permissions of which a page of ours needs one; none for what is no page, or is open to all."""
    root = request.script_root
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not path.startswith(f"{root}/"):
        return frozenset()
    try:
        endpoint, _ = adapter.match(path.removeprefix(root), method="GET")
    except HTTPException:
        return frozenset()
    return getattr(current_app.view_functions[endpoint], "needs", None) or frozenset()


def _is_page(path: str) -> bool:
    return bool(needed_for(path))
