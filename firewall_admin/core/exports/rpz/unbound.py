"""Unbound: one list of zones, each with the tags of its audiences (unbound.conf(5), "RPZ Options").

The closest `access-control…` line of a client gives its tags, so a narrower `access-control` line of the site's own
without a tag would leave its clients unfiltered. The file says so, since Unbound does not.
"""

from collections.abc import Iterator

from ...compiled import Compiled
from ...export import header
from .clients import clients, everyone, served
from .zones import Zone

_OF_NO_AUDIENCE = "of_no_audience"  # no audience can be called so


def text(compiled: Compiled, zones: list[Zone], base: str, primary: str = "") -> Iterator[str]:
    """The file to be included at the end of the main one. `primary`: lines that say where the zones come from, for a
    server that transfers them and keeps a copy in the files."""
    yield header(compiled)
    yield _ADVICE
    yield 'server:\n  module-config: "respip validator iterator"\n'
    tagged = not everyone(compiled)
    if tagged:
        yield from _tags(compiled)
    for zone in zones:
        yield f'rpz:\n  name: "{zone.name}."\n  zonefile: "{base}/{zone.path}"\n{primary}'
        if tagged:
            yield f'  tags: "{" ".join(zone.audiences)}"\n'


def _tags(compiled: Compiled) -> Iterator[str]:
    names = served(compiled)
    found = clients(compiled)
    if any(one.audience is None for one in found):
        names = [*names, _OF_NO_AUDIENCE]
    if names:
        yield f'  define-tag: "{" ".join(names)}"\n'
    for one in found:
        yield f'  access-control-tag: {one.network} "{one.audience or _OF_NO_AUDIENCE}"\n'


_ADVICE = """\
# Include this file last. It sets module-config, and the last one wins: where the site needs further modules, write
# its own line behind this include, with respip in front (without respip Unbound does not start).
# The networks named here may ask. A narrower access-control line elsewhere takes the filter off its clients, unless
# it has an access-control-tag line of its own.
# Unbound 1.20.0 ignores tags: all clients would get all zones. Before 1.19.2, a blocked name that is reached through
# another name's CNAME is held back the first time only.
"""
