"""The device profiles of a format, looked up by the name a target gives."""

from collections.abc import Mapping
from typing import TypeVar

from firewall_admin.core.refusals import Refusal

Device = TypeVar("Device")


def profile(devices: Mapping[str, Device], name: str | None) -> Device | None:
    """The profile of that name, None where none is asked for. Raises Refusal for one that does not exist."""
    if name is None:
        return None
    if name not in devices:
        raise Refusal(f"there is no device '{name}'; there are {', '.join(sorted(devices))}", "device")
    return devices[name]
