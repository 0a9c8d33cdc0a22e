"""The pages and feeds: one file a journey, each with its blueprint."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint, Flask

from . import access, headers, look, numbers


def attach(app: Flask, *, secure: bool = False) -> None:
    """Put every page, and the headers of every response, on an application; `secure` where https alone reaches it.

    Access is asked first of all: what somebody may not have, they don't learn to be in the wrong form either.
    """
    access.init(app, secure=secure)
    app.url_map.converters["int"] = numbers.Number
    app.after_request(headers.secure)
    look.init(app, access.around)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)


def blueprints() -> list[Blueprint]:
    """The blueprint of every module of this folder that has one, as `pages`."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return [module.pages for module in modules if isinstance(getattr(module, "pages", None), Blueprint)]
