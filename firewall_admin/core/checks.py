"""What a resolver should answer for an audience, and what its answer means.

NXDOMAIN alone proves nothing: a name that does not exist looks the same. So an absence is compared with a control, a
resolver that filters nothing; where the name does not exist there either, or nothing can be compared with, the finding
is `not-known`, which is never taken for a proof.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Literal

from .loaded import Loaded
from .policy import Policy, decide
from .questions import Answer, Failure, Kind, Question

Finding = Literal["enforced", "leaking", "overblocking", "silent", "stale", "not-known"]
BAD: tuple[Finding, ...] = ("leaking", "overblocking", "silent", "stale")
BLOCKED_KINDS: tuple[Kind, ...] = ("A", "AAAA", "HTTPS")
OPEN_KINDS: tuple[Kind, ...] = ("A", "AAAA")
NULLS = frozenset({"0.0.0.0", "::"})
NOWHERE = "nowhere.firewall-admin.invalid"
AFTER_RELEASE = tuple(timedelta(seconds=s) for s in (5, 15, 30, 60, 120, 300, 600))
"""When it is asked again after a release, each counted from the try before: answers may be kept for 60 seconds."""
AT_OTHER_TIMES = tuple(timedelta(seconds=s) for s in (5, 30, 90))
"""For daily and ordered checks: what was in force must not need long, but one lost packet is no finding."""
SETTLED = 4
"""So often what a release has not changed must be right, where nothing shows that the release is loaded."""
WATCHED = timedelta(minutes=10)
WATCHED_LATER = timedelta(hours=1)  # from the seventh time on

Said = Answer | Failure
Asker = Callable[[Question], Said]


@dataclass(frozen=True)
class Expected:
    """What the policy says of a name: `what` is blocked, open or rewritten, or `release` for the mark that tells which
    release is loaded; `answer` is the style of a blocked one,
    `sinkhole` the block page's addresses, `host` where a rewritten one is steered, and `addresses` that host's where
    they are fixed. Before a school's first release, nothing was said."""

    what: Literal["blocked", "open", "rewritten", "nothing", "release"]
    answer: str | None = None
    sinkhole: tuple[str, ...] = ()
    host: str | None = None
    addresses: tuple[str, ...] = ()

    def kept(self) -> dict[str, Any]:
        """Plain JSON values, which `remembered` reads."""
        return asdict(self) | {"sinkhole": list(self.sinkhole), "addresses": list(self.addresses)}


@dataclass(frozen=True)
class Found:
    """A finding with its sentence, and what was answered, as text: by the target, and by the control. `loaded`: what
    the target says that it has, where it does."""

    finding: Finding
    text: str
    answers: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    loaded: Loaded | None = None


def remembered(kept: Mapping[str, Any]) -> Expected | None:
    """What `Expected.kept` gave; None for nothing."""
    if not kept:
        return None
    lists = {name: tuple(kept.get(name) or ()) for name in ("sinkhole", "addresses")}
    return Expected(kept["what"], kept.get("answer"), lists["sinkhole"], kept.get("host"), lists["addresses"])


def expected(policy: Policy, domain: str, addresses: Mapping[str, tuple[str, ...]] | None = None) -> Expected:
    """What a name must be answered with under a policy. `addresses`: fixed ones of hosts that names are steered to."""
    verdict = decide(policy, domain)
    # For an open name too: that the block page answers must not be taken for the site.
    sinkhole = tuple(str(ip_address(each)) for each in policy.audience.sinkhole)
    if verdict.blocked:
        return Expected("blocked", verdict.answer, sinkhole)
    if verdict.rewrite:
        fixed = (addresses or {}).get(verdict.rewrite, ())
        return Expected("rewritten", sinkhole=sinkhole, host=verdict.rewrite, addresses=fixed)
    return Expected("open", sinkhole=sinkhole)


