"""Where a fetch may go: nowhere but to the public internet, whatever an address, a name or a server says."""

import socket
import ssl
import threading
from dataclasses import replace
from ipaddress import ip_network

import pytest

from firewall_admin.adapters.fetch import Fetched, Limits, Reach, fetch
from tests.list_server import HOST, LOOPBACK, ListServer, authority, reply, why
from tests.list_server import reach as reach_of

LIST = b"ads.example\n"
FORBIDDEN = [
    "127.0.0.2",
    "10.20.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:127.0.0.2",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fe80::1%lo",
    "fd00:ec2::254",
    "0.0.0.0",
    "2130706433",
    "127.1",
    "localhost",
    "",
]


@pytest.fixture
def inside():
    """A server in the school's network, which nobody may be led to: it answers, should anyone come."""
    with ListServer(authority().server("inside.example.org", HOST), "127.0.0.2") as running:
        running.answers["/"] = reply(LIST)
        yield running


@pytest.fixture
def dialled(monkeypatch):
    """Every address that was connected to, or tried."""
    tried = []
    connect = socket.socket.connect

    def noted(self, address):
        tried.append(address[0])
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    return tried


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(inside, dialled, tmp_path, address):
    reach = reach_of(inside, inside=address)
    assert "the name inside.example.org" in why(
        fetch(inside.url("/", "inside.example.org"), tmp_path, reach=reach, limits=Limits(connect=1))
    )
    assert (dialled, inside.connections) == ([], 0)


@pytest.mark.parametrize("address", FORBIDDEN)
@pytest.mark.parametrize("last", [True, False])
def test_a_name_with_a_good_and_a_bad_address_is_refused_whole(server, inside, dialled, tmp_path, address, last):
    both = ["127.0.0.1", address] if last else [address, "127.0.0.1"]
    reach = reach_of(server, inside, both=both)
    assert "the name both.example.org" in why(fetch(server.url("/", "both.example.org"), tmp_path, reach=reach))
    assert (dialled, inside.connections, server.connections) == ([], 0, 0)


def test_the_inside_server_of_these_tests_would_answer(inside, tmp_path):
    reach = replace(reach_of(inside, inside="127.0.0.2"), also=(ip_network("127.0.0.2/32"),))
    assert isinstance(fetch(inside.url("/", "inside.example.org"), tmp_path, reach=reach), Fetched)


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_checked(server, inside, dialled, tmp_path):
    answers = [["127.0.0.1"], ["127.0.0.2"]]  # as a name does that is bound anew between check and use
    server.answers["/"] = reply(LIST)
    reach = replace(reach_of(server), resolve=lambda host: answers.pop(0))
    assert isinstance(fetch(server.url("/"), tmp_path, reach=reach), Fetched)
    assert (dialled, inside.connections, len(answers)) == (["127.0.0.1"], 0, 1)


def test_a_connection_that_comes_out_elsewhere_is_left_unused(server, inside, tmp_path, monkeypatch):
    connect = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda self, to: connect(self, ("127.0.0.2", inside.port)))
    assert "came out at 127.0.0.2" in why(fetch(server.url("/"), tmp_path, reach=reach_of(server)))
    assert (server.connections, inside.requests) == (0, [])


def test_the_next_address_is_tried_where_one_does_not_answer(server, dialled, tmp_path):
    server.answers["/"] = reply(LIST)
    found = ["::1", "::1", "127.0.0.1"]
    reach = replace(reach_of(server), resolve=lambda host: found, also=(LOOPBACK, ip_network("::1/128")))
    assert isinstance(fetch(server.url("/"), tmp_path, reach=reach), Fetched)
    assert dialled == ["::1", "127.0.0.1"]


def test_a_name_with_very_many_addresses_costs_few_tries(tmp_path, dialled):
    with ListServer(None) as gone:
        port = gone.port
    many = [f"127.0.0.{n}" for n in range(1, 200)]
    reach = Reach(resolve=lambda host: many, ports=frozenset({port}), also=(ip_network("127.0.0.0/8"),))
    assert "can't be reached" in why(fetch(f"https://{HOST}:{port}/", tmp_path, reach=reach))
    assert len(dialled) == 4


