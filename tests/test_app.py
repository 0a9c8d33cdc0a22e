"""The application is found by Flask and by a WSGI server, and has the commands of the console script."""

import stat
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from flask import Flask

from firewall_admin.app import create_app
from firewall_admin.cli import commands
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.upgrade import upgrade
from firewall_admin.settings import Settings


def test_flask_finds_the_application_in_the_package_and_lists_our_commands() -> None:
    command = [sys.executable, "-m", "flask", "--app", "firewall_admin", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert {"explain", "compile", "routes"} <= {line.split()[0] for line in said.splitlines() if line.strip()}


def test_the_package_has_nothing_else_by_chance() -> None:
    with pytest.raises(AttributeError, match="no attribute 'make_app'"):
        import_module("firewall_admin").make_app  # noqa: B018


def test_every_command_of_the_console_script_is_one_of_flask() -> None:
    ctx = click.Context(commands)
    app = create_app(Settings())
    for name in commands.list_commands(ctx):
        assert app.cli.get_command(ctx, name) is commands.get_command(ctx, name)


def test_the_server_gets_an_application() -> None:
    import wsgi

    assert isinstance(wsgi.app, Flask)


def test_a_misspelt_setting_stops_the_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREWALL_ADMIN_TRUSTED_HOST", "x.example")
    with pytest.raises(Refusal, match="TRUSTED_HOST is no setting"):
        create_app()


def test_what_an_installation_keeps_is_in_its_instance_folder_and_nobody_elses(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path / "here")
    app = create_app(settings)
    ports = app.extensions["ports"]
    upgrade(ports.db)
    assert {"secret-key", "school.db"} <= {found.name for found in (tmp_path / "here").iterdir()}
    assert ports.store.folder == tmp_path / "here" / "store"
    assert stat.S_IMODE((tmp_path / "here").stat().st_mode) == 0o700
    assert create_app(settings).secret_key == app.secret_key


def test_a_key_of_ones_own_and_a_database_elsewhere_are_taken(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("k" * 40)
    key.chmod(0o600)
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    app = create_app(Settings(instance=tmp_path, secret_key_file=key, database_url=url))
    assert app.secret_key == "k" * 40
    assert str(app.extensions["ports"].db.engine.url) == url
