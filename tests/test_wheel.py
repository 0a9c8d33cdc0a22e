"""What is installed from a wheel is whole: the code, and the lists that come with it."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_wheel_carries_every_module_and_every_shipped_list(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "firewall_admin").rglob("*.py")}
    lists = {f"firewall_admin/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "blocklists").rglob("*.txt")}
    assert min(len(modules), len(lists)) > 1
    assert modules | lists <= carried
    assert not {name for name in carried if name.startswith(("tests/", "run.py", "wsgi.py"))}
