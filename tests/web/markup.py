"""HTML as a tree, read strictly: what a browser would have to mend is an error here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
FLOW = frozenset(
    "address article aside blockquote div dl fieldset footer form h1 h2 h3 h4 header main nav ol p pre "
    "section table ul".split()
)
"""What may not stand in a paragraph: a browser would end the paragraph before it."""


class Malformed(Exception):
    """A tag that is never closed, closed twice or in the wrong order, an attribute given twice, and the like."""


@dataclass(eq=False)
class Element:
    """A tag with its attributes (those without a value have ''), and what stands in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def classes(self) -> list[str]:
        return self.get("class").split()

    def all(self, *tags: str) -> Iterator["Element"]:
        """The elements in it with one of these tags (any, if none is named), in the order of the page."""
        return (each for each in self._inside if not tags or each.tag in tags)

    @cached_property
    def _inside(self) -> "list[Element]":
        """Every element in it, in the order of the page. A page that has been read does not change."""
        found, waiting = list[Element](), self.children[::-1]
        while waiting:
            if isinstance(one := waiting.pop(), Element):
                found.append(one)
                waiting += one.children[::-1]
        return found

    def around(self) -> Iterator["Element"]:
        """The elements it stands in, from the nearest."""
        if self.parent:
            yield self.parent
            yield from self.parent.around()

    @property
    def text(self) -> str:
        """The words in it, with single spaces."""
        return " ".join(" ".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "style"):
                yield from child._words()


def parse(html: str) -> Element:
    """The root of a page: an element without a tag. Raises Malformed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open.parent:
        raise Malformed(f"<{reader.open.tag}> is never closed")
    if reader.doctype != ["doctype html"]:
        raise Malformed(f"doctype: {reader.doctype}")
    return reader.open


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = Element("")
        self.doctype: list[str] = []

    def handle_decl(self, decl: str) -> None:
        self.doctype.append(decl.lower())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if twice := [name for name in names if names.count(name) > 1]:
            raise Malformed(f"<{tag}> has {twice[0]} twice")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        if tag in FLOW and any(outer.tag == "p" for outer in element.around()):
            raise Malformed(f"<{tag}> in a <p>")
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise Malformed(f"<{tag}/>: HTML has no such thing")

    def handle_endtag(self, tag: str) -> None:
        if tag != self.open.tag or self.open.parent is None:
            raise Malformed(f"</{tag}> closes <{self.open.tag}>")
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)
