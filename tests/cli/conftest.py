import pytest
from click.testing import CliRunner

from firewall_admin.cli import commands

POLICY = """
[school]
name = "Oakfield Primary School"
domains = ["oakfield.leics.sch.uk"]

[[audience]]
name = "pupils"
networks = ["127.10.0.0/16"]
youtube = "strict"
lists = ["facebook", "games"]

[[audience]]
name = "staff"
networks = ["127.20.0.0/16"]
lists = [{ list = "facebook", except = "lunch" }]

[[list]]
slug = "games"
role = "blocked"
source = "lists/games.txt"

[[rule]]
action = "allow"
domain = "ok.games.example"
audience = "pupils"
until = 2026-12-18T15:30:00Z
reason = "Year 5 coding"

[[timetable]]
name = "lunch"
windows = ["mon-fri 12:00-13:00"]
"""


@pytest.fixture
def policy(tmp_path):
    """A policy file with a list of its own."""
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/games.txt").write_text("games.example\nhttp://x.example/path\n")
    file = tmp_path / "policy.toml"
    file.write_text(POLICY)
    return file


@pytest.fixture
def run():
    """Run the console script with these words; the result has exit_code, stdout and stderr."""
    return lambda *words, **options: CliRunner().invoke(commands, [str(word) for word in words], **options)
