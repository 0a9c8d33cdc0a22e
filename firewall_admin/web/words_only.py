"""Forms that take words and nothing else. What comes as a file is refused before it is read: not even a temporary
file of it is made."""

from flask import Blueprint, request
from flask.sansio.app import App

from ..core.free_text import NO_PICTURES
from ..core.refusals import Refusal

PLAIN = ("", "application/x-www-form-urlencoded")
MOST = 64 << 10  # bytes of a request: every field filled to its end, in letters that take nine bytes each


def take(pages: Blueprint) -> None:
    """Let the views of a blueprint take words only."""

    def refuse_files() -> None:
        if request.blueprint != pages.name or request.method in ("GET", "HEAD", "OPTIONS"):
            return
        if request.mimetype not in PLAIN:
            raise Refusal(NO_PICTURES)
        request.max_content_length = request.max_form_memory_size = MOST

    def first_of_all(app: App) -> None:
        # Before the token of the form is looked for, which reads the whole request.
        app.before_request_funcs.setdefault(None, []).insert(0, refuse_files)

    pages.record_once(lambda state: first_of_all(state.app))
