"""What whoever runs the service may set, by environment variables: `trusted_hosts` is FIREWALL_ADMIN_TRUSTED_HOSTS.

A misspelt name is refused: a setting that is silently not set is a setting that is wrong.
"""

import json
import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .core.questions import parse_where
from .core.refusals import Refusal

PREFIX = "FIREWALL_ADMIN_"


def _by_comma(value: object) -> object:
    return tuple(part for part in map(str.strip, value.split(",")) if part) if isinstance(value, str) else value


def _by_json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


def _resolvers(texts: tuple[str, ...]) -> tuple[str, ...]:
    for text in texts:
        try:
            parse_where(text)
        except Refusal as problem:
            raise ValueError(problem.message) from None
    return texts


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

    control_resolvers: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_by_comma), AfterValidator(_resolvers)] = ()
    """Resolvers that filter nothing, such as the provider's, each an address with `:port` where that is not 53,
    separated by commas. Checks compare with them: that a name does not exist for pupils proves something only where
    it exists elsewhere."""

    http_lists: bool = False
    """Whether lists may be subscribed from http addresses too. Whoever stands between can then write them."""

    trusted_proxies: Annotated[int, Field(ge=0, le=9)] = 0
    """How many reverse proxies stand before the service. So many entries of X-Forwarded-For, -Proto and -Host are
    believed, and none where it is 0: anyone can send them."""

    address: str | None = None
    """The public address of this service, such as `https://filter.oakfield.example`: what links in letters begin with.
    """

    block_page: bool = False
    """Whether a request for a host that is not ours is answered with the block page, because resolvers send blocked
    names here. Otherwise it gets a 400."""

    smtp: str | None = None
    """The mail server that letters go out by: `smtp+starttls://user@host:587`, `smtps://user@host:465`, or
    `smtp://host:25` for a relay of this machine or network that asks for no password. Without one no letter is sent;
    people find theirs on a page."""

    smtp_password_file: Path | None = None
    """The file with the mail server's password, readable by the service's user alone."""

    mail_from: str | None = None
    """The address that letters come from."""

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
