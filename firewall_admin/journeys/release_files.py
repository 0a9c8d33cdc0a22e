"""The files of releases: written whole, checked before they are given away, made again where they are lost."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.adapters import release_folders
from firewall_admin.adapters.output_folder import AT_ONCE
from firewall_admin.adapters.release_folders import Kept
from firewall_admin.core import exports
from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.export import File
from firewall_admin.core.manifest import manifest
from firewall_admin.core.refusals import Busy, Refusal
from firewall_admin.db.tables import Release, School, TargetRow
from firewall_admin.ports import Ports

from .lending import Earlier
from .release_contents import for_target, losses_of, place_of, rebuild, since_of

LAST = 20  # releases of a school whose files stay on disk; of older ones the rows stay, and files are made again
_log = logging.getLogger(__name__)


def place(number: int, release: UUID) -> str:
    """The name of a release's folder. Its id is in it, so that two workers at one number never write one folder."""
    return f"{number}-{release}"


def folder_of(ports: Ports, release: Release, target: TargetRow) -> Path:
    """Where a target's files of a release are, or would be."""
    return ports.store.release_folder(str(release.school_id), place(release.number, release.id), str(target.id))


def write(
    ports: Ports, folder: Path, compiled: Compiled, target: TargetRow, earlier: Earlier | None = None
) -> dict[str, str]:
    """Write one target's files of a compiled policy, what is the same in an earlier release not again. By content,
    since when each is what it is. Raises Refusal and OSError."""
    mine, losses = for_target(compiled, target), losses_of(compiled, target)
    since: dict[str, str] = {}

    def noted() -> Iterator[File]:
        for file in exports.load(target.format).files(mine, place_of(target)):
            if file.content:
                since[file.content] = compiled.since.get(file.content, compiled.at).isoformat()
            yield file

    lender = earlier.lender(folder_of(ports, earlier.release, target), compiled, target) if earlier else lambda _: None
    ports.store.write_release(folder, noted(), lambda written: manifest(target.format, mine, losses, written), lender)
    return since


def write_all(
    ports: Ports,
    name: str,
    compiled: Compiled,
    targets: Sequence[TargetRow],
    live: Release | None = None,
    check: Callable[[], None] = lambda: None,
) -> dict[str, str]:
    """Write the files of every target that is for somebody (see `write`), with what the release `live` has of them.
    Before each `check` is called, and may raise."""
    earlier = Earlier.of(ports, live, compiled) if live else None

    def written(target: TargetRow) -> dict[str, str]:
        check()
        folder = ports.store.release_folder(str(target.school_id), name, str(target.id))
        return write(ports, folder, compiled, target, earlier)

    wanted = [target for target in targets if is_for_somebody(compiled, target)]
    if earlier:  # the largest first, so that the last to end has little left to do alone
        wanted.sort(key=lambda target: earlier.size(folder_of(ports, earlier.release, target)), reverse=True)
    since: dict[str, str] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for found in pool.map(written, wanted):
            since |= found
    return since


def is_for_somebody(compiled: Compiled, target: TargetRow) -> bool:
    """Whether any audience of a target is left: files for nobody would let everything through."""
    return any(one.name in target.audiences for one in compiled.audiences)


def ensure(ports: Ports, release: Release, target: TargetRow) -> tuple[Path, list[Kept]]:
    """A target's files of a release and where they are, made again where they are missing or damaged.

    Raises Busy, in words for whoever runs the device, where they are not to be had.
    """
    folder = folder_of(ports, release, target)
    if (kept := release_folders.read(folder)) is None:
        try:
            since = since_of(release)
            compiled = compile_policy(rebuild(ports, release), release.at, release=release.number, since=since)
            if not is_for_somebody(compiled, target):
                raise Refusal(f"none of its audiences is in release {release.number}")
            release_folders.clear_unmarked(folder)
            write(ports, folder, compiled, target)
            kept = release_folders.read(folder)
        except (Refusal, OSError) as problem:
            _log.warning("the files of release %s for %s can't be made again: %s", release.number, target.id, problem)
    if kept is None:
        raise Busy(f"The files of release {release.number} are not to be had just now.")
    return folder, kept


def bundle(ports: Ports, release: Release, targets: Sequence[TargetRow]) -> Path:
    """A ZIP file with the files of every target, the policy, and a manifest with the hash of each file. Written once
    for the same targets. Raises Busy and Refusal."""
    folders = {target: ensure(ports, release, target)[0] for target in targets}
    ids = hashlib.sha256(b"".join(sorted(target.id.bytes for target in targets))).hexdigest()[:16]
    inside = ports.store.releases_folder(str(release.school_id)) / place(release.number, release.id)
    if not (file := inside / f"bundle-{ids}.zip").is_file():
        inside.mkdir(parents=True, exist_ok=True)
        named = {_folder_name(target, targets): folder for target, folder in folders.items()}
        texts = {"manifest.json": _whole(release, named), "policy.toml": release.policy}
        release_folders.bundle(file, texts, named, release.at)
    return file


def _whole(release: Release, folders: Mapping[str, Path]) -> str:
    """The manifest of a bundle."""
    whole = {
        "release": release.number,
        "at": release.at.isoformat(),
        "cause": release.cause,
        "counts": release.counts,
        "objections": release.objections,
        "lists": release.snapshots["lists"],
        "policy": hashlib.sha256(release.policy.encode()).hexdigest(),
        "targets": {name: release_folders.manifest_of(folder) for name, folder in folders.items()},
    }
    return json.dumps(whole, indent=2) + "\n"


def prune(ports: Ports) -> int:
    """Remove the files of all but each school's last releases, and what a killed worker left. How many folders."""
    with ports.db.look() as session:
        schools = {school_id: _kept(session, school_id) for school_id in session.scalars(select(School.id))}
    return sum(_prune(ports, school_id, newest, kept) for school_id, (newest, kept) in schools.items())


def _prune(ports: Ports, school_id: UUID, newest: UUID | None, kept: set[str]) -> int:
    """A folder without a row is being made, or was left by a worker that was killed: then a newer release, whose id
    is greater, has taken its number."""
    folder, removed = ports.store.releases_folder(str(school_id)), 0
    for name in release_folders.names(folder):
        _, _, made = name.partition("-")
        if name not in kept and newest and made <= str(newest):
            release_folders.remove(folder / name)
            removed += 1
    return removed


def _kept(session: Session, school_id: UUID) -> tuple[UUID | None, set[str]]:
    query = select(Release.number, Release.id, Release.state).where(Release.school_id == school_id)
    rows = session.execute(query.order_by(Release.number.desc())).all()
    kept = {place(number, id_) for at, (number, id_, state) in enumerate(rows) if at < LAST or state == "published"}
    return max((id_ for _, id_, _ in rows), default=None), kept


def _folder_name(target: TargetRow, targets: Sequence[TargetRow]) -> str:
    """A target's name as a folder in the ZIP file: it is free text, and two may come out alike."""
    mine, *others = (_plain(one.name) for one in (target, *(other for other in targets if other is not target)))
    return f"{mine}-{target.id.hex[-8:]}" if mine in others else mine


def _plain(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_ ") else "_" for c in name).strip() or "target"
