"""Lines of the configuration of dnsmasq, unbound and BIND."""

import re

from . import zonefile
from .line import IGNORED, Line, is_null, rejected, says

STATEMENT = re.compile(r"[a-z][a-z0-9-]*(?:=|:(?=[ \t\"\']|\Z))|zone[ \t]", re.IGNORECASE)
_CLAUSES = frozenset(["server:", "view:", "rpz:", "remote-control:", "python:", "dynlib:"])
_BLOCKING = frozenset(
    "always_nxdomain always_nodata always_null always_refuse always_deny static redirect refuse deny "
    "inform_deny inform_redirect".split()
)
_TRANSPARENT = frozenset("transparent always_transparent typetransparent inform nodefault".split())
_LOCAL_ZONE = re.compile(r'local-zone:[ \t]*("?)([^\s"]+)\1[ \t]+"?([a-z_]+)"?')
_LOCAL_DATA = re.compile(r"""local-data:[ \t]*(["'])([^"']*)\1""")
_BIND_ZONE = re.compile(r'zone[ \t]+"([^"]+)"(?:[ \t]+IN)?[ \t]*\{[ \t]*type[ \t]+([a-z]+)[ \t]*;[^{}]*\};?', re.I)


def read(text: str) -> Line:
    """A line that STATEMENT matches."""
    word = text.lower()
    if word.startswith("zone"):
        return _bind(text)
    if word in _CLAUSES:
        return IGNORED
    if word.startswith("local-zone:"):
        return _local_zone(text)
    if word.startswith("local-data:"):
        return _local_data(text)
    if word.startswith(("address=", "server=", "local=")):
        return _dnsmasq(text)
    return rejected("a server setting that blocks no name")


def _dnsmasq(text: str) -> Line:
    """`address=/a/b/0.0.0.0`, `local=/a/`, `server=/a/` block; `server=/a/#` leaves alone (dnsmasq(8))."""
    key, _, value = text.partition("=")
    first, *names, target = value.split("/")
    if first or not names:
        return rejected("a dnsmasq setting for no name: names stand between slashes")
    if not target or (key == "address" and (target == "#" or is_null(target))):
        return says("block", *names)
    if key == "address":
        return rejected(f"points to {target}, so it blocks nothing")
    if target == "#":
        return says("except", *names)
    return rejected(f"sends questions to {target}, which is not a block")


def _local_zone(text: str) -> Line:
    """`local-zone: "x" always_nxdomain` (unbound.conf(5)); the transparent kinds leave a name alone."""
    zone = _LOCAL_ZONE.fullmatch(text)
    if zone is None:
        return rejected("a local-zone without a name and a type")
    _, name, kind = zone.groups()
    if kind in _BLOCKING:
        return says("block", name)
    if kind in _TRANSPARENT:
        return says("except", name)
    return rejected(f"a local-zone of the type {kind}, which is not a block")


def _local_data(text: str) -> Line:
    """`local-data: "x A 0.0.0.0"` (unbound.conf(5))."""
    data = _LOCAL_DATA.fullmatch(text)
    record = zonefile.record(data[2].split()) if data else None
    if record is None:
        return rejected("local-data without a record in quotes")
    owner, kind, value = record
    if kind in ("A", "AAAA") and is_null(value):
        return says("block", owner)
    return rejected(f"points to {kind} {value}, so it blocks nothing")


def _bind(text: str) -> Line:
    """`zone "x" { type master; notify no; file "null.zone.file"; };` (BIND 9 Administrator Reference Manual)."""
    zone = _BIND_ZONE.fullmatch(text)
    if zone is None:
        return rejected("a zone statement that doesn't stand whole in one line")
    name, kind = zone.groups()
    if kind.lower() in ("master", "primary"):
        return says("block", name)
    return rejected(f"a zone of the type {kind}, which is not a block")
