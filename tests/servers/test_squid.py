"""A real Squid, loaded with the export as it is, refuses and lets through what `decide` says."""

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest

from firewall_admin.core.export import Target
from firewall_admin.core.exports import squid
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, Rule, SchoolPolicy, decide
from firewall_admin.core.timetable import parse_timetable

from . import daemons
from .comparison import audience_of
from .policies import AT, OUTSIDE, PUPILS, STAFF, Case, hand_picked, random_policy, with_answer
from .processes import Server, free_port, program, write
from .proxy import Reply, Request, at_once, behind, connect, get, origin, tls
from .questions import named, names_around

SITE = """
http_access allow localhost manager
http_access deny manager
acl site_ports port 80 443 8080
http_access deny !site_ports
http_access allow all
"""
LIST = Audience("pupils", ("127.10.0.0/16",), "sinkhole", ("192.0.2.53",), lists=(Assignment("bad"),))


@dataclass(frozen=True)
class Wrong:
    request: Request
    expected: str
    got: Reply


def exported(folder: Path, case: Case) -> Path:
    """The files of the export, where they say they are."""
    base = folder / "policy"
    for file in squid.files(case.compiled(), Target(str(base))):
        write(base / file.path, "".join(file.parts))
    return base


@contextmanager
def proxy(folder: Path, case: Case, site: str = SITE, more: str = "") -> Iterator[Server]:
    """A proxy that has the export included above the site's own rules; what it lets through is answered with 200."""
    base = exported(folder, case)
    with origin() as parent:
        main = f"include {base}/squid.conf\n{site}{behind(parent)}{more}"
        assert complaints(folder, main) == []
        with daemons.squid(folder, main=main) as server:
            yield server


def complaints(folder: Path, main: str) -> list[str]:
    """What `squid -k parse` has to say of a configuration besides what it does."""
    path = write(folder / "parsed.conf", f"http_port 127.0.0.1:3128\npid_filename none\n{main}")
    parsed = subprocess.run([program("squid"), "-k", "parse", "-f", path], capture_output=True, text=True, check=False)
    words = ("warning", "error", "fatal", "bungled", "deprecated", "notice")
    found = [line for line in parsed.stderr.splitlines() if any(word in line.lower() for word in words)]
    return found if parsed.returncode == 0 else [*found, f"status {parsed.returncode}"]


def asked(case: Case, most: int, seed: int = 1) -> list[tuple[str, str]]:
    """Pairs of client and name."""
    names = names_around(named(case.school_policy) | set(case.names), Random(seed), most)
    return [(source, name) for name in names for source in case.sources]


def expected(case: Case, source: str, name: str) -> str:
    """`open`, `403`, or the beginning of the address of a redirect."""
    audience = audience_of(case.school_policy, source)
    if audience is None:
        return "open"
    verdict = decide(case.school_policy.policy(audience.name, case.at), name.lower())
    if not verdict.blocked:
        return "open"
    if verdict.answer != "sinkhole":
        return "403"
    address = min(audience.sinkhole, key=lambda address: ":" in address)
    return f"http://{f'[{address}]' if ':' in address else address}/blocked?"


def fits(wanted: str, reply: Reply) -> bool:
    if wanted in ("open", "403"):
        return (reply.status, reply.location) == ({"open": 200, "403": 403}[wanted], None)
    return reply.status == 302 and (reply.location or "").startswith(wanted)


def wrong(
    case: Case, pairs: Iterable[tuple[str, str]], replies: Iterable[Reply], requests: list[Request]
) -> list[Wrong]:
    wanted = [expected(case, *pair) for pair in pairs]
    return [Wrong(*one) for one in zip(requests, wanted, replies, strict=True) if not fits(*one[1:])]


def wrong_by_get(server: Server, case: Case, pairs: list[tuple[str, str]]) -> list[Wrong]:
    requests = [Request(source, f"http://{name}/some/where?a=b") for source, name in pairs]
    return wrong(case, pairs, get(server.port, requests), requests)


def wrong_by_connect(server: Server, case: Case, pairs: list[tuple[str, str]]) -> list[Wrong]:
    requests = [Request(source, f"{name}:443") for source, name in pairs]
    return wrong(case, pairs, at_once(partial(connect, server.port), requests), requests)


