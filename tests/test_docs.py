"""The documentation is true: its commands run, say what it shows, and lead where its links point.

In a page, every line of a ```sh block that begins with `firewall-admin` is run, in the order of the page, in a folder
that has the project's `docs/`; the comment `# refused` says that status 1 is meant. A ```text block straight behind it
holds lines that these commands wrote.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import BaseModel

from firewall_admin.adapters.policy_files import load_policy
from firewall_admin.core import exports
from firewall_admin.core.listfile import ListFile, read
from firewall_admin.core.policyfile import tables

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
TARGETS = sorted((DOCS / "targets").glob("*.md"))
ASKED = ("## Steps", "## Does it work?", "## A new release")
_BLOCK = re.compile(r"^```([a-z]*)\n(.*?)^```$", re.M | re.S)
_SHOWN = re.compile(r"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.M | re.S)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"`([^`]+)`")

every_page = pytest.mark.parametrize("document", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
every_target = pytest.mark.parametrize("document", TARGETS, ids=lambda path: path.stem)


@dataclass(frozen=True)
class Shown:
    """Commands of one block, each as its arguments and the status it should end with; and what they should write."""

    commands: tuple[tuple[tuple[str, ...], int], ...]
    text: tuple[str, ...] = ()


def shown(page: str) -> list[Shown]:
    """The blocks of a page that hold commands of ours."""
    blocks = (Shown(tuple(_commands(sh)), tuple(text.splitlines())) for sh, text in _SHOWN.findall(page))
    return [block for block in blocks if block.commands]


def _commands(block: str) -> Iterator[tuple[tuple[str, ...], int]]:
    for line in block.replace("\\\n", " ").splitlines():
        program, *arguments = shlex.split(line, comments=True) or [""]
        if program in ("firewall-admin", ".venv/bin/firewall-admin"):
            assert not {"|", ">", "<", "&&"}.intersection(arguments), f"one command a line, please: {line}"
            yield tuple(arguments), int("# refused" in line)


def run(arguments: Sequence[str], folder: Path) -> tuple[int, list[str]]:
    """The status of the console script and the lines it wrote. A package in the folder comes before the project's."""
    script = "from firewall_admin.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8").replace("\\", "/").splitlines()


