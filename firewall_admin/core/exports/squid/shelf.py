"""Lists of names, each kept once however many audiences and times of the day use it."""

from collections.abc import Iterator
from dataclasses import dataclass

from firewall_admin.core.compiled import Make, layers_of
from firewall_admin.core.export import content_of
from firewall_admin.core.policy import Policy
from firewall_admin.core.splicing import content

from .strata import Stratum, strata


@dataclass(frozen=True)
class Kept:
    """A stratum under its own name. `about` tells whose names they are; `audience` only where they are one's own."""

    name: str
    about: str
    stratum: Stratum
    audience: str | None
    content: str

    @property
    def path(self) -> str:
        return f"lists/{self.name}.txt"


class Shelf:
    """What the lines of a policy read. Two audiences with the same lists in force share one set of files."""

    def __init__(self, make: Make | None = None) -> None:
        self._make = make
        self._kept: dict[tuple[str, ...], tuple[Kept, ...]] = {}

    def __iter__(self) -> Iterator[Kept]:
        return (kept for group in self._kept.values() for kept in group)

    def layer(
        self, layer: str, policy: Policy, about: str, name: str | None = None, audience: str | None = None
    ) -> tuple[Kept, ...]:
        """One layer of a policy. Without a name of its own it is the same for every audience that has it."""
        key = ("layer", name or layer)
        if key not in self._kept:
            self._kept[key] = self._strata(layer, name or layer, policy, about, audience)
        return self._kept[key]

    def lists(self, policy: Policy) -> tuple[Kept, ...]:
        """The lists layer of a policy that has no other."""
        key = ("lists", *(listed.slug for listed in policy.lists))
        if key not in self._kept:
            number = 1 + sum(1 for kept in self._kept if kept[0] == "lists")
            blocked, allowed = (", ".join(ls.slug for ls in policy.lists if ls.role == role) for role in _ROLES)
            about = f"the lists {blocked}" + (f", opened by {allowed}" if allowed else "")
            self._kept[key] = self._strata("lists", f"lists-{number}", policy, about, None)
        return self._kept[key]

    def _strata(self, layer: str, name: str, policy: Policy, about: str, audience: str | None) -> tuple[Kept, ...]:
        segments = next(one.segments for one in layers_of(policy, self._make) if one.name == layer)
        said = content(policy, layer)
        return tuple(
            Kept(f"{name}-{_place(one)}", about, one, audience, content_of("squid", name, _place(one), about, said))
            for one in strata(segments())
        )


_ROLES = ("blocked", "allowed")


def _place(stratum: Stratum) -> str:
    what = "open" if stratum.opens else "block"
    return f"{what}-{stratum.depth + 1}" if stratum.depth else what
