"""Where the names that have to work lead by CNAME, asked now and then of a resolver that filters nothing.

A list that names `www.tm.a.prd.aadg.trafficmanager.net` breaks `login.microsoftonline.com` without naming it: many a
resolver judges the whole chain. The answers are kept: nothing is asked while a list is weighed or a page waited for.
"""

from datetime import timedelta

from sqlalchemy import select

from firewall_admin.core.domains import parse
from firewall_admin.core.questions import Answer, Question
from firewall_admin.core.refusals import NotADomain
from firewall_admin.db.tables import NameChain, School
from firewall_admin.ports import Ports

from .list_surroundings import needed

AGAIN, AFTER_FAILURE = timedelta(days=7), timedelta(hours=6)
AT_ONCE = 20  # names in one turn of the worker


def ask_due(ports: Ports) -> int:
    """Ask about some of the names whose answer is missing or old. How many; none where no resolver is set."""
    if not ports.controls:
        return 0
    now = ports.clock()
    with ports.db.look() as session:
        names = {name for school in session.scalars(select(School.id)) for name in needed(ports, session, school)}
        fresh = set(session.scalars(select(NameChain.domain).where(NameChain.again_at > now)))
    due = sorted(names - fresh)[:AT_ONCE]
    for name in due:
        _keep(ports, name, _chain(ports, name))
    return len(due)


def _chain(ports: Ports, name: str) -> list[str] | None:
    """The names it leads to; None where no resolver says."""
    for where in ports.controls:
        answer = ports.ask(Question(name, "A"), where)
        if isinstance(answer, Answer):
            return [led for led in map(_parsed, answer.chain) if led]
    return None


def _parsed(name: str) -> str:
    try:
        return parse(name)
    except NotADomain:
        return ""


def _keep(ports: Ports, name: str, chain: list[str] | None) -> None:
    """What was known stays where nobody answers."""
    with ports.db.note() as session:
        now, row = ports.clock(), session.get(NameChain, name)
        if row is None:
            row = NameChain(domain=name, chain=[], asked_at=now)
            session.add(row)
        if chain is not None:
            row.chain, row.asked_at = chain, now
        row.again_at = now + (AFTER_FAILURE if chain is None else AGAIN)
