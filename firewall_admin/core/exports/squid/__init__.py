"""Squid as a filtering proxy: an include for `http_access`, one for `ssl_bump`, and the lists they read.

Made for Squid 5 and later, with what Squid has had since 3.5 (`acl` in its squid.conf.documented). It denies and never
allows, so it takes nothing from the site's own rules (see `stack`). A person's decision changes the small file of an
audience's rules, however large the lists are.
"""

import re
from collections.abc import Iterator

from firewall_admin.core.compiled import Compiled
from firewall_admin.core.export import Carries, File, Loss, Target, header, usual_losses
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.ruleset import Action

from .clients import own_networks
from .clock import MOST, Clock
from .lines import HTTP, TLS, clients, comment, denials, entries, mark, names, time
from .shelf import Shelf
from .stack import Stack, stack

TITLE = "Squid (filtering proxy)"
CARRIES = Carries(
    "together",
    rewrites=False,
    clock=True,
    mark="http",
    notes=(
        (
            "a proxy refuses: a blocked name gets status 403 and Squid's own page, or with 'sinkhole' a redirect (302) "
            "to the block page at that address; for https browsers show neither"
        ),
        "https is blocked by the host name of CONNECT; where ssl_bump peeks, ssl.conf also goes by the TLS server name",
        "an address instead of a name, in a URL or in CONNECT, is not blocked: the site's own rules can refuse those",
        "clients outside every audience's networks are not filtered, nor is what doesn't go through the proxy",
        (
            "timetables follow the proxy's clock, which must be in the school's time zone; dates and terms hold until "
            f"the next change, and with more than {MOST} in an audience's rules and allowed lists all of it does"
        ),
        (
            "safe search can't be enforced by rewriting https; with TLS interception the request header "
            "'YouTube-Restrict: Strict' or 'Moderate' does it for YouTube"
        ),
        "a list file that is missing blocks nothing, and Squid only warns of it: copy the folder whole",
    ),
)
_PATH = re.compile(r"/[A-Za-z0-9_./@:+-]*")
_FIRST = """\
Include this above the site's own http_access lines, which must go on to refuse or allow what is left: nothing is
allowed here. The names of all acls here begin with fa- or fat-. An audience whose blocked names get Squid's own page
can have another: deny_info PAGE fa-page-AUDIENCE."""
_TLS = """\
Only for a proxy with an ssl-bump port: include this above the site's own ssl_bump lines, of which one must peek at
step 1 so that the name is known, and below the include of squid.conf, whose acls it uses. Nothing is decrypted."""


def losses(compiled: Compiled, target: Target) -> Iterator[Loss]:
    yield from usual_losses(compiled, CARRIES)
    for audience in compiled.audiences:
        if not audience.audience.networks and (blocked := audience.count(Action.BLOCK, Action.DENY)):
            text = "has no networks, by which the proxy could know its clients: nothing is blocked for it"
            yield Loss("networks", text, audience.name, blocked)


def files(compiled: Compiled, target: Target) -> Iterator[File]:
    """Raises Refusal where Squid can't read the paths of the lists."""
    if not _PATH.fullmatch(target.base):
        wanted = "Squid's configuration needs an absolute path of letters, digits and . _ - + @ : only"
        raise Refusal(f"'{target.base}' can't be where the lists will live: {wanted}", "base")
    clock, shelf = Clock(compiled), Shelf(compiled.make)
    alone = [one.audience for one in compiled.audiences if own_networks(compiled.school_policy, one.audience)]
    stacks = [stack(clock, audience, shelf) for audience in alone]
    yield File("squid.conf", "include it above the site's own http_access lines", _http(clock, stacks, shelf, target))
    yield File("ssl.conf", "where ssl_bump peeks: include it above the ssl_bump lines", _tls(stacks, shelf, target))
    for kept in shelf:
        yield File(kept.path, "read by squid.conf and ssl.conf", entries(kept), kept.audience, kept.content)


def _http(clock: Clock, stacks: list[Stack], shelf: Shelf, target: Target) -> Iterator[str]:
    policy = clock.compiled.school_policy
    yield header(clock.compiled) + comment(_FIRST)
    timed = {name for one in stacks for condition in one.conditions() for name, _ in condition}
    if timed:
        yield comment(f"The times are those of the proxy's own clock, which must be set to {policy.timezone}.")
    for name in sorted(timed):
        yield time(policy.timetables[name])
    for kept in shelf:
        yield names(kept, HTTP, target)
    for one in stacks:
        yield f"\n# {one.audience.name}\n" + clients(one.audience, own_networks(policy, one.audience))
        yield mark(one.audience, clock.compiled.release) + denials(one, HTTP)


def _tls(stacks: list[Stack], shelf: Shelf, target: Target) -> Iterator[str]:
    yield comment(_TLS)
    for kept in shelf:
        yield names(kept, TLS, target)
    for one in stacks:
        yield f"\n# {one.audience.name}\n" + denials(one, TLS)