def look(
    domain: str,
    wanted: Expected,
    target: Asker,
    controls: Sequence[Asker],
    alive: Callable[[], bool] = lambda: True,
    anything: Callable[[], frozenset[str]] = frozenset,
) -> Found:
    """Ask the target, and a control where that is needed, and say what it means. `alive`: whether the target answers
    an open name with an address; one that holds everything back has not blocked anything by policy. `anything`: the
    addresses that it answers even a name with that can't exist (see `answers_anything`)."""
    kinds = BLOCKED_KINDS if wanted.what == "blocked" else OPEN_KINDS
    said: list[Said] = []
    for kind in kinds:
        said.append(target(Question(domain, kind)))
        if isinstance(said[-1], Failure):
            return _silent(domain, said, controls)
        if wanted.what != "blocked" and _real(said, wanted):
            break
    answers = [one for one in said if isinstance(one, Answer)]
    judged = {"blocked": _blocked, "open": _open, "rewritten": _rewritten}[wanted.what]
    found = judged(domain, wanted, answers, controls)
    held = any(one.data for one in answers)
    if wanted.what == "blocked" and found.finding == "enforced" and not held and not alive():
        text = f"{domain} was answered without any address, but so is what should be open: everything is held back."
        return Found("overblocking", text, found.answers, found.control)
    real = {data for one in answers for data in one.data if _is_real(data, wanted)}
    if wanted.what != "blocked" and found.finding == "enforced" and real and real <= anything():
        text = f"{domain} was answered {min(real)}, and so is a name that can’t exist: it answers all names alike."
        return Found("overblocking", text, found.answers, found.control)
    return found


def answers_anything(asked: Asker) -> frozenset[str]:
    """The addresses that are given to a name that can't exist (RFC 6761, section 6.4), as the sign-in page of a
    network does to every name: they are no proof of anything."""
    said = asked(Question(NOWHERE, "A"))
    return frozenset(said.data) if isinstance(said, Answer) else frozenset()


def of_release(has: Loaded | None, audience: str) -> Found:
    """What it means that something says it has a release, or that it says nothing."""
    if has is None:
        return Found("not-known", "It does not say which release it has.")
    if has.taken_for:
        return Found("leaking", f"It takes whoever asks from here for a client of {has.taken_for}, not of {audience}.")
    return Found("stale" if has.is_stale else "enforced", f"It {has.text}.")


def as_far_as_told(found: Found, has: Loaded | None, audience: str) -> Found:
    """A finding together with what is said of the release: what somebody else is answered proves nothing."""
    if has is None:
        return found
    if has.taken_for and found.finding == "enforced":
        other = f"But it takes whoever asks from here for a client of {has.taken_for}"
        text = f"{found.text} {other}: that proves nothing of {audience}."
        return replace(found, finding="not-known", text=text, loaded=has)
    return replace(found, loaded=has)


def again(occasion: str, tries: int) -> timedelta | None:
    """The pause before the next try, after so many; None where what was found is now a finding."""
    pauses = AFTER_RELEASE if occasion.startswith("release") else AT_OTHER_TIMES
    return pauses[tries - 1] if tries <= len(pauses) else None


def contradicts(found: Found, before: Expected | None, wanted: Expected) -> bool:
    """Whether what was found is what the release before would have brought about."""
    if before is None or before == wanted or before.what == "nothing":
        return False
    return (found.finding == "leaking" and before.what != "blocked") or (
        found.finding == "overblocking" and before.what == "blocked"
    )


