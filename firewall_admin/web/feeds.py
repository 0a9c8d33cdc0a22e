"""Feeds: what a device fetches by itself, with a token of its own and no session.

An answer is the whole file of the published release, 304, or an error; never an empty or a partial 200, so ranges are
not served. A device that can't send a header may have its token in the path: that is offered, not preferred, and kept
out of the log.
"""

import gzip
import logging
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.http import http_date, parse_date
from werkzeug.wsgi import wrap_file

from ..adapters import kept_files
from ..adapters.replaced_file import replaced
from ..core.refusals import Busy, NotAllowed, NotFound, Refusal
from ..journeys.feeds import Fetched, fetch
from . import access
from .feed_guesses import WITHIN, Guesses

pages = Blueprint("feeds", __name__)
RETRY_AFTER = 60  # seconds
WORTH_PACKING = 1024  # bytes
_log = logging.getLogger(__name__)


@pages.record
def _remember_guesses(state: BlueprintSetupState) -> None:
    state.app.extensions["feed_guesses"] = Guesses()


@pages.get("/feeds/<path:file>")
@access.public
def by_header(file: str) -> Response:
    """The file for the token in the Authorization header: Bearer, or Basic with the token as password or as name."""
    return _answer(_sent_token(), file)


@pages.get("/feeds/with/<token>/<path:file>")
@access.public
def by_path(token: str, file: str) -> Response:
    """The same for a device that can send no header."""
    return _answer(token, file)


def _sent_token() -> str:
    sent = request.authorization
    if sent is None:
        return ""
    if sent.type == "bearer":
        return sent.token or ""
    return sent.password or sent.username or "" if sent.type == "basic" else ""


def _answer(token: str, file: str) -> Response:
    try:
        return _send(fetch(access.ports(), token=token, file=file))
    except NotAllowed:
        return _refused()
    except NotFound as problem:
        return _plain(problem.message, 404)
    except Busy as problem:
        return _later(problem.message)
    except OSError as problem:  # it went between being looked at and being opened
        _log.warning("a file of a feed can't be read: %s", problem)
        return _later("The file is not to be had just now.")


def _refused() -> Response:
    """Wrong, ended and revoked are one answer: whoever guesses learns nothing."""
    guesses: Guesses = current_app.extensions["feed_guesses"]
    if guesses.count(access.remote_address(), access.ports().clock()):
        return _plain("Too many wrong tokens.", 429, {"Retry-After": str(round(WITHIN.total_seconds()))})
    _log.warning("a feed was refused to %s: its token opens nothing", access.remote_address())
    return _plain("This feed opens with its token only.", 401, {"WWW-Authenticate": 'Basic realm="feed"'})


def _send(found: Fetched) -> Response:
    packed = _packed(found) if found.size >= WORTH_PACKING and request.accept_encodings.quality("gzip") > 0 else None
    etag = f"{found.sha256}-gzip" if packed else found.sha256
    response = Response(content_type="text/plain; charset=us-ascii")
    if _has_it(etag, found):
        response.status_code = 304
        response.headers.pop("Content-Type")
    else:
        response.headers["Content-Length"] = str(packed.stat().st_size if packed else found.size)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.response = wrap_file(request.environ, kept_files.find(packed or found.path).open(), 1 << 16)
        response.direct_passthrough = True
    response.set_etag(etag)
    if modified := _modified(found):
        response.headers["Last-Modified"] = http_date(modified)
    response.headers.update(
        {
            "Vary": "Accept-Encoding",
            "Cache-Control": "private, no-cache",
            "Accept-Ranges": "none",
            "X-Release": str(found.release),
        }
    )
    return response


def _has_it(etag: str, found: Fetched) -> bool:
    """Whether the device has this very file (RFC 9110, 13.1). A date counts where no tag was sent, and only if it is
    the same: an older release may have been put in force again."""
    if request.if_none_match:
        return request.if_none_match.contains_weak(etag)
    since = parse_date(request.headers.get("If-Modified-Since"))
    return since is not None and since == _modified(found)


def _modified(found: Fetched) -> datetime | None:
    """Since when, to the second. None in the first two seconds: another release might come within the same one."""
    if access.ports().clock() - found.published_at < timedelta(seconds=2):
        return None
    return found.published_at.astimezone(UTC).replace(microsecond=0)


def _packed(found: Fetched) -> Path | None:
    """The file compressed, made once, beside the target's folder; the same bytes each time, so the ETag is true. None
    where it can't be written: then the file goes as it is."""
    packed = found.folder.with_name(f"{found.folder.name}.gz") / f"{found.sha256}.gz"
    try:
        if not packed.exists():
            packed.parent.mkdir(parents=True, exist_ok=True)
            with (
                replaced(packed) as out,
                gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as squeezed,
                kept_files.find(found.path).open() as file,
            ):
                shutil.copyfileobj(file, squeezed, 1 << 20)
    except (Refusal, OSError) as problem:
        _log.warning("a feed can't be compressed: %s", problem)
        return None
    return packed


def _later(why: str) -> Response:
    return _plain(why, 503, {"Retry-After": str(RETRY_AFTER)})


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    response = make_response(f"{text}\n", status, headers or {})
    response.mimetype = "text/plain"
    return response
