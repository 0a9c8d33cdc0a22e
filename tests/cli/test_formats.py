import json
import subprocess
import sys
import tomllib
from pathlib import Path

from firewall_admin.core import exports


def test_every_format_is_shown_with_what_it_can_and_cannot_carry(run):
    said = run("formats")
    assert said.exit_code == 0
    for name in exports.NAMES:
        assert f"{name}: {exports.load(name).TITLE}" in said.stdout


def test_json_is_one_object_a_format(run):
    found = [json.loads(line) for line in run("formats", "--json").stdout.splitlines()]
    assert [form["format"] for form in found] == list(exports.NAMES)
    assert {"subdomains", "exceptions", "answers", "audiences", "notes"} <= set(found[0])


def test_the_help_names_every_command_and_a_wrong_word_is_wrong_usage(run):
    said = run("--help")
    assert all(name in said.stdout for name in ("check", "compile", "explain", "formats", "normalise"))
    assert run("complie").exit_code == 2


def test_the_version_is_that_of_the_project(run):
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert run("--version").stdout.split()[-1] == project["version"]


def test_the_help_imports_no_command():
    script = "import sys; from firewall_admin.cli import main; sys.argv = ['x', '--help']\n"
    script += "try: main()\nexcept SystemExit: print([m for m in sys.modules if m.startswith('firewall_admin.cli.')])"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "[]"
    assert "normalise" in said
