"""What a proxy should do with a name for an audience, and what its replies mean.

A proxy refuses in so many words, so nothing has to be compared with elsewhere. But a site may answer 403 itself: only
what the proxy says of its own counts, and a CONNECT is answered by nobody else. Whatever else came of a request, the
proxy had let it through; where it could not reach the site, that proves nothing.
"""

from collections.abc import Callable
from typing import Literal

from .checks import Expected, Found
from .proxies import Asked, Heard, Request, Unheard

Ask = Callable[[Request], Asked]
Said = Literal["refused", "through", "login", "unknown"]


def look(domain: str, wanted: Expected, ask: Ask, alive: Callable[[], bool]) -> Found:
    """Ask by CONNECT and by GET. `alive`: whether an open name gets through; what refuses everything has not blocked
    anything by policy."""
    asked = [ask(Request("CONNECT", domain)), ask(Request("GET", domain))]
    if lost := next((one for one in asked if isinstance(one, Unheard)), None):
        return Found("silent", f"Asked for {domain}, it gave no answer: {lost.text}.", tuple(map(_told, asked)))
    heard = [one for one in asked if isinstance(one, Heard)]
    said, told = [_said(one, wanted) for one in heard], tuple(one.text for one in heard)
    if "login" in said:
        text = f"Asked for {domain}, it wanted a name and a password first: that proves nothing."
        return Found("not-known", text, told)
    if wanted.what == "blocked":
        found = _blocked(domain, heard, said, told)
        if found.finding == "enforced" and not alive():
            text = f"{domain} was refused, but so is what should be open: everything is held back."
            return Found("overblocking", text, told)
        return found
    return _open(domain, heard, said, told)


def lets_through(asked: Asked) -> bool:
    """Whether a request got past the proxy's rules, wherever it led."""
    return isinstance(asked, Heard) and _said(asked, Expected("open")) in ("through", "unknown")


def _blocked(domain: str, heard: list[Heard], said: list[Said], told: tuple[str, ...]) -> Found:
    if "through" in said:
        one = heard[said.index("through")]
        text = f"{domain} should be blocked, and the proxy let it through ({one.text})."
        return Found("leaking", text, told)
    if said == ["refused", "refused"]:
        return Found("enforced", f"{domain} is blocked: the proxy refused it by http and by https.", told)
    one = heard[said.index("unknown")]
    return Found("not-known", f"Asked for {domain}, it said {one.text}: whether that is a block can’t be told.", told)


def _open(domain: str, heard: list[Heard], said: list[Said], told: tuple[str, ...]) -> Found:
    if "refused" in said:
        one = heard[said.index("refused")]
        return Found("overblocking", f"{domain} should be open, and the proxy refused it ({one.text}).", told)
    if "through" in said and "unknown" not in said:
        return Found("enforced", f"{domain} is open: the proxy let it through.", told)
    one = heard[said.index("unknown")]
    return Found("not-known", f"Asked for {domain}, it could not get there ({one.text}): that proves nothing.", told)


def _said(one: Heard, wanted: Expected) -> Said:
    if one.status == 407:
        return "login"
    connects = one.request.method == "CONNECT"
    if 300 <= one.status < 400 and (connects or _leads_to_block_page(one.location, wanted)):
        return "refused"
    if one.status == 403 and (connects or one.error):
        return "refused"
    if one.status >= 500 or one.error:
        # Squid asks its rules before it looks a name up, so what it could not reach, it had let through.
        past = one.error.startswith(("ERR_DNS_FAIL", "ERR_CONNECT_FAIL", "ERR_CANNOT_FORWARD", "ERR_READ_"))
        return "through" if past and wanted.what == "blocked" else "unknown"
    return "unknown" if connects and one.status >= 400 else "through"


def _leads_to_block_page(location: str, wanted: Expected) -> bool:
    return any(location.startswith((f"http://{one}/blocked", f"http://[{one}]/blocked")) for one in wanted.sinkhole)


def _told(one: Asked) -> str:
    return one.text if isinstance(one, Heard) else f"{one.request.method} {one.text}"
