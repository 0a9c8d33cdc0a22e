"""A client of an audience, and nobody else, is told by real servers which release they have loaded."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.export import Target
from firewall_admin.core.exports import dnsmasq, unbound
from firewall_admin.core.policy import Audience
from firewall_admin.core.release_mark import HOST, NAME, Mark

from . import daemons, policies
from .internet import Internet
from .policies import AT, GUESTS, OUTSIDE, PUPILS, RELEASE, STAFF, Case
from .processes import Server, write
from .proxy import Request, get
from .questions import UNANSWERED, ask_one
from .rpz import RESOLVERS, export
from .test_squid import proxy

CASE = policies.steered()
WHOSE = {PUPILS: "pupils", STAFF: "staff", GUESTS: "guests"}


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet(missing=frozenset({NAME})) as one:
        yield one


def local_zones(files: Path, folder: Path, internet: Internet) -> AbstractContextManager[Server]:
    return daemons.unbound(folder, internet, main=f'include: "{files}/unbound.conf"', modules="iterator")


def exported(kind: str, compiled: Compiled, folder: Path) -> Path:
    if kind != "unbound-local-zones":
        return export(compiled, folder)
    [file] = unbound.files(compiled, Target(str(folder)))
    write(folder / file.path, "".join(file.parts))
    return folder


STARTS: dict[str, Callable[..., AbstractContextManager[Server]]] = {**RESOLVERS, "unbound-local-zones": local_zones}
every_server = pytest.mark.parametrize("kind", STARTS)


def marks(server: Server, source: str) -> list[str]:
    """What a client is told, each time it asks: a second answer may come from a cache."""
    answers = [ask_one(server.port, source, NAME, "TXT") for _ in range(2)]
    assert UNANSWERED not in answers
    assert answers[0].records == answers[1].records
    return [told.strip('"') for told in answers[0].data("TXT")]


@every_server
def test_each_audience_is_told_the_release_and_who_it_is(kind: str, tmp_path: Path, internet: Internet) -> None:
    files = exported(kind, CASE.compiled(), tmp_path / "files")
    with STARTS[kind](files, tmp_path / "server", internet) as server:
        for source, audience in WHOSE.items():
            assert marks(server, source) == [str(Mark(RELEASE, audience))]
        assert marks(server, OUTSIDE) == [], "a client of no audience is told nothing"
        assert ask_one(server.port, PUPILS, NAME).data("A") == []


@every_server
def test_an_audience_that_the_files_are_not_for_is_told_nothing(kind: str, tmp_path: Path, internet: Internet) -> None:
    """Year 7 lies inside the network of pupils."""
    case = policies.random_policy(5)
    compiled = compile_policy(case.school_policy, case.at, ("pupils",), release=RELEASE)
    with STARTS[kind](exported(kind, compiled, tmp_path / "files"), tmp_path / "server", internet) as server:
        assert marks(server, PUPILS) == ["41 pupils"]
        for source in ("127.10.7.7", STAFF, GUESTS, OUTSIDE):
            assert marks(server, source) == []


@every_server
def test_a_policy_that_blocks_nothing_tells_its_release_too(kind: str, tmp_path: Path, internet: Internet) -> None:
    case = Case("empty", policies.school([Audience("pupils", ("127.10.0.0/16",), anti_bypass=False)]), (PUPILS,))
    with STARTS[kind](exported(kind, case.compiled(), tmp_path / "files"), tmp_path / "server", internet) as server:
        assert marks(server, PUPILS) == ["41 pupils"]
        assert marks(server, OUTSIDE) == []


@pytest.mark.parametrize("audience", WHOSE.values())
def test_a_dnsmasq_tells_whoever_asks(audience: str, tmp_path: Path, internet: Internet) -> None:
    files = {file.audience: file for file in dnsmasq.files(CASE.compiled(), Target("/etc/dnsmasq.d"))}
    path = write(tmp_path / "policy.conf", "".join(files[audience].parts))
    with daemons.dnsmasq(tmp_path / "server", internet, main=f"conf-file={path}") as server:
        assert marks(server, "127.0.0.1") == [str(Mark(RELEASE, audience))]
        assert ask_one(server.port, "127.0.0.1", NAME).data("A") == []


def test_a_squid_redirects_each_audience_to_what_tells_it(tmp_path: Path) -> None:
    with proxy(tmp_path, CASE) as server:
        sources = [*WHOSE, OUTSIDE]
        replies = get(server.port, [Request(source, f"http://{HOST}/") for source in sources])
    told = dict(zip(sources, replies, strict=True))
    for source, audience in WHOSE.items():
        assert (told[source].status, told[source].location) == (302, Mark(RELEASE, audience).address)
    assert told[OUTSIDE].location is None


def test_only_the_marks_of_a_release_change_where_the_policy_does_not(tmp_path: Path) -> None:
    first, second = (
        {
            path.relative_to(folder).as_posix(): path.read_text()
            for path in folder.rglob("*")
            if path.is_file() and path.parent != folder
        }
        for folder in (export(replace(CASE.compiled(), release=number), tmp_path / str(number)) for number in (41, 42))
    )
    changed = {path for path in first if first[path] != second[path]}
    assert changed == {"markers/release1.rpz", "markers/release2.rpz", "markers/release3.rpz"}
    assert "_release" not in "".join(text for path, text in first.items() if path.startswith("zones/"))


def test_what_is_no_release_has_no_mark(tmp_path: Path) -> None:
    folder = export(compile_policy(CASE.school_policy, AT), tmp_path)
    assert not (folder / "markers").exists()
