"""The block page: what somebody meets in place of a blocked site, in plain words for a child and for staff.

It comes in two ways: at `/blocked?url=…`, and, where FIREWALL_ADMIN_BLOCK_PAGE says so, for every request whose Host is
not ours, because resolvers send blocked names to this machine. No account, no session, no cookie, no row written.

A foreign host gets 403: 200 would pass for the site itself (a program would read the page as data, a cache would keep
it), and 451 is for what the law demands (RFC 7725), which a school's choice is not. Nothing of it is kept (`no-store`),
and it never carries HSTS: that would bind somebody else's name. Whatever is not the name of a site (an address, one
label, rubbish) is no blocked name, and is refused with 400 as ever.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, cast
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, render_template, request, url_for
from werkzeug.sansio.utils import host_is_trusted

from ..core import domains, pasted
from ..core.helplines import concerns_help
from ..core.refusals import NotADomain
from ..journeys import blocked as journey
from . import access, assets, headers

pages = Blueprint("blocked", __name__)
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
STYLE = "blocked.css"
LONGEST = 1_000  # characters of an address that go along to the form; what follows a question mark never does
POLICY = "default-src 'none'; style-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"


@pages.get("/blocked")
@access.public
def page() -> str:
    """About one site, or about blocking as such."""
    try:
        domain = pasted.read(request.args.get("url", "")).domain
    except NotADomain:
        domain = None
    given = re.split(r"[?#]", request.args.get("url", "").strip())[0] if domain else None  # what follows may be private
    return _html(domain, access.remote_address(), url_for("asking.page", url=given))


class ForeignHosts:
    """In front of an application: requests for hosts that are not its own end here, those for its own pass through.

    `address` is where people ask for access; without one the page can't link to it.
    """

    def __init__(self, app: Flask, inner: Wsgi, address: str | None):
        self.app, self.inner, self.address = app, inner, (address or "").rstrip("/")
        self.style = (assets.FOLDER / STYLE).read_bytes()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST") or ""
        if host_is_trusted(host, self.app.config["TRUSTED_HOSTS"]) or (domain := _site(host)) is None:
            return self.inner(environ, start)
        with self.app.request_context(environ):
            return _bare(self._answer(environ, domain))(environ, start)

    def _answer(self, environ: dict[str, Any], domain: str) -> Response:
        if environ.get("PATH_INFO", "") == _style_path():
            return Response(self.style, content_type="text/css; charset=utf-8")
        path = environ.get("PATH_INFO", "").strip("/")
        page = quote(f"http://{domain}/{path}"[:LONGEST] if path else domain, safe="")
        ask = f"{self.address}/ask?url={page}" if self.address else None
        if "text/html" not in environ.get("HTTP_ACCEPT", ""):  # a picture, a script, a program: no question asked
            words = f"{domain} is blocked here." + (f" Staff can ask for access: {ask}" if ask else "")
            return Response(words + "\n", 403, content_type="text/plain; charset=utf-8")
        return Response(_html(domain, environ.get("REMOTE_ADDR", ""), ask, met=True), 403)


def in_front_of(app: Flask, address: str | None) -> None:
    """Answer foreign hosts with the block page. Before ProxyFix is put on: a proxy's word on the host counts."""
    front: Any = ForeignHosts(app, app.wsgi_app, address)
    app.wsgi_app = front  # type: ignore[method-assign]


def _html(domain: str | None, client: str, ask: str | None, met: bool = False) -> str:
    """`met`: whoever asks was sent here in place of the site, so it is blocked; otherwise anybody may have typed it."""
    found = journey.shown(access.ports(), domain=domain, client=client)
    help_first = bool(domain and concerns_help(domain))
    return render_template("blocked/page.html", found=found, ask=ask, help_first=help_first, met=met)


def _site(host: str) -> str | None:
    """The name in a Host header, without its port; None where it is no name of a site."""
    name, _, port = host.partition(":")
    try:
        return domains.parse(name) if not port or (port.isascii() and port.isdigit()) else None
    except NotADomain:
        return None


def _style_path() -> str:
    address = cast(Callable[[str], str], current_app.jinja_env.globals["asset"])
    return address(STYLE).removeprefix(request.script_root)


def _bare(response: Response) -> Response:
    """With the headers that every response carries, less those that bind the name of the host."""
    response.headers.update(headers.ALWAYS)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    return response
