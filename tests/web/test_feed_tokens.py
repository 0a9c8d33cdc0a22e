"""A feed's token opens its own target, and a wrong one opens nothing, hints at nothing and is not logged."""

import io
import json
import logging

import pytest

from firewall_admin.adapters import log_lines
from firewall_admin.core import tokens
from tests.journeys.release_world import add_target, feed, publish, row

from .feeding import basic, bearer, client, fed, world

__all__ = ["client", "fed", "world"]


def test_every_wrong_token_gets_the_same_answer_without_a_hint(client, world, fed):
    target, token = fed
    other = tokens.make(b"another token of 32 random bytes.")
    answers = [
        client.get("/feeds/pupils.txt"),
        client.get("/feeds/pupils.txt", headers={"Authorization": "nonsense"}),
        client.get("/feeds/pupils.txt", headers=bearer("")),
        client.get("/feeds/pupils.txt", headers=bearer(token[:-1])),
        client.get("/feeds/pupils.txt", headers=bearer(other)),
        client.get("/feeds/nosuch.txt", headers=basic("x", other)),
        client.get(f"/feeds/with/{other}/nosuch.txt"),
        client.get("/feeds/with/ü%ff/pupils.txt"),
    ]
    for answer in answers:
        assert (answer.status_code, answer.text) == (401, "This feed opens with its token only.\n")
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="feed"'
    assert row(world, target).fetched_at is None


def test_an_address_with_ten_wrong_tokens_in_a_minute_is_turned_away_and_right_ones_still_served(client, world, fed):
    _, token = fed
    for _ in range(10):
        assert client.get("/feeds/pupils.txt", headers=bearer("wrong")).status_code == 401
    refused = client.get("/feeds/pupils.txt", headers=bearer("wrong"))
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert client.get("/feeds/pupils.txt", headers=bearer(token)).status_code == 200
    other = client.get("/feeds/pupils.txt", headers=bearer("wrong"), environ_overrides={"REMOTE_ADDR": "192.0.2.9"})
    assert other.status_code == 401
    world.clock.pass_by(seconds=60)
    assert client.get("/feeds/pupils.txt", headers=bearer("wrong")).status_code == 401


def test_one_customer_of_ipv6_counts_as_one(client, world):
    statuses = [
        client.get("/feeds/x", environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2::{n:x}"}).status_code for n in range(11)
    ]
    assert statuses == [401] * 10 + [429]


@pytest.mark.parametrize(
    "asked",
    ["nosuch.txt", "manifest.json", "../manifest.json", "..%2f..%2f..%2fschool.db", "%2fetc%2fpasswd", "pupils.txt/"],
)
def test_only_what_the_manifest_names_can_be_fetched(client, fed, asked):
    answer = client.get(f"/feeds/{asked}", headers=bearer(fed[1]))
    assert answer.status_code in (404, 308)
    assert "example" not in answer.text
    assert "school.db" not in answer.text


def test_a_token_opens_its_own_target_alone(client, world, fed):
    add_target(world, world.oakfield, "staff", audiences=("staff",))
    _, elsewhere = feed(world, world.elmfield, audiences=("pupils",))
    publish(world, world.oakfield)
    publish(world, world.elmfield, "elm.example")
    assert client.get("/feeds/staff.txt", headers=bearer(fed[1])).status_code == 404
    there = client.get("/feeds/pupils.txt", headers=bearer(elsewhere))
    assert "elm.example" in there.text
    assert "n1.example" not in there.text
    assert "elm.example" not in client.get("/feeds/pupils.txt", headers=bearer(fed[1])).text


def test_no_token_gets_into_the_log(client, app, world, fed, monkeypatch):
    _, token = fed
    stream = io.StringIO()
    before = logging.getLogger().handlers[:]
    log_lines.begin(stream)
    try:
        logging.getLogger("some.server").info("GET /feeds/with/%s/pupils.txt", token)

        def broken(*_, **__):
            raise RuntimeError(f"a fault with {token}")

        monkeypatch.setattr("firewall_admin.web.feeds.fetch", broken)
        app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
        assert client.get(f"/feeds/with/{token}/pupils.txt").status_code == 500
    finally:
        logging.getLogger().handlers[:] = before
        logging.getLogger().setLevel(logging.WARNING)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {line["level"] for line in lines} == {"info", "error"}
    assert token not in stream.getvalue()
    assert stream.getvalue().count(tokens.hint(token)) >= 3


def test_a_newline_in_what_is_logged_makes_no_second_line(capsys):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log_lines.Lines())
    handler.emit(logging.makeLogRecord({"msg": "a\n2026-01-01 00:00:00 INFO forged", "levelname": "INFO", "name": "x"}))
    assert stream.getvalue().count("\n") == 1
