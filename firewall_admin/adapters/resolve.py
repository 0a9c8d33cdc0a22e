"""Asks a resolver one question over the wire (RFC 1035: UDP, and TCP where the answer was cut short).

Whatever goes wrong is a value, never an exception. The question's id and port are random, and a packet that is no
answer to it (from elsewhere, with another id or question, or unreadable) is passed over without ending the wait:
CVE-2023-29483, which is why dnspython must be 2.6.1 or later.
"""

import errno
import time

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from firewall_admin.core.questions import Answer, Failure, Question, Where

TIMEOUT = 2.0  # seconds for one question, UDP and TCP together
PAYLOAD = 1232  # bytes of UDP that pass everywhere (dnsflagday.net/2020)
LONGEST_CHAIN = 16
LONGEST_TOLD = 400  # characters of a record: it is kept as evidence
_NO_SUCH_SOURCE = (errno.EADDRNOTAVAIL, errno.EINVAL, errno.EAFNOSUPPORT)
_CODES = {dns.rcode.SERVFAIL: "servfail", dns.rcode.REFUSED: "refused"}


def ask(question: Question, at: Where, *, timeout: float = TIMEOUT) -> Answer | Failure:
    """The answer of a resolver, within `timeout` seconds in all."""
    try:
        asked = dns.message.make_query(f"{question.name}.", question.kind, use_edns=0, payload=PAYLOAD)
        return _read(question, _exchange(asked, at, time.monotonic() + timeout))
    except dns.exception.Timeout:
        return Failure(question, "silent", "no answer came in time")
    except dns.exception.DNSException as problem:
        return Failure(question, "broken", f"the answer can't be read ({type(problem).__name__})")
    except EOFError:
        return Failure(question, "broken", "it hung up in the middle of its answer")
    except OSError as problem:
        return _of_the_system(question, at, problem)


def cname_chain(name: str, at: Where, *, timeout: float = TIMEOUT) -> tuple[str, ...] | Failure:
    """The names that a name leads to by CNAMEs, in order; empty where it leads nowhere else."""
    answer = ask(Question(name, "A"), at, timeout=timeout)
    return answer if isinstance(answer, Failure) else answer.chain


def _exchange(asked: dns.message.Message, at: Where, until: float) -> dns.message.Message:
    answer = dns.query.udp(
        asked,
        at.address,
        timeout=_left(until),
        port=at.port,
        source=at.source,
        ignore_unexpected=True,
        ignore_trailing=True,
        ignore_errors=True,
    )
    if not answer.flags & dns.flags.TC:
        return answer
    return dns.query.tcp(asked, at.address, timeout=_left(until), port=at.port, source=at.source)


def _left(until: float) -> float:
    if (left := until - time.monotonic()) <= 0:
        raise dns.exception.Timeout
    return left


def _read(question: Question, message: dns.message.Message) -> Answer | Failure:
    """The chain from the name that was asked for, and the records at its end."""
    code = message.rcode()
    if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        word = dns.rcode.to_text(code)
        kind = _CODES.get(code, "broken")
        return Failure(question, kind, f"it answered {word}")  # type: ignore[arg-type]
    chain: list[str] = []
    ttls: list[int] = []
    name, wanted = dns.name.from_text(question.name), dns.rdatatype.from_text(question.kind)
    while wanted != dns.rdatatype.CNAME and len(chain) < LONGEST_CHAIN:
        led = message.get_rrset(message.answer, name, dns.rdataclass.IN, dns.rdatatype.CNAME)
        if led is None:
            break
        name = led[0].target
        chain.append(_plain(name))
        ttls.append(led.ttl)
    found = message.get_rrset(message.answer, name, dns.rdataclass.IN, wanted)
    data = tuple(sorted(_told(record) for record in found)) if found else ()
    ttls += [found.ttl] if found else []
    said = "NXDOMAIN" if code == dns.rcode.NXDOMAIN else "NOERROR"
    return Answer(question, said, tuple(chain), data, min(ttls, default=None))  # type: ignore[arg-type]


def _plain(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def _told(record: object) -> str:
    leads = hasattr(record, "target") and not hasattr(record, "params")
    return (_plain(record.target) if leads else str(record))[:LONGEST_TOLD]  # type: ignore[attr-defined]


def _of_the_system(question: Question, at: Where, problem: OSError) -> Failure:
    """Told by its kind, so that whoever reads it knows which address to mend."""
    if at.source and problem.errno in _NO_SUCH_SOURCE:
        return Failure(question, "source", f"this machine has no address {at.source} to ask from")
    if isinstance(problem, ConnectionError):
        return Failure(question, "unreachable", "nothing answers at that address and port")
    return Failure(question, "unreachable", problem.strerror or type(problem).__name__)
