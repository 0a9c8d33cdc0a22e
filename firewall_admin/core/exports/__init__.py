"""The export formats: every module of this folder is one, under its own name."""

import pkgutil
from importlib import import_module
from typing import cast

from firewall_admin.core.export import Format
from firewall_admin.core.refusals import Refusal

NAMES = tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def load(name: str) -> Format:
    """The format of that name. Raises Refusal for one that does not exist."""
    if name not in NAMES:
        raise Refusal(f"there is no format '{name}'; there are {', '.join(NAMES)}", "format")
    return cast(Format, import_module(f"{__name__}.{name}"))
