"""Whatever a server does that gives no whole list is a failure, within limits of time, bytes and memory."""

import gzip
import socket
import tracemalloc
import zlib
from dataclasses import replace

import pytest

from firewall_admin.adapters.fetch import Limits
from tests.list_server import chunked, reply, why
from tests.list_server import reach as reach_of

LIST = b"ads.example\ngames.example\n"


def endless(first, again):
    """An answer that never ends until whoever asked has left."""

    def answer(talk):
        talk.sendall(first)
        while True:
            talk.sendall(again)

    return answer


BROKEN = {
    "nothing at all": (reply(b""), "it is empty"),
    "an empty chunked body": (chunked(), "it is empty"),
    "an empty gzip file": (reply(gzip.compress(b""), content_encoding="gzip"), "it is empty"),
    "no answer": (b"", "the server ended the connection"),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-", "the server ended the connection"),
    "a web page": (reply(b"<!DOCTYPE html>\n<html><body>Sign in"), "not a list: it looks like a web page"),
    "a web page after comments": (reply(b"# a list\n" * 9 + b"\n <HTML>\n"), "not a list: it looks like a web page"),
    "an error in JSON": (reply(b'{"error": "rate limit"}'), "not a list: it looks like JSON"),
    "a zip file": (reply(b"PK\x03\x04" + bytes(99)), "not a list: it looks like a zip file"),
    "gzip in gzip": (reply(gzip.compress(gzip.compress(LIST)), content_encoding="gzip"), "looks like a gzip file"),
    "gzip unsaid": (reply(gzip.compress(LIST)), "looks like a gzip file"),
    "shorter than said": (reply(LIST, content_length=999), "ended before the list did"),
    "no last chunk": (chunked(LIST, end=b""), "ended before the list did"),
    "half a chunk": (chunked(end=b"ff\r\nads.example\n"), "ended before the list did"),
    "no end of the trailer": (chunked(LIST, end=b"0\r\nA: b\r\n"), "ended before the list did"),
    "no length": (reply(LIST, content_length=None), "does not say how long it is"),
    "HTTP/1.0 without a length": (b"HTTP/1.0 200 OK\r\n\r\n" + LIST, "does not say how long it is"),
    "two lengths": (reply(LIST).replace(b"\r\n", b"\r\nContent-Length: 9\r\n", 1), "not HTTP as it should be"),
    "a length below nothing": (reply(LIST, content_length=-1), "not HTTP as it should be"),
    "a length in words": (reply(LIST, content_length="0x1a"), "not HTTP as it should be"),
    "a chunk of an odd size": (chunked(end=b"+1a\r\n" + LIST + b"\r\n0\r\n\r\n"), "not HTTP as it should be"),
    "a chunk longer than said": (chunked(end=b"2\r\n" + LIST + b"\r\n0\r\n\r\n"), "not HTTP as it should be"),
    "HTTP/0.9": (LIST, "the server ended the connection"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n", "the server ended the connection"),
    "a switch of protocols": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "not HTTP as it should be"),
    "a NUL in the head": (reply(LIST, etag="a\x00b"), "not HTTP as it should be"),
    "a body for 206": (reply(LIST, "206 Partial Content", content_range="bytes 0-25/999"), "answers 206"),
    "204": (reply(b"", "204 No Content"), "answers 204"),
    "304 unasked": (reply(b"", "304 Not Modified"), "answers 304"),
    "300": (reply(LIST, "300 Multiple Choices", location="/list.txt"), "answers 300"),
    "401": (reply(LIST, "401 Unauthorized"), "answers 401"),
    "404": (reply(LIST, "404 Not Found"), "answers 404"),
    "500": (reply(LIST, "500 Internal Server Error"), "answers 500"),
    "brotli unasked": (reply(LIST, content_encoding="br"), "packed in a way that was not asked for"),
    "gzip twice": (reply(LIST, content_encoding="gzip, gzip"), "packed in a way that was not asked for"),
    "no gzip": (reply(LIST, content_encoding="gzip"), "gzip data is damaged"),
    "half a gzip file": (reply(gzip.compress(LIST)[:-9], content_encoding="gzip"), "gzip data breaks off"),
    "gzip without its sum": (reply(gzip.compress(LIST)[:-1], content_encoding="gzip"), "gzip data breaks off"),
    "a wrong sum": (reply(gzip.compress(LIST)[:-8] + bytes(8), content_encoding="gzip"), "gzip data is damaged"),
    "rubbish after gzip": (reply(gzip.compress(LIST) + b"more", content_encoding="gzip"), "gzip data is damaged"),
    "more than 256 MB said": (reply(LIST, content_length=1 << 40), "longer than 268,435,456 bytes"),
    "a head without end": (endless(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 99), "a head, or a line"),
    "a line without end": (endless(b"HTTP/1.1 200 OK\r\nA: ", b"b" * 999), "a head, or a line"),
    "a trailer without end": (endless(chunked(LIST, end=b"0\r\n"), b"A: b\r\n" * 99), "a head, or a line"),
    "a chunk's head without end": (endless(chunked(end=b"1;"), b"a" * 999), "a head, or a line"),
    "too many fields": (reply(LIST).replace(b"\r\n", b"\r\nX: y" * 200 + b"\r\n", 1), "has 202 fields"),
    "promises without end": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "keeps on promising"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_whole_list_is_a_failure_that_leaves_nothing(get, what):
    answer, expected = BROKEN[what]
    assert expected in why(get(answer))


def test_a_list_longer_than_the_limit_is_given_up_on_the_way(get):
    limits = Limits(wire=1 << 20)
    assert "longer than 1,048,576 bytes" in why(get(endless(chunked(end=b""), b"4\r\nabc\n\r\n" * 9999), limits=limits))


def bomb(megabytes):
    machine = zlib.compressobj(9, wbits=31)
    return b"".join([*(machine.compress(b"a" * (1 << 20)) for _ in range(megabytes)), machine.flush()])


def test_a_gzip_bomb_is_stopped_by_what_it_unpacks_to(get):
    assert "unpacks to more than 100 times" in why(get(reply(bomb(32), content_encoding="gzip")))


def test_unpacking_takes_a_little_memory_however_much_it_comes_to(get):
    answer = reply(bomb(64), content_encoding="gzip")
    tracemalloc.start()
    try:
        found = get(answer, limits=Limits(ratio=9999, unpacked=48 << 20))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "longer than 50,331,648 bytes" in why(found)
    assert most < 12 << 20


def test_bytes_that_drip_end_at_the_deadline_although_each_is_in_time(get, server):
    def drip(talk):
        talk.sendall(reply(content_length=1000))
        while not server.stopping.wait(0.05):
            talk.sendall(b"a")

    assert why(get(drip, limits=Limits(total=1))) == "it did not come whole within 1 seconds"


def test_the_deadline_goes_by_the_clock_that_only_goes_forward(get, server):
    now = [1000.0]

    def late(talk):
        talk.sendall(reply(LIST[:5], content_length=len(LIST)))
        now[0] += 120
        talk.sendall(LIST[5:6])
        server.stopping.wait(30)

    found = get(late, reach=replace(reach_of(server), clock=lambda: now[0]))
    assert "did not come whole within 120 seconds" in why(found)


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 100 Continue\r\n\r\n", reply(LIST, content_length=999)])
def test_a_server_that_falls_silent_is_left(get, server, first):
    def silent(talk):
        talk.sendall(first)
        server.stopping.wait(30)

    assert "said nothing for 0.2 seconds" in why(get(silent, limits=Limits(silence=0.2)))


def test_a_connection_that_is_reset_is_a_failure(get):
    def reset(talk):
        talk.sendall(reply(LIST, content_length=999))
        talk.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    assert "connection" in why(get(reset))
