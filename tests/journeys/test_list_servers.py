"""A subscription against real servers on loopback that misbehave in every way known: nothing they say or do puts an
unsafe text in force, the last good one stays, and the page says what was wrong."""

import gzip
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from firewall_admin.adapters.fetch import Limits, fetch
from firewall_admin.adapters.fetch.looking_up import through
from firewall_admin.core.policy import decide
from firewall_admin.core.questions import Answer, Where
from firewall_admin.journeys import refreshes, rules
from tests.list_server import HOST, Authority, ListServer, authority, chunked, reply
from tests.list_server import reach as reach_of
from tests.web_of_lists import in_force, looked, names, of_list, refreshed, row

from . import looking

GOOD = names(1_000)
SHORT = Limits(total=2.0, silence=1.0, wire=1 << 20, unpacked=1 << 20)


@pytest.fixture
def server(world):
    with ListServer(authority().server(HOST)) as running:
        get = partial(fetch, reach=reach_of(running), limits=SHORT)
        world.ports = replace(world.ports, fetch=get)
        yield running


@pytest.fixture
def listed(world, server):
    """A list that is subscribed at the server, with a thousand names in force."""
    from firewall_admin.journeys import subscriptions

    server.answers["/bad.txt"] = reply(GOOD, etag='"1"')
    look = looked(world, world.oakfield, address=server.url("/bad.txt"))
    subscriptions.subscribe(world.ports, world.oakfield.network_manager, subscription=look)
    found = row(world, look).list_id
    assert found is not None
    return found


def redirect(to: str) -> bytes:
    return reply(status="302 Found", location=to)


def dripping(talk):
    """A byte now and then, for as long as anybody listens."""
    talk.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(100):
        talk.sendall(b"x")
        time.sleep(0.1)


def silent(talk):
    talk.recv(1)


HTML = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n"
BOMB = gzip.compress(b"bad.example\n" * 1_000_000)
ANSWERS: dict[str, tuple[bytes | Callable, str, str]] = {
    "404": (reply(b"nothing", "404 Not Found"), "failed", "404"),
    "500": (reply(b"", "500 Internal Server Error"), "failed", "500"),
    "206": (reply(GOOD, "206 Partial Content"), "failed", "206"),
    "empty": (reply(b""), "failed", "empty"),
    "only comments": (reply(b"# a list\n" * 100), "refused", "no name"),
    "a web page": (reply(HTML), "failed", "web page"),
    "a web page below some names": (reply(GOOD + HTML * 500), "failed", "web page"),
    "JSON": (reply(b'{"error": "gone"}'), "failed", "looks like"),
    "a zip file": (reply(b"PK\x03\x04" + b"\0" * 100), "failed", "looks like"),
    "half of it": (reply(GOOD[:7_000]), "refused", "fewer"),
    "cut off before its stated end": (reply(GOOD[:8_000], content_length=len(GOOD)), "failed", "ended before"),
    "closed without a length": (reply(GOOD[:8_000], content_length=None), "failed", "how long"),
    "chunks without an end": (chunked(GOOD, end=b""), "failed", "ended before"),
    "a false gzip": (reply(b"\x1f\x8bnothing", content_encoding="gzip"), "failed", "gzip"),
    "a gzip bomb": (reply(BOMB, content_encoding="gzip"), "failed", "times its size"),
    "packed as nobody asked": (reply(GOOD, content_encoding="br"), "failed", "only gzip"),
    "beyond every cap": (reply(b"x" * (2 << 20)), "failed", "longer than"),
    "dripping": (dripping, "failed", "did not come whole"),
    "silent": (silent, "failed", "said nothing"),
    "on to loopback": (redirect("https://inside.example.org:PORT/"), "failed", "no server on the internet"),
    "on to http": (redirect("http://lists.example.org/bad.txt"), "failed", "https"),
    "on to a file": (redirect("file:///etc/passwd"), "failed", "https"),
    "on to an address of numbers": (redirect("https://2130706433:PORT/"), "failed", "no host"),
    "on and on": (redirect("/bad.txt"), "failed", "more than 5 times"),
    "304 for another version": (reply(status="304 Not Modified", etag='"2"'), "failed", "another version"),
    "a wrong alphabet": (reply("\n".join(f"bücher{n}.example" for n in range(900)).encode("utf-16-le")), "", ""),
    "addresses of pages": (reply(b"https://www.google.com/a?b=c\n" * 1_000), "refused", "no name"),
    "a whole top-level domain": (reply(b"||com^\n*.com\n.\nnet\norg\nuk\ninfo\n" + GOOD), "refused", "every site"),
    "public suffixes": (reply(b"co.uk\nsch.uk\nkent.sch.uk\n" + GOOD), "held", "every site"),
    "hosting services": (reply(b"github.io\ncloudfront.net\n" + GOOD), "held", "sites of their own"),
    "google.com": (reply(b"google.com\n" + GOOD), "held", "google.com"),
    "its own server": (reply(b"lists.example.org\n" + GOOD), "held", "fetched from"),
    "ten times as long": (reply(names(10_500)), "refused", "times as many"),
    "other names altogether": (reply(names(1_000, "parked")), "refused", "another list"),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_whatever_a_server_does_the_last_good_text_stays(world, server, listed, what):
    answer, outcome, why = ANSWERS[what]
    if isinstance(answer, bytes):
        answer = answer.replace(b":PORT/", b":%d/" % server.port)
    server.answers["/bad.txt"] = answer
    inside = reach_of(server, inside="127.0.0.2")
    world.ports = replace(world.ports, fetch=partial(fetch, reach=inside, limits=SHORT))
    good = in_force(world, listed)
    came = refreshed(world, listed)
    known = of_list(world, listed)
    told = " ".join(filter(None, [known.trouble, *(one["text"] for one in known.found.get("findings", ()))]))
    assert came in ((outcome,) if outcome else ("failed", "refused"))
    assert why in told
    assert in_force(world, listed) == good
    assert not any(refreshes.fetching_folder(world.ports).iterdir()), "nothing is left lying about"
    assert known.lease is None
    server.answers["/bad.txt"] = reply(GOOD + b"new.example\n", etag='"3"')
    world.clock.pass_by(days=1)
    if came != "held":
        assert refreshes.refresh_due(world.ports) == 1, "and it goes on by itself"
        assert "new.example" in in_force(world, listed)


def test_the_next_fetch_asks_only_for_what_is_newer(world, server, listed):
    server.answers["/bad.txt"] = reply(status="304 Not Modified", etag='"1"')
    assert refreshed(world, listed) == "unchanged"
    assert 'If-None-Match: "1"' in server.requests[-1]


def test_a_slow_source_keeps_no_other_from_being_refreshed(world, server, listed):
    server.answers["/other.txt"] = reply(names(10))
    look = looked(world, world.oakfield, title="Other", address=server.url("/other.txt"))
    from firewall_admin.journeys import subscriptions

    subscriptions.subscribe(world.ports, world.oakfield.network_manager, subscription=look)
    server.answers |= {"/bad.txt": silent, "/other.txt": reply(names(11))}
    world.clock.pass_by(days=2)
    assert refreshes.refresh_due(world.ports) == 2
    other = row(world, look).list_id
    assert other is not None
    assert len(in_force(world, other)) == 11


def test_a_list_that_moved_to_another_server_is_held(world, server, listed):
    moved = "https://elsewhere.example.org"
    with ListServer(authority().server("elsewhere.example.org")) as other:
        world.ports = replace(world.ports, fetch=partial(fetch, reach=reach_of(server, other), limits=SHORT))
        server.answers["/bad.txt"] = redirect(f"{moved}:{other.port}/bad.txt")
        other.answers["/bad.txt"] = reply(GOOD + b"new.example\n")
        assert refreshed(world, listed) == "held"
    assert "it now comes from elsewhere.example.org" in of_list(world, listed).found["findings"][-1]["text"]


CONTROL = Where("192.0.2.53")


def filtered(world):
    """The system's resolver of a machine that asks the school's own: what the policy blocks has no address."""

    def resolve(host):
        policy = looking.now(world, world.oakfield).policy("pupils", world.clock.at)
        if decide(policy, host).blocked:
            raise OSError(-2, "Name or service not known")
        return ["127.0.0.1"]

    return resolve


def test_a_policy_that_blocks_the_server_of_a_list_does_not_keep_it_from_being_refreshed(world, server, listed):
    """What blocks it may be the list itself, whose next text would mend it."""
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain=HOST, reason="a mistake")
    server.answers["/bad.txt"] = reply(GOOD + b"new.example\n")
    reach = reach_of(server)

    def fetching(resolve):
        return partial(fetch, reach=replace(reach, resolve=resolve), limits=SHORT)

    def ask(question, where):
        assert where == CONTROL
        return Answer(question, "NOERROR", (), ("127.0.0.1",) if question.kind == "A" else ())

    world.ports = replace(world.ports, fetch=fetching(through((), ask, filtered(world))))
    assert refreshed(world, listed) == "failed", "by the system's resolver it can't be found"
    assert "can't be looked up" in (of_list(world, listed).trouble or "")
    world.ports = replace(world.ports, fetch=fetching(through((CONTROL,), ask, filtered(world))))
    assert refreshed(world, listed) == "taken"
    assert "new.example" in in_force(world, listed)


