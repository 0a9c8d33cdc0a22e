"""The lists that come with the product: what one file of `blocklists/` says.

A file is a header of `# key: value` lines (see `shipped_header`), an empty line, and names in label order, one a
line. Where a file is off in anything, BadPolicy names the file and the line: these files are reviewed like source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

from .domains import order
from .policy import Role
from .refusals import BadPolicy
from .shipped_header import SLUG, Address, Fact, Shared, address, domain_problem, read, shared

Kind = Literal["platform", "bundle", "circumvention", "protected", "essential"]
RESERVED = ("anti-bypass", "school", "protected", "essential", "safe-search")
SETTINGS = ("safe-search", "youtube-moderate", "youtube-strict")
ROLES: Mapping[Kind, Role] = {
    "platform": "blocked",
    "bundle": "blocked",
    "circumvention": "blocked",
    "protected": "protected",
    "essential": "allowed",
}
FOLDERS: Mapping[Kind, str] = {
    "platform": "platforms/",
    "bundle": "bundles/",
    "circumvention": "circumvention/",
    "protected": "",
    "essential": "",
}
SAFE_SEARCH = "safe-search.txt"
_SECTIONS = (*SETTINGS, "address")


@dataclass(frozen=True)
class ShippedList:
    """One list: `names` in label order; `facts` the header's pairs of key and value, as they stand in the file."""

    slug: str
    kind: Kind
    name: str
    role: Role
    facts: tuple[Fact, ...] = ()
    names: tuple[str, ...] = ()

    def fact(self, key: str) -> str | None:
        """The value of a key that stands once; None where it isn't said."""
        return next(iter(self.all(key)), None)

    def all(self, key: str) -> tuple[str, ...]:
        """Every value of a key that may repeat, in the order of the file."""
        return tuple(value for k, value in self.facts if k == key)

    def address(self, key: str) -> Address | None:
        """The page of `terms`, `rules`, `report` or `safety`; None where it isn't known."""
        return address(self.fact(key) or "")

    @property
    def shared(self) -> tuple[Shared, ...]:
        """The names it shares with other services: none of them is blocked by this list."""
        return tuple(filter(None, map(shared, self.all("shared"))))

    @property
    def reasons(self) -> Mapping[str, str]:
        """Why a name stands in a protected or essential list (`why`), or is left out of another (`not-listed`)."""
        pairs = (value.partition(" ") for key in ("why", "not-listed") for value in self.all(key))
        return {name: reason for name, _, reason in pairs}


@dataclass(frozen=True)
class SafeSearch:
    """Where search engines and YouTube are steered: exact host names, never the names under them.

    `steering` maps each of SETTINGS to pairs of host and target; `fixed` a target to IP addresses its vendor uses.
    """

    facts: tuple[Fact, ...]
    steering: Mapping[str, tuple[tuple[str, str], ...]]
    fixed: Mapping[str, tuple[str, ...]]

    def rewrites(self, setting: str) -> tuple[tuple[str, str], ...]:
        """Pairs of host and target of `safe-search`, `youtube-moderate` or `youtube-strict`; KeyError for others."""
        return self.steering[setting]

    def addresses(self, target: str) -> tuple[str, ...]:
        """Addresses for formats that can't follow a name; none where none is known."""
        return self.fixed.get(target, ())


def parse_list(slug: str, kind: Kind, text: str) -> ShippedList:
    """One list file. Raises BadPolicy whose field is the file and line, such as `platforms/x.txt:12`."""
    path = f"{FOLDERS[kind]}{slug}.txt"
    own = slug == kind if kind in RESERVED else slug not in RESERVED
    if not (own and SLUG.fullmatch(slug)):
        raise BadPolicy(f"{slug!r} can't be the name of a {kind} list", path)
    facts, body = read(path, kind, text)
    said = dict(facts)
    if said["role"] != ROLES[kind]:
        raise BadPolicy(f"the role of a {kind} list is {ROLES[kind]}", path)
    return ShippedList(slug, kind, said["name"], ROLES[kind], facts, _names(path, body))


def parse_safe_search(text: str) -> SafeSearch:
    """The safe-search file: `<setting> <host> <target>` lines, then `address <target> <ip> …` lines."""
    facts, body = read(SAFE_SEARCH, "safe-search", text)
    sections: dict[str, list[list[str]]] = {section: [] for section in _SECTIONS}
    last = (0, "")
    for number, line in body:
        section, *fields = line.split(" ")
        if problem := _steering_problem(section, fields):
            raise BadPolicy(problem, f"{SAFE_SEARCH}:{number}")
        if (at := (_SECTIONS.index(section), order(fields[0]))) <= last:
            raise BadPolicy(f"{fields[0]} is out of order, or stands twice", f"{SAFE_SEARCH}:{number}")
        last = at
        sections[section].append(fields)
    fixed = {target: tuple(addresses) for target, *addresses in sections.pop("address")}
    return SafeSearch(facts, {s: tuple((host, target) for host, target in sections[s]) for s in SETTINGS}, fixed)


def _names(path: str, body: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    names, last = [], ""
    for number, name in body:
        if problem := domain_problem(name):
            raise BadPolicy(problem, f"{path}:{number}")
        if (at := order(name)) <= last:
            raise BadPolicy(f"{name} is out of label order, or stands twice", f"{path}:{number}")
        last = at
        names.append(name)
    return tuple(names)


def _steering_problem(section: str, fields: list[str]) -> str | None:
    if section not in _SECTIONS:
        return f"{section!r} is not one of {', '.join(_SECTIONS)}"
    if section == "address":
        if len(fields) < 2:
            return "an address line is `address <target> <ip> …`"
        return domain_problem(fields[0]) or next(filter(None, map(_ip_problem, fields[1:])), None)
    if len(fields) != 2:
        return f"a line of {section} is `{section} <host> <target>`"
    return next(filter(None, map(domain_problem, fields)), None)


def _ip_problem(text: str) -> str | None:
    try:
        return None if str(ip_address(text)) == text else f"{text!r} is not an address in its usual spelling"
    except ValueError:
        return f"{text!r} is not an IP address"
