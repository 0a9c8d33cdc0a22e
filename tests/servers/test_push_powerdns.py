"""PowerDNS Authoritative as a primary, set up by nothing but the script that the service gives for it."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dns.query
import dns.xfr
import pytest

from firewall_admin import worker
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.push_configs import PRIMARIES, Setup
from firewall_admin.core.questions import Where
from firewall_admin.journeys.release_contents import rebuild
from tests.journeys.release_world import block, deliveries, end_rule, live, publish, world_with_folders

from . import primaries
from .internet import Internet
from .primaries import KEY, SCHEMA, powerdns_of
from .processes import HOST, free_port, program, write
from .secondaries import SECONDARIES, setup, start
from .test_service_push import BOTH, ZONES, pushed_to
from .test_service_unbound import PUPIL, TEACHER, blocked, until


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet() as internet:
        yield internet


def set_up(folder: Path, *resolvers: Where) -> str:
    """Run the script on an empty database; the secret of the key that it made."""
    program("pdns_server")
    if not SCHEMA.exists():
        pytest.skip("PowerDNS' backend for SQLite is not installed")
    folder.mkdir()
    with closing(sqlite3.connect(folder / "pdns.db")) as database:
        database.executescript(SCHEMA.read_text())
    write(folder / "pdns.conf", f"launch=gsqlite3\ngsqlite3-database={folder}/pdns.db\ngsqlite3-pragma-synchronous=0\n")
    tool = Path(
        write(folder / "bin" / "pdnsutil", f'#!/bin/sh\nexec {program("pdnsutil")} --config-dir={folder} "$@"\n')
    )
    tool.chmod(0o755)
    asked = Setup("resolvers", BOTH, HOST, 53, "rpz", KEY, "hmac-sha256", resolvers)
    [file] = PRIMARIES["powerdns"](asked)
    script = write(folder / file.path, "".join(file.parts))
    path = os.pathsep.join([str(tool.parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        ["/bin/sh", script], env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with closing(sqlite3.connect(folder / "pdns.db")) as database:
        [[secret]] = database.execute("SELECT secret FROM tsigkeys").fetchall()
    return str(secret)


@pytest.mark.parametrize("kind", SECONDARIES)
def test_a_decision_reaches_resolvers_behind_a_powerdns_that_the_script_set_up(
    kind: str, internet: Internet, tmp_path: Path
) -> None:
    world = world_with_folders(tmp_path)
    secret = set_up(tmp_path / "powerdns", Where(HOST), Where(HOST, free_port()))
    with powerdns_of(tmp_path / "powerdns", ZONES) as server:
        target = pushed_to(world, server, secret=secret)
        number = publish(world, world.oakfield, "bad.example")
        assert [one.state for one in deliveries(world, target)] == ["done"]
        release = live(world, world.oakfield)
        compiled = compile_policy(rebuild(world.ports, release), release.at)
        with start(kind, compiled, setup(server, BOTH), tmp_path, internet) as resolver:
            primaries.notify(server, tmp_path / "powerdns", resolver.port)
            until(lambda: blocked(resolver, PUPIL, "bad.example"), "the first transfer")
            block(world, world.oakfield, "worse.example", audience="pupils")
            worker.once(world.ports)
            until(lambda: blocked(resolver, PUPIL, "worse.example"), "worse.example blocked for pupils")
            assert not blocked(resolver, TEACHER, "worse.example")
            end_rule(world, world.oakfield, "worse.example")
            worker.once(world.ports)
            until(lambda: not blocked(resolver, PUPIL, "worse.example"), "worse.example open again")
        assert number < live(world, world.oakfield).number
        assert [one.state for one in deliveries(world, target)][-1] == "done"


def test_nobody_but_the_key_changes_a_zone_and_nobody_but_the_resolvers_copies_one(tmp_path: Path) -> None:
    world = world_with_folders(tmp_path)
    set_up(tmp_path / "powerdns", Where("192.0.2.7"))
    with powerdns_of(tmp_path / "powerdns", ZONES) as server:
        target = pushed_to(world, server)  # with a secret that it does not have
        publish(world, world.oakfield, "bad.example")
        [failed] = deliveries(world, target)
        assert failed.state == "failed"
        assert not release_of_any(server.port)
        with pytest.raises(dns.xfr.TransferError, match=r"REFUSED|NOTAUTH"):
            list(dns.query.xfr(HOST, ZONES[0], port=server.port, lifetime=20))


def release_of_any(port: int) -> bool:
    """Whether any zone was changed at all: each begins with serial 1."""
    return any(primaries.serial(port, zone) != 1 for zone in ZONES)
