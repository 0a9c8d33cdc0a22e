"""A proxy auto-configuration file: a browser asks it where to send a request.

A blocked host is sent to the block page's address, or to a port where nothing listens. The names stand in one object,
and a host is looked up from itself upwards, so the closest name wins in as many look-ups as the host has labels. The
helper functions of PAC are not used: `dnsDomainIs("notbad.com", "bad.com")` is true. Old Windows programs read it with
the JScript of 1999, so it is ECMAScript 3: no comma before a closing brace, no `let`.
"""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

from firewall_admin.core.compiled import Compiled, CompiledAudience
from firewall_admin.core.export import Carries, File, Loss, Target, each, header, usual_losses
from firewall_admin.core.policy import Audience
from firewall_admin.core.ruleset import Action

TITLE = "Proxy auto-configuration (PAC)"
CARRIES = Carries(
    "apart",
    answers=frozenset(),
    rewrites=False,
    notes=(
        "holds for programs that follow the system's proxy settings, and not for others",
        "serve each audience its own file, as application/x-ns-proxy-autoconfig",
        "a site's own proxy goes into the variable OPEN at the top",
    ),
)
NOWHERE = "PROXY 127.0.0.1:9"  # the discard port: refused at once
MOST = 1 << 20  # bytes; Chromium fails above that (net/proxy_resolution/pac_file_fetcher_impl.cc)
_TEXTS = {
    "anti-bypass": "can't answer the questions that browsers and phones ask before they go round the school's resolver",
    "answer": "answers no DNS question: a blocked site is sent to a proxy that serves the block page or nothing",
}
_FUNCTION = """
function FindProxyForURL(url, host) {
  var name = String(host).toLowerCase(), dot, said;
  if (name.charAt(name.length - 1) === ".") { name = name.substring(0, name.length - 1); }
  while ((dot = name.indexOf(".")) >= 0) {
    said = NAMES[name];
    if (said === 1) { return BLOCKED; }
    if (said === 0) { return OPEN; }
    name = name.substring(dot + 1);
  }
  return OPEN;
}
"""


def losses(compiled: Compiled, target: Target) -> Iterator[Loss]:
    for loss in usual_losses(compiled, CARRIES):
        yield replace(loss, text=_TEXTS.get(loss.what, loss.text))
    for audience in compiled.audiences:
        if (size := sum(map(len, _script(compiled, audience)))) > MOST:
            text = f"browsers on Chromium take {MOST:,} bytes; these {size:,} they refuse, and block nothing"
            yield Loss("limit", text, audience.name, audience.count(Action.BLOCK, Action.DENY))


def files(compiled: Compiled, target: Target) -> Iterator[File]:
    for audience in compiled.audiences:
        use = f"the automatic proxy address of {audience.name}, by group policy or DHCP option 252"
        yield File(f"{audience.name}.pac", use, _script(compiled, audience), audience.name)


def proxy(audience: Audience) -> str:
    """Where a blocked host is sent: the block page's addresses, or nowhere."""
    if audience.answer != "sinkhole" or not audience.sinkhole:
        return NOWHERE
    hosts = [f"[{text}]" if ip_address(text).version == 6 else text for text in audience.sinkhole]
    return "; ".join(f"PROXY {host}:80" for host in hosts)


def _script(compiled: Compiled, audience: CompiledAudience) -> Iterator[str]:
    yield header(compiled, audience, "//")
    yield f'var OPEN = "DIRECT";\nvar BLOCKED = "{proxy(audience.audience)}";\nvar NAMES = {{\n'
    for segment in audience.segments:
        yield each(segment.text, '"', '":0,' if segment.action == Action.OPEN else '":1,')
    yield '"":0};\n'  # what no look-up asks for: there is no comma behind it
    yield _FUNCTION
