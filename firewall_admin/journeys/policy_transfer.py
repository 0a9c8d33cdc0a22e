"""The whole policy as one file, out and in again.

`policy.toml` with the school's own lists beside it as `lists/<slug>.txt`, in a zip. A restore is exact: taking in what
was given out, and giving it out again, yields the same bytes. A list's title, note and source stand in comments at the
head of its file, and how it is fetched, if it is; who made a rule, and when, is the trail's matter and not the
policy's.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import select

from firewall_admin.core.listfile import Rejected
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.policy import NameList, Role, Rule, SchoolPolicy
from firewall_admin.core.policyfile import format_policy, parse_policy
from firewall_admin.core.refusals import BadPolicy, Refusal
from firewall_admin.db.tables import ListRow
from firewall_admin.ports import Ports

from . import archives, carried_subscriptions, lists, policy
from .carried_subscriptions import Fetching
from .subscriptions import checked_address

POLICY = "policy.toml"
_LIST = re.compile(r"lists/[a-z0-9][a-z0-9-]{0,39}\.txt")
_HEAD = re.compile(r"# (title|note|source|fetched): ?(.*)")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same policy gives the same bytes, whenever it is asked for
_EVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class OwnList:
    """A list of the school's own, with what people call it."""

    listed: NameList
    title: str
    note: str = ""
    source: str = lists.PASTED
    rejected: tuple[Rejected, ...] = ()
    rejected_lines: int = 0
    fetching: Fetching | None = None


@dataclass(frozen=True)
class Incoming:
    """A policy that was handed in, and its own lists by slug."""

    policy: SchoolPolicy
    own: Mapping[str, OwnList] = field(default_factory=dict)


def export(ports: Ports, actor: Actor) -> bytes:
    """The present policy and its lists as a zip."""
    policy.may(actor, Permission.SEE_POLICY)
    with ports.db.look() as session:
        found = policy.current(ports, session, actor.school_id)
        rows = session.scalars(select(ListRow).where(ListRow.school_id == actor.school_id).order_by(ListRow.slug)).all()
        fetched = carried_subscriptions.all_of(session, actor.school_id)
    files = {POLICY: format_policy(replace(found, rules=tuple(sorted(found.rules, key=_place)))).encode("utf-8")}
    files |= {_file(row.slug): _list_file(row, found.lists[row.slug], fetched.get(row.id)) for row in rows}
    return _zipped(files)


def incoming(ports: Ports, actor: Actor, data: bytes) -> Incoming:
    """What a zip, or a policy file alone, says. A list that is fetched, and whose text isn't handed in, has to be one
    that the actor's school subscribes already. Raises Refusal (field `file`), with the line or key."""
    files = archives.members(data, _belongs) if archives.is_archive(data) else {POLICY: data}
    if POLICY not in files:
        raise Refusal(f"There is no {POLICY} in it.", "file")
    own: dict[str, OwnList] = {}

    def opened(slug: str, role: Role, source: str) -> NameList:
        known = _fetched_already(ports, actor, slug, role, source, files)
        own[slug] = known or _own_list(ports, slug, role, source, files)
        return own[slug].listed

    try:
        text = files[POLICY].decode("utf-8-sig")
        found = parse_policy(text, POLICY, ports.shipped, opened)
        _refuse_doubles(found)
    except UnicodeDecodeError:
        raise Refusal(f"{POLICY} is not UTF-8.", "file") from None
    except BadPolicy as problem:
        raise Refusal(f"{problem.field}: {problem.message}.", "file") from None
    return Incoming(found, own)


def _belongs(path: str) -> bool:
    return path == POLICY or bool(_LIST.fullmatch(path))


def _fetched_already(
    ports: Ports, actor: Actor, slug: str, role: Role, source: str, files: Mapping[str, bytes]
) -> OwnList | None:
    if "://" not in source or _file(slug) in files:
        return None
    address = checked_address(ports, source)
    if found := carried_subscriptions.in_force(ports, actor.school_id, slug, role, address):
        row, listed, fetching = found
        return OwnList(listed, row.title, row.note, row.source, fetching=fetching)
    raise Refusal(f"subscribe to this list as '{slug}' first, or hand in its text as {_file(slug)}")


def _own_list(ports: Ports, slug: str, role: Role, source: str, files: Mapping[str, bytes]) -> OwnList:
    path = _file(slug) if "://" in source else source
    if path not in files or path == POLICY:
        raise Refusal(f"is not among the files handed in, which may hold {POLICY} and lists/<name>.txt")
    found = lists.read(ports, files[path], role, archives.LARGEST)
    if not len(found.names):
        raise Refusal(f"holds no name in {found.lines:,} lines")
    head = _head(files[path])
    fetching = carried_subscriptions.parse(ports, head["fetched"])
    if path != source and (fetching is None or fetching.address != source):
        fetching = Fetching(checked_address(ports, source))
    listed = NameList(slug, role, found.names, _file(slug))
    title = " ".join(head["title"].split())[:100] or slug
    whence = head["source"][:200] or (fetching.address if fetching else lists.PASTED)
    return OwnList(listed, title, head["note"][:2_000], whence, found.rejected, found.rejected_lines, fetching)


def _file(slug: str) -> str:
    return f"lists/{slug}.txt"


def _head(content: bytes) -> dict[str, str]:
    """What the comments say that a list's file begins with; empty where they are silent."""
    found: dict[str, list[str]] = {"title": [], "note": [], "source": [], "fetched": []}
    for line in content[: 1 << 16].decode("utf-8", "replace").split("\n"):
        said = _HEAD.fullmatch(line)
        if said is None:
            break
        found[said[1]].append(said[2])
    return {key: "\n".join(lines) for key, lines in found.items()}


def _list_file(row: ListRow, listed: NameList, fetching: Fetching | None) -> bytes:
    head = [f"# title: {row.title}"]
    head += [f"# note: {line}" for line in row.note.split("\n")] if row.note else []
    head += [f"# source: {row.source}"]
    head += [f"# fetched: {fetching.words}"] if fetching else []
    out = io.BytesIO()
    out.write(("\n".join(head) + "\n\n").encode("utf-8"))
    for name in listed.names:
        out.write(name.encode("ascii") + b"\n")
    return out.getvalue()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path, content in files.items():
            info = zipfile.ZipInfo(path, _LONG_AGO)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()


def _place(rule: Rule) -> tuple[object, ...]:
    """Where a rule stands in the file: by what it says, not by when it was made."""
    return (rule.domain, rule.audience or "", rule.action, rule.since or _EVER, rule.until or _EVER, rule.when or "",
            rule.reason)  # fmt: skip


def _refuse_doubles(found: SchoolPolicy) -> None:
    for number, audience in enumerate(found.audiences):
        slugs = [assigned.list for assigned in audience.lists]
        if twice := next((slug for slug in slugs if slugs.count(slug) > 1), None):
            raise BadPolicy(f"'{twice}' is assigned twice", f"{POLICY}: audience[{number}] lists")
