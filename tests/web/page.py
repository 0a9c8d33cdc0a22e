"""What every page must be. Tests of pages go through `Visitor`, which looks at each page on the way.

class WithPages: app.test_client_class = Visitor; app.test_client().get("/policy").page.heading
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from .markup import Element, parse

CONTROLS = ("input", "select", "textarea", "button")
POLICY = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
)


class Page:
    """A page as a test reads it."""

    def __init__(self, html: str, policy: str = ""):
        self.root = parse(html)
        self.policy = policy
        self.ids = {element["id"]: element for element in self.root.all() if element.get("id")}

    def all(self, *tags: str) -> Iterator[Element]:
        return self.root.all(*tags)

    def with_class(self, name: str) -> list[Element]:
        return [element for element in self.all() if name in element.classes]

    @property
    def title(self) -> str:
        return " ".join(element.text for element in self.all("title"))

    @property
    def heading(self) -> str:
        return " ".join(element.text for element in self.all("h1"))

    @property
    def text(self) -> str:
        return self.root.text

    @property
    def token(self) -> str:
        """The CSRF token of its first form."""
        return next(e["value"] for e in self.all("input") if e.get("name") == "csrf_token")

    def link(self, text: str) -> str:
        """The address of the link with this text."""
        return next(element["href"] for element in self.all("a") if element.text == text)

    def faults(self) -> list[str]:
        """Everything that is wrong with it, in words; nothing for a good page."""
        return [f"{check.__name__}: {fault}" for check in CHECKS for fault in check(self)]


class Seen(TestResponse):
    """A response whose page can be read."""

    @cached_property
    def page(self) -> Page:
        return Page(self.text, self.headers.get("Content-Security-Policy", ""))


class Visitor(FlaskClient):
    """A client that takes HTML like a browser, and asserts of every page it is given that nothing is wrong with it."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.response_wrapper = Seen

    def open(self, *args: Any, **kwargs: Any) -> Seen:
        headers = {"Accept": "text/html,*/*;q=0.8", **(kwargs.pop("headers", None) or {})}
        response = super().open(*args, headers=headers, **kwargs)
        assert isinstance(response, Seen)
        if response.mimetype == "text/html" and response.status_code not in range(300, 400):
            assert response.page.faults() == [], f"{response.request.method} {response.request.path}"
        return response

    def get(self, *args: Any, **kwargs: Any) -> Seen:
        return self.open(*args, method="GET", **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> Seen:
        return self.open(*args, method="POST", **kwargs)


def visit(app: Flask) -> Visitor:
    """A visitor of an application, who has not been there before."""
    app.test_client_class = Visitor
    client = app.test_client()
    assert isinstance(client, Visitor)
    return client


def frame(page: Page) -> Iterator[str]:
    """A language, one title, one h1, one main, and headings that leave out no level."""
    if not next(page.all("html")).get("lang"):
        yield "no language"
    for tag in ("title", "h1", "main"):
        found = [element.text for element in page.all(tag)]
        if len(found) != 1 or not found[0]:
            yield f"{len(found)} {tag}: {found}"
    levels = [
        int(element.tag[1]) for element in page.all("h1", "h2", "h3", "h4", "h5", "h6") if not _shown_apart(element)
    ]
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"h{after} after h{before}"


def _shown_apart(heading: Element) -> bool:
    """The headings of banners and error summaries stand before the h1, and announce themselves."""
    return any(outer.get("role") in ("alert", "region") for outer in heading.around())


def names(page: Page) -> Iterator[str]:
    """No id is given twice, and whatever points at an id finds it."""
    every = Counter(element["id"] for element in page.all() if element.get("id"))
    yield from (f"id {name} twice" for name, times in sorted(every.items()) if times > 1)
    for element in page.all():
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            yield from (f"{attribute}={n}: no such id" for n in element.get(attribute).split() if n not in page.ids)
        if element.get("href").startswith("#") and element["href"][1:] not in page.ids:
            yield f"{element['href']} leads nowhere"


def labels(page: Page) -> Iterator[str]:
    """Every control says what it is for."""
    labelled = {element["for"] for element in page.all("label") if element.text}
    for control in page.all(*CONTROLS):
        if control.get("type") in ("hidden", "submit", "button") and control.tag == "input":
            continue
        named = control.get("aria-label") or control.get("aria-labelledby") or control.get("id") in labelled
        if not (control.text if control.tag == "button" else named):
            yield f"a {control.tag} {control.get('name')!r} without a label"
    yield from (
        f"a link to {a.get('href')} without words" for a in page.all("a") if not (a.text or a.get("aria-label"))
    )


def legends(page: Page) -> Iterator[str]:
    """Radios, checkboxes and dates stand in a group that has a legend."""
    groups = [e for e in page.all("input") if e.get("type") in ("radio", "checkbox")] + page.with_class(
        "govuk-date-input"
    )
    for one in groups:
        fieldset = next((outer for outer in one.around() if outer.tag == "fieldset"), None)
        if fieldset is None or not any(legend.text for legend in fieldset.all("legend")):
            yield f"{one.get('name') or one.get('id')} without a legend"


def problems(page: Page) -> Iterator[str]:
    """Where something is wrong with a form the title says so, and each point leads to a control that takes focus."""
    summaries = page.with_class("govuk-error-summary")
    if bool(summaries) != page.title.startswith("Error: "):
        yield f"{len(summaries)} error summaries, and the title is {page.title!r}"
    for link in (link for each in summaries for link in each.all("a")):
        target = page.ids.get(link.get("href").removeprefix("#"))
        if target is None or not _takes_focus(target):
            yield f"{link.text!r} leads to {link.get('href')}, which takes no focus"
    if page.with_class("govuk-error-message") and not summaries:
        yield "an error message that no summary names"


def _takes_focus(element: Element) -> bool:
    can = element.tag in CONTROLS or bool(element.get("tabindex"))
    return can and element.get("type") != "hidden" and "disabled" not in element.attributes


def forms(page: Page) -> Iterator[str]:
    """A form that changes something carries the token; one that only asks does not show it in an address."""
    for form in page.all("form"):
        has = any(e.get("name") == "csrf_token" and e.get("value") for e in form.all("input"))
        if has != (form.get("method").lower() == "post"):
            yield f"method {form.get('method')!r} {'with' if has else 'without'} a token"


def tables(page: Page) -> Iterator[str]:
    """A table says what it holds, and its headings say of what."""
    for table in page.all("table"):
        if not (table.get("aria-label") or any(caption.text for caption in table.all("caption"))):
            yield "a table without a caption"
        yield from (f"heading {th.text!r} without a scope" for th in table.all("th") if not th.get("scope"))


def pictures(page: Page) -> Iterator[str]:
    """A picture has words, or is kept from those who can't see it."""
    for picture in page.all("img", "svg"):
        hidden = any(each.get("aria-hidden") == "true" for each in (picture, *picture.around()))
        if not (hidden or "alt" in picture.attributes or picture.get("aria-label") or picture.get("aria-labelledby")):
            yield f"a {picture.tag} without words"


def safety(page: Page) -> Iterator[str]:
    """Nothing inline, nothing from elsewhere, nothing that the page's own policy would refuse."""
    rules = page.policy.split("; ")
    yield from (f"the policy lacks {rule}" for rule in POLICY if rule not in rules)
    nonce = re.search(r"script-src 'self' 'nonce-([\w-]{22,})'(?:;|$)", page.policy)
    if nonce is None:
        yield "the policy has no nonce"
    for script in page.all("script"):
        if not script.get("src") or any(isinstance(child, str) and child.strip() for child in script.children):
            yield "a script in the page"
        if nonce and script.get("nonce") != nonce[1]:
            yield "a script without the nonce of this response"
    yield from ("a style in the page" for _ in page.all("style"))
    for element in page.all():
        yield from _elsewhere(element)


def _elsewhere(element: Element) -> Iterator[str]:
    for name, value in element.attributes.items():
        if name == "style" or name.startswith("on"):
            yield f"{name}={value!r}"
        loads = name in ("src", "srcset", "poster", "data", "action", "formaction") or (
            name == "href" and element.tag != "a"
        )
        if loads and value and not re.match(r"/(?!/)|\?|#", value):
            yield f"<{element.tag}> takes {value} from elsewhere"
        if name == "href" and re.match(r"\s*(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", value, re.IGNORECASE):
            yield f"a link to {value}"
        if name == "target" or (name == "http-equiv" and value.lower() == "refresh"):
            yield f"{name}={value}"


Check = Callable[[Page], Iterable[str]]
CHECKS: tuple[Check, ...] = (
    frame, names, labels, legends, problems, forms, tables, pictures, safety
)  # fmt: skip
