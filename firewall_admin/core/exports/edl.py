"""External dynamic lists: plain names, one a line, for firewalls that fetch them by address.

No comments at all: Sophos Firewall takes none, so release and counts stand in manifest.json. What a firewall makes of a
name differs, and so do its limits; a device profile writes names in the form that covers the names under them, and
tells where a limit is passed. No name here is longer than 253 characters, so no limit on lines is ever met.
(Fortinet, "External resources file format"; Palo Alto Networks, "Formatting Guidelines for an External Dynamic List";
Sophos, "Third-party threat feeds, Requirements"; Netgate, pfBlockerNG DNSBL.)
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from firewall_admin.core.compiled import Compiled, CompiledAudience
from firewall_admin.core.devices import profile
from firewall_admin.core.export import Carries, File, Lines, Loss, Target, content_of, usual_losses
from firewall_admin.core.ruleset import Action, Segment


@dataclass(frozen=True)
class Device:
    """A firewall: how it wants names written and how much it takes.

    `forms` are put before each name; `entries` (lines) and `size` (bytes) are limits for one list, or over all lists
    where `shared`; `use` says how to load a list.
    """

    title: str
    use: str
    forms: tuple[str, ...] = ("",)
    subdomains: bool = True
    entries: int | None = None
    size: int | None = None
    shared: bool = False


_MIB = 1 << 20
_FEED = "Security Fabric, External Connectors, Domain Name threat feed; block its category in a DNS filter profile"
_EDL = "Objects, External Dynamic Lists, type Domain List; sinkhole it in an Anti-Spyware profile"
_BOTH = ("", "*.")  # the name itself, and all under it
DEVICES = {
    "fortigate": Device("FortiGate, before FortiOS 7.4.4", _FEED, _BOTH, entries=131_072, size=10 * _MIB),
    "fortigate-entry": Device("FortiGate, entry", _FEED, _BOTH, entries=1_000_000, size=32 * _MIB, shared=True),
    "fortigate-mid": Device("FortiGate, mid-range", _FEED, _BOTH, entries=3_000_000, size=64 * _MIB, shared=True),
    "fortigate-high": Device("FortiGate, high end", _FEED, _BOTH, entries=5_000_000, size=128 * _MIB, shared=True),
    "paloalto": Device(
        "Palo Alto Networks", f"{_EDL}; tick 'Automatically expand to include subdomains'", entries=50_000, shared=True
    ),
    "paloalto-wildcard": Device("Palo Alto Networks, each name twice", _EDL, _BOTH, entries=50_000, shared=True),
    "sophos": Device(
        "Sophos Firewall", "Active threat response, Third-party threat feeds, type Domains", subdomains=False
    ),
    "pfblockerng": Device(
        "pfSense with pfBlockerNG", "Firewall, pfBlockerNG, DNSBL Groups, Add; tick 'Wildcard Blocking (TLD)'"
    ),
}
_ANY = Device("any firewall", "an external list of domains, fetched by the firewall", subdomains=False)

TITLE = "External dynamic list (FortiGate, Palo Alto, Sophos, pfBlockerNG)"
CARRIES = Carries(
    "apart",
    subdomains=False,  # see the profiles: with most of them names under a listed one are blocked
    exceptions=False,
    answers=frozenset(),
    rewrites=False,
    notes=(
        "holds no comments: release and counts are in manifest.json",
        "the firewall's policy says for which clients a list holds",
        "a FortiGate before FortiOS 7.4.4 takes 131,072 lines or 10 MiB a list and drops the rest without a word",
        "Palo Alto Networks firewalls take 50,000 domains in all on older platforms and skip the rest",
        "Sophos Firewall is not documented to block the names under a listed one",
    ),
)
_TEXTS = {
    "answer": "only names: a blocked one is answered as the firewall is set",
    "anti-bypass": "only names: whether these are answered NXDOMAIN is for the firewall's settings",
    "exceptions": "can't open a name below a blocked one: those are in a list of their own, for its exceptions",
    "subdomains": "a listed name may be all that is blocked, and not the names under it",
}


def losses(compiled: Compiled, target: Target) -> Iterator[Loss]:
    device = profile(DEVICES, target.device) or _ANY
    for loss in usual_losses(compiled, replace(CARRIES, subdomains=device.subdomains)):
        yield replace(loss, text=_TEXTS.get(loss.what, loss.text))
    if device.shared:
        yield from _over(device, compiled.audiences, None)
    else:
        for audience in compiled.audiences:
            yield from _over(device, (audience,), audience.name)


def files(compiled: Compiled, target: Target) -> Iterator[File]:
    device = profile(DEVICES, target.device) or _ANY
    for audience in compiled.audiences:
        path, lines = f"{audience.name}.txt", _lines(device, _blocking(audience))
        yield File(path, device.use, lines, audience.name, _content(path, device, audience))
        if opened := [segment for segment in audience.segments if segment.action == Action.OPEN]:
            path, lines = f"{audience.name}.allow.txt", _lines(device, opened)
            use = f"the names to leave open below blocked ones: the firewall's own exceptions for {audience.name}"
            yield File(path, use, lines, audience.name, _content(path, device, audience))


def _content(path: str, device: Device, audience: CompiledAudience) -> str:
    return content_of("edl", path, device.forms, audience.content())


def _blocking(audience: CompiledAudience) -> list[Segment]:
    return [segment for segment in audience.segments if segment.action != Action.OPEN]


def _lines(device: Device, segments: list[Segment]) -> Iterator[Lines]:
    """In label order; where a name is written in more than one form, a form at a time."""
    for segment in segments:
        yield from (Lines(segment.text, form, "") for form in device.forms)


def _over(device: Device, audiences: tuple[CompiledAudience, ...], name: str | None) -> Iterator[Loss]:
    """What is more than the device takes, over all the audiences given."""
    segments = [segment for audience in audiences for segment in _blocking(audience)]
    names = sum(map(len, segments))
    lines = names * len(device.forms)
    size = sum(len(s.text) for s in segments) * len(device.forms) + names * sum(map(len, device.forms))
    if device.entries is not None and lines > device.entries:
        text = f"{device.title} takes {device.entries:,} lines and drops the rest of {lines:,}"
        yield Loss("limit", text, name, names - device.entries // len(device.forms))
    if device.size is not None and size > device.size:
        text = f"{device.title} takes {device.size:,} bytes and drops the rest of {size:,}"
        yield Loss("limit", text, name, names)