def test_a_name_without_an_address_is_a_failure(tmp_path):
    def unknown(host):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    told = why(fetch("https://x.example.org/", tmp_path, reach=Reach(resolve=unknown)))
    assert told == "the name x.example.org can't be looked up: Name or service not known"
    assert "has no address" in why(fetch("https://x.example.org/", tmp_path, reach=Reach(resolve=lambda host: [])))


def test_a_resolver_that_never_answers_ends_at_the_deadline(tmp_path):
    never = threading.Event()

    def stuck(host):
        never.wait(30)
        return []

    try:
        told = why(fetch("https://x.example.org/", tmp_path, reach=Reach(resolve=stuck), limits=Limits(total=0.2)))
    finally:
        never.set()
    assert told == "it did not come whole within 0.2 seconds"


def test_the_systems_resolver_is_asked_for_the_whole_name_and_no_search_domain(tmp_path, monkeypatch):
    asked = []

    def noted(host, *_, **__):
        asked.append(host)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", noted)
    assert "has no address" in why(fetch("https://bücher.example/", tmp_path))
    assert asked == [b"xn--bcher-kva.example."]


REDIRECTS = [
    "https://inside.example.org:{inside}/",
    "HTTPS://INSIDE.example.org.:{inside}/",
    "//inside.example.org:{inside}/",
    "https://127.0.0.2:{inside}/",
    "https://2130706434:{inside}/",
    "https://0x7f000002:{inside}/",
    "https://0177.0.0.2:{inside}/",
    "https://127.2:{inside}/",
    "https://①②⑦.0.0.2:{inside}/",
    "https://[::ffff:127.0.0.2]:{inside}/",
    "https://[64:ff9b::7f00:2]:{inside}/",
    "https://localhost:{inside}/",
    "https://lists.example.org@inside.example.org:{inside}/",
    "https://inside.example.org:{inside}\\@lists.example.org/",
    "https://inside.example.org:22/",
    "https://inside.example.org:0/",
    "https://inside.example.org:99999/",
    "http://inside.example.org:{inside}/",
    "http://lists.example.org:{server}/list.txt",
    "file:///etc/passwd",
    "gopher://inside.example.org:{inside}/",
    "ftp://inside.example.org:{inside}/",
    "data:text/plain,ads.example",
    "javascript:alert(1)",
    "https:inside.example.org:{inside}/",
    "https:///inside.example.org:{inside}/",
    "/\\inside.example.org:{inside}/",
    "/\t/inside.example.org:{inside}/",
    "https://inside.example.org:{inside}/ x",
    "https://inside.example.org:{inside}/é",
    "https://inside.example.org%2f:{inside}/",
    "https://" + "a" * 70_000 + ".example.org/",
    "https://lists.example.org:{server}/" + "a" * 3000,
    "",
]


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"])
@pytest.mark.parametrize("location", REDIRECTS, ids=lambda text: text[:50])
def test_no_redirect_leads_inside_or_out_of_https(server, inside, dialled, tmp_path, location, status):
    to = location.format(inside=inside.port, server=server.port)
    server.answers["/"] = reply(b"", status, location="").replace(b"Location: ", b"Location: " + to.encode())
    found = fetch(server.url("/"), tmp_path, reach=reach_of(server, inside, inside="127.0.0.2"))
    assert why(found).startswith(("it sends on", "the name inside.example.org leads to", "a head", "the answer has"))
    assert (dialled, inside.connections, server.connections) == (["127.0.0.1"], 0, 1)


def test_no_redirect_without_a_place_or_with_two_is_followed(server, tmp_path):
    for answer in (reply(b"", "302 Found"), reply(b"", "302 Found", location="/a\r\nLocation: /b")):
        server.answers["/"] = answer
        assert "can't be read" in why(fetch(server.url("/"), tmp_path, reach=reach_of(server)))
    assert server.connections == 2


