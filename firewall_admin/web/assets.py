"""The style sheets, scripts and fonts that every page uses, each at an address that changes with their content.

One digest stands for all of them: a style sheet finds its fonts and a script its modules by relative address, and a
browser may keep whatever it has fetched for a year. They are few and small: all are held in memory.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flask import Blueprint, Flask, Response, abort, request

from . import access

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
"""Not asked of the operating system, where a script may be called text/plain: browsers then refuse to run it."""
PACKED_ALREADY = {".woff2"}
A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Assets:
    """The files of a folder by the names pages use, as they are and compressed, and the digest of them all."""

    files: dict[str, bytes]
    packed: dict[str, bytes]
    digest: str


def read(folder: Path = FOLDER) -> Assets:
    """What is in a folder, of the kinds that a page may use."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in TYPES]
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    packed = {
        name: gzip.compress(content, mtime=0) for name, content in files.items() if _kind(name) not in PACKED_ALREADY
    }
    everything = b"".join(name.encode() + b"\0" + content for name, content in files.items())
    return Assets(files, packed, hashlib.sha256(everything).hexdigest()[:16])


def init(app: Flask) -> None:
    """Serve them, and let templates ask for `asset("firewall_admin.css")`."""
    assets = read()
    pages = Blueprint("assets", __name__)

    @pages.get("/static/<digest>/<path:name>")
    @access.public
    def static(digest: str, name: str) -> Response:
        """A file. One asked for by another digest is the one of today: that page is older or newer than we are."""
        if name not in assets.files:
            abort(404)
        pack = name in assets.packed and request.accept_encodings["gzip"] > 0
        response = Response((assets.packed if pack else assets.files)[name], content_type=TYPES[_kind(name)])
        response.headers["Cache-Control"] = A_YEAR if digest == assets.digest else "no-cache"
        response.vary.add("Accept-Encoding")
        if pack:
            response.headers["Content-Encoding"] = "gzip"
        return response

    def asset(name: str) -> str:
        """The address of a file. Made without routing: a request for a host that is not ours has none."""
        if name not in assets.files:
            raise LookupError(f"no such asset: {name}")
        return f"{request.script_root}/static/{assets.digest}/{name}"

    app.register_blueprint(pages)
    app.add_template_global(asset)


def _kind(name: str) -> str:
    return PurePosixPath(name).suffix
