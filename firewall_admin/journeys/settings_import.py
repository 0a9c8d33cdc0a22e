"""Bringing settings from Pi-hole or AdGuard Home: what can be carried becomes lists, the rest becomes a report."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml  # type: ignore[import-untyped]

from firewall_admin.core import events_policy as events
from firewall_admin.core.foreign import Brought, adguard_home, pihole
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.policy import Role
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.change import Change
from firewall_admin.ports import Ports

from . import archives, assignments, gravity, lists, policy

MOST_YAML = 1 << 20  # bytes; the safe loader is slow, and nobody's settings are this long
_MEMBER = re.compile(
    r"(?:[\w.-]+/)*(?:gravity\.db|(?:adlist|client|group|domainlist_by_group|(?:black|white)list\.(?:exact|regex))\.json"
    r"|(?:black|white)list\.txt|regex\.list|adlists\.list)"
)
_JSON = ("adlist", "client", "group", "domainlist_by_group")
_TYPES = {"whitelist.exact": 0, "blacklist.exact": 1, "whitelist.regex": 2, "blacklist.regex": 3}
_TEXTS = {"whitelist.txt": 0, "blacklist.txt": 1, "regex.list": 3}


class _WithoutAliases(yaml.SafeLoader):  # type: ignore[misc]
    """An alias may stand for ten more, and each of those for ten: a small file, and no memory is enough."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias")
        return super().compose_node(parent, index)


def bring(ports: Ports, data: bytes) -> Brought:
    """What a Pi-hole Teleporter archive or an AdGuardHome.yaml says. Raises Refusal (field `file`)."""
    if not archives.is_archive(data):
        platforms = {slug for slug, ls in ports.shipped.described.items() if ls.kind == "platform"}
        return adguard_home.bring(_yaml(data), platforms)
    files = {path.rpartition("/")[2]: content for path, content in archives.members(data, _wanted).items()}
    if not files:
        raise Refusal("There is neither a Pi-hole database nor Pi-hole's lists in this archive.", "file")
    return pihole.bring(gravity.tables(files["gravity.db"]) if "gravity.db" in files else _files(files))


def bringing(
    ports: Ports,
    actor: Actor,
    *,
    data: bytes,
    title: str,
    to: Sequence[str] = (),
    times: assignments.Times | None = None,
) -> policy.Act:
    """The edit that adds what was brought as lists called after `title`, in force for the audiences named."""
    policy.may(actor, Permission.CHANGE_POLICY)
    found = bring(ports, data)
    if not (found.blocked or found.allowed or found.platforms):
        raise Refusal(f"There is nothing in these settings of {found.product} that can be carried.", "file")
    texts: list[tuple[Role, str]] = [("blocked", found.blocked), ("allowed", found.allowed)]
    brought = [(f"{title} {role}", role, text.encode("utf-8")) for role, text in texts if text]
    acts = [
        lists.adding(ports, actor, title=called, role=role, text=text, source=found.product)
        for called, role, text in brought
    ]
    slugs = [lists.slug_of(called) for called, _, _ in brought]
    if to:
        acts += [
            assignments.assigning(ports, actor, slug=slug, to=to, times=times or assignments.ALWAYS)
            for slug in (*slugs, *found.platforms)
        ]

    def act(change: Change) -> None:
        change.did(events.SettingsBrought(found.product, len(found.left)))
        for each in acts:
            each(change)

    return act


def bring_in(
    ports: Ports, actor: Actor, *, data: bytes, title: str, to: Sequence[str] = (), decision: str | None = None
) -> None:
    """Add what another product's settings say (see `bringing`)."""
    policy.edit(ports, actor, bringing(ports, actor, data=data, title=title, to=to), decision)


def _wanted(path: str) -> bool:
    return bool(_MEMBER.fullmatch(path))


def _files(files: Mapping[str, bytes]) -> dict[str, list[dict[str, Any]]]:
    """The tables of version 5, each a JSON file, and the plain texts of versions before it."""
    found: dict[str, list[dict[str, Any]]] = {table: _json(files.get(f"{table}.json", b"[]")) for table in _JSON}
    domains = [row | {"type": kind} for name, kind in _TYPES.items() for row in _json(files.get(f"{name}.json", b"[]"))]
    for name, kind in _TEXTS.items():
        domains += [{"type": kind, "domain": line} for line in _lines(files.get(name, b""))]
    found["adlist"] += [{"address": line} for line in _lines(files.get("adlists.list", b""))]
    return found | {"domainlist": domains}


def _lines(text: bytes) -> list[str]:
    stripped = (line.strip() for line in text.decode("utf-8", "replace").splitlines())
    return [line for line in stripped if line and not line.startswith("#")]


def _json(text: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal("A file of this archive is not the JSON that Pi-hole writes.", "file") from None
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _yaml(text: bytes) -> dict[str, Any]:
    if len(text) > MOST_YAML:
        raise Refusal(f"Settings of more than {MOST_YAML >> 20} MB can't be taken.", "file")
    try:
        found = yaml.load(text, _WithoutAliases)  # noqa: S506 - a SafeLoader, and less than that
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        raise Refusal("This is neither an archive nor a YAML file of settings.", "file") from None
    if not isinstance(found, dict) or not ({"filters", "user_rules", "clients", "dns", "filtering"} & set(found)):
        raise Refusal("This is no AdGuardHome.yaml: none of its settings are there.", "file")
    return found
