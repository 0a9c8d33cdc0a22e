"""The lists of the month, of different sizes, dialects and paces, and what their server says of them each day."""

import gzip
import random
import socket
import zlib
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

from firewall_admin.core.domains import lineage
from firewall_admin.core.suffixes import hosting, is_suffix
from tests.journeys.month_of_lists import OF_SERVERS, OF_TEXTS, Maker, Trouble
from tests.list_server import HOST, Answer, ListServer, reply

from .corpus import FORMS, domains


class Kind(NamedTuple):
    """A list by its title: its share of all names, its dialect, the share of it that comes and that goes at a change,
    and every so many days it changes."""

    title: str
    share: float
    form: str
    turnover: float
    days: int


KINDS = (
    Kind("Adverts", 0.46, "hosts", 0.004, 3),
    Kind("Adult sites", 0.25, "abp", 0.002, 2),
    Kind("Malware", 0.20, "plain", 0.010, 1),
    Kind("Gambling", 0.06, "dnsmasq", 0.001, 1),
    Kind("Proxies", 0.02, "rpz", 0.005, 1),
    Kind("Games", 0.01, "unbound", 0.0005, 1),
)
"""A turnover of 0.1 % is half of it coming and half going."""
OVERLAP = 0.05  # of a list stands in the one before it, too
BAD_DAYS: Mapping[int, tuple[Trouble, str]] = {
    day: (trouble, KINDS[number % 5].title)
    for number, (day, trouble) in enumerate(
        zip((*range(2, 17), *range(18, 24)), (*OF_TEXTS, *OF_SERVERS), strict=True),
    )
}
"""By day, what goes wrong with which list. One list (the last) is never heard of again from the eighth day on."""
GONE_SINCE = 8
ELSEWHERE = "elsewhere.example.org"


def makers(names: int, needed: set[str]) -> dict[str, Maker]:
    """By title, whoever publishes each list; none of them names what schools need."""
    wanted = [(kind, max(int(names * kind.share), 1_000)) for kind in KINDS]
    sizes = [Maker.needed(size, _changes(kind, size)) for kind, size in wanted]
    pool, start = _pool(sum(sizes), needed), 0
    found = {}
    for (kind, size), takes in zip(wanted, sizes, strict=True):
        first = max(start - int(size * OVERLAP), 0)
        change = _changes(kind, size)
        found[kind.title] = Maker(pool[first : first + takes], size, change, change, FORMS[kind.form], kind.days)
        start = first + takes
    return found


def answers(server: ListServer, makers: Mapping[str, Maker], day: int, said: dict[str, str]) -> None:
    """Let the server say what it says on a day. `said`: the version of each list that it says already."""
    trouble, troubled = BAD_DAYS.get(day, (None, ""))
    for title, maker in makers.items():
        version = f"bad-{day}" if trouble and title == troubled else str(day // maker.days)
        if said.get(title) == version and title != KINDS[-1].title:
            continue
        said[title] = version
        if title == KINDS[-1].title and day >= GONE_SINCE:
            server.answers[target(title)] = reply(b"gone", "410 Gone")
        elif not trouble or title != troubled:
            server.answers[target(title)] = _answer(server, maker.text(day), f'"{version}"')
        elif trouble.text:
            server.answers[target(title)] = _answer(server, trouble.text(maker, day), f'"{version}"')
        else:
            server.answers[target(title)] = _fault(server, trouble, maker, day)


def expected(day: int, title: str) -> set[str]:
    """What may come of a list on a day."""
    trouble, troubled = BAD_DAYS.get(day, (None, ""))
    if title == KINDS[-1].title and day >= GONE_SINCE:
        return {"failed"}
    if trouble and title == troubled:
        return {trouble.comes}
    return {"taken", "unchanged"}


def target(title: str) -> str:
    """Where a list is on the server."""
    return f"/{title.lower().replace(' ', '-')}.txt"


def address(server: ListServer, title: str) -> str:
    """Where a list is subscribed from."""
    return server.url(target(title), HOST)


def _changes(kind: Kind, size: int) -> int:
    return max(int(size * kind.turnover / 2), 1)


def _answer(server: ListServer, body: bytes, etag: str) -> Answer:
    """Of a server that knows whether its text has changed. Lists are fetched one after the other."""
    whole, nothing = reply(body, etag=etag), reply(b"", "304 Not Modified", etag=etag, content_length=None)

    def answer(talk: socket.socket) -> None:
        talk.sendall(nothing if f"If-None-Match: {etag}" in server.requests[-1] else whole)

    return answer


def _fault(server: ListServer, trouble: Trouble, maker: Maker, day: int) -> Answer:
    good = maker.text(day)
    server.answers["/moved"] = reply(good + maker.written(["moved-here.example"]))
    return {
        "the body breaks off": reply(good[: len(good) * 2 // 3], content_length=len(good)),
        "a gzip bomb": reply(_bomb(), content_encoding="gzip"),
        "304 for ever": reply(b"", "304 Not Modified", content_length=None),
        "a picture": reply(b"\x89PNG\r\n\x1a\n" + gzip.compress(good)[:5_000], content_type="image/png"),
        "the database is down": reply(b"later", "500 Internal Server Error"),
        "it goes to another server": reply(b"", "302 Found", location=server.url("/moved", ELSEWHERE)),
    }.get(trouble.what) or reply(b"nothing", "404 Not Found")


def _bomb(megabytes: int = 64) -> bytes:
    machine = zlib.compressobj(9, wbits=31)
    return b"".join([*(machine.compress(bytes(1 << 20)) for _ in range(megabytes)), machine.flush()])


def _pool(count: int, needed: set[str]) -> list[str]:
    """So many different names that do not touch what is needed, in no order."""
    chance = random.Random(count)
    above = {above for name in needed for above in lineage(name)}

    def fit(name: str) -> bool:
        return name not in above and not (needed.intersection(lineage(name)) or is_suffix(name) or name in hosting())

    seen: dict[str, None] = {}
    while len(seen) < count:
        seen.update(dict.fromkeys(filter(fit, domains(chance, count * 5 // 4))))
    pool = list(islice(seen, count))
    chance.shuffle(pool)
    return pool
