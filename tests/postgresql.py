"""A real PostgreSQL for tests: a server of their own on a Unix socket, and a database for each test, by template."""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import psycopg

from firewall_admin.adapters import clock
from firewall_admin.db.change import Database
from firewall_admin.db.upgrade import upgrade

PLACES = ("/usr/lib/postgresql", "/opt/homebrew/opt")
# Nothing here has to survive a power cut, and there is no network: whoever can open the folder can connect. Of hundreds
# of small databases that are soon gone none needs to be vacuumed, copied elsewhere or checked halfway.
SETTINGS = (
    *("listen_addresses=", "max_connections=60", "shared_buffers=32MB"),
    *("fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0"),
    *("autovacuum=off", "checkpoint_timeout=1h", "max_wal_size=256MB", "jit=off"),
)
PREFIX = "firewall-pg-"
IN_MEMORY = Path("/dev/shm")  # a database is hundreds of files, which a busy disk makes and takes away slowly
ROOM = 2 << 30  # octets
READY = 60  # seconds


class Server:
    """A running server; `database` gives the address of a fresh database at the present schema."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._made = 0
        self._templates: set[str] = {"template0"}
        with self._admin() as connection:
            # Of a copy, the log need hold no page: that takes half the time. The only way there was before 15.
            self._how = " STRATEGY file_copy" if connection.info.server_version >= 150_000 else ""

    @contextmanager
    def furnished(self) -> Iterator[str]:
        """A database in which the schools of `tests.world` are, as long as the block lasts."""
        from tests.world import Clock, furnish

        self._template("furnished", furnish, Clock())
        with self.database("furnished") as url:
            yield url

    @contextmanager
    def database(self, template: str = "at_head") -> Iterator[str]:
        """A database that lasts as long as the block; `template0` is an empty one."""
        if template == "at_head":
            self._template(template, upgrade, clock.now)
        self._made += 1
        name = f"test_{self._made}"
        with self._admin() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}{self._how}".encode())
        try:
            yield self._url(name)
        finally:
            with self._admin() as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def _template(self, name: str, make: Callable[[Database], object], now: Callable[[], datetime]) -> None:
        """Make a database that others are copies of, where there is none yet."""
        if name not in self._templates:
            with self._admin() as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            template = Database(self._url(name), now)
            make(template)
            template.engine.dispose()
            self._templates.add(name)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True)


def program(name: str) -> str | None:
    """Where a program of PostgreSQL is: Debian keeps the server's own off the PATH. The newest if there are several."""
    places = [found for place in PLACES for found in Path(place).glob(f"*/bin/{name}")]
    return str(max(places, default="", key=lambda path: path.parts)) or shutil.which(name)


@contextmanager
def running() -> Iterator[Server]:
    """A server, from initdb to its end. FileNotFoundError where there is none to run."""
    initdb, postgres = program("initdb"), program("postgres")
    if not initdb or not postgres:
        raise FileNotFoundError("no PostgreSQL server is installed")
    place = _where()
    _tidy(place)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    lock = (folder / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)  # until this process ends, however it ends
    try:
        as_whom = _as_whom(folder)
        made = [*as_whom, initdb, "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]
        subprocess.run(made, check=True, cwd=folder, stdout=subprocess.DEVNULL)
        options = [part for setting in (*SETTINGS, f"unix_socket_directories={folder}") for part in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            command = [*as_whom, postgres, "-D", str(folder / "data"), *options]
            server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(server, folder)
            yield Server(folder)
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def _where() -> Path:
    """In memory, where this machine has plenty; otherwise wherever temporary files go."""
    roomy = os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM
    return IN_MEMORY if roomy else Path(tempfile.gettempdir())


def _tidy(place: Path) -> None:
    """Take away what earlier runs left that were killed."""
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > READY:
                with (folder / "lock").open() as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)


def _as_whom(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root. Its server ends with us, even where we are killed."""
    setpriv = shutil.which("setpriv")
    end_with_us = [setpriv, "--pdeathsig", "INT"] if setpriv else []
    if os.geteuid() != 0:
        return end_with_us
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    if not setpriv:
        raise FileNotFoundError("setpriv is missing, without which root can't start PostgreSQL")
    return [*end_with_us, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + READY
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        with suppress(psycopg.OperationalError), psycopg.connect(f"host={folder} user=postgres dbname=postgres"):
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace')[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """SIGINT is PostgreSQL's fast shutdown."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
