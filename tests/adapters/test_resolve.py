"""One question to a resolver: what it answers, and every way in which it may not."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from firewall_admin.adapters.resolve import LONGEST_TOLD, ask, cname_chain
from firewall_admin.core.questions import Answer, Failure, Question, Where

SHORT = 0.3
A = Question("www.example.com", "A")


def answered(question: Question, at: Where) -> Answer:
    found = ask(question, at)
    assert isinstance(found, Answer), found
    return found


def failed(at: Where) -> Failure:
    """How a question fails that is given little time."""
    found = ask(A, at, timeout=SHORT)
    assert isinstance(found, Failure), found
    return found


def answer(asked: dns.message.Message, *records: str, code: str = "NOERROR") -> dns.message.Message:
    """An answer to a question, with records as zone files have them."""
    made = dns.message.make_response(asked)
    made.set_rcode(dns.rcode.from_text(code))
    for record in records:
        name, ttl, _, kind, data = record.split(" ", 4)
        made.answer.append(dns.rrset.from_text(name, int(ttl), "IN", kind, data))
    return made


def real(asked: dns.message.Message) -> dns.message.Message:
    return answer(asked, "www.example.com. 60 IN A 198.51.100.7")


@contextmanager
def server(
    udp: Callable[[dns.message.Message], list[bytes]],
    tcp: Callable[[dns.message.Message], bytes] | None = None,
    seen: list[tuple[tuple[str, int], int]] | None = None,
) -> Iterator[Where]:
    """A resolver on loopback that sends back what the functions say: packets over UDP, one answer over TCP."""
    with both_at_one_port() as (datagrams, streams, port):
        datagrams.settimeout(5)
        streams.settimeout(5)
        threads = [threading.Thread(target=serve_udp, args=(datagrams, udp, seen), daemon=True)]
        threads += [threading.Thread(target=serve_tcp, args=(streams, tcp), daemon=True)] if tcp else []
        for thread in threads:
            thread.start()
        yield Where("127.0.0.1", port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", ("127.0.0.1", port))
        for thread in threads:
            thread.join(5)


@contextmanager
def both_at_one_port() -> Iterator[tuple[socket.socket, socket.socket, int]]:
    """A UDP and a listening TCP socket at a port that was free for both."""
    while True:
        datagrams, streams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket()
        with datagrams, streams:
            streams.bind(("127.0.0.1", 0))
            streams.listen()
            try:
                datagrams.bind(streams.getsockname())
            except OSError:
                continue
            yield datagrams, streams, streams.getsockname()[1]
            return


def serve_udp(
    datagrams: socket.socket,
    says: Callable[[dns.message.Message], list[bytes]],
    seen: list[tuple[tuple[str, int], int]] | None,
) -> None:
    while packet := datagrams.recvfrom(4096):
        if not packet[0]:
            return
        question = dns.message.from_wire(packet[0])
        if seen is not None:
            seen.append((packet[1], question.id))
        for each in says(question):
            datagrams.sendto(each, packet[1])


def serve_tcp(streams: socket.socket, says: Callable[[dns.message.Message], bytes]) -> None:
    connection, _ = streams.accept()
    with connection, connection.makefile("rwb") as stream:
        question = dns.message.from_wire(stream.read(int.from_bytes(stream.read(2), "big")))
        if sent := says(question):
            stream.write(len(sent).to_bytes(2, "big") + sent)


def test_addresses_come_with_the_chain_that_led_to_them():
    def chained(asked: dns.message.Message) -> list[bytes]:
        records = ("www.example.com. 60 IN CNAME Edge.Example.NET.", "edge.example.net. 30 IN A 198.51.100.7")
        return [answer(asked, *records).to_wire()]

    with server(chained) as at:
        assert ask(A, at) == Answer(A, "NOERROR", ("edge.example.net",), ("198.51.100.7",), 30)
        assert cname_chain("www.example.com", at) == ("edge.example.net",)


def test_a_name_that_does_not_exist_and_one_without_such_a_record_are_answers():
    with server(lambda asked: [answer(asked, code="NXDOMAIN").to_wire()]) as at:
        assert ask(A, at) == Answer(A, "NXDOMAIN")
    with server(lambda asked: [answer(asked).to_wire()]) as at:
        assert answered(Question("www.example.com", "HTTPS"), at).data == ()


@pytest.mark.parametrize(
    ("kind", "record", "told"),
    [
        ("AAAA", "2001:db8::7", "2001:db8::7"),
        ("TXT", '"release 7"', '"release 7"'),
        ("CNAME", "Edge.example.", "edge.example"),
        ("HTTPS", "1 . alpn=h2 ipv4hint=198.51.100.7", '1 . alpn="h2" ipv4hint="198.51.100.7"'),
    ],
)
def test_each_type_is_told_as_text(kind, record, told):
    with server(lambda asked: [answer(asked, f"www.example.com. 60 IN {kind} {record}").to_wire()]) as at:
        found = answered(Question("www.example.com", kind), at)
    assert found.data == (told,)


def test_junk_forged_and_foreign_packets_do_not_end_the_wait():
    """CVE-2023-29483: whoever sends anything first must not win."""

    def first_lies(asked: dns.message.Message) -> list[bytes]:
        lie = answer(asked, "www.example.com. 60 IN A 203.0.113.66")
        lie.id = (asked.id + 1) % 65536
        other = answer(
            dns.message.make_query("other.example.", "A", id=asked.id), "other.example. 60 IN A 203.0.113.66"
        )
        loop = asked.to_wire()[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + b"\xc0\x0c\0\1\0\1" + b"\xc0\x0c\0\1\0\1\0\0\0\0\0\0"
        return [
            b"\x00",
            b"",
            loop,
            b"not dns at all",
            lie.to_wire(),
            other.to_wire(),
            asked.to_wire(),
            real(asked).to_wire(),
        ]

    with server(first_lies) as at:
        assert ask(A, at) == Answer(A, "NOERROR", (), ("198.51.100.7",), 60)


def test_an_answer_that_was_cut_short_is_asked_for_again_over_tcp():
    with server(lambda asked: [cut(asked)], lambda asked: real(asked).to_wire()) as at:
        assert answered(A, at).data == ("198.51.100.7",)
    with server(lambda asked: [cut(asked)], lambda asked: b"") as at:
        assert failed(at).kind == "broken"


def test_names_that_lead_to_one_another_end_somewhere():
    """The records go round, and none is an address."""
    round_ = ("www.example.com. 60 IN CNAME b.example.", "b.example. 60 IN CNAME www.example.com.")
    with server(lambda asked: [answer(asked, *round_).to_wire()]) as at:
        found = answered(A, at)
    assert (found.data, set(found.chain)) == ((), {"b.example", "www.example.com"})


def test_a_record_as_long_as_they_come_is_not_kept_whole():
    long = " ".join(['"' + "x" * 255 + '"'] * 100)
    with server(
        lambda asked: [cut(asked)],
        lambda asked: answer(asked, f"www.example.com. 60 IN TXT {long}").to_wire(max_size=65_535),
    ) as at:
        [told] = answered(Question("www.example.com", "TXT"), at).data
    assert len(told) == LONGEST_TOLD


def cut(asked: dns.message.Message) -> bytes:
    short = answer(asked)
    short.flags |= dns.flags.TC
    return short.to_wire()


@pytest.mark.parametrize(("code", "kind"), [("SERVFAIL", "servfail"), ("REFUSED", "refused"), ("NOTIMP", "broken")])
def test_what_the_resolver_will_not_answer_is_a_failure_with_its_word(code, kind):
    with server(lambda asked: [answer(asked, code=code).to_wire()]) as at:
        assert ask(A, at) == Failure(A, kind, f"it answered {code}")


def test_silence_ends_at_the_deadline_and_so_does_endless_junk():
    with server(lambda asked: []) as at:
        assert ask(A, at, timeout=SHORT) == Failure(A, "silent", "no answer came in time")
        assert isinstance(cname_chain("www.example.com", at, timeout=SHORT), Failure)
    with server(lambda asked: [b"junk"] * 50) as at:
        assert failed(at).kind == "silent"


def test_a_closed_port_and_a_source_that_is_not_ours_are_told():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert failed(Where("127.0.0.1", port)).kind in ("unreachable", "silent")
    foreign = failed(Where("127.0.0.1", port, source="192.0.2.1"))
    assert (foreign.kind, foreign.text) == ("source", "this machine has no address 192.0.2.1 to ask from")


def test_it_asks_from_the_address_that_was_chosen_with_other_ids_and_ports_each_time():
    seen: list[tuple[tuple[str, int], int]] = []
    with server(lambda asked: [real(asked).to_wire()], seen=seen) as at:
        for _ in range(8):
            ask(A, Where(at.address, at.port, source="127.10.0.5"))
    assert {client[0] for client, _ in seen} == {"127.10.0.5"}
    assert len({client[1] for client, _ in seen}) > 4
    assert len({id_ for _, id_ in seen}) > 6
