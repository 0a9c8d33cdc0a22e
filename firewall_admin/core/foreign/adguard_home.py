"""AdGuard Home's own rules, blocked services, filters and clients (AdGuardHome.yaml; its wiki, "Configuration")."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from firewall_admin.core.listfile import read

from . import Brought, Left

# Its service ids where ours is another word; the rest are spelt alike.
_SPELT = {"twitter": "x", "ok": "odnoklassniki", "4chan": "4chan", "snapchat": "snapchat", "bigo_live": "bigo-live"}


def bring(settings: Mapping[str, Any], platforms: Collection[str]) -> Brought:
    """From the file's top level mapping. `platforms`: the slugs of the platforms that can be blocked here."""
    rules = [line for line in _list(settings.get("user_rules")) if isinstance(line, str)]
    blocked = read(_text(rule for rule in rules if not rule.lstrip().startswith("@@")))
    allowed = read(_text(rule for rule in rules if rule.lstrip().startswith("@@")), "allowed")
    left = [Left(each.text, each.reason) for each in (*blocked.rejected, *allowed.rejected)]
    services = [str(each) for each in _services(settings)]
    ours = {each: _SPELT.get(each, each.replace("_", "-")) for each in services}
    left += [Left(f"service {each}", "there is no such platform here") for each in ours if ours[each] not in platforms]
    left += _others(settings)
    return Brought(
        "AdGuard Home",
        "".join(f"{name}\n" for name in blocked.names),
        "".join(f"{name}\n" for name in allowed.names),
        platforms=tuple(dict.fromkeys(slug for slug in ours.values() if slug in platforms)),
        left=tuple(left),
    )


def _text(rules: Iterable[str]) -> bytes:
    return "".join(f"{rule}\n" for rule in rules if "\n" not in rule).encode("utf-8", "replace")


def _services(settings: Mapping[str, Any]) -> list[Any]:
    """Blocked services, where version 0.107.37 and later, and where earlier ones keep them."""
    filtering, dns = _mapping(settings.get("filtering")), _mapping(settings.get("dns"))
    for place in (filtering.get("blocked_services"), dns.get("blocked_services")):
        if found := _list(place) or _list(_mapping(place).get("ids")):
            return found
    return []


def _others(settings: Mapping[str, Any]) -> Iterator[Left]:
    for key in ("filters", "whitelist_filters"):
        for each in map(_mapping, _list(settings.get(key))):
            text = f"{each.get('name') or 'a filter'}: {each.get('url')}"
            yield Left(text, "a subscribed list: download it and add it under Lists")
    clients = settings.get("clients")
    for each in map(_mapping, _list(_mapping(clients).get("persistent")) or _list(clients)):
        ids = ", ".join(map(str, _list(each.get("ids"))))
        yield Left(f"client {each.get('name')} ({ids})", "put its network into an audience, and decide there")
    filtering = _mapping(settings.get("filtering")) | _mapping(settings.get("dns"))
    if _mapping(filtering.get("safe_search")).get("enabled") or filtering.get("safesearch_enabled"):
        yield Left("safe search", "switch it on for the audiences it is for")
    for each in map(_mapping, _list(filtering.get("rewrites"))):
        yield Left(f"rewrite of {each.get('domain')}", "names are steered for safe search only")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