@pytest.mark.parametrize(
    "location", ["/lists/new.txt", "new.txt", "../lists/new.txt", "?new", "{server}/lists/new.txt"]
)
def test_a_redirect_on_the_same_server_is_followed(server, tmp_path, location):
    at = location.format(server=server.url(""))
    server.answers["/lists/old.txt"] = reply(b"", "308 Permanent Redirect", location=at + "#part")
    server.answers["/lists/new.txt"] = server.answers["/lists/old.txt?new"] = reply(LIST)
    found = fetch(server.url("/lists/old.txt"), tmp_path, reach=reach_of(server))
    assert isinstance(found, Fetched)
    assert found.url in (server.url("/lists/new.txt"), server.url("/lists/old.txt?new"))


@pytest.mark.parametrize(("hops", "good"), [(5, True), (6, False)])
def test_five_redirects_are_followed_and_no_more(server, tmp_path, hops, good):
    for n in range(hops):
        server.answers[f"/{n}"] = reply(b"", "302 Found", location=f"/{n + 1}")
    server.answers[f"/{hops}"] = reply(LIST)
    found = fetch(server.url("/0"), tmp_path, reach=reach_of(server))
    assert isinstance(found, Fetched) if good else why(found) == "it sends on more than 5 times"


def test_redirects_in_a_circle_end(server, tmp_path):
    server.answers["/"] = reply(b"", "302 Found", location="/")
    assert why(fetch(server.url("/"), tmp_path, reach=reach_of(server))) == "it sends on more than 5 times"
    assert server.connections == 6


def test_plain_http_is_fetched_only_where_it_is_allowed(tmp_path):
    with ListServer(None) as plain:
        plain.answers["/"] = reply(LIST)
        url = f"http://{HOST}:{plain.port}/"
        assert "has to be https" in why(fetch(url, tmp_path, reach=reach_of(plain)))
        assert plain.connections == 0
        assert isinstance(fetch(url, tmp_path, reach=replace(reach_of(plain), http=True)), Fetched)


def test_https_never_sends_on_to_http_even_where_http_is_allowed(server, tmp_path):
    with ListServer(None) as plain:
        plain.answers["/"] = reply(LIST)
        server.answers["/"] = reply(b"", "302 Found", location=f"http://{HOST}:{plain.port}/")
        found = fetch(server.url("/"), tmp_path, reach=replace(reach_of(server, plain), http=True))
        assert "not protected" in why(found)
        assert plain.connections == 0


@pytest.mark.parametrize(
    ("names", "days", "expected"),
    [
        (("other.example.org",), 1, "Hostname mismatch"),
        (("*.org",), 1, "Hostname mismatch"),
        ((HOST,), -1, "certificate has expired"),
    ],
)
def test_a_certificate_for_another_host_or_another_time_is_refused(tmp_path, names, days, expected):
    with ListServer(authority().server(*names, days=days)) as wrong:
        told = why(fetch(wrong.url("/"), tmp_path, reach=reach_of(wrong)))
    assert told.startswith(f"the certificate of {HOST} can't be trusted: ")
    assert expected in told
    assert wrong.requests == []


def test_only_those_that_the_operating_system_trusts_are_trusted(server, tmp_path, monkeypatch):
    server.answers["/"] = reply(LIST)
    reach = Reach(resolve=lambda host: ["127.0.0.1"], ports=frozenset({server.port}), also=(LOOPBACK,))
    assert "can't be trusted" in why(fetch(server.url("/"), tmp_path, reach=reach))
    assert server.requests == []
    if ssl.get_default_verify_paths().openssl_cafile_env != "SSL_CERT_FILE":
        pytest.skip("this system's trust can't be added to by a variable")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority().file))
    assert isinstance(fetch(server.url("/"), tmp_path, reach=reach), Fetched)


def test_a_server_that_speaks_no_tls_or_nothing_is_left(tmp_path):
    with ListServer(None) as plain, socket.create_server(("127.0.0.1", 0)) as silent:
        plain.answers["/"] = reply(LIST)
        reach = replace(reach_of(plain), ports=frozenset({plain.port, silent.getsockname()[1]}))
        url = f"https://{HOST}:{silent.getsockname()[1]}/"
        told = why(fetch(url, tmp_path, reach=reach, limits=Limits(connect=0.2)))
        assert told == f"no secure connection to {HOST} comes about: it does not answer in time"
        assert plain.requests == []
