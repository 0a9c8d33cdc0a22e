"""The house is in order: floors, sizes, names, purity, one clock, no shell, nothing of anyone's machine.

Every rule is also shown a small wrong example, so that a rule which can't fail is noticed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from firewall_admin.settings import PREFIX, Settings

from . import house

ROOT = Path(__file__).resolve().parent.parent
Rule = Callable[[Path], list[str]]

RULES: dict[Rule, dict[str, str]] = {  # each rule with wrong examples: a path, and what stands there
    house.long_files: {"firewall_admin/core/a.py": "x = 1\n" * 301, "tests/a.py": "x = 1\n" * 301},
    house.long_functions: {"firewall_admin/a.py": "def f():\n" + "    x = 1\n" * 40},
    house.drawers: {"firewall_admin/web/utils.py": "", "tests/helpers.py": "", "firewall_admin/common/a.py": ""},
    house.folders_without_init: {"tests/core/test_a.py": "", "firewall_admin/core/exports/a.py": ""},
    house.impure: {
        "firewall_admin/core/a.py": "import os",
        "firewall_admin/core/b.py": "from pathlib import Path",
        "firewall_admin/core/c.py": "def f():\n    import sqlalchemy.orm",
        "firewall_admin/core/d.py": "text = open('x')",
        "firewall_admin/core/e.py": "from datetime import datetime\nnow = datetime.now()",
        "firewall_admin/core/f.py": "import datetime\nnow = datetime.datetime.now(datetime.UTC)",
        "firewall_admin/core/g.py": "import random",
        "firewall_admin/core/h.py": "import urllib.request",
        "firewall_admin/core/j.py": "import mmap\nx = mmap.mmap(0, 0)",
        "firewall_admin/core/k.py": "from uuid import uuid4\nx = uuid4()",
    },
    house.shells: {
        "run.py": "import os\nos.system('ls')",
        "firewall_admin/a.py": "import subprocess\nsubprocess.run('ls', shell=True)",
        "tests/a.py": "import subprocess\nsubprocess.run('ls', shell=1)",
    },
    house.foreign: {
        "docs/a.md": "cd /" + "home/jo/firewall_admin",
        "tests/a.py": "x = '/" + "root/.cache/x'",
        "a.lock": "# from https://files.python" + "hosted.org/packages",
        ".ci/run": "pip install --" + "index-url=x",
        "b.md": "http://deb." + "debian.org/debian",
    },
    house.government_brand: {"firewall_admin/web/static/a.css": "src: url(govuk-cr" + "est.svg)"},
}
WRONG = [(rule, path, text) for rule, examples in RULES.items() for path, text in examples.items()]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize(("rule", "path", "text"), WRONG, ids=lambda value: getattr(value, "__name__", None))
def test_a_wrong_example_is_found_by(rule: Rule, path: str, text: str, tmp_path: Path) -> None:
    wrong = tmp_path / path
    wrong.parent.mkdir(parents=True, exist_ok=True)
    wrong.write_text(text)
    assert len(rule(tmp_path)) == 1


def test_right_examples_are_left_alone(tmp_path: Path) -> None:
    right = tmp_path / "firewall_admin" / "core" / "a.py"
    right.parent.mkdir(parents=True)
    (right.parent / "__init__.py").touch()
    (right.parent.parent / "__init__.py").touch()
    right.write_text(
        "import re\nfrom urllib.parse import quote\nfrom .b import now\nx = now()\nf = dict(shell=False)\n"
    )
    (tmp_path / "README.md").write_text(
        "https://www.debian.org/doc https://example.org/home/jo/x /homepage /workshop/\n"
    )
    (tmp_path / ".venv" / "utils").mkdir(parents=True)
    (tmp_path / ".venv" / "utils" / "a.py").write_text("import os\nos.system('ls')\n")
    assert {rule.__name__: found for rule in RULES if (found := rule(tmp_path))} == {}


def test_time_enters_by_one_door() -> None:
    assert len(house.clocks(ROOT)) <= 1


def test_a_second_door_for_time_is_found(tmp_path: Path) -> None:
    (tmp_path / "firewall_admin").mkdir()
    (tmp_path / "firewall_admin" / "a.py").write_text("import time\nx = time.time()\n")
    (tmp_path / "firewall_admin" / "b.py").write_text("import datetime as d\nx = d.date.today()\n")
    (tmp_path / "firewall_admin" / "c.py").write_text("import time\nx = time.monotonic()\n")
    assert len(house.clocks(tmp_path)) == 2


def test_every_setting_is_in_the_readme() -> None:
    variables = [PREFIX + name.upper() for name in Settings.model_fields]
    assert house.unexplained((ROOT / "README.md").read_text("utf-8"), variables) == []


def test_a_setting_that_only_begins_like_another_is_not_explained() -> None:
    assert house.unexplained("X_HOSTS_FILE, X_PORT", ["X_HOSTS", "X_PORT"]) == ["X_HOSTS"]


def test_importing_the_core_or_the_package_imports_no_flask() -> None:
    ask = "import sys, firewall_admin, firewall_admin.core.domains; print('flask' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "False"


def test_the_floors_stand() -> None:
    assert _lint_imports(ROOT) == (0, "")


FLOORS = ("__init__", "app", "settings", "web/__init__", "cli/__init__", "core/__init__", "adapters/__init__")
AGAINST_THE_FLOORS = {
    "core/a.py": "from firewall_admin import settings",
    "web/a.py": "import firewall_admin.cli",
    "journeys/__init__.py": "import firewall_admin.web",
    "adapters/a.py": "import flask",
    "cupboard.py": "",
}


@pytest.mark.parametrize("path", [None, *AGAINST_THE_FLOORS])
def test_only_what_goes_against_the_floors_is_refused(path: str | None, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in FLOORS:
        file = tmp_path / "firewall_admin" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("import flask\n" if name == "app" else "")
    if path:
        wrong = tmp_path / "firewall_admin" / path
        wrong.parent.mkdir(exist_ok=True)
        wrong.write_text(AGAINST_THE_FLOORS[path])
    status, said = _lint_imports(tmp_path)
    assert (status != 0) == bool(path), said


def _lint_imports(folder: Path) -> tuple[int, str]:
    """The exit status, and what was said if that is not 0."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr if done.returncode else ""