@pytest.mark.parametrize("seed", range(6))
def test_random_policies_are_kept_for_every_name_and_client(tmp_path, seed):
    case = random_policy(seed)
    pairs = asked(case, 240, seed)
    assert len(pairs) >= 1800  # with CONNECT, more than 12,000 in the six of them
    with proxy(tmp_path, case) as server:
        assert wrong_by_get(server, case, pairs) == []
        assert wrong_by_connect(server, case, Random(seed).sample(pairs, 300)) == []


@pytest.mark.parametrize("case", hand_picked(), ids=lambda case: case.name)
def test_policies_that_are_hard_to_get_right_are_kept(tmp_path, case):
    with proxy(tmp_path, case) as server:
        assert wrong_by_get(server, case, asked(case, 300)) == []
        assert wrong_by_connect(server, case, asked(case, 60)) == []


def test_a_policy_for_every_client_there_is_leaves_nobody_out(tmp_path):
    case = with_answer(random_policy(11, networks=False), "sinkhole", ("2001:db8:53::53",))
    case = replace(case, sources=(PUPILS, STAFF, OUTSIDE))
    with proxy(tmp_path, case) as server:
        assert wrong_by_get(server, case, asked(case, 100)) == []


def test_a_network_of_all_ipv6_takes_in_no_client_of_ipv4(tmp_path):
    case = school(replace(LIST, networks=("::/0",)), ["bad.lab"])
    with proxy(tmp_path, case) as server:
        assert connect(server.port, Request(PUPILS, "bad.lab:443")) == Reply(200)


def test_the_comparison_sees_a_list_that_is_not_loaded(tmp_path):
    case = random_policy(1)
    other = replace(case, school_policy=replace(case.school_policy, rules=case.school_policy.rules[::2]))
    with proxy(tmp_path, other) as server:
        found = wrong_by_get(server, case, asked(case, 240))
    assert {one.expected == "open" for one in found} == {True, False}


@pytest.mark.parametrize("name", [".www.bad.lab", ".lab"])
def test_the_offline_check_sees_a_list_that_squid_would_not_take(tmp_path, name):
    base = exported(tmp_path, school(LIST, ["bad.lab"]))
    main = f"include {base}/squid.conf\n{SITE}"
    assert complaints(tmp_path, main) == []
    with (base / "lists/lists-1-block.txt").open("a") as added:
        added.write(f"{name}\n")
    assert complaints(tmp_path, main) != []


def test_the_offline_check_sees_a_list_that_is_not_there(tmp_path):
    base = exported(tmp_path, school(LIST, ["bad.lab"]))
    (base / "lists/lists-1-block.txt").unlink()
    assert complaints(tmp_path, f"include {base}/squid.conf\n{SITE}") != []


def school(audience: Audience, names: Iterable[str], *rules: Rule) -> Case:
    lists = {"bad": NameList("bad", "blocked", Names.of(names))}
    return Case("small", SchoolPolicy("Oak", UTC, "UTC", (), (audience,), lists, rules), (PUPILS,))


def test_the_block_page_is_told_the_whole_address_and_the_audience(tmp_path):
    url = "http://www.bad.lab:8080/some/where;x?a=1&b=%2F%20%C3%BC&c='<\">#part"
    with proxy(tmp_path, school(LIST, ["bad.lab"])) as server:
        [reply] = get(server.port, [Request(PUPILS, url)])
        tunnel = connect(server.port, Request(PUPILS, "www.bad.lab:443"))
    assert reply.status == tunnel.status == 302
    told = urlsplit(str(reply.location))
    query = parse_qs(told.query, strict_parsing=True)
    assert (told.netloc, told.path, query["audience"]) == ("192.0.2.53", "/blocked", ["pupils"])
    assert unescape(query["url"][0]) == url  # Squid writes & as &amp; within the address
    assert parse_qs(urlsplit(str(tunnel.location)).query)["url"] == ["www.bad.lab:443"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("BAD.lab", 302),
        ("www.bad.lab.", 302),
        ("someone:secret@bad.lab", 302),
        ("bad.lab:8080", 302),
        ("notbad.lab", 200),
        ("bad.lab.other.lab", 200),
        ("bad-lab", 200),
        ("bad.lab@other.lab", 200),
        ("127.0.0.1", 200),
        ("[::1]", 200),
    ],
)
def test_a_host_is_known_in_every_spelling(spelling_proxy, host, status):
    [reply] = get(spelling_proxy.port, [Request(PUPILS, f"http://{host}/")])
    assert reply.status == status


