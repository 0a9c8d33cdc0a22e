"""A form is taken only from a page of ours: every POST carries a token, and comes from here if its browser says whence.

The referrer is not asked for: our pages send none. For the same reason a browser gives the origin of a form of ours
as `null`, which therefore says nothing; `Sec-Fetch-Site` and the token decide then.
"""

from flask import Flask, abort, request
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def init(app: Flask) -> None:
    """Ask for the token on every POST of an application. `app.extensions["csrf"].exempt` frees what has no session."""
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # as long as the session: a form may stay open all morning
    app.before_request(refuse_strangers)
    CSRFProtect(app)


def refuse_strangers() -> None:
    """400 for whatever changes something and says that it comes from another site (ASVS 5.0, 3.5.1 to 3.5.3)."""
    if request.method in SAFE:
        return
    origin = request.headers.get("Origin", "null")
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        abort(400)
    if origin not in ("null", request.host_url.rstrip("/")):
        abort(400)
