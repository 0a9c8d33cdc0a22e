"""The programs that check files before a resolver is given them find nothing in what the rpz export writes."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from . import policies
from .policies import Case
from .processes import program, write
from .rpz import export

every_case = pytest.mark.parametrize(
    "case", [*policies.hand_picked(), policies.random_policy(1), policies.random_policy(9, networks=False)], ids=str
)


def complaints(argv: Sequence[str], folder: Path) -> str:
    """What a checker says, if it is not content."""
    done = subprocess.run([program(argv[0]), *argv[1:]], cwd=folder, capture_output=True, text=True, timeout=60)
    return "" if done.returncode == 0 else f"{argv}: {done.stdout}{done.stderr}"


def exported(case: Case, tmp_path: Path) -> Path:
    return export(case.compiled(), tmp_path / "files")


@every_case
def test_zone_checkers_find_nothing(case: Case, tmp_path: Path) -> None:
    """`-k ignore`: names with underscores have addresses; `-i none`: nobody resolves the names in a policy zone."""
    zones = sorted(exported(case, tmp_path).glob("zones/*.rpz"))
    assert zones
    for zone in zones:
        assert not complaints(["named-checkzone", "-i", "none", "-k", "ignore", zone.name, str(zone)], tmp_path)
        assert not complaints(["kzonecheck", "-o", f"{zone.name}.", str(zone)], tmp_path)


@every_case
def test_named_checkconf_finds_nothing_and_reads_every_zone(case: Case, tmp_path: Path) -> None:
    files = exported(case, tmp_path)
    included = [f'include "{files}/named.{part}.conf";' for part in ("options", "zones")]
    main = write(tmp_path / "named.conf", f'options {{ directory "{tmp_path}"; {included[0]} }};\n{included[1]}\n')
    assert not complaints(["named-checkconf", "-z", main], tmp_path)


@every_case
def test_unbound_checkconf_finds_nothing(case: Case, tmp_path: Path) -> None:
    files = exported(case, tmp_path)
    server = f'server:\n  directory: "{tmp_path}"\n  chroot: ""\n  username: ""\n  pidfile: ""\n'
    main = write(tmp_path / "unbound.conf", f'{server}include: "{files}/unbound.conf"\n')
    assert not complaints(["unbound-checkconf", main], tmp_path)


@every_case
def test_knot_resolver_runs_the_whole_file(case: Case, tmp_path: Path) -> None:
    """It has no checker; a configuration that loads the file and quits tells as much."""
    files = exported(case, tmp_path)
    main = write(tmp_path / "check.conf", f"cache.size = 16 * MB\ndofile('{files}/kresd.conf')\nquit()\n")
    assert not complaints(["kresd", "-n", "-c", main, str(tmp_path)], tmp_path)


def test_checkers_that_find_something_are_heard(tmp_path: Path) -> None:
    files = exported(policies.nested(), tmp_path)
    zone = next(files.glob("zones/lists*.rpz"))
    write(zone, zone.read_text() + f"{'x' * 64}.lab CNAME .\n")
    assert complaints(["named-checkzone", "-i", "none", "-k", "ignore", zone.name, str(zone)], tmp_path)
    assert complaints(["kzonecheck", "-o", f"{zone.name}.", str(zone)], tmp_path)
    main = write(tmp_path / "check.conf", f"dofile('{files}/no-such-file')\nquit()\n")
    assert complaints(["kresd", "-n", "-c", main, str(tmp_path)], tmp_path)