@pytest.fixture(scope="module")
def spelling_proxy(tmp_path_factory):
    with proxy(tmp_path_factory.mktemp("spelling"), school(LIST, ["bad.lab"])) as server:
        yield server


def test_what_a_rule_opens_is_still_for_the_site_to_refuse(tmp_path):
    case = school(LIST, ["bad.lab"], Rule("allow", "ok.bad.lab"))
    with proxy(tmp_path, case) as server:
        opened, refused, blocked = get(
            server.port, [Request(PUPILS, f"http://{host}/") for host in ("ok.bad.lab", "ok.bad.lab:81", "bad.lab:81")]
        )
    assert (opened.status, refused, blocked.status) == (200, Reply(403), 302)


def test_a_timetable_is_followed_to_the_minute_without_another_compile(tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    for attempt in range(5):
        now = datetime.now(UTC)
        case = hours_around(now)
        with proxy(tmp_path / str(attempt), case) as server:
            names = [f"{name}.lab" for name in case.school_policy.timetables]
            replies = get(server.port, [Request(PUPILS, f"http://{name}/") for name in names])
        if now.minute == datetime.now(UTC).minute:
            break
    assert {name: reply.status == 200 for name, reply in zip(names, replies, strict=True)} == {
        "now.lab": True,
        "until-now.lab": False,
        "from-the-next.lab": False,
        "today.lab": True,
        "other-days.lab": False,
        "over-midnight.lab": now.hour >= 23 or now.hour < 22,
    }


def hours_around(now: datetime) -> Case:
    """Names that are blocked except in hours around an instant; compiled for another day, at which they are closed."""
    day, (before, after, later) = f"{now:%a}", (now + timedelta(minutes=m) for m in (-1, 1, 2))
    others = ",".join(d for d in ("mon", "tue", "wed", "thu", "fri", "sat", "sun") if d != day.lower())
    windows = {
        "now": f"mon-sun {now:%H:%M}-{after:%H:%M}",
        "until-now": f"mon-sun {before:%H:%M}-{now:%H:%M}",
        "from-the-next": f"mon-sun {after:%H:%M}-{later:%H:%M}",
        "today": f"{day} 00:00-24:00",
        "other-days": f"{others} 00:00-24:00",
        "over-midnight": "mon-sun 23:00-22:00",
    }
    lists = {name: NameList(name, "blocked", Names.of([f"{name}.lab"])) for name in windows}
    tables = {name: parse_timetable(name, [window]) for name, window in windows.items()}
    pupils = replace(LIST, lists=tuple(Assignment(name, except_=name) for name in windows))
    policy = SchoolPolicy("Oak", UTC, "UTC", (), (pupils,), lists, (), tables)
    return Case("hours", policy, (PUPILS,), at=AT)


@pytest.mark.parametrize("seed", [2, 3])
def test_ssl_bump_ends_tls_for_the_server_names_that_are_blocked(tmp_path, seed):
    case, port = random_policy(seed), free_port()
    more = f"""
http_port 127.0.0.1:{port} ssl-bump tls-cert={certificate(tmp_path)} generate-host-certificates=off
include {tmp_path}/policy/ssl.conf
acl first at_step SslBump1
ssl_bump peek first
ssl_bump splice all
"""
    pairs = asked(case, 60, seed)
    with proxy(tmp_path, case, more=more):
        heard = at_once(lambda pair: tls(port, pair[0], "198.51.100.1:443", pair[1]), pairs)
    opened = [expected(case, *pair) == "open" for pair in pairs]
    assert [pair for pair, *both in zip(pairs, heard, opened, strict=True) if both[0] != both[1]] == []
    assert {True, False} == set(heard)


def certificate(folder: Path) -> Path:
    """A certificate with its key, which an ssl-bump port must have even where it never decrypts."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "proxy.pem"
    options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=proxy.lab -days 2".split()
    subprocess.run([program("openssl"), *options, "-keyout", path, "-out", path], capture_output=True, check=True)
    return path
