"""Starts a real resolver or proxy on loopback with the smallest main file.

Each function is a context manager that yields a `Server` which answers already. Whatever is loaded comes as text for
the place where an administrator would put it. The resolvers forward to the given `Internet` and to nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from .internet import Internet
from .processes import HOST, Server, accepts_tcp, answers_dns, loopback, program, running, write


@contextmanager
def unbound(folder: Path, internet: Internet, *, main: str = "", modules: str = "respip iterator") -> Iterator[Server]:
    """`main` is put at the end of the main file: `include:` lines go there. `modules` is its module-config."""

    def command(port: int) -> Sequence[str]:
        interfaces = "\n".join(f"  interface: {host}" for host in loopback())
        text = f"""server:
{interfaces}
  port: {port}
  do-daemonize: no
  use-syslog: no
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  access-control: 127.0.0.0/8 allow
  access-control: ::1 allow
  do-not-query-localhost: no
  prefer-ip4: yes
  num-threads: 1
  module-config: "{modules}"
  outgoing-range: 512
  num-queries-per-thread: 1024
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: {HOST}@{internet.port}
{main}
"""
        return [program("unbound"), "-d", "-c", write(folder / "main.conf", text)]

    with running("unbound", folder, command, answers_dns) as server:
        yield server


@contextmanager
def bind(
    folder: Path, internet: Internet, *, options: str = "", zones: str = "", policy_zones: int = 0
) -> Iterator[Server]:
    """`options` stands inside `options {}`, `zones` at the top level of named.conf. named answers before it has read
    its policy zones; `policy_zones` of them are waited for, each counted in every view."""

    def command(port: int) -> Sequence[str]:
        six = "::1" if "::1" in loopback() else "none"
        text = f"""options {{
  directory "{folder}";
  pid-file none;
  session-keyfile none;
  managed-keys-directory "{folder}";
  listen-on port {port} {{ {HOST}; }};
  listen-on-v6 port {port} {{ {six}; }};
  allow-query {{ localhost; 127.0.0.0/8; }};
  allow-recursion {{ localhost; 127.0.0.0/8; }};
  forwarders {{ {HOST} port {internet.port}; }};
  forward only;
  recursion yes;
  dnssec-validation no;
  empty-zones-enable no;
  recursive-clients 5000;
  clients-per-query 0;
{options}
}};
controls {{ }};
logging {{ category default {{ stderr; }}; channel stderr {{ stderr; severity info; }}; }};
{zones}
"""
        return [program("named"), "-g", "-n", "1", "-c", write(folder / "named.conf", text)]

    def loaded(log: str) -> bool:
        return log.count(".rpz: reload done: success") >= policy_zones

    with running("named", folder, command, answers_dns, loaded) as server:
        yield server


@contextmanager
def recursor(
    folder: Path,
    internet: Internet,
    *,
    lua_config: str = "",
    lua_dns: str = "",
    settings: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """`lua_config` and `lua_dns` are paths for `lua-config-file` and `lua-dns-script`; `settings` are added."""

    def command(port: int) -> Sequence[str]:
        written = {
            "local-address": ",".join(loopback()),
            "local-port": port,
            "allow-from": "127.0.0.0/8,::1/128",
            "network-timeout": 5000,
            "packetcache-servfail-ttl": 0,
            "forward-zones-recurse": f".={HOST}:{internet.port}",
            "dont-query": "",
            "dnssec": "off",
            "daemon": "no",
            "disable-syslog": "yes",
            "threads": 1,
            "socket-dir": sockets,
            "api-config-dir": "",
            "lua-config-file": lua_config,
            "lua-dns-script": lua_dns,
            "security-poll-suffix": "",
            "client-tcp-timeout": 10,
            **(settings or {}),
        }
        write(folder / "recursor.conf", "".join(f"{key}={value}\n" for key, value in written.items()))
        return [program("pdns_recursor"), f"--config-dir={folder}"]

    # The path of a Unix socket has 107 characters at most; a test's own folder may be deeper.
    with TemporaryDirectory() as sockets, running("pdns_recursor", folder, command, answers_dns) as server:
        yield server


@contextmanager
def kresd(folder: Path, *, config: str, packages: Iterable[str] = ("policy", "view")) -> Iterator[Server]:
    """`config` is the main file's own lines, which also say where to forward."""

    def command(port: int) -> Sequence[str]:
        loaded = ", ".join(f"'{package}'" for package in packages)
        listening = "".join(f"net.listen('{host}', {port}, {{ kind = 'dns' }})\n" for host in loopback())
        text = f"{listening}modules = {{ {loaded} }}\n{config}\n"
        write(folder / "kresd.conf", f"cache.size = 16 * MB\ntrust_anchors.remove('.')\n{text}")
        return [program("kresd"), "-n", "-c", str(folder / "kresd.conf"), str(folder)]

    with running("kresd", folder, command, answers_dns) as server:
        yield server


@contextmanager
def dnsmasq(folder: Path, internet: Internet, *, main: str = "") -> Iterator[Server]:
    """`main` is the rest of the main file: `conf-file=` lines go there."""

    def command(port: int) -> Sequence[str]:
        text = f"""port={port}
listen-address={",".join(loopback())}
bind-interfaces
no-resolv
no-hosts
no-daemon
user=
group=
pid-file=
server={HOST}#{internet.port}
dns-forward-max=2000
{main}
"""
        return [program("dnsmasq"), f"--conf-file={write(folder / 'main.conf', text)}"]

    with running("dnsmasq", folder, command, answers_dns) as server:
        yield server


@contextmanager
def squid(folder: Path, *, main: str) -> Iterator[Server]:
    """`main` is everything about access; the port is plain HTTP. Names are resolved by what `main` says."""

    def command(port: int) -> Sequence[str]:
        text = f"""http_port {HOST}:{port}
pid_filename {folder}/squid.pid
coredump_dir none
cache deny all
cache_log /dev/null
access_log none
shutdown_lifetime 0 seconds
visible_hostname proxy.lab
pinger_enable off
{main}
"""
        # Its shared memory is called after the service: two of one name take it from one another.
        return [program("squid"), "-N", "-n", f"test{port}", "-d", "1", "-f", write(folder / "squid.conf", text)]

    folder.mkdir(parents=True, exist_ok=True)
    # Told to end, it waits for a second longer than its shutdown_lifetime.
    with running("squid", folder, command, accepts_tcp, awaited=False) as server:
        yield server
