"""One request to a proxy: what it replies, and every way in which it may not."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from firewall_admin.adapters.ask_proxy import MOST, ask
from firewall_admin.core.proxies import Heard, Request, Unheard
from firewall_admin.core.questions import Where

GET, CONNECT = Request("GET", "www.example.com"), Request("CONNECT", "www.example.com")


@contextmanager
def proxy(*parts: bytes, hold: bool = False) -> Iterator[tuple[Where, list[bytes]]]:
    """One that reads a request and sends these parts, then hangs up; with `hold` only when the test ends."""
    seen: list[bytes] = []
    over = threading.Event()

    def serve() -> None:
        one, _ = listener.accept()
        with one, suppress(OSError):  # whoever asked may have gone
            seen.append(one.recv(4096))
            for part in parts:
                one.sendall(part)
            if hold:
                over.wait(5)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Where("127.0.0.1", listener.getsockname()[1]), seen
        over.set()
        thread.join(5)


def test_a_reply_is_read_up_to_the_end_of_its_head():
    head = b"HTTP/1.1 403 Forbidden\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n", b"Via: 1.1 x\r\n\r\n", b"page"
    with proxy(*head) as (at, seen):
        found = ask(GET, at)
    assert found == Heard(GET, 403, "", "ERR_ACCESS_DENIED 0")
    assert seen[0].startswith(b"GET http://www.example.com/ HTTP/1.1\r\nHost: www.example.com\r\n")


def test_a_tunnel_is_asked_for_and_nothing_sent_through_it():
    with proxy(b"HTTP/1.1 200 Connection established\r\n\r\n", hold=True) as (at, seen):
        assert ask(CONNECT, at) == Heard(CONNECT, 200)
    assert seen == [b"CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\nConnection: close\r\n\r\n"]


def test_where_a_redirect_leads_is_kept_as_plain_text():
    with proxy(b"HTTP/1.0 302 Found\r\nlocation:  http://192.0.2.53/\xe9\x01\r\nLocation: other\r\n\r\n") as (at, _):
        assert ask(GET, at) == Heard(GET, 302, "http://192.0.2.53/??")


@pytest.mark.parametrize(
    "junk",
    [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 9999 what\r\n\r\n", b"\x00" * 64, b"HTTP/2 200\r\n\r\n", b"\n\n", b"x" * MOST],
)
def test_junk_is_no_answer(junk):
    with proxy(junk) as (at, _):
        found = ask(GET, at)
    assert isinstance(found, Unheard)
    assert found.kind == "broken"


def test_whoever_hangs_up_or_says_nothing_gave_no_answer():
    with proxy() as (at, _):
        assert ask(GET, at) == Unheard(GET, "broken", "it hung up without an answer")
    with proxy(b"HTTP/1.1 200", hold=True) as (at, _):
        assert ask(GET, at, timeout=0.2) == Unheard(GET, "silent", "no answer came in time")


def test_a_closed_port_and_a_source_that_is_not_ours_are_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert ask(GET, Where("127.0.0.1", port)) == Unheard(GET, "unreachable", "nothing answers at that address and port")
    foreign = ask(GET, Where("127.0.0.1", port, source="192.0.2.1"))
    assert foreign == Unheard(GET, "source", "this machine has no address 192.0.2.1 to ask from")
