"""The application: the one file that knows every part."""

import click
from flask import Flask
from flask.cli import AppGroup
from werkzeug.middleware.proxy_fix import ProxyFix

from . import web
from .adapters.secret_file import secret
from .cli import commands
from .installation import open_ports
from .ports import Ports
from .settings import Settings, from_environment
from .web import blocked


def create_app(settings: Settings | None = None, ports: Ports | None = None) -> Flask:
    """A Flask application with these settings, or with those of the environment. Raises Refusal on a bad setting.

    The database must be at the present schema, as `installation.opened` leaves it for whoever serves.
    """
    settings = settings or from_environment()
    app = Flask("firewall_admin", static_folder=None)
    app.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts)
    app.config["SECRET_KEY"] = secret(settings.secret_key_file or settings.instance / "secret-key")
    app.extensions["ports"] = ports or open_ports(settings)
    app.cli = Commands(app.name)
    app.config["ADDRESS"] = settings.address
    if settings.block_page:
        blocked.in_front_of(app, settings.address)
    if n := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    web.attach(app, secure=settings.https)
    return app


class Commands(AppGroup):
    """`flask --app firewall_admin …`: the commands of `firewall-admin`, each imported only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *commands.list_commands(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return super().get_command(ctx, name) or commands.get_command(ctx, name)
