"""Questions around a policy, asked of a server as fast as it answers, from the addresses of its audiences."""

import select
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import dns.message
import dns.rcode
import dns.rdatatype

from firewall_admin.core.domains import lineage
from firewall_admin.core.policy import SchoolPolicy

from .internet import wire

TYPES = ("A", "AAAA", "HTTPS", "TXT")
_NUMBERS = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "TXT": 16, "AAAA": 28, "SVCB": 64, "HTTPS": 65, "ANY": 255}
_OPT = b"\x00\x00\x29\x04\xd0\0\0\0\0\0\0"


@dataclass(frozen=True)
class Question:
    """`source` is the client's address on loopback, IPv4 or ::1; `name` in any case, without the last dot."""

    source: str
    name: str
    kind: str = "A"
    recurse: bool = True


@dataclass(frozen=True)
class Answer:
    """`code` as in `NOERROR`; `records` of the answer section, each as `name TYPE data`, sorted; `wire` all of it."""

    code: str
    records: tuple[str, ...]
    wire: bytes

    def data(self, kind: str) -> list[str]:
        """The data of the records of one type, sorted, whatever their owner."""
        split = (record.split(" ", 2) for record in self.records)
        return sorted(data for _, its_kind, data in split if its_kind == kind)

    def __str__(self) -> str:
        return f"{self.code} {', '.join(self.records) or 'no records'}"


UNANSWERED = Answer("UNANSWERED", (), b"")


def named(school_policy: SchoolPolicy) -> set[str]:
    """Every name that a school's policy names anywhere."""
    names = {name for listed in school_policy.lists.values() for name in listed.names}
    names |= {rule.domain for rule in school_policy.rules} | set(school_policy.domains)
    names |= {name for pairs in school_policy.steering.values() for pair in pairs for name in pair}
    return names | {"use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com", "resolver.arpa"}


def names_around(names: Iterable[str], random: Random, most: int) -> list[str]:
    """Names that could be got wrong: the named, those between and above, beside and under them, some in mixed case."""
    given = set(names)
    above = {name for one in given for name in lineage(one)}
    nearby = {f"{label}.{name}" for name in above for label in ("zz", "a", "www")}
    nearby |= {f"x{name}" for name in given} | {f"u.v.{name}" for name in given}
    nearby |= {"never-heard-of.lab", "lab.example-lab"}
    fit = [name for name in sorted(nearby - above) if len(name) <= 253 and len(name.split(".")[0]) <= 63]
    chosen = sorted(above)
    random.shuffle(chosen)
    chosen = chosen[: most * 2 // 3]
    chosen += random.sample(fit, min(len(fit), most - len(chosen)))
    return [mixed_case(name, random) if random.random() < 0.2 else name for name in chosen]


def mixed_case(name: str, random: Random) -> str:
    """The name with some letters as capitals."""
    return "".join(c.upper() if random.random() < 0.5 else c for c in name)


def questions(sources: Sequence[str], names: Sequence[str], kinds: Sequence[str] = TYPES) -> list[Question]:
    """Each name of each type from each source."""
    return [Question(source, name, kind) for name in names for kind in kinds for source in sources]


def ask(port: int, wanted: Sequence[Question], window: int = 64, patience: float = 1.5, tries: int = 9) -> list[Answer]:
    """The answers, in the order of the questions; UNANSWERED after `tries` times `patience` seconds. No more than
    `window` questions are open at a time."""
    raw = _Asker(port, window, patience, tries).ask(wanted)
    return [_read(answer) for answer in raw]


def ask_one(port: int, source: str, name: str, kind: str = "A") -> Answer:
    """The answer to one question."""
    return ask(port, [Question(source, name, kind)])[0]


@dataclass
class _Open:
    index: int
    message: bytes
    tried: int
    sent: float


class _Asker:
    """One socket a source address; the message's id tells which question an answer is for."""

    def __init__(self, port: int, window: int, patience: float, tries: int):
        self.port, self.window, self.patience, self.tries = port, window, patience, tries

    def ask(self, wanted: Sequence[Question]) -> list[bytes]:
        self.sockets = {source: self._socket(source) for source in {question.source for question in wanted}}
        try:
            return self._ask(wanted)
        finally:
            for one in self.sockets.values():
                one.close()

    def _ask(self, wanted: Sequence[Question]) -> list[bytes]:
        answers = [b""] * len(wanted)
        waiting: dict[int, _Open] = {}
        coming = enumerate(wanted)
        done = False
        while not done or waiting:
            while not done and len(waiting) < self.window:
                if (following := next(coming, None)) is None:
                    done = True
                    break
                index, question = following
                waiting[index % 65536] = _Open(index, _message(index % 65536, question), 0, 0.0)
                self._send(wanted, waiting[index % 65536])
            for answer in self._arrived():
                opened = waiting.get(int.from_bytes(answer[:2], "big"))
                if opened and _same_question(opened.message, answer):
                    answers[opened.index] = answer
                    del waiting[opened.index % 65536]
            self._again(wanted, waiting)
        return answers

    def _send(self, wanted: Sequence[Question], opened: _Open) -> None:
        opened.tried += 1
        opened.sent = time.monotonic()
        with suppress(ConnectionRefusedError):  # told of an earlier question
            self.sockets[wanted[opened.index].source].send(opened.message)

    def _again(self, wanted: Sequence[Question], waiting: dict[int, _Open]) -> None:
        late = time.monotonic() - self.patience
        for key in [key for key, opened in waiting.items() if opened.sent < late]:
            if waiting[key].tried < self.tries:
                self._send(wanted, waiting[key])
            else:
                del waiting[key]

    def _arrived(self) -> Iterator[bytes]:
        readable, _, _ = select.select(list(self.sockets.values()), [], [], 0.1)
        for one in readable:
            while True:
                try:
                    yield one.recv(65535)
                except (BlockingIOError, ConnectionRefusedError):
                    break

    def _socket(self, source: str) -> socket.socket:
        family, host = (socket.AF_INET6, "::1") if ":" in source else (socket.AF_INET, "127.0.0.1")
        one = socket.socket(family, socket.SOCK_DGRAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        one.bind((source, 0))
        one.connect((host, self.port))
        one.setblocking(False)
        return one


def _message(number: int, question: Question) -> bytes:
    """A question that takes answers of 1,232 octets (RFC 6891)."""
    asked = wire(question.name) + _NUMBERS[question.kind].to_bytes(2, "big") + b"\x00\x01"
    flags = b"\x01\x00" if question.recurse else b"\x00\x00"
    return number.to_bytes(2, "big") + flags + b"\x00\x01\0\0\0\0\0\x01" + asked + _OPT


def _same_question(message: bytes, answer: bytes) -> bool:
    end = len(message) - len(_OPT)
    return answer[12:end].lower() == message[12:end].lower()


def _read(answer: bytes) -> Answer:
    if not answer:
        return UNANSWERED
    message = dns.message.from_wire(answer)
    records = (
        f"{rrset.name.to_text(omit_final_dot=True).lower()} {dns.rdatatype.to_text(rrset.rdtype)} {data.to_text()}"
        for rrset in message.answer
        for data in rrset
    )
    return Answer(dns.rcode.to_text(message.rcode()), tuple(sorted(records)), answer)
