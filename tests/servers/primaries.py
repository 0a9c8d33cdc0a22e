"""Primary DNS servers on loopback, set up for pushing: Knot DNS, BIND, and PowerDNS with SQLite."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import dns.exception
import dns.message
import dns.query
import pytest

from firewall_admin.adapters.push import Primary

from .processes import HOST, Server, program, running, write

SECRET = "c2VjcmV0IG9mIGEgdGVzdCwgMzIgb2N0ZXRzIGxvbmc="
KEY = "firewall-admin"
EMPTY = "$TTL 60\n@ SOA localhost. root.localhost. 1 3600 600 2419200 60\n@ NS localhost.\n"
SCHEMA = Path("/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql")
META = {
    "TSIG-ALLOW-DNSUPDATE": KEY,
    "ALLOW-DNSUPDATE-FROM": "0.0.0.0/0",
    "SOA-EDIT-DNSUPDATE": "INCREASE",
    "TSIG-ALLOW-AXFR": KEY,
    "ALLOW-AXFR-FROM": HOST,
    "NOTIFY-DNSUPDATE": "1",
}
Start = Callable[..., AbstractContextManager[Server]]


def primary(server: Server, secret: str = SECRET, key: str = KEY, patience: float = 20) -> Primary:
    """How the push reaches a server."""
    return Primary(HOST, server.port, key, "hmac-sha256", secret, patience)


@contextmanager
def knot(folder: Path, zones: Sequence[str]) -> Iterator[Server]:
    """Knot DNS with these zones, as they were left if they were there before."""
    prepare(folder, zones)
    # The path of a Unix socket has 107 characters at most; a test's own folder may be deeper.
    with TemporaryDirectory() as sockets:

        def command(port: int) -> Sequence[str]:
            text = f"""server:
  rundir: {sockets}
  listen: {HOST}@{port}
  tcp-remote-io-timeout: 500
log:
  - target: stderr
    any: warning
database:
  storage: {folder}
# REMOTES
key:
  - id: {KEY}
    algorithm: hmac-sha256
    secret: {SECRET}
acl:
  - id: pushes
    key: {KEY}
    action: [update, transfer]
  - id: resolvers
    address: {HOST}
    action: transfer
zone:
"""
            for zone in zones:
                text += f"  - domain: {zone}\n    storage: {folder}\n    file: {zone}\n    acl: [pushes, resolvers]\n"
                text += "    zonefile-load: difference\n    # NOTIFY\n"
            return [program("knotd"), "-c", write(folder / "knot.conf", text)]

        with running("knotd", folder, command, _serves(zones)) as server:
            yield server


@contextmanager
def bind(folder: Path, zones: Sequence[str]) -> Iterator[Server]:
    """The same with BIND."""
    prepare(folder, zones)

    def command(port: int) -> Sequence[str]:
        text = f"""options {{
  directory "{folder}";
  pid-file none;
  session-keyfile none;
  managed-keys-directory "{folder}";
  listen-on port {port} {{ {HOST}; }};
  listen-on-v6 {{ none; }};
  recursion no;
  notify-delay 0;
  notify-rate 1000;
  serial-query-rate 1000;
  dnssec-validation no;
}};
controls {{ }};
logging {{ category default {{ stderr; }}; channel stderr {{ stderr; severity warning; }}; }};
key "{KEY}" {{ algorithm hmac-sha256; secret "{SECRET}"; }};
"""
        for zone in zones:
            text += f"""zone "{zone}" {{ type primary; file "{zone}"; check-names ignore;
  update-policy {{ grant "{KEY}" zonesub ANY; }}; allow-transfer {{ key "{KEY}"; {HOST}; }}; notify explicit;
  also-notify {{ /* NOTIFY */ }}; }};
