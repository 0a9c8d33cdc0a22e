"""What the block page tells whoever met it: only what their own network meets, and nothing about anybody.

No account is asked for, so nothing is told to an address that lies in no audience's networks, of rules never more than
that the school has one, and of people nothing. Where the database is away the page says less, and is there still.
"""

import logging
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from firewall_admin.core.people import system
from firewall_admin.core.policy import Assignment, SchoolPolicy, Verdict, decide
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import AudienceRow, School
from firewall_admin.ports import Ports

from . import policy as policies
from .assignments import titled

State = Literal["blocked", "open", "unknown"]
_KEPT = 8  # schools whose policy is held, each at its newest revision
_log = logging.getLogger(__name__)
_policies: dict[tuple[str, UUID], tuple[int, SchoolPolicy]] = {}


@dataclass(frozen=True)
class Shown:
    """`domain` None where nobody said which site. `why`: a sentence; `final` where nobody at the school can open it."""

    domain: str | None
    school: str | None = None
    audience: str | None = None
    state: State = "unknown"
    why: str = ""
    final: bool = False


def shown(ports: Ports, *, domain: str | None, client: str) -> Shown:
    """What to tell the client with this network address about a parsed domain. Never raises for what is out of order
    here: whoever meets the page can't mend it."""
    try:
        with ports.db.look() as session:
            return _shown(ports, session, domain, client)
    except (SQLAlchemyError, OSError, Refusal):
        _log.warning("the block page is shown without what the database knows", exc_info=True)
        return Shown(domain)


def _shown(ports: Ports, session: Session, domain: str | None, client: str) -> Shown:
    found = _whose(session, client)
    if found is None:
        schools = session.scalars(select(School.name).limit(2)).all()
        return Shown(domain, schools[0] if len(schools) == 1 else None)
    school, audience = session.get_one(School, found.school_id), found.name
    if domain is None:
        return Shown(None, school.name, audience)
    policy = _policy(ports, session, school)
    verdict = decide(policy.policy(audience, ports.clock()), domain)
    if not verdict.blocked:
        return Shown(domain, school.name, audience, "open")
    why, final = _why(ports, session, school, policy, audience, verdict)
    return Shown(domain, school.name, audience, "blocked", why, final)


def _whose(session: Session, client: str) -> AudienceRow | None:
    """The audience in whose networks an address lies: the longest prefix wins. None for a stranger, and where two
    schools have the same network, because then nobody can say."""
    try:
        address = ip_address(client)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    fitting = [
        (network.prefixlen, row)
        for row in session.scalars(select(AudienceRow))
        for network in map(ip_network, row.networks)
        if network.version == address.version and address in network
    ]
    longest = max((length for length, _ in fitting), default=0)
    nearest = {row.id: row for length, row in fitting if length == longest}
    return next(iter(nearest.values())) if len(nearest) == 1 else None


def _policy(ports: Ports, session: Session, school: School) -> SchoolPolicy:
    """The school's policy, read once for each edit: a page full of advertisements meets this page many times."""
    key = (str(ports.db.engine.url), school.id)
    kept = _policies.get(key)
    if kept is None or kept[0] != school.revision:
        if len(_policies) >= _KEPT:
            _policies.clear()
        kept = _policies[key] = (school.revision, policies.current(ports, session, school.id))
    return kept[1]


def _why(
    ports: Ports, session: Session, school: School, policy: SchoolPolicy, audience: str, verdict: Verdict
) -> tuple[str, bool]:
    """Why, as far as a pupil may know, and whether that is the last word."""
    because = verdict.because
    if because.kind == "locked" and because.source == "anti-bypass":
        return "It can be used to go round the school’s filter.", True
    if because.kind == "locked":
        return "It is blocked by law or to keep children safe. Nobody at the school can open it.", True
    if because.kind == "list" and because.source:
        title = _title(ports, session, school, because.source)
        times = _timed(policy, audience, because.source)
        return f"It is on the list “{title}”, which your school blocks{' at this time' if times else ''}.", False
    return "Your school has blocked it.", False


def _title(ports: Ports, session: Session, school: School, slug: str) -> str:
    return titled(ports, session, system(school.id), slug)[0]


def _timed(policy: SchoolPolicy, audience: str, slug: str) -> bool:
    found: Assignment | None = next((a for a in policy.audience(audience).lists if a.list == slug), None)
    return found is not None and bool(found.when or found.except_)
