"""The school's firewall administration: what is blocked, who decided so, and the proof that it is so.

Importing the package imports nothing else: the core is used without Flask, a database or a network.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """`create_app`, where `flask --app firewall_admin` looks for it, imported only then."""
    if name != "create_app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .app import create_app

    return create_app
