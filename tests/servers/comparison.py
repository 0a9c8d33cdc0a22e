"""Holds a server's answers against `decide`: the law that what is said is what is shipped."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from firewall_admin.core.policy import Audience, Policy, SchoolPolicy, Verdict, decide

from .internet import REAL_A, REAL_AAAA, Internet
from .processes import Server
from .questions import Answer, Question, ask

LEAKS = (ip_address(REAL_A).packed, ip_address(REAL_AAAA).packed)


@dataclass(frozen=True)
class Disagreement:
    """A server answered otherwise than the policy says. `repeat`: 0 the first time it was asked, 1 the second."""

    question: Question
    audience: str | None
    repeat: int
    verdict: Verdict | None
    expected: str
    got: Answer

    def __str__(self) -> str:
        who = f"{self.audience or 'nobody'} ({self.question.source}), asked {'again' if self.repeat else 'first'}"
        because = self.verdict.because if self.verdict else "no audience"
        asked = f"{self.question.name} {self.question.kind}"
        return f"{asked} by {who}: expected {self.expected}, got {self.got}; {because}"


@dataclass(frozen=True)
class Expected:
    """What the answer to a question must be: its code, and the addresses of its type if it has any."""

    code: str
    data: tuple[str, ...] = ()
    leaks: bool = False
    any_data: bool = False

    def fits(self, answer: Answer, kind: str) -> bool:
        if not self.leaks and any(leak in answer.wire for leak in LEAKS):
            return False
        if answer.code != self.code:
            return False
        data = tuple(answer.data(kind))
        return bool(data) if self.any_data else data == tuple(sorted(self.data))

    def __str__(self) -> str:
        return f"{self.code} {', '.join(self.data) or ('a real record' if self.any_data else 'no records')}"


Expect = Callable[[Audience | None, Verdict | None, Question, Internet], Expected]


def audience_of(school_policy: SchoolPolicy, source: str) -> Audience | None:
    """The audience whose network holds an address; of several the one with the longest prefix. None outside all."""
    address = ip_address(source)
    held = [
        (ip_network(network).prefixlen, audience.name)
        for audience in school_policy.audiences
        for network in audience.networks
        if address in ip_network(network)
    ]
    return school_policy.audience(max(held)[1]) if held else None


def expected(audience: Audience | None, verdict: Verdict | None, question: Question, internet: Internet) -> Expected:
    """What the policy means (policy.md): the answer style for a blocked name, the real thing for an open one."""
    if audience is None or verdict is None or not (verdict.blocked or verdict.rewrite):
        return _real(internet, question.name.lower(), question.kind)
    if verdict.rewrite and not verdict.blocked:
        return _real(internet, verdict.rewrite, question.kind)
    addresses = {"null": ("0.0.0.0", "::"), "sinkhole": audience.sinkhole}.get(verdict.answer or "")
    if addresses is None:
        return Expected("NXDOMAIN")
    family = {"A": 4, "AAAA": 6}.get(question.kind)
    return Expected("NOERROR", tuple(a for a in addresses if ip_address(a).version == family))


def disagreements(
    server: Server,
    internet: Internet,
    school_policy: SchoolPolicy,
    at: datetime,
    asked: Sequence[Question],
    *,
    repeats: int = 2,
    expect: Expect = expected,
) -> list[Disagreement]:
    """Ask each question `repeats` times, all of them in turn, and give what is not as the policy says. `expect` says
    what an answer must be where a format cannot say all of the policy."""
    policies = {audience.name: school_policy.policy(audience.name, at) for audience in school_policy.audiences}
    found = []
    for repeat in range(repeats):
        for question, answer in zip(asked, _answers(server, asked), strict=True):
            audience = audience_of(school_policy, question.source)
            verdict = _verdict(policies, audience, question)
            wanted = expect(audience, verdict, question, internet)
            if not wanted.fits(answer, question.kind):
                name = audience.name if audience else None
                found.append(Disagreement(question, name, repeat, verdict, str(wanted), answer))
    return found


def _answers(server: Server, asked: Sequence[Question]) -> list[Answer]:
    """The answers; where a busy server gave none or an error, which is no verdict, it is asked again by itself."""
    answers = ask(server.port, asked)
    for index, answer in enumerate(answers):
        if answer.code in ("SERVFAIL", "UNANSWERED"):
            answers[index] = ask(server.port, [asked[index]])[0]
    return answers


def told(found: Iterable[Disagreement], most: int = 12) -> str:
    """Disagreements as a failed test shows them."""
    lines = [str(one) for one in found]
    return f"{len(lines)} disagreements\n" + "\n".join(lines[:most])


def _verdict(policies: dict[str, Policy], audience: Audience | None, question: Question) -> Verdict | None:
    return decide(policies[audience.name], question.name.lower()) if audience else None


def _real(internet: Internet, name: str, kind: str) -> Expected:
    while name in internet.aliases:
        name = internet.aliases[name]
    if name in internet.missing:
        return Expected("NXDOMAIN", leaks=True)
    v4, v6 = internet.hosts.get(name, (REAL_A, REAL_AAAA))
    real = (v4, v6) == (REAL_A, REAL_AAAA)
    if kind in ("A", "AAAA"):
        return Expected("NOERROR", (v4 if kind == "A" else v6,), leaks=real)
    return Expected("NOERROR", leaks=real, any_data=kind in ("HTTPS", "SVCB", "TXT"))