def untrue(page: str, folder: Path) -> list[str]:
    """What a page says of its commands that isn't so."""
    found = []
    for block in shown(page):
        said: list[str] = []
        for arguments, status in block.commands:
            ended, lines = run(arguments, folder)
            said += lines
            found += [f"{shlex.join(arguments)}: status {ended}: {lines[-3:]}"] * (ended != status)
        found += [f"not said: {line}" for line in block.text if line not in said]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which the paths of the documentation hold."""
    shutil.copytree(DOCS, tmp_path / "docs")
    return tmp_path


@every_page
def test_every_command_of_a_page_runs_and_says_what_is_shown(document: Path, folder: Path) -> None:
    assert untrue(document.read_text("utf-8"), folder) == []


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ("```sh\nfirewall-admin no-such-command\n```\n", "status 2"),
        ("```sh\nfirewall-admin formats  # refused: it is not\n```\n", "status 0"),
        ("```sh\n.venv/bin/firewall-admin formats\n```\n\n```text\nrpz: chocolate\n```\n", "not said: rpz: chocolate"),
    ],
)
def test_a_page_that_is_wrong_is_found_out(wrong: str, found: str, folder: Path) -> None:
    [said] = untrue(wrong, folder)
    assert found in said


def broken_links(page: Path) -> list[str]:
    links = [link for link in _LINK.findall(page.read_text("utf-8")) if not re.match(r"[a-z]+:", link)]
    return [link for link in links if not (page.parent / link).exists()]


@every_page
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    assert broken_links(document) == []


def test_a_broken_link_is_found_out(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text("[a](a.md) [b](https://example.com/x) [c](targets/c.md#steps)")
    assert broken_links(page) == ["targets/c.md"]


def test_every_page_is_reached_from_the_index() -> None:
    index = DOCS / "README.md"
    linked = {(DOCS / link).resolve() for link in _LINK.findall(index.read_text("utf-8"))}
    assert set(DOCS.rglob("*.md")) - linked - {index} == set()


@pytest.mark.parametrize("name", exports.NAMES)
def test_every_format_has_a_page_with_its_command(name: str) -> None:
    commands = [
        arguments for page in TARGETS for block in shown(page.read_text("utf-8")) for arguments, _ in block.commands
    ]
    assert any(pair == ("--format", name) for one in commands for pair in pairwise(one))


@pytest.mark.parametrize("name", [d for n in exports.NAMES for d in sorted(getattr(exports.load(n), "DEVICES", ()))])
def test_every_device_is_named_in_a_page(name: str) -> None:
    pages = [page.read_text("utf-8") for page in TARGETS]
    assert any(f"`{name}`" in page or f"--device {name} " in page for page in pages)


@every_target
def test_a_target_tells_how_to_load_it_how_to_see_it_and_how_to_renew_it(document: Path) -> None:
    lines = document.read_text("utf-8").splitlines()
    assert [asked for asked in ASKED if not any(line.startswith(asked) for line in lines)] == []


@pytest.mark.parametrize(
    "text", [t for k, t in _BLOCK.findall((DOCS / "policy-file.md").read_text("utf-8")) if k == "toml"]
)
def test_every_example_of_the_policy_file_is_sound(text: str, folder: Path) -> None:
    file = folder / "docs" / "example" / "tried.toml"
    file.write_text(text, "utf-8")
    assert load_policy(file).school == "Oakfield Primary School"


def keys() -> Iterator[tuple[str, object]]:
    """Every key of the policy file, with its default; None where it must be there or means nothing in particular."""
    for table in (tables.SchoolTable, tables.AudienceTable, tables.ListTable, tables.RuleTable, tables.TimetableTable):
        assert issubclass(table, BaseModel)
        for name, known in table.model_fields.items():
            yield known.alias or name, None if known.is_required() else known.default


@pytest.mark.parametrize(("key", "default"), list(keys()))
def test_every_key_of_the_policy_file_stands_there_with_its_default(key: str, default: object) -> None:
    rows = [row.split(" | ") for row in (DOCS / "policy-file.md").read_text("utf-8").splitlines()]
    wanted = "" if default is None else f"`{json.dumps(default)}`"
    assert any(f"`{key}`" in row[0] and wanted in row[1] for row in rows if len(row) > 1)


def lines_of_table(heading: str, column: int) -> list[str]:
    """The code in one column of the table under a heading of the page on lists."""
    section = (DOCS / "lists.md").read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [re.split(r"(?<!\\)\|", row) for row in section.splitlines() if row.startswith("| ")][1:]
    return [code.replace(r"\|", "|") for row in rows for code in _CODE.findall(row[column])]


def as_list(*lines: str) -> ListFile:
    return read("".join(f"{line}\n" for line in lines).encode())


@pytest.mark.parametrize("line", lines_of_table("What is read", 2))
def test_a_line_that_is_said_to_block_does(line: str) -> None:
    assert (list(as_list(line).names), as_list(line).rejected) == (["example.com"], ())


@pytest.mark.parametrize("line", lines_of_table("What is read", 3))
def test_a_line_that_is_said_to_leave_alone_does(line: str) -> None:
    assert (list(as_list("example.com", line).names), as_list(line).rejected) == ([], ())


@pytest.mark.parametrize("line", lines_of_table("What is rejected, and why", 1))
def test_a_line_that_is_said_to_be_rejected_is(line: str) -> None:
    assert [rejected.line for rejected in as_list("example.com", line).rejected] == [2]


def test_the_worked_example_of_a_format_is_a_format_and_writes_what_is_shown(folder: Path) -> None:
    for part in ("firewall_admin", "blocklists"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    blocks = dict(_BLOCK.findall((DOCS / "adding-a-format.md").read_text("utf-8")))
    (folder / "firewall_admin/core/exports/routeros.py").write_text(blocks["python"], "utf-8")
    [(arguments, _)] = _commands(blocks["routeros"])
    assert run([*arguments, "--accept-loss"], folder)[0] == 0
    written = (folder / "out/routeros/staff.rsc").read_text("ascii").splitlines(keepends=True)
    assert "".join(line for line in written if not line.startswith("#")) == blocks["rsc"]
    assert any(line.startswith("routeros: ") for line in run(["formats"], folder)[1])
