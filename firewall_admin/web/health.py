"""Whether the process answers: for a load balancer or a service manager, without signing in."""

from flask import Blueprint, Response, jsonify

from .access import public

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def healthz() -> Response:
    """200 with `{"status": "ok"}` from any process that can answer at all."""
    return jsonify(status="ok")
