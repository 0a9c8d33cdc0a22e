"""A policy file and everything it names, from disk."""

from collections.abc import Callable
from pathlib import Path

from firewall_admin.core.listfile import ListFile, read
from firewall_admin.core.names import Names
from firewall_admin.core.policy import NameList, Role, SchoolPolicy
from firewall_admin.core.policyfile import Shipped, parse_policy
from firewall_admin.core.refusals import BadPolicy, Refusal

from . import blocklists

Noticed = Callable[[str], None]


def load_policy(path: Path, noticed: Noticed = lambda text: None) -> SchoolPolicy:
    """The policy of a file, its lists read from beside it. `noticed` is told of rejected lines, which are not fatal.

    Raises BadPolicy, with the file and the line or key.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise BadPolicy(f"can't be read: {problem.strerror}", str(path)) from None
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise BadPolicy(f"line {line} is not UTF-8", str(path)) from None

    def read_list(slug: str, role: Role, source: str) -> NameList:
        return NameList(slug, role, _names(path.parent, role, source, noticed), source)

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
    )


def _names(folder: Path, role: Role, source: str, noticed: Noticed) -> Names:
    if source.startswith("https://"):
        raise Refusal("lists over https are fetched by the service; for a policy file, fetch it and name the file")
    try:
        data = (folder / source).read_bytes()
    except OSError as problem:
        raise Refusal(f"can't be read: {problem.strerror}") from None
    return _usable(read(data, role), source, noticed)


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
