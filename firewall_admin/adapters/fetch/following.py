"""A fetch from its first address to its last."""

import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from .body import kept, plain
from .connection import connected
from .exchange import Exchange
from .outcome import Failed, Failure, Fetched, Limits, Outcome, Unchanged
from .reach import Deadline, Reach
from .web_address import WebAddress, parse, redirected

REDIRECTS = (301, 302, 303, 307, 308)
LONGEST_WAIT = 86_400  # seconds
_ETAG = re.compile(r'(?:W/)?"[!#-~]{0,254}"')
_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")

_KIND = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")


def fetch(
    url: str,
    folder: Path,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    reach: Reach | None = None,
    limits: Limits | None = None,
    progress: Callable[[int], None] = lambda size: None,
) -> Outcome:
    """Fetch a list to a new file of a folder. Whatever an address says or a server does, what came of it is a value.

    `etag`, `last_modified`: what an earlier Fetched of the same url gave; with one of them the answer may be Unchanged.
    `progress` is told how many bytes there are so far. On a Failure nothing is left in the folder.
    """
    reach, limits = reach or Reach(), limits or Limits()
    known = {"If-None-Match": _etag(etag), "If-Modified-Since": _date(last_modified)}
    validators = {name: value for name, value in known.items() if value}
    deadline = Deadline(reach.clock, limits.total)
    way = _Way(folder, validators, reach, limits, deadline, progress)
    try:
        return way.followed(parse(url, reach.ports, reach.http))
    except Failed as problem:
        return Failure(problem.reason, problem.retry_after)


@dataclass(frozen=True)
class _Way:
    folder: Path
    validators: dict[str, str]
    reach: Reach
    limits: Limits
    deadline: Deadline
    progress: Callable[[int], None]

    def followed(self, at: WebAddress) -> Fetched | Unchanged:
        """What comes of an address, redirects followed. Raises Failed."""
        for _ in range(self.limits.hops + 1):
            found = self._asked(at)
            if not isinstance(found, WebAddress):
                return found
            at = found
        raise Failed(f"it sends on more than {self.limits.hops} times")

    def _asked(self, at: WebAddress) -> Fetched | Unchanged | WebAddress:
        with closing(connected(at, self.reach, self.limits, self.deadline)) as connection:
            exchange = Exchange(connection, self.limits)
            exchange.ask(at, {"Accept": "*/*", "Accept-Encoding": "gzip", **self.validators})
            if exchange.status == 200:
                return self._fetched(at, exchange, connection.issuer)
        if exchange.status in REDIRECTS:
            return redirected(at, exchange.field("location") or "", self.reach.ports, self.reach.http)
        if exchange.status == 304 and self.validators:
            return self._unchanged(at, exchange)
        raise Failed(f"the server answers {exchange.status}, not 200", _wait(exchange.field("retry-after")))

    def _fetched(self, at: WebAddress, exchange: Exchange, issuer: str | None) -> Fetched:
        pieces = plain(exchange.body(), exchange.field("content-encoding"), self.limits)
        path, size = kept(pieces, self.folder, self.limits, self.progress)
        modified = _past(exchange.field("last-modified"), exchange.field("date"))
        return Fetched(path, size, at.text, _etag(exchange.field("etag")), modified, _kind(exchange), issuer)

    def _unchanged(self, at: WebAddress, exchange: Exchange) -> Unchanged:
        """A 304 for another version than ours says nothing about ours (RFC 9110, section 15.4.5)."""
        ours, theirs = self.validators.get("If-None-Match"), exchange.field("etag")
        if ours and theirs and ours.removeprefix("W/") != theirs.removeprefix("W/"):
            raise Failed("the server answers 304 for another version than the one it was asked about")
        return Unchanged(at.text)


def _etag(text: str | None) -> str | None:
    return text if text and _ETAG.fullmatch(text) else None


def _date(text: str | None) -> str | None:
    """A date as HTTP writes it (RFC 9110, section 5.6.7), in no other spelling."""
    if not text or not _DATE.fullmatch(text):
        return None
    try:
        parsedate_to_datetime(text)
    except ValueError:
        return None
    return text


def _past(modified: str | None, now: str | None) -> str | None:
    """A date of change, unless it lies ahead of the server's own clock: asked with it, the server might never again
    have anything newer."""
    modified, now = _date(modified), _date(now)
    ahead = modified and now and parsedate_to_datetime(modified) > parsedate_to_datetime(now)
    return None if ahead else modified


def _kind(exchange: Exchange) -> str | None:
    """The media type without its parameters: `text/plain`."""
    kind = (exchange.field("content-type") or "").partition(";")[0].strip().lower()
    return kind if _KIND.fullmatch(kind) else None


def _wait(text: str | None) -> int | None:
    """Retry-After in seconds, a day at the most; a date is not read."""
    if not text or not re.fullmatch("[0-9]{1,18}", text):
        return None
    return min(int(text), LONGEST_WAIT)