def sample(names: Sequence[str], most: int) -> tuple[str, ...]:
    """So many of the names, spread evenly: the first and the last are among them, and the same names give the same."""
    if len(names) <= most:
        return tuple(names)
    if most < 2:
        return tuple(names[:most])
    return tuple(names[number * (len(names) - 1) // (most - 1)] for number in range(most))


def _silent(domain: str, said: Sequence[Said], controls: Sequence[Asker]) -> Found:
    """A name whose own servers are broken fails everywhere: that is no fault of the target."""
    failure, told = said[-1], tuple(map(_told, said))
    if isinstance(failure, Failure) and failure.kind == "servfail":
        elsewhere = [control(failure.question) for control in controls]
        if elsewhere and all(isinstance(one, Failure) and one.kind == "servfail" for one in elsewhere):
            text = f"{domain} can't be resolved anywhere at the moment: that proves nothing."
            return Found("not-known", text, told, tuple(map(_told, elsewhere)))
    return Found("silent", f"Asked for {domain}, it gave no answer: {failure.text}.", told)


def _blocked(domain: str, wanted: Expected, answers: Sequence[Answer], controls: Sequence[Asker]) -> Found:
    told = _texts(answers)
    if through := [data for one in answers for data in one.data if _is_real(data, wanted)]:
        return Found("leaking", f"{domain} should be blocked, and was answered {through[0]}.", told)
    held = sorted({data for one in answers for data in one.data})
    if held:
        return Found("enforced", f"{domain} is blocked: it was answered {' and '.join(held)}.", told)
    reference, exists = _compare(domain, BLOCKED_KINDS, controls)
    how = "NXDOMAIN" if any(one.code == "NXDOMAIN" for one in answers) else "without any address"
    if exists:
        text = f"{domain} is blocked: it was answered {how}, while it exists elsewhere."
        return Found("enforced", text, told, reference)
    return Found("not-known", f"{domain} was answered {how}, {_why_unknown(exists, controls)}.", told, reference)


def _open(domain: str, wanted: Expected, answers: Sequence[Answer], controls: Sequence[Asker]) -> Found:
    told = _texts(answers)
    if _real(answers, wanted):
        return Found("enforced", f"{domain} is open: it was answered {answers[-1].data[0]}.", told)
    held = [data for one in answers for data in one.data]
    if held:
        return Found("overblocking", f"{domain} should be open, and was answered {held[0]}.", told)
    reference, exists = _compare(domain, OPEN_KINDS, controls)
    how = "NXDOMAIN" if any(one.code == "NXDOMAIN" for one in answers) else "without any address"
    if exists:
        text = f"{domain} should be open, and was answered {how}, while it exists elsewhere."
        return Found("overblocking", text, told, reference)
    return Found("not-known", f"{domain} was answered {how}, {_why_unknown(exists, controls)}.", told, reference)


def _rewritten(domain: str, wanted: Expected, answers: Sequence[Answer], controls: Sequence[Asker]) -> Found:
    told = _texts(answers)
    data = {each for one in answers for each in one.data}
    if any(wanted.host in one.chain for one in answers) or (data and data <= set(wanted.addresses)):
        return Found("enforced", f"{domain} leads to {wanted.host}, as it should.", told)
    if not _real(answers, wanted):
        return _open(domain, wanted, answers, controls)
    reference, safe = _addresses(wanted.host or "", controls)
    if data <= safe:
        return Found("enforced", f"{domain} has the addresses of {wanted.host}, as it should.", told, reference)
    text = f"{domain} should lead to {wanted.host}, and was answered {sorted(data)[0]}."
    return Found("leaking", text, told, reference)


def _compare(domain: str, kinds: Sequence[Kind], controls: Sequence[Asker]) -> tuple[tuple[str, ...], bool | None]:
    """What a control says, and whether the name has an address there; None where no control answers."""
    for control in controls:
        said = [control(Question(domain, kinds[0]))]
        if isinstance(said[0], Failure):
            continue  # nobody waits for it once more
        said += [control(Question(domain, kind)) for kind in kinds[1:]]
        answers = [one for one in said if isinstance(one, Answer)]
        return _texts(answers), any(one.data for one in answers)
    return (), None


def _addresses(host: str, controls: Sequence[Asker]) -> tuple[tuple[str, ...], set[str]]:
    for control in controls:
        said = [control(Question(host, kind)) for kind in OPEN_KINDS]
        if answers := [one for one in said if isinstance(one, Answer)]:
            return _texts(answers), {each for one in answers for each in one.data}
    return (), set()


def _why_unknown(exists: bool | None, controls: Sequence[Asker]) -> str:
    if exists is False:
        return "and it does not exist elsewhere either: that proves nothing"
    if controls:
        return "and no control resolver answers, so nothing can be compared"
    return "and there is no control resolver to compare with"


def _real(said: Iterable[Said], wanted: Expected) -> bool:
    """Whether the last answer has a real address."""
    last = list(said)[-1]
    return isinstance(last, Answer) and any(_is_real(data, wanted) for data in last.data)


def _is_real(data: str, wanted: Expected) -> bool:
    return data not in NULLS and data not in wanted.sinkhole


def _texts(answers: Iterable[Answer]) -> tuple[str, ...]:
    return tuple(one.text for one in answers)


def _told(said: Said) -> str:
    return said.text if isinstance(said, Answer) else f"{said.question.kind} {said.text}"
