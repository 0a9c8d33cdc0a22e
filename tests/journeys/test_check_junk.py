"""Whatever comes over the wire instead of an answer is a finding: never an exception, and never a proof."""

from dataclasses import replace
from functools import partial

import dns.flags
import dns.message
import pytest

from firewall_admin.adapters import ask_proxy, resolve
from firewall_admin.journeys import resolvers
from tests.adapters.test_ask_proxy import proxy
from tests.adapters.test_resolve import answer, server

from .check_world import ALL_TRIES, CONTROL, checks, with_resolver, work
from .release_world import add_target, publish, told, with_folders

SHORT = 0.05  # seconds for one question


@pytest.fixture
def database_url(tmp_path):
    """One database: what comes over the wire knows nothing of it, and every case waits for many questions in vain."""
    return f"sqlite:///{tmp_path / 'school.db'}"


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


def wrong_id(asked: dns.message.Message) -> list[bytes]:
    made = answer(asked, f"{asked.question[0].name} 60 IN A 198.51.100.7")
    made.id = (asked.id + 1) % 65536
    return [made.to_wire()]


def another_name(asked: dns.message.Message) -> list[bytes]:
    other = dns.message.make_query("elsewhere.example.", "A", id=asked.id)
    return [answer(other, "elsewhere.example. 60 IN A 198.51.100.7").to_wire()]


def cut_short(asked: dns.message.Message) -> list[bytes]:
    made = answer(asked)
    made.flags |= dns.flags.TC
    return [made.to_wire()]


def going_round(asked: dns.message.Message) -> list[bytes]:
    pointer = b"\xc0\x0c\0\1\0\1"
    return [asked.to_wire()[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + pointer + pointer + b"\0\0\0\0\0\0"]


JUNK = {
    "nothing": lambda asked: [],
    "an empty packet": lambda asked: [b""],
    "noise": lambda asked: [b"\xff" * 40],
    "half an answer": lambda asked: [answer(asked).to_wire()[:13]],
    "another id": wrong_id,
    "another name": another_name,
    "cut short": cut_short,
    "a name that goes round": going_round,
    "servfail": lambda asked: [answer(asked, code="SERVFAIL").to_wire()],
    "refused": lambda asked: [answer(asked, code="REFUSED").to_wire()],
    "not implemented": lambda asked: [answer(asked, code="NOTIMP").to_wire()],
    "the question itself": lambda asked: [asked.to_wire()],
}


@pytest.mark.parametrize("kind", JUNK)
def test_a_resolver_that_sends_junk_gives_no_answer(world, kind):
    fake = with_resolver(world)
    with server(JUNK[kind]) as at:
        asks = partial(resolve.ask, timeout=SHORT)
        ask = lambda question, where: fake(question, where) if where == CONTROL else asks(question, where)
        world.ports = replace(world.ports, ask=ask)
        target = add_target(world, world.oakfield, "resolver", "unbound", delivery="download")
        manager = world.oakfield.network_manager
        resolvers.add(world.ports, manager, target=target, address=at.address, port=str(at.port))
        publish(world, world.oakfield, "games.example")
        work(world, *ALL_TRIES)
    found = {row.finding for row in checks(world) if row.why != "mark"}
    assert found - {None} == {"silent"}
    assert sum("found resolver silent" in line for line in told(world, world.oakfield)) == 1


@pytest.mark.parametrize("junk", [b"", b"\x00" * 99, b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 what\r\n\r\n"])
def test_a_proxy_that_sends_junk_gives_no_answer(world, junk):
    with_resolver(world)
    with proxy(junk) as (at, _):  # it answers once; then nothing listens any more
        world.ports = replace(world.ports, ask_proxy=partial(ask_proxy.ask, timeout=SHORT))
        target = add_target(world, world.oakfield, "proxy", "squid", delivery="download", base="/etc/squid/fa")
        manager = world.oakfield.network_manager
        resolvers.add(world.ports, manager, target=target, address=at.address, port=str(at.port))
        publish(world, world.oakfield, "games.example")
        work(world, *ALL_TRIES)
    found = {row.finding for row in checks(world) if row.why != "mark"}
    assert found - {None} == {"silent"}
