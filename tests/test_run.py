"""run.py sets up only what is needed, says what it lacks, and gives the status of what failed first."""

import ast
import contextlib
import signal
import socket
import stat
import sys
from pathlib import Path

import pytest

import run

SOURCE = Path(run.__file__).read_text("utf-8")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with two locks and an environment that works; what pip was asked stands in the file `pip`."""
    monkeypatch.setattr(run, "ROOT", tmp_path)
    for name, path in {"VENV": ".venv", "STAMP": "stamp", "LOCK": "a.lock", "TEST_LOCK": "b.lock"}.items():
        monkeypatch.setattr(run, name, tmp_path / path)
    for name in ("a.lock", "b.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name)

    def pip(*arguments: str) -> None:
        assert not run.STAMP.exists(), "an interrupted set-up would pass for a whole one"
        with (tmp_path / "pip").open("a") as asked:
            asked.write(" ".join(arguments) + "\n")

    monkeypatch.setattr(run, "pip", pip)
    monkeypatch.setattr(run, "environment_works", lambda: True)
    return tmp_path


def _installs(checkout: Path) -> int:
    return (checkout / "pip").read_text().count("--require-hashes") if (checkout / "pip").exists() else 0


def test_it_needs_nothing_but_the_standard_library() -> None:
    imported = {
        alias.name for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Import) for alias in node.names
    }
    assert imported
    assert imported <= sys.stdlib_module_names


def test_a_python_that_is_too_old_can_read_it_far_enough_to_say_so() -> None:
    ast.parse(SOURCE, feature_version=(3, 7))
    assert SOURCE.index("sys.version_info < (3, 11)") < SOURCE.index("\ndef ")


def test_it_installs_by_hash_once_and_not_again(checkout: Path) -> None:
    run.set_up(run.LOCK)
    run.set_up(run.LOCK)
    assert _installs(checkout) == 1
    assert f"--editable {checkout}" in (checkout / "pip").read_text()


@pytest.mark.parametrize("changed", ["a.lock", "pyproject.toml"])
def test_it_installs_again_when_the_lock_or_the_project_has_changed(checkout: Path, changed: str) -> None:
    run.set_up(run.LOCK)
    (checkout / changed).write_text("changed")
    run.set_up(run.LOCK)
    assert _installs(checkout) == 2


def test_it_installs_again_where_the_checkout_was_moved(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run.set_up(run.LOCK)
    monkeypatch.setattr(run, "ROOT", checkout / ".." / checkout.name)
    run.set_up(run.LOCK)
    assert _installs(checkout) == 2


def test_after_the_tests_serving_needs_no_other_set_up_but_not_the_reverse(checkout: Path) -> None:
    run.set_up(run.TEST_LOCK)
    run.set_up(run.LOCK, also_good=run.TEST_LOCK)
    assert _installs(checkout) == 1
    (checkout / "stamp").write_text(run.fingerprint(run.LOCK))
    run.set_up(run.TEST_LOCK)
    assert _installs(checkout) == 2


def test_an_environment_that_does_not_work_is_made_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run.set_up(run.LOCK)
    made: list[str] = []
    monkeypatch.setattr(run, "environment_works", lambda: False)
    monkeypatch.setattr(run, "make_environment", lambda: made.append("made"))
    run.set_up(run.LOCK)
    assert (made, _installs(checkout)) == (["made"], 2)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for Python")
@pytest.mark.parametrize(
    ("says", "works"),
    [("echo {0} {1}", True), ("echo 3 10", False), ("echo {0} {1}; exit 1", False), ("exit 0", False)],
)
def test_an_environment_works_if_it_runs_this_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, works: bool
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\n" + says.format(*sys.version_info[:2]) + "\n")
    python.chmod(0o755)
    monkeypatch.setattr(run, "PYTHON", python)
    assert run.environment_works() is works


def test_an_environment_that_is_not_there_does_not_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "PYTHON", tmp_path / "python")
    assert run.environment_works() is False


def test_without_venv_debian_is_told_the_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "has_venv", lambda python: False)
    monkeypatch.setattr(run, "of_debian", lambda: True)
    monkeypatch.setattr(run, "install_packages", lambda packages: packages)
    with pytest.raises(SystemExit, match=r"sudo apt-get install python3\.\d+-venv"):
        run.make_environment()


def test_without_venv_any_other_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "has_venv", lambda python: False)
    monkeypatch.setattr(run, "of_debian", lambda: False)
    with pytest.raises(SystemExit, match="install a complete Python") as left:
        run.make_environment()
    assert sys.executable in str(left.value)


def test_a_package_counts_only_when_it_is_installed_whole() -> None:
    listing = "unbound installed\nknot config-files\nbind9 half-configured\nbind9-utils installed\n"
    assert run.absent(["unbound", "knot", "bind9", "bind9-utils", "gcc"], listing) == ["knot", "bind9", "gcc"]


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, ...]]:
    """A Debian where gcc is installed, unbound can be, and kresd is unknown. Gives what apt-get was asked."""
    asked: list[tuple[str, ...]] = []
    installed = {"gcc"}

    def apt_get(*command: str) -> int:
        assert run.POLICY.exists(), "a package could start its daemon"
        asked.append(command)
        if "kresd" in command:
            return 100
        installed.update(command[1:])
        return 0

    monkeypatch.setattr(run, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(run, "apt_get", apt_get)
    monkeypatch.setattr(run, "missing", lambda packages: [name for name in packages if name not in installed])
    monkeypatch.setattr("shutil.which", lambda program: f"/usr/bin/{program}")
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    return asked


def test_root_on_debian_installs_what_is_missing_and_no_more(debian: list[tuple[str, ...]]) -> None:
    assert run.install_packages(["gcc", "unbound"]) == []
    assert debian == [("update",), ("install", "unbound")]
    assert run.install_packages(["gcc", "unbound"]) == []
    assert len(debian) == 2
    assert not run.POLICY.exists()


def test_one_unknown_package_does_not_cost_the_others(debian: list[tuple[str, ...]]) -> None:
    assert run.install_packages(["kresd", "unbound"]) == ["kresd"]
    assert ("install", "unbound") in debian


def test_who_is_not_root_is_told_what_is_missing(
    debian: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert run.install_packages(["gcc", "unbound"]) == ["unbound"]
    assert debian == []


@pytest.mark.usefixtures("debian")
def test_elsewhere_than_on_debian_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda program: None)
    assert run.install_packages(["gcc", "unbound"]) == ["gcc", "unbound"]


def test_daemons_are_forbidden_only_while_packages_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy-rc.d"
    monkeypatch.setattr(run, "POLICY", policy)
    before = signal.getsignal(signal.SIGTERM)
    with run.no_daemons():
        assert "exit 101" in policy.read_text()
        assert stat.S_IMODE(policy.stat().st_mode) == 0o755
    assert not policy.exists()
    with contextlib.suppress(KeyboardInterrupt), run.no_daemons():
        raise KeyboardInterrupt
    assert not policy.exists()
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_policy_that_stands_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("the administrator's own")
    monkeypatch.setattr(run, "POLICY", policy)
    with run.no_daemons():
        pass
    assert policy.read_text() == "the administrator's own"


def test_a_taken_port_is_said_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit, match="--port"):
            run.free_port(taken.getsockname()[1])


def test_port_0_gives_one_that_can_be_listened_on() -> None:
    port = run.free_port(0)
    assert port > 0
    assert run.free_port(port) == port


class Programs:
    """What stands for the programs of `run.py test`: the status each shall give, and what was said and run in order."""

    def __init__(self) -> None:
        self.statuses: dict[str, int] = {}
        self.order: list[str] = []

    def call(self, command: list[str], cwd: Path) -> int:
        name = command[2] if command[1] == "-m" else Path(command[0]).name
        self.order.append(" ".join([name, *command[3:]]))
        return self.statuses.get(name, 0)


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Programs:
    programs = Programs()
    monkeypatch.setattr(run, "set_up", lambda lock: None)
    monkeypatch.setattr(run, "install_packages", lambda packages: [])
    monkeypatch.setattr(run, "say", programs.order.append)
    monkeypatch.setattr("subprocess.call", programs.call)
    return programs


def test_when_all_is_well_the_status_is_0_and_pytest_comes_last(programs: Programs) -> None:
    assert run.test([]) == 0
    assert programs.order[-2:] == ["== pytest", "pytest " + " ".join(run.WHOLE_SUITE)]


def test_the_first_failure_gives_the_status_and_the_rest_is_run_still(programs: Programs) -> None:
    programs.statuses = {"mypy": 2, "pytest": 1}
    assert run.test(["-k", "health"]) == 2
    assert programs.order[-2:] == ["== pytest, after a failure of mypy", "pytest -k health"]


@pytest.mark.parametrize(("ci", "status"), [(None, 0), ("true", 1)])
def test_a_missing_server_is_said_and_is_an_error_under_ci_only(
    programs: Programs, monkeypatch: pytest.MonkeyPatch, ci: str | None, status: int
) -> None:
    monkeypatch.delenv("CI", raising=False)
    if ci:
        monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(run, "install_packages", lambda packages: ["unbound"])
    assert run.test([]) == status
    assert "unbound" in programs.order[0]


@pytest.mark.parametrize("port", ["65536", "-1", "http", ""])
def test_a_port_that_is_none_is_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run.main(["--port", port])
    assert left.value.code == 2
    assert "--port" in capsys.readouterr().err


def test_the_help_names_both_commands_and_nothing_is_set_up(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run.main(["--help"])
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert "run.py [--port N]" in said
    assert "run.py test" in said
    assert len(said) < 1000
