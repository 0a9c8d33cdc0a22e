"""Whether the process answers: for a load balancer or a service manager, without signing in."""

from flask import Blueprint, Response, jsonify

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> Response:
    """200 with `{"status": "ok"}` from any process that can answer at all."""
    return jsonify(status="ok")
