"""Where names lead by CNAME, asked now and then of a resolver that filters nothing: the names that have to work, and
those that people ask for (`dns_chains`). Whoever asks about a name keeps what was said for the others.

A list that names `www.tm.a.prd.aadg.trafficmanager.net` breaks `login.microsoftonline.com` without naming it: many a
resolver judges the whole chain. The answers are kept: nothing is asked while a list is weighed or a page waited for.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from firewall_admin.core.domains import parse
from firewall_admin.core.questions import Answer, Question
from firewall_admin.core.refusals import NotADomain
from firewall_admin.db.tables import NameChain, School
from firewall_admin.ports import Ports

from .list_surroundings import needed

AGAIN, AFTER_FAILURE = timedelta(days=7), timedelta(hours=6)
AT_ONCE = 20  # names in one turn of the worker
FORGOTTEN = timedelta(days=30)  # after it should have been asked about again: nobody needs it any more


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
        ask(ports, name)
    return len(due)


def ask(ports: Ports, name: str) -> list[str] | None:
    """The names it leads to, asked now and kept; None where no resolver says: what was known stays then."""
    chain = _chain(ports, name)
    with ports.db.note() as session:
        now, row = ports.clock(), session.get(NameChain, name)
        if row is None:
            row = NameChain(domain=name, chain=[], asked_at=None)
            session.add(row)
        if chain is not None:
            row.chain, row.asked_at = chain, now
        row.again_at = now + (AFTER_FAILURE if chain is None else AGAIN)
    return chain


def known(session: Session, name: str, within: timedelta) -> list[str] | None:
    """What was said of a name so short a time ago; None where it was not asked about, or nobody answered."""
    row = session.get(NameChain, name)
    if row is None or row.asked_at is None or row.asked_at <= session.info["now"] - within:
        return None
    return list(row.chain)


def led(session: Session, names: Iterable[str]) -> list[str]:
    """All that these names led to when they were last asked about, whenever that was."""
    rows = session.scalars(select(NameChain).where(NameChain.domain.in_(list(names))).order_by(NameChain.domain))
    return list(dict.fromkeys(led for row in rows for led in row.chain))


def prune(ports: Ports) -> int:
    """Forget names that nobody needs or asks for any more. How many."""
    old = NameChain.again_at < ports.clock() - FORGOTTEN
    with ports.db.look() as session:
        gone = session.scalars(select(NameChain.domain).where(old).limit(1_000)).all()
    if gone:
        with ports.db.note() as session:
            session.execute(delete(NameChain).where(NameChain.domain.in_(gone), old))
    return len(gone)


def _chain(ports: Ports, name: str) -> list[str] | None:
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
