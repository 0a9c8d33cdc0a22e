"""A policy file whose list is an https address: fetched each time, or refused with the reason."""

import gzip
import json
import subprocess
import sys
from functools import partial

import pytest

from firewall_admin.adapters import fetch
from tests.list_server import HOST, ListServer, authority, reach, reply

LIST = b"# games\ngames.example\nnot a name!\n"


@pytest.fixture
def server(monkeypatch):
    """A server of lists on loopback; the commands reach it and nothing else, however they fetch."""
    with ListServer(authority().server(HOST)) as running:
        monkeypatch.setattr(fetch, "fetch", partial(fetch.fetch, reach=reach(running)))
        running.answers["/games.txt"] = reply(LIST)
        yield running


@pytest.fixture
def policy(policy, server):
    policy.write_text(policy.read_text().replace("lists/games.txt", server.url("/games.txt")))
    return policy


@pytest.fixture
def compile_(run, policy, tmp_path):
    words = ("--format", "hosts", "--at", "2026-11-23T10:00", "--accept-loss", "--out", tmp_path / "out")
    return lambda: run("compile", "--policy", policy, *words)


def test_a_list_is_fetched_and_compiled(compile_, server, tmp_path):
    found = compile_()
    assert found.exit_code == 0, found.stderr
    assert "0.0.0.0 games.example\n" in (tmp_path / "out/pupils.hosts").read_text()
    assert f"note: {server.url('/games.txt')}:3: not a name!: " in found.stderr
    assert "Fetching" not in found.stderr


def test_a_list_is_fetched_anew_each_time(run, policy, server):
    words = ("explain", "--policy", policy, "--audience", "pupils", "--json", "www.games.example", "x.other.example")
    blocked = [json.loads(line)["blocked"] for line in run(*words).stdout.splitlines()]
    server.answers["/games.txt"] = reply(gzip.compress(b"other.example\n"), content_encoding="gzip")
    assert blocked == [True, False]
    assert [json.loads(line)["blocked"] for line in run(*words).stdout.splitlines()] == [False, True]
    assert server.connections == 2


def test_check_fetches_too(run, policy, server):
    assert "sound" in run("check", "--policy", policy).stdout
    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(LIST, "404 Not Found"), "the server answers 404"),
        (reply(b""), "it is empty"),
        (reply(b"<html>Sign in to the Wi-Fi</html>"), "looks like a web page"),
        (reply(LIST, content_length=999), "the connection ended before the list did"),
        (reply(b"", "302 Found", location="https://127.0.0.1/"), "it sends on, and from there"),
        (reply(b"# only\n# comments\n"), "holds no name in 2 lines"),
    ],
)
def test_a_failure_is_a_refusal_that_names_the_list_and_writes_nothing(
    compile_, policy, server, tmp_path, answer, reason
):
    compile_()
    before = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    server.answers["/games.txt"] = answer
    found = compile_()
    assert found.exit_code == 1
    assert f"error: {policy}: list[0] 'games' source: {server.url('/games.txt')}: " in found.stderr
    assert reason in found.stderr
    assert {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()} == before


def test_where_nothing_can_be_fetched_the_way_without_is_told(compile_, policy, server):
    policy.write_text(policy.read_text().replace(HOST, "lists.example.invalid").replace(f":{server.port}", ":22"))
    found = compile_()
    assert (found.exit_code, server.connections) == (1, 0)
    assert "can be named as a file beside the policy" in found.stderr


def test_nothing_fetched_is_left_behind(compile_, server, tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    for answer in (reply(LIST), reply(LIST, content_length=999)):
        server.answers["/games.txt"] = answer
        compile_()
    assert server.connections == 2
    assert list((tmp_path / "tmp").iterdir()) == []


def test_on_a_terminal_a_line_tells_what_is_fetched(run, policy, server):
    found = run("check", "--policy", policy, env={"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1"})
    assert f"Fetching {server.url('/games.txt')}" in found.stderr
    assert "Fetching" not in found.stdout


def test_a_policy_file_without_such_a_list_needs_neither_tls_nor_http(tmp_path):
    (tmp_path / "policy.toml").write_text('[school]\nname = "Oakfield"\n')
    ask = (
        "import sys; from pathlib import Path; from firewall_admin.cli.options import read_policy;"
        f"read_policy(Path({str(tmp_path / 'policy.toml')!r}));"
        "print(*{'ssl', 'h11', 'truststore', 'rich'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == ""
