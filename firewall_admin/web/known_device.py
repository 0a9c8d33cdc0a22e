"""A browser remembers that somebody signed in on it, so that wrong passwords from elsewhere don't pause them there.

A signed cookie that holds no name: the key under which guesses at the account are counted, and a number of this device.
It lets nobody in. Whoever steals it may guess ten times in five minutes, as anybody may.
"""

import secrets
from datetime import datetime, timedelta

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from ..journeys.proving import Known, account_of
from . import access

REMEMBERED = timedelta(days=365)


def read() -> Known | None:
    """What this browser proves of itself; None where it proves nothing."""
    try:
        kept = _signed().loads(request.cookies.get(_name(), ""))
    except BadData:
        return None
    if datetime.fromisoformat(kept["at"]) <= access.ports().clock() - REMEMBERED:
        return None
    return Known(kept["account"], kept["device"])


def remembered(response: Response, email: str) -> Response:
    """The response, by which this browser is one that the account knows. It stays the device that it was."""
    account, known = account_of(email), read()
    device = known.device if known and known.account == account else secrets.token_urlsafe(16)
    value = _signed().dumps({"account": account, "device": device, "at": access.ports().clock().isoformat()})
    response.set_cookie(
        _name(),
        str(value),
        max_age=REMEMBERED,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return response


def _signed() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known device")


def _name() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"
