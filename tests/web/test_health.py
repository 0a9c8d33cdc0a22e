"""The service says that it is alive, and every response carries the security headers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from firewall_admin.app import create_app
from firewall_admin.settings import Settings
from firewall_admin.web.access import public


@pytest.fixture
def app() -> Flask:
    return create_app(Settings())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_healthz_says_ok_to_anyone_and_is_never_cached(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.get_json() == {"status": "ok"}
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


def test_healthz_takes_no_post(client: FlaskClient) -> None:
    assert client.post("/healthz").status_code == 405


def _answers(app: Flask) -> dict[str, int]:
    """A path for each kind of answer, with the status it has."""

    @app.get("/broken")
    @public
    def broken() -> str:
        raise RuntimeError("a bug")

    @app.get("/moved")
    @public
    def moved() -> tuple[str, int, dict[str, str]]:
        return "", 302, {"Location": "/healthz"}

    return {"/healthz": 200, "/moved": 302, "/nothing-here": 404, "/broken": 500}


def test_every_kind_of_answer_carries_the_security_headers(app: Flask, client: FlaskClient) -> None:
    for path, status in _answers(app).items():
        response = client.get(path)
        assert response.status_code == status
        policy = response.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response.headers["Cache-Control"] == "no-store"


def test_a_bug_leaks_nothing_of_itself(app: Flask, client: FlaskClient) -> None:
    _answers(app)
    assert b"bug" not in client.get("/broken").data


def test_transport_security_is_asked_for_over_https_only(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    secured = client.get("/healthz", base_url="https://localhost")
    assert secured.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_view_keeps_the_caching_it_chose(app: Flask, client: FlaskClient) -> None:
    @app.get("/cached")
    @public
    def cached() -> tuple[str, dict[str, str]]:
        return "", {"Cache-Control": "max-age=60"}

    assert client.get("/cached").headers["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000"])
def test_this_computer_may_ask_by_any_of_its_names(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "localhost.elsewhere.example", "localhost@elsewhere.example", ""]
)
def test_a_host_that_is_not_ours_gets_a_400_with_the_headers_too(client: FlaskClient, host: str) -> None:
    response = client.get("/healthz", headers={"Host": host})
    assert response.status_code == 400
    assert response.headers["X-Content-Type-Options"] == "nosniff"
