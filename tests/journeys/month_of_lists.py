"""The story of a month of published lists: whoever makes them, and what goes wrong with them on bad days.

A short test tells it of one list, with answers made up (`test_a_month_of_lists`); a benchmark tells it of many lists,
with a real server (`tests/benchmarks/month.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from firewall_admin.core.popular_sites import POPULAR
from firewall_admin.core.questions import Answer, Question, Where

DAYS = 30
MUST_WORK = (*POPULAR, "login.microsoftonline.com", "www.gov.uk", "www.oakfield.leics.sch.uk", "childline.org.uk")
LED = "www.tm.a.prd.aadg.trafficmanager.net"  # where a sign-in leads by CNAME: hagezi/dns-blocklists#6668


def leads(question: Question, where: Where) -> Answer:
    """A resolver that filters nothing, which knows where one sign-in leads."""
    return Answer(question, "NOERROR", (LED,) if question.name == "login.microsoftonline.com" else ())


@dataclass(frozen=True)
class Maker:
    """Whoever publishes a list of `size` names, out of `names`: every so many `days`, so many come and so many go.
    `form`: a line of its dialect."""

    names: Sequence[str]
    size: int
    come: int
    go: int
    form: str = "{}\n"
    days: int = 1

    def on(self, day: int) -> Sequence[str]:
        """The names of a day's text."""
        moved = day // self.days
        return self.names[moved * self.go : self.size + moved * self.come]

    def text(self, day: int) -> bytes:
        """What is published on a day."""
        return self.written(self.on(day))

    def written(self, names: Sequence[str]) -> bytes:
        """Names in the list's own dialect."""
        return "".join(map(self.form.format, names)).encode()

    @staticmethod
    def needed(size: int, come: int) -> int:
        """How many names there have to be for a month of every day."""
        return size + (DAYS + 1) * come


class Trouble(NamedTuple):
    """A bad day. `comes`: what comes of it (failed, held, refused, unchanged). Either the server says a `text`, or
    there is a `fault` of the server itself, told in these words."""

    what: str
    comes: str
    text: Callable[[Maker, int], bytes] | None = None
    fault: str = ""


def _with(*names: str) -> Callable[[Maker, int], bytes]:
    return lambda maker, day: maker.written(names) + maker.text(day)


def _part(share: float) -> Callable[[Maker, int], bytes]:
    """The first lines of a day's text."""
    return lambda maker, day: maker.written(maker.on(day)[: int(len(maker.on(day)) * share)])


def _another(maker: Maker, day: int) -> bytes:
    return maker.written([f"x{n}.parked{day}.example" for n in range(len(maker.on(day)))])


def _said(text: bytes) -> Callable[[Maker, int], bytes]:
    return lambda maker, day: text


_PAGE = b"<!doctype html>\n<html><body>This domain is for sale</body></html>\n"
_POPULAR_ONLY = ("wikipedia.org", "bbc.co.uk", "khanacademy.org", "theguardian.com", "twinkl.co.uk")
_ADDRESSES = b"".join(b"https://www.google.com/page%d\n" % n for n in range(5_000))

OF_TEXTS = (
    Trouble("the file is gone", "failed", fault="the server answers 404, not 200"),
    Trouble("google.com is in it", "held", _with("google.com")),
    Trouble("two thirds are gone", "refused", _part(1 / 3)),
    Trouble("a web page in its place", "failed", _said(_PAGE)),
    Trouble("a fifth is gone", "held", _part(0.8)),
    Trouble("web addresses in its place", "refused", _said(_ADDRESSES)),
    Trouble(
        "sign-in and the school itself are in it", "held", _with("login.microsoftonline.com", "oakfield.leics.sch.uk")
    ),
    Trouble("another list in its place", "refused", _another),
    Trouble("public suffixes are in it", "held", _with("co.uk", "gov.uk")),
    Trouble("it is empty", "failed", _said(b"")),
    Trouble("where a sign-in leads is in it", "held", _with(LED)),
    Trouble("half is gone", "refused", _part(0.49)),
    Trouble("a whole top-level domain is in it", "held", _with("com")),
    Trouble("five sites that everybody uses are in it", "refused", _with(*_POPULAR_ONLY)),
    Trouble("help and health are in it", "held", _with("childline.org.uk", "nhs.uk", "www.gov.uk")),
)
"""Each as it once happened somewhere; see also `core.list_findings`."""

OF_SERVERS = (
    Trouble("the body breaks off", "failed", fault="it ended before the list did"),
    Trouble("a gzip bomb", "failed", fault="it unpacks to more than 100 times what came"),
    Trouble("304 for ever", "unchanged", fault=""),
    Trouble("a picture", "failed", fault="it is not a list"),
    Trouble("the database is down", "failed", fault="the server answers 500, not 200"),
    Trouble("it goes to another server", "held", fault=""),
)
"""What only a real server can do."""
