"""Objections as a release keeps them: each with a key, and with who accepted it, when and why.

A danger that stands (a rule that names a helpline) is accepted once, and every later release that still has it carries
that on. A danger of one step (far fewer names than before) is asked about at every step, unless it is all of a text
that somebody has just looked at and taken (`taken_texts`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.db.tables import Release, TargetRow

OF_ONE_STEP = frozenset(
    "much-opened much-blocked much-replaced audience-gone list-shrunk used-names-blocked not-comparable".split()
)
SINCE = 50  # releases looked back over, at most, for a danger that was accepted since the one in force
Kept = dict[str, Any]
NONE: Mapping[str, Kept] = MappingProxyType({})


def entered(
    session: Session, school_id: UUID, live: Release | None, found: Iterable[Kept], carried: Mapping[str, Kept] = NONE
) -> list[Kept]:
    """Objections as they are put on a release: `name`, `text`, `audience`, `names`, `key` and `accepted` (None, or
    `by`, `at`, `reason`). `carried`: by key, dangers of this step that were accepted before there was a release."""
    before = _accepted(session, school_id, live)
    kept = [{**o, "names": list(o["names"]), "key": key_of(o)} for o in found]
    return [{**o, "accepted": (carried if o["name"] in OF_ONE_STEP else before).get(o["key"])} for o in kept]


def key_of(objection: Kept) -> str:
    """By what an objection is known again: everything it says."""
    said = [objection[part] for part in ("name", "audience", "text")] + [list(objection["names"])]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def remember_losses(session: Session, school_id: UUID, objections: Iterable[Kept]) -> None:
    """A target's loss was accepted with a release: it is accepted for the target, however many names it comes to."""
    for objection in objections:
        kind = objection["name"].removeprefix("loss-")
        if kind == objection["name"]:
            continue
        query = select(TargetRow).where(TargetRow.school_id == school_id, TargetRow.name.in_(objection["names"]))
        for target in session.scalars(query):
            key = f"{kind} {objection['audience'] or ''}".strip()
            target.accepted_losses = sorted({*target.accepted_losses, key})


def _accepted(session: Session, school_id: UUID, live: Release | None) -> dict[str, Any]:
    query = select(Release).where(Release.school_id == school_id, Release.number >= (live.number if live else 0))
    rows = session.scalars(query.order_by(Release.number.desc()).limit(SINCE)).all()
    releases = {release.number: release for release in (*rows, *([live] if live else []))}
    earliest_first = (releases[number] for number in sorted(releases))
    return {o["key"]: o["accepted"] for release in earliest_first for o in release.objections if o["accepted"]}