def test_another_authority_and_other_names_at_once_wait_for_a_person(world, server, listed):
    assert of_list(world, listed).served == {"kind": "text/plain", "issuer": "An authority for tests"}
    other = Authority("Somebody else")
    both = ssl.create_default_context(cafile=str(authority().file))
    both.load_verify_locations(str(other.file))
    with ListServer(other.server(HOST)) as bought:
        world.ports = replace(world.ports, fetch=instead(bought, replace(reach_of(bought), trust=lambda: both)))
        bought.answers["/bad.txt"] = reply(GOOD, etag='"2"')
        assert refreshed(world, listed) == "unchanged", "a certificate from elsewhere is no news by itself"
        assert of_list(world, listed).served["issuer"] == "Somebody else"
    with ListServer(authority().server(HOST)) as again:
        world.ports = replace(world.ports, fetch=instead(again, reach_of(again)))
        again.answers["/bad.txt"] = reply(names(880) + names(120, "new"), etag='"3"')
        assert refreshed(world, listed) == "held"
    (text,) = [one["text"] for one in of_list(world, listed).found["findings"] if one["name"] == "vouched-by-another"]
    assert text.startswith("An authority for tests vouches for lists.example.org")
    assert "before Somebody else, and 12% of the names are others" in text


def test_what_is_served_as_something_that_no_list_is_waits_for_a_person(world, server, listed):
    server.answers["/bad.txt"] = reply(names(1_001), etag='"2"', content_type="text/html")
    assert refreshed(world, listed) == "held"
    (finding,) = of_list(world, listed).found["findings"]
    assert finding["text"].startswith("it is served as text/html, before as text/plain")


def instead(server, reach):
    """The same address with another server behind it: here that takes another port."""

    def fetched(url, folder, **asked):
        return replace(fetch(server.url("/bad.txt"), folder, reach=reach, limits=SHORT, **asked), url=url)

    return fetched
