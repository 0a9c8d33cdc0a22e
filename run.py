"""Everything a fresh checkout needs, with nothing but Python:

python3 run.py [--port N]      set up, then serve on 127.0.0.1 (port 8000; 0 takes a free one)
python3 run.py test [ARG ...]  set up with the test tools and the real servers, then run every check; ARGs go to pytest

Set-up lives in `.venv` and installs exactly what the lock files say, each file by its hash. It is done again only
when a lock, `pyproject.toml`, the Python or the place of the checkout has changed.
"""

import argparse
import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  (this file is also run by a Python that is too old, to be told so)
    sys.exit(
        "firewall_admin needs Python 3.11 or newer; this is {}.{} ({})".format(*sys.version_info[:2], sys.executable)
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "set-up-for"
LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-test.lock"  # holds all of the other, too

# The real servers that exports are loaded into, the browser, and the compiler of the benchmark's C floor.
PACKAGES = (
    "dnsmasq-base unbound bind9 bind9-utils pdns-recursor pdns-server pdns-backend-sqlite3 knot knot-dnssecutils "
    "knot-resolver squid-openssl postgresql chromium gcc libc6-dev strace"
).split()
POLICY = Path("/usr/sbin/policy-rc.d")
CHECKS = (
    ("ruff check", [str(PYTHON), "-m", "ruff", "check", "--quiet", "."]),
    ("ruff format", [str(PYTHON), "-m", "ruff", "format", "--check", "--quiet", "."]),
    ("mypy", [str(PYTHON), "-m", "mypy"]),
    ("lint-imports", [str(SCRIPTS / "lint-imports"), "--no-logo"]),
)
# A file stays in one process, so that what its tests share is made once, and files begin in tests/conftest.py's order.
WHOLE_SUITE = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")


def main(arguments: list[str]) -> int:
    """Do what the command line says. Gives the exit status, unless serving takes over the process."""
    if arguments[:1] == ["test"]:
        return test(arguments[1:])
    usage = "python3 run.py [--port N], or python3 run.py test [PYTEST ARGUMENT ...]"
    command = argparse.ArgumentParser("run.py", usage=usage, description="Set up, then serve on 127.0.0.1.")
    command.add_argument("--port", type=port_number, default=8000, metavar="N", help="8000 if not given; 0 is any free")
    return serve(command.parse_args(arguments).port)


def port_number(text: str) -> int:
    """A port as it is typed, for argparse."""
    if text.isdecimal() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no port (0 to 65535)")


def serve(port: int) -> int:
    """Set up and serve until stopped."""
    set_up(LOCK, also_good=TEST_LOCK)
    port = free_port(port)
    os.chdir(ROOT)
    program = [str(SCRIPTS / ("firewall-admin.exe" if os.name == "nt" else "firewall-admin"))]
    status = subprocess.call([*program, "demonstration"])
    if status:
        return status
    say(f"firewall_admin answers on http://127.0.0.1:{port}/ until Ctrl+C.")
    say(f"Its commands: {shown(SCRIPTS / 'firewall-admin')} --help")
    server = [*program, "serve", f"--port={port}"]
    if os.name != "nt":
        os.execv(server[0], server)  # in place of this process, so that a signal reaches the server itself
    return subprocess.call(server)


def test(arguments: list[str]) -> int:
    """Set up and run every check, pytest last. Gives the first status that is not 0."""
    set_up(TEST_LOCK)
    statuses = {"real servers": 0}
    lacking = install_packages(PACKAGES)
    if lacking:
        say(f"Not installed: {', '.join(lacking)}. The tests that need them are skipped.")
        statuses["real servers"] = int("CI" in os.environ)
    for name, command in CHECKS:
        say(f"== {name}")
        statuses[name] = subprocess.call(command, cwd=ROOT)
    say(f"== pytest{failures(statuses)}")
    statuses["pytest"] = subprocess.call([str(PYTHON), "-m", "pytest", *(arguments or WHOLE_SUITE)], cwd=ROOT)
    return next((status for status in statuses.values() if status), 0)


def failures(statuses: dict[str, int]) -> str:
    """What to remember while pytest runs: `", after a failure of mypy"`."""
    failed = [name for name, status in statuses.items() if status]
    return f", after a failure of {' and '.join(failed)}" if failed else ""


def free_port(wanted: int) -> int:
    """The port to listen on: the wanted one if it is free, any free one for 0. Leaves when it is taken."""
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as problem:
            sys.exit(f"Port {wanted} can't be used ({problem.strerror}). Another one: python3 run.py --port 8001")
        return int(probe.getsockname()[1])


def set_up(lock: Path, also_good: Path | None = None) -> None:
    """Make the environment hold exactly what a lock says, unless it is known to hold it (or a larger one) already."""
    works = environment_works()
    known = STAMP.read_text() if works and STAMP.exists() else ""
    if known and known in [fingerprint(each) for each in (lock, also_good) if each]:
        return
    if not works:
        say(f"Making {shown(VENV)} with Python {sys.version.split()[0]}.")
        make_environment()
    STAMP.unlink(missing_ok=True)
    say(f"Installing what {lock.name} holds.")
    pip("--require-hashes", "--only-binary", ":all:", "--requirement", str(lock))
    pip("--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(fingerprint(lock))


def fingerprint(lock: Path) -> str:
    """What a set-up depends on, as one digest: the lock, the project's own settings, the Python and the place."""
    files = b"\0".join(path.read_bytes() for path in (lock, ROOT / "pyproject.toml"))
    return hashlib.sha256(files + repr((sys.version, str(ROOT))).encode()).hexdigest()


def environment_works() -> bool:
    """Whether `.venv` runs, has pip, and is of the Python that runs this."""
    question = "import sys, pip; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([str(PYTHON), "-c", question], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def make_environment() -> None:
    """Make `.venv` anew. Where this Python can't, bring what it lacks or leave with the command that does."""
    python = getattr(sys, "_base_executable", None) or sys.executable  # the one below, where this runs in .venv itself
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if not has_venv(python) and (not of_debian() or install_packages([package]) or not has_venv(python)):
        sys.exit(without_venv(package if of_debian() else None))
    subprocess.run([python, "-m", "venv", "--clear", VENV], check=True)


def has_venv(python: str) -> bool:
    """Debian ships Python without ensurepip, and its venv then fails half way."""
    return subprocess.call([python, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL) == 0


def of_debian() -> bool:
    """Whether this Python is one of Debian's or Ubuntu's own packages."""
    return sys.base_prefix == "/usr" and shutil.which("apt-get") is not None


def without_venv(package: str | None) -> str:
    """What to say where this Python can't make an environment."""
    if package:
        return f"This Python lacks venv. Bring it, then start again:\n\n    sudo apt-get install {package}\n"
    return f"This Python ({sys.executable}) lacks venv or ensurepip: install a complete Python 3.11 or newer."


def pip(*arguments: str) -> None:
    """Install into `.venv`. Dependencies are never looked up: the lock names them all."""
    command = [str(PYTHON), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    subprocess.run([*command, "--no-deps", *arguments], check=True)


def install_packages(packages: list[str]) -> list[str]:
    """Install what is missing of Debian's packages, where that is possible. Gives what is still missing."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-query")):
        return packages
    lacking = missing(packages)
    if lacking and os.geteuid() == 0:
        say(f"Installing Debian's {', '.join(lacking)}.")
        with no_daemons():
            apt_get("update")
            if apt_get("install", *lacking) != 0:  # one name that this release lacks must not cost the others
                for package in lacking:
                    apt_get("install", package)
        lacking = missing(packages)
    return lacking


def apt_get(*command: str) -> int:
    """Run apt-get without questions, and without what a package merely recommends."""
    quiet = ["-qq", "--yes", "--no-install-recommends", "--option=Dpkg::Use-Pty=0", "--option=DPkg::Lock::Timeout=300"]
    return subprocess.call(["apt-get", *quiet, *command], env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def missing(packages: list[str]) -> list[str]:
    """Those of the packages that are not installed whole."""
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *packages]
    return absent(packages, subprocess.run(query, capture_output=True, text=True, check=False).stdout)


def absent(packages: list[str], listing: str) -> list[str]:
    """The packages that a listing of lines such as `unbound installed` does not give as installed."""
    return [package for package in packages if f"{package} installed" not in listing.splitlines()]


@contextlib.contextmanager
def no_daemons() -> Iterator[None]:
    """Keep packages from starting their daemons (Debian's policy-rc.d, by which 101 forbids). One that stands stays."""
    if POLICY.exists() or POLICY.is_symlink():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the file goes even then
    try:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
        yield
    finally:
        POLICY.unlink(missing_ok=True)
        signal.signal(signal.SIGTERM, before)


def shown(path: Path) -> str:
    """A path as it would be typed in the checkout."""
    return str(path.relative_to(ROOT))


def say(text: str) -> None:
    """Print at once, before what a program started next prints."""
    print(text, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as problem:
        sys.exit(f"Stopped: {' '.join(map(str, problem.cmd))} gave status {problem.returncode}.")
