"""A fetch that people can watch."""

from pathlib import Path
from typing import TYPE_CHECKING

from firewall_admin.core.export import printable

if TYPE_CHECKING:
    from firewall_admin.adapters.fetch import Outcome

LONGEST = 70  # characters of an address that are shown


def fetch_in_sight(url: str, folder: Path) -> "Outcome":
    """Fetch a list; on a terminal a line of standard error tells which and how much of it has come, and then goes."""
    from rich.console import Console

    from firewall_admin.adapters import fetch

    console = Console(stderr=True)
    if not console.is_terminal:
        return fetch.fetch(url, folder)
    from rich.text import Text

    line = f"Fetching {printable(url)[:LONGEST]}"
    with console.status(Text(line)) as status:
        return fetch.fetch(url, folder, progress=lambda size: status.update(Text(f"{line}  {size / 1e6:.1f} MB")))
