"""Puts the questions that are due to one resolver, or to one proxy, and says what each answer means."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from firewall_admin.core import proxy_checks
from firewall_admin.core.checks import (
    Asker,
    Expected,
    Found,
    answers_anything,
    as_far_as_told,
    look,
    of_release,
    remembered,
)
from firewall_admin.core.loaded import Loaded
from firewall_admin.core.proxies import Asked, Heard, Request
from firewall_admin.core.questions import Answer, Failure, Question, Where
from firewall_admin.core.release_mark import HOST, Mark, read_address
from firewall_admin.db.tables import LiveCheck
from firewall_admin.ports import Ports

from . import release_markers

Known = TypeVar("Known")
AT_ONCE = 8


@dataclass(frozen=True)
class Server:
    """What is asked. `find`: what comes of a name; `is_dead`: whether it answers nothing at all; `says`: the release
    that it says it has."""

    find: Callable[[str, Expected], Found]
    is_dead: Callable[[], bool]
    says: Callable[[], Loaded | None]


def ask_all(ports: Ports, rows: Sequence[LiveCheck]) -> list[Found]:
    """What comes of questions to one resolver or proxy, in their order. The first name shows whether it answers at all;
    if not, it is not asked the others."""
    server = (_proxy if rows[0].vantage.get("proxy") else _resolver)(ports, rows[0])
    named = [row for row in rows if row.expected != "release"]
    first = _find(server, named[0]) if named else None
    if first and first.finding == "silent" and server.is_dead():
        return [_as_silent(row, first, row is named[0]) for row in rows]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        others = pool.map(partial(_find, server), named[1:])
        found = dict(zip((row.id for row in named), [first, *others] if first else [], strict=True))
    has = server.says()
    answers = [found.get(row.id) or of_release(has, row.audience) for row in rows]
    return [as_far_as_told(each, has, row.audience) for each, row in zip(answers, rows, strict=True)]


def _as_silent(row: LiveCheck, first: Found, was_asked: bool) -> Found:
    """The finding of one name, for another that was not asked any more."""
    named = was_asked or row.expected == "release"
    return Found("silent", first.text if named else f"{row.domain}: {first.text}", first.answers)


def _find(server: Server, row: LiveCheck) -> Found:
    wanted = remembered(row.wanted)
    assert wanted is not None  # noqa: S101 - every check is entered with what it expects
    return server.find(row.domain, wanted)


def _resolver(ports: Ports, row: LiveCheck) -> Server:
    target = _asker(ports, _where(row))
    controls = [_honest(_asker(ports, each)) for each in ports.controls]
    control = str(row.vantage["control"])
    alive = _once(lambda: _has_address(target(Question(control, "A"))))
    anything = _once(lambda: answers_anything(target))
    return Server(
        lambda domain, wanted: look(domain, wanted, target, controls, alive, anything),
        lambda: _is_dead(target(Question(control, "A"))),
        lambda: release_markers.of_resolver(ports, row, target),
    )


def _proxy(ports: Ports, row: LiveCheck) -> Server:
    def asked(request: Request) -> Asked:
        return ports.ask_proxy(request, _where(row))

    control = str(row.vantage["control"])
    alive = _once(lambda: proxy_checks.lets_through(asked(Request("CONNECT", control))))

    def mark() -> Mark | None:
        said = asked(Request("GET", HOST))
        return read_address(said.location) if isinstance(said, Heard) else None

    return Server(
        lambda domain, wanted: proxy_checks.look(domain, wanted, asked, alive),
        lambda: not isinstance(asked(Request("CONNECT", control)), Heard),
        lambda: release_markers.of_proxy(ports, row, mark),
    )


def _where(row: LiveCheck) -> Where:
    return Where(*(row.vantage[name] for name in ("address", "port", "source")))


def _asker(ports: Ports, where: Where) -> Asker:
    return lambda question: ports.ask(question, where)


def _honest(control: Asker) -> Asker:
    """A control, unless it answers what can't exist: a name that it knows then need not exist."""
    lies = _once(lambda: bool(answers_anything(control)))

    def asked(question: Question) -> Answer | Failure:
        if lies():
            return Failure(question, "broken", "it answers even names that can’t exist")
        return control(question)

    return asked


def _has_address(said: Answer | Failure) -> bool:
    return isinstance(said, Answer) and bool(said.data)


def _is_dead(said: Answer | Failure) -> bool:
    """Nothing comes of asking; a server that says SERVFAIL may know other names."""
    return isinstance(said, Failure) and said.kind != "servfail"


def _once(find: Callable[[], Known]) -> Callable[[], Known]:
    known: list[Known] = []

    def found() -> Known:
        if not known:
            known.append(find())
        return known[0]

    return found
