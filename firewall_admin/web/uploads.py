"""Texts and files that people hand in: how large they may be, and how they outlast the page with the plan.

Between form and plan what was handed in is kept in the store under its hash, for a day. The page carries that hash,
signed for this school: another school's text does not exist, and nobody makes up a hash.
"""

from dataclasses import dataclass

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, current_app, request
from flask.sansio.app import App
from flask_wtf.file import FileField  # type: ignore[import-untyped]
from itsdangerous import BadSignature, URLSafeSerializer

from ..core.refusals import Refusal
from ..journeys.lists import LARGEST, PASTED
from . import access
from .fields import Form

MOST = LARGEST + (1 << 20)  # bytes of a request: the text, and the form around it
USUAL = 2 << 20  # bytes of any other request, unless the application says otherwise
_LONGEST_NAME = 100  # characters of a file's name, which is only repeated to people


class HandingIn(Form):
    """A text to be pasted, or a file; `draft` is what was handed in before."""

    text = w.TextAreaField("Paste the names", render_kw={"rows": 12, "spellcheck": False, "autocomplete": "off"})
    file = FileField("Or choose a file", description="A text file of 32 MB at most")
    draft = w.HiddenField()


@dataclass(frozen=True)
class HandedIn:
    """The bytes, what they were called, and the word by which the next page brings them back."""

    data: bytes
    source: str
    draft: str


def handed_in(form: Form, missing: str = "Paste the names, or choose a file.", field: str = "text") -> HandedIn:
    """What a form brings: a file before a pasted text, and either before what was handed in earlier."""
    file, text = form.file.data, form.text.data if "text" in form else ""
    if file and file.filename:
        return _kept(file.read(), file.filename)
    if text and text.strip():
        return _kept(text.encode("utf-8", "replace"), PASTED)
    if form.draft.data:
        return _brought_back(form.draft.data)
    raise Refusal(missing, field)


def take_large(pages: Blueprint, *views: str) -> None:
    """Let these views of a blueprint take as much as a list may hold; all others get the usual limit."""
    endpoints = frozenset(f"{pages.name}.{view}" for view in views)

    def raise_limits() -> None:
        if request.endpoint in endpoints:
            request.max_content_length = request.max_form_memory_size = MOST

    def first_of_all(app: App) -> None:
        if app.config["MAX_CONTENT_LENGTH"] is None:
            app.config["MAX_CONTENT_LENGTH"] = USUAL
        # Before the token of the form is looked for, which reads the whole request.
        app.before_request_funcs.setdefault(None, []).insert(0, raise_limits)

    pages.record_once(lambda state: first_of_all(state.app))


def _kept(data: bytes, source: str) -> HandedIn:
    if len(data) > LARGEST:
        raise Refusal(f"This has more than {LARGEST >> 20} MB.", "text")
    sha256 = access.ports().store.put_draft(data)
    source = (
        "".join(c for c in source.replace("\\", "/").rpartition("/")[2] if c.isprintable())[:_LONGEST_NAME] or "a file"
    )
    draft = _signer().dumps([str(access.current_actor().school_id), sha256, source])
    return HandedIn(data, source, str(draft))


def _brought_back(draft: str) -> HandedIn:
    try:
        school, sha256, source = _signer().loads(draft)
        if school == str(access.current_actor().school_id):
            return HandedIn(access.ports().store.draft(sha256), source, draft)
    except (BadSignature, OSError, ValueError):
        pass
    raise Refusal("What you handed in is not here any more. Hand it in again.", "text")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="handed in")
