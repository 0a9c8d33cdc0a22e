"""Zones pushed to real primaries: what is said to be there is there, and nothing else is said."""

from collections.abc import Iterator
from pathlib import Path

import dns.query
import dns.rcode
import dns.tsigkeyring
import dns.update
import pytest

from firewall_admin.adapters import push
from firewall_admin.core.push import Difference, Marker, content, difference

from . import primaries
from .primaries import PRIMARIES, primary
from .processes import Server

ZONE = "rules1.rpz"
TOKEN = "00c0ffee"
STEERED = "www.google.com CNAME forcesafesearch.google.com.\n"
FIRST = f"bad.lab CNAME .\n*.bad.lab CNAME .\nok.bad.lab CNAME rpz-passthru.\n{STEERED}"
SECOND = "bad.lab A 192.0.2.53\nbad.lab AAAA 2001:db8::53\n*.bad.lab A 192.0.2.53\n_dmarc.a_b.lab CNAME .\n"


def marker(release: int, text: str) -> Marker:
    return Marker(release, content(text).digest)


@pytest.fixture(params=PRIMARIES)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with PRIMARIES[request.param](tmp_path / request.param, [ZONE]) as started:
        yield started


def seen(server: Server) -> push.Seen:
    found = push.look(primary(server), ZONE)
    assert isinstance(found, push.Seen), found
    return found


def held(server: Server) -> set[str]:
    found = push.transfer(primary(server), ZONE)
    assert isinstance(found, push.Transferred), found
    assert found.seen == seen(server)
    return set(found.lines)


def pushed(server: Server, before: str, after: str, release: int, was: str | None) -> None:
    found = difference(before.splitlines(), after.splitlines())
    assert push.change(primary(server), ZONE, found, was, marker(release, after), TOKEN) is None


def test_a_zone_holds_what_was_pushed_and_its_marker_says_so(server: Server) -> None:
    assert (seen(server).marker, held(server)) == (None, set())
    pushed(server, "", FIRST, 1, None)
    assert held(server) == set(FIRST.splitlines())
    assert seen(server).marker == str(marker(1, FIRST))
    pushed(server, FIRST, SECOND, 2, str(marker(1, FIRST)))
    assert held(server) == set(SECOND.splitlines())
    assert seen(server).marker == str(marker(2, SECOND))


def test_of_two_writers_the_second_does_nothing_and_knows(server: Server) -> None:
    pushed(server, "", FIRST, 1, None)
    late = difference([], ["late.lab CNAME ."])
    assert push.change(primary(server), ZONE, late, None, marker(1, "late"), TOKEN) == push.Overtaken()
    assert push.change(primary(server), ZONE, late, str(marker(9, "x")), marker(2, "late"), TOKEN) == push.Overtaken()
    assert held(server) == set(FIRST.splitlines())


def test_ten_thousand_records_go_in_several_messages_and_only_the_last_says_that_they_are_there(server: Server) -> None:
    text = "".join(f"host{n}.example CNAME .\n*.host{n}.example CNAME .\n" for n in range(5_000))
    pushed(server, "", text, 1, None)
    assert held(server) == set(text.splitlines())
    assert seen(server).marker == str(marker(1, text))
    pushed(server, text, "", 2, str(marker(1, text)))
    assert held(server) == set()


@pytest.mark.parametrize(
    ("secret", "key", "words"),
    [
        ("d3Jvbmcgd3Jvbmcgd3Jvbmcgd3Jvbmcgd3Jvbmcgd3I=", primaries.KEY, "another secret"),
        (primaries.SECRET, "nobody", "does not know the key"),
    ],
)
def test_a_wrong_key_is_refused_and_the_failure_says_so_without_the_secret(
    server: Server, secret: str, key: str, words: str
) -> None:
    one = primary(server, secret, key)
    said = [
        push.look(one, ZONE),
        push.transfer(one, ZONE),
        push.change(one, ZONE, difference([], ["a.lab CNAME ."]), None, marker(1, ""), TOKEN),
    ]
    assert all(isinstance(each, push.Failure) and words in each.reason for each in said), said
    assert one.secret not in repr([one, *said])
    assert held(server) == set()


def test_an_update_without_a_signature_is_refused_and_changes_nothing(server: Server) -> None:
    pushed(server, "", FIRST, 1, None)
    before = seen(server)
    unsigned = dns.update.UpdateMessage(f"{ZONE}.")
    unsigned.add("open.lab", 60, "CNAME", "rpz-passthru.")
    unsigned.delete("bad.lab", "CNAME")
    for ask in (dns.query.tcp, dns.query.udp):
        answer = ask(unsigned, "127.0.0.1", port=server.port, timeout=5)
        assert answer.rcode() in (dns.rcode.REFUSED, dns.rcode.NOTAUTH), answer
    assert seen(server) == before
    assert held(server) == set(FIRST.splitlines())


def test_what_somebody_wrote_by_hand_is_seen_and_taken_away(server: Server) -> None:
    pushed(server, "", FIRST, 1, None)
    before = seen(server)
    ring = dns.tsigkeyring.from_text({primaries.KEY: primaries.SECRET})
    hand = dns.update.UpdateMessage(f"{ZONE}.", keyring=ring, keyalgorithm="hmac-sha256")
    hand.add("hand.lab", 60, "CNAME", ".")
    hand.add("mail.lab", 60, "MX", "10 mx.lab.")
    hand.add("odd\\010name.lab", 60, "TXT", '"x"')
    hand.delete("bad.lab", "CNAME")
    dns.query.tcp(hand, "127.0.0.1", port=server.port, timeout=5)
    after = seen(server)
    assert (after.marker, after.serial > before.serial) == (before.marker, True)
    drift = difference(held(server), FIRST.splitlines())
    assert (len(drift.added), len(drift.removed)) == (1, 3)
    assert push.change(primary(server), ZONE, drift, after.marker, marker(1, FIRST), TOKEN) is None
    assert held(server) == set(FIRST.splitlines())


def test_a_zone_that_is_not_there_and_a_port_where_nobody_is_are_told(server: Server) -> None:
    found = push.look(primary(server), "other.rpz")
    assert isinstance(found, push.Failure)
    assert "the zone other.rpz" in found.reason or "does not serve that zone" in found.reason
    nobody = push.look(push.Primary("127.0.0.1", 1, "k", "hmac-sha256", primaries.SECRET, 5), ZONE)
    assert nobody == push.Failure("nothing listens at that address and port")


def test_a_change_of_nothing_but_the_marker_is_a_change(server: Server) -> None:
    assert push.change(primary(server), ZONE, Difference(), None, marker(1, ""), TOKEN) is None
    assert seen(server).marker == str(marker(1, ""))
