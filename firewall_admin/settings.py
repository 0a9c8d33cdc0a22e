"""What whoever runs the service may set, by environment variables: `trusted_hosts` is FIREWALL_ADMIN_TRUSTED_HOSTS.

A misspelt name is refused: a setting that is silently not set is a setting that is wrong.
"""

import json
import os
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .core.refusals import Refusal

PREFIX = "FIREWALL_ADMIN_"


def _by_comma(value: object) -> object:
    return tuple(part for part in map(str.strip, value.split(",")) if part) if isinstance(value, str) else value


def _by_json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


Hosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_by_comma), Field(min_length=1)]

Command = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]


class Settings(BaseSettings):
    """Every setting with its default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    trusted_hosts: Hosts = ("localhost", "127.0.0.1")
    """The host names this service answers to, without ports: any other Host header gets a 400. In the environment
    they are separated by commas."""

    instance: Path = Path("instance")
    """The folder of everything that this installation keeps: the database, the lists, the releases, the secret key.
    Only the user that runs the service should be able to read it."""

    database_url: str | None = None
    """Where the database is, as SQLAlchemy says it: `postgresql+psycopg://…`. `school.db` in the instance folder
    (SQLite) where it is not set."""

    secret_key_file: Path | None = None
    """The file with the key that signs cookies, readable by its owner alone; changing it signs everyone out. Made as
    `secret-key` in the instance folder where it is not set."""

    https: bool = False
    """Whether people reach the service over https only, as everywhere but on one's own computer. The session's cookie
    is then bound to it (`__Host-`, Secure)."""

    trusted_proxies: Annotated[int, Field(ge=0, le=9)] = 0
    """How many reverse proxies stand before the service. So many entries of X-Forwarded-For, -Proto and -Host are
    believed, and none where it is 0: anyone can send them."""

    folders: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_by_comma)] = ()
    """The folders of this machine below which a target's folder may be, separated by commas; without one, releases are
    put into no folder. Nobody can write elsewhere from a page."""

    reload_commands: Annotated[dict[str, Command], NoDecode, BeforeValidator(_by_json)] = {}
    """What is run after a release was put into a target's folder, by the target's name: a JSON object such as
    `{"unbound": ["unbound-control", "reload"]}`. A list of arguments, never a line for a shell."""


def from_environment() -> Settings:
    """The settings of this process. Raises Refusal, whose field is the variable that is unknown or wrong."""
    for variable in sorted(os.environ):
        name = variable.removeprefix(PREFIX)
        if name != variable and name.lower() not in Settings.model_fields:
            raise Refusal(f"{variable} is no setting", field=variable)
    try:
        return Settings()
    except ValidationError as problem:
        first = problem.errors()[0]
        variable = PREFIX + str(first["loc"][0]).upper()
        raise Refusal(f"{variable}: {first['msg']}", field=variable) from None