"""
        return [program("named"), "-g", "-n", "1", "-c", write(folder / "named.conf", text)]

    with running("named", folder, command, _serves(zones)) as server:
        yield server


@contextmanager
def powerdns(folder: Path, zones: Sequence[str]) -> Iterator[Server]:
    """The same with PowerDNS Authoritative; its database is filled by hand, since its tool takes a while for each
    word (`test_push_powerdns` uses that)."""
    program("pdns_server")
    if not SCHEMA.exists():
        pytest.skip("PowerDNS' backend for SQLite is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "pdns.db").exists():
        with closing(sqlite3.connect(folder / "pdns.db")) as database, database:
            _fill(database, zones)
    with powerdns_of(folder, zones) as server:
        yield server


@contextmanager
def powerdns_of(folder: Path, zones: Sequence[str]) -> Iterator[Server]:
    """PowerDNS with the database that is in a folder."""
    with TemporaryDirectory() as sockets:

        def command(port: int) -> Sequence[str]:
            text = f"""launch=gsqlite3
gsqlite3-database={folder}/pdns.db
gsqlite3-pragma-synchronous=0
local-address={HOST}
local-port={port}
socket-dir={sockets}
daemon=no
guardian=no
disable-syslog=yes
loglevel=4
security-poll-suffix=
primary=yes
dnsupdate=yes
send-signed-notify=no
zone-cache-refresh-interval=0
allow-axfr-ips=
"""
            write(folder / "pdns.conf", text)
            return [program("pdns_server"), f"--config-dir={folder}"]

        with running("pdns_server", folder, command, _serves(zones)) as server:
            yield server


def _fill(database: sqlite3.Connection, zones: Sequence[str]) -> None:
    database.executescript(SCHEMA.read_text())
    database.execute("INSERT INTO tsigkeys (name, algorithm, secret) VALUES (?, 'hmac-sha256', ?)", (KEY, SECRET))
    for number, zone in enumerate(zones, 1):
        database.execute("INSERT INTO domains (id, name, type) VALUES (?, ?, 'MASTER')", (number, zone))
        for kind, content in (("SOA", "localhost. root.localhost. 1 3600 600 2419200 60"), ("NS", "localhost.")):
            row = (number, zone, kind, content.removesuffix("."))
            database.execute("INSERT INTO records (domain_id, name, type, content, ttl) VALUES (?, ?, ?, ?, 60)", row)
        for kind, content in META.items():
            database.execute("INSERT INTO domainmetadata (domain_id, kind, content) VALUES (?, ?, ?)",
                             (number, kind, content))  # fmt: skip


def notify(server: Server, folder: Path, *ports: int) -> None:
    """Have a running primary tell servers at these ports on loopback of every change from now on."""
    if server.name == "pdns_server":
        with closing(sqlite3.connect(folder / "pdns.db", timeout=20)) as database, database:
            for port in ports:
                database.execute("INSERT INTO domainmetadata (domain_id, kind, content) SELECT id, 'ALSO-NOTIFY', ? "
                                 "FROM domains", (f"{HOST}:{port}",))  # fmt: skip
        return
    if server.name == "knotd":
        remotes = "".join(f"  - id: r{port}\n    address: {HOST}@{port}\n" for port in ports)
        names = ", ".join(f"r{port}" for port in ports)
        text = (folder / "knot.conf").read_text()
        text = text.replace("# REMOTES", f"remote:\n{remotes}").replace("# NOTIFY", f"notify: [{names}]")
        write(folder / "knot.conf", text)
    else:
        told = "".join(f"{HOST} port {port}; " for port in ports)
        write(folder / "named.conf", (folder / "named.conf").read_text().replace("/* NOTIFY */", told))
    os.kill(server.pid, signal.SIGHUP)


PRIMARIES: dict[str, Start] = {"knot": knot, "bind": bind}
ALL: dict[str, Start] = {**PRIMARIES, "powerdns": powerdns}


def prepare(folder: Path, zones: Sequence[str]) -> None:
    """Empty zones, where there are none yet."""
    for zone in zones:
        if not (folder / zone).exists():
            write(folder / zone, EMPTY)


def serial(port: int, zone: str) -> int | None:
    """The serial of a zone at a server."""
    try:
        answer = dns.query.udp(dns.message.make_query(f"{zone}.", "SOA"), HOST, timeout=1, port=port)
    except (OSError, dns.exception.DNSException):
        return None
    found = [rrset[0].serial for rrset in answer.answer]
    return int(found[0]) if found else None


def _serves(zones: Sequence[str]) -> Callable[[int], bool]:
    return lambda port: all(serial(port, zone) is not None for zone in zones)
