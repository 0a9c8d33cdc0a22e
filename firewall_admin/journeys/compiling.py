"""Compiling a school's policy for a release from what its last release compiled."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from threading import RLock
from uuid import UUID

from firewall_admin.core import splicing
from firewall_admin.core.policy import Policy, SchoolPolicy
from firewall_admin.core.refusals import BadPolicy
from firewall_admin.core.ruleset import Segment
from firewall_admin.db.tables import Release
from firewall_admin.ports import Ports

from .release_contents import rebuild

Segments = tuple[Segment, ...]
Compiled = tuple[SchoolPolicy, datetime]
"""A policy and the instant that it was compiled for."""
_LARGE = ("lists", "locked", splicing.FLAT)  # layers of rules and of what is protected are small


class Compiling:
    """What `Compiled` asks for segments, for the making of one release.

    They come from this release's other targets, from the disk, from those of another policy changed where it changed
    (the published one, or the one of a release that came to nothing), or from compiling, whichever is first to have
    them.
    """

    def __init__(self, ports: Ports, school_id: UUID, *others: Compiled):
        self._files = ports.store.segment_files(str(school_id))
        self._others = others
        self._made: dict[str, Segments] = {}
        self._turn = RLock()  # files are written several at once
        self._used: set[str] = set()
        self._fresh: dict[str, Segments] = {}

    @classmethod
    def after(cls, ports: Ports, school_id: UUID, live: Release | None, tried: Compiled | None = None) -> "Compiling":
        """From what was compiled in vain, and what the published release compiled, where its policy is to be had."""
        others = [tried] if tried else []
        with suppress(BadPolicy):
            others += [(rebuild(ports, live), live.at)] if live else []
        return cls(ports, school_id, *others)

    def __call__(self, policy: Policy, layer: str) -> Segments:
        content = splicing.content(policy, layer)
        with self._turn:
            if content not in self._made:
                self._made[content] = self._found(content, policy, layer)
            return self._made[content]

    def keep(self) -> None:
        """Keep what was compiled for the next release. It takes its time: where somebody waits, `done` is soon enough;
        where nobody does, other processes find it as soon as they see the release."""
        for content, segments in self._fresh.items():
            self._files.keep(content, segments)
        self._fresh.clear()

    def done(self) -> None:
        """The release is made, and nobody waits any more: what was compiled for it is kept for the next, and what it
        does not need is taken away."""
        self.keep()
        self._files.tidy(self._used)

    def _found(self, content: str, policy: Policy, layer: str) -> Segments:
        if layer not in _LARGE:
            return splicing.compiled(policy, layer)
        self._used.add(content)
        if (kept := self._files.load(content)) is not None:
            return kept
        found = self._moved(policy, layer) or splicing.compiled(policy, layer)
        self._fresh[content] = found
        return found

    def _moved(self, policy: Policy, layer: str) -> Segments | None:
        """From another policy's, if those are still to be had."""
        return next((found for other in self._others if (found := self._moved_from(other, policy, layer))), None)

    def _moved_from(self, other: Compiled, policy: Policy, layer: str) -> Segments | None:
        if (before := _before(other, policy, layer)) is None:
            return None
        content = splicing.content(before, layer)
        self._used.add(content)
        if content not in self._made and (kept := self._files.load(content)) is not None:
            self._made[content] = kept
        there = self._made.get(content)
        return splicing.moved(before, there, policy, layer) if there else None


def _before(other: Compiled, policy: Policy, layer: str) -> Policy | None:
    """The same audience in another policy; of a layer of lists, with those lists alone."""
    then, at = other
    name = policy.audience.name
    if name not in {audience.name for audience in then.audiences}:
        return None
    before = then.policy(name, at)
    same = (before.audience.answer == "nxdomain") == (policy.audience.answer == "nxdomain")
    if layer == "lists":
        slugs = [listed.slug for listed in policy.lists if listed.slug in then.lists]
        return replace(before, lists=tuple(then.lists[slug] for slug in slugs))
    return before if same or layer != splicing.FLAT else None
