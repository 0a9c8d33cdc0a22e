"""A policy file and everything it names, from disk."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from firewall_admin.core.listfile import Limits, ListFile, read
from firewall_admin.core.names import Names
from firewall_admin.core.policy import NameList, Role, SchoolPolicy
from firewall_admin.core.policyfile import Shipped, parse_policy
from firewall_admin.core.refusals import BadPolicy, Refusal

from . import blocklists

if TYPE_CHECKING:
    from .fetch import Outcome

Noticed = Callable[[str], None]
Fetch = Callable[[str, Path], "Outcome"]


def fetched(url: str, folder: Path) -> "Outcome":
    """A list from the internet, as `fetch` gives it."""
    from .fetch import fetch  # TLS and HTTP, which most policy files need not

    return fetch(url, folder)


LIMITS = Limits()


def load_policy(path: Path, noticed: Noticed = lambda text: None, fetch: Fetch = fetched) -> SchoolPolicy:
    """The policy of a file, its lists read from beside it or fetched, each time anew, from their https addresses.

    `noticed` is told of rejected lines, which are not fatal. Raises BadPolicy, with the file and the line or key.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise BadPolicy(f"can't be read: {problem.strerror}", str(path)) from None
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise BadPolicy(f"line {line} is not UTF-8", str(path)) from None

    def read_list(slug: str, role: Role, source: str) -> NameList:
        return NameList(slug, role, _usable(read(_bytes(path.parent, source, fetch), role), source, noticed), source)

    return parse_policy(text, str(path), shipped(), read_list)


def shipped() -> Shipped:
    """The lists of `blocklists/` in the shape the core wants."""
    found = blocklists.load(blocklists.find())
    search = found.safe_search
    targets = {target for pairs in search.steering.values() for _, target in pairs}
    return Shipped(
        {slug: NameList(slug, ls.role, Names.of(ls.names)) for slug, ls in found.lists.items()},
        dict(search.steering),
        {target: search.addresses(target) for target in targets},
        found.lists,
    )


def _bytes(folder: Path, source: str, fetch: Fetch) -> bytes:
    try:
        if source.startswith("https://"):
            return _body(source, fetch)
        file = folder / source
        if file.exists() and not file.is_file():  # a folder, or a device that never ends
            raise Refusal("is not a file")
        if (size := file.stat().st_size) > LIMITS.bytes:
            raise Refusal(f"has {size:,} bytes; {LIMITS.bytes:,} is the most")
        return file.read_bytes()
    except OSError as problem:
        raise Refusal(f"can't be read: {problem.strerror}") from None


def _body(url: str, fetch: Fetch) -> bytes:
    """What an address holds now. A copy from an earlier time is never taken in its place: the caller can name one."""
    from .fetch import Failure, Fetched

    with TemporaryDirectory(prefix="firewall_admin-") as folder:
        found = fetch(url, Path(folder))
        if isinstance(found, Fetched):
            return found.path.read_bytes()
    why = found.reason if isinstance(found, Failure) else "nothing came"
    raise Refusal(f"{why} (a list that can't be fetched from here can be named as a file beside the policy)")


def _usable(found: ListFile, source: str, noticed: Noticed) -> Names:
    """A list that gives no name at all is a broken source, never an empty policy."""
    if not len(found.names):
        first = next(iter(found.rejected), None)
        why = f"; line {first.line}: {first.reason}" if first else ""
        raise Refusal(f"holds no name in {found.lines} lines{why}")
    for line in found.rejected[:20]:
        noticed(f"{source}:{line.line}: {line.text}: {line.reason}")
    if len(found.rejected) > 20:
        noticed(f"{source}: {len(found.rejected) - 20} more lines rejected; 'normalise' lists them all")
    return found.names
