"""What is fetched, what is kept of it, and what is asked the next time."""

import gzip
import os
import tempfile
from pathlib import Path

import pytest

from firewall_admin.adapters.fetch import Failure, Fetched, Unchanged, fetch
from tests.list_server import HOST, chunked, reply, why
from tests.list_server import reach as reach_of

LIST = b"ads.example\ngames.example\n"


def test_a_list_is_fetched_to_a_file_with_all_that_is_known_of_it(get, server):
    when = "Fri, 20 Nov 2026 08:00:00 GMT"
    found = get(reply(LIST, etag='"v1"', last_modified=when, content_type="Text/Plain; charset=utf-8"))
    assert found.path.read_bytes() == LIST
    issuer = "An authority for tests"
    assert found == Fetched(found.path, len(LIST), server.url("/list.txt"), '"v1"', when, "text/plain", issuer)


def test_what_is_asked_names_the_host_and_tells_nothing_else(get, server):
    get(reply(LIST), target="/a/list.txt?show=all&x=%20")
    lines = server.requests[0].removesuffix("\r\n\r\n").split("\r\n")
    assert lines[0] == "GET /a/list.txt?show=all&x=%20 HTTP/1.1"
    assert sorted(lines[1:]) == [
        "Accept-Encoding: gzip",
        "Accept: */*",
        "Connection: close",
        f"Host: {HOST}:{server.port}",
        "User-Agent: firewall_admin",
    ]


def test_a_list_in_chunks_and_after_a_promise_is_fetched(get):
    promise = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    found = get(promise + chunked(LIST[:5], LIST[5:], end=b"0\r\nChecked: yes\r\n\r\n"))
    assert found.path.read_bytes() == LIST


def test_a_packed_list_is_unpacked_also_where_it_has_several_members(get):
    assert get(reply(gzip.compress(LIST), content_encoding="gzip")).path.read_bytes() == LIST


def test_several_members_are_one_list(get):
    packed = gzip.compress(LIST[:11]) + gzip.compress(LIST[11:])
    assert get(chunked(packed[:30], packed[30:]).replace(b"\r\n", b"\r\nContent-Encoding: x-gzip\r\n", 1)).size == 26


def test_the_caller_is_told_how_much_there_is_so_far(get):
    told: list[int] = []
    get(chunked(LIST[:5], LIST[5:]), progress=told.append)
    assert told[-1] == len(LIST)
    assert told == sorted(told)


def test_a_server_that_says_wait_is_waited_for_a_day_at_the_most(get):
    assert get(reply(b"", "429 Too Many Requests", retry_after="120")).retry_after == 120
    assert get(reply(b"", "503 Service Unavailable", retry_after="1000000000")).retry_after == 86_400
    for text in ("soon", "-1", "9" * 400, "Fri, 20 Nov 2026 08:00:00 GMT"):
        assert get(reply(b"", "503 Service Unavailable", retry_after=text)) == Failure(
            "the server answers 503, not 200"
        )


def test_an_unchanged_list_is_not_fetched_again(get, server):
    when = "Fri, 20 Nov 2026 08:00:00 GMT"
    asked = {"etag": '"v1"', "last_modified": when}
    assert get(reply(b"", "304 Not Modified", content_length=None), **asked) == Unchanged(server.url("/list.txt"))
    assert f'If-None-Match: "v1"\r\nIf-Modified-Since: {when}\r\n' in server.requests[-1]
    same = reply(b"", "304 Not Modified", content_length=None, etag='W/"v1"')
    assert isinstance(get(same, **asked), Unchanged)


def test_a_304_for_another_version_is_a_failure(get):
    answer = reply(b"", "304 Not Modified", content_length=None, etag='"v2"')
    assert "another version" in why(get(answer, etag='"v1"'))


@pytest.mark.parametrize("etag", ["v1", '"', '"a"b"', f'"{"a" * 300}"', "", "*"])
def test_a_tag_that_is_none_is_neither_kept_nor_asked_with(get, server, etag):
    assert get(reply(LIST, etag=etag)).etag is None
    get(reply(LIST), etag=etag)
    assert "If-None-Match" not in server.requests[-1]


@pytest.mark.parametrize("text", ['"a\r\nX: y"', '"é"', "\0", "Fri, 20 Nov 2026 08:00:00 GMT\r\nX: y"])
def test_nothing_gets_into_a_question_by_what_was_kept(get, server, text):
    get(reply(LIST), etag=text, last_modified=text)
    assert server.requests[-1].count("\r\n") == 7


@pytest.mark.parametrize(
    "when", ["yesterday", "2026-11-20", "Fri, 20 Nov 2026 08:00:00 +0100", "Fri, 99 Nov 2026 08:00:00 GMT", ""]
)
def test_a_date_that_is_none_is_neither_kept_nor_asked_with(get, server, when):
    assert get(reply(LIST, last_modified=when)).last_modified is None
    get(reply(LIST), last_modified=when)
    assert "If-Modified-Since" not in server.requests[-1]


def test_a_date_ahead_of_the_servers_own_clock_is_not_kept(get):
    ahead, now = "Fri, 20 Nov 2099 08:00:00 GMT", "Fri, 20 Nov 2026 08:00:00 GMT"
    assert get(reply(LIST, last_modified=ahead, date=now)).last_modified is None
    assert get(reply(LIST, last_modified=now, date=now)).last_modified == now
    assert get(reply(LIST, last_modified=now)).last_modified == now


@pytest.mark.parametrize("kind", ["text/\x9b31m", "text", "", "é/x"])
def test_a_media_type_that_is_none_is_not_kept(get, kind):
    assert get(reply(LIST, content_type=kind)).content_type is None


def test_a_folder_that_can_hold_no_file_is_a_failure(server, tmp_path):
    server.answers["/list.txt"] = reply(LIST)
    found = fetch(server.url("/list.txt"), tmp_path / "nowhere", reach=reach_of(server))
    assert why(found).startswith("it can't be kept in ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_is_a_failure(get, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "mkstemp", lambda **_: (os.open("/dev/full", os.O_WRONLY), str(tmp_path / "no")))
    assert why(get(reply(LIST))) == "it can't be kept: No space left on device"


def test_whoever_breaks_off_leaves_no_file(get, server, tmp_path):
    def stop(size):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(reply(LIST), progress=stop)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
