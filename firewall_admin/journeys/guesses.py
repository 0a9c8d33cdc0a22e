"""Ten wrong passwords in five minutes, for one account and from one address, are the end of guessing for a while.

Counted in the database, so that several processes count together, and over a sliding window: never eleven in any five
minutes. A guess is counted before the password is looked at, and taken back if it was right: a hundred guesses sent at
once are a hundred guesses, and a staff room behind one address may all sign in on a Monday morning.

A device on which somebody signed in before is counted by itself, for them alone: guesses from elsewhere must not keep a
headteacher out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
"""

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from firewall_admin.core.refusals import TooManyAttempts
from firewall_admin.db.tables import Guesses
from firewall_admin.ports import Ports

MOST = 10
MINUTE = timedelta(minutes=1)
WITHIN = timedelta(minutes=5)
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True)
class Counted:
    """When a guess was counted, and whether it is the last one for a while."""

    at: datetime
    last: bool


def account_key(email: str) -> str:
    """For an account, whether or not there is one, by its one spelling; it is not kept itself."""
    return _key("account", email)


def address_key(address: str) -> str:
    """For a network address. One customer has a whole /64 of IPv6 (RFC 6177), so that counts as one."""
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return _key("address", "unknown")
    return _key("address", str(network.supernet(new_prefix=64) if network.version == 6 else network))


def device_key(account: str, device: str) -> str:
    """For an account, by its key, on one device that it was signed in to before."""
    return _key("device", f"{account} {device}")


def code_key(person: UUID) -> str:
    """For the second factor of somebody: a right password takes back no guess at it."""
    return _key("code", str(person))


def count(ports: Ports, keys: Iterable[str], what: str = "passwords") -> Counted:
    """Count a guess for each key, or raise TooManyAttempts and count none. `what` is guessed."""
    keys = sorted(keys)  # one order, so that two processes never wait for each other
    try:
        return _count(ports, keys, what)
    except IntegrityError:  # another process made the first guess of a key at the same instant
        return _count(ports, keys, what)


def take_back(session: Session, own: str, others: Iterable[str], counted: Counted) -> None:
    """The password was right: nothing is left of the guesses at the account, or on the device, that is meant by `own`;
    and one less of the others'."""
    for row in _rows(session, sorted([own, *others])):
        row.times = [] if row.key == own else _without(row.times, counted.at.isoformat())


def prune(ports: Ports) -> int:
    """Forget the guesses of those who never came back: each next guess forgets them too, but there may be none. How
    many accounts and addresses."""
    old = Guesses.last_at <= ports.clock() - FORGOTTEN
    with ports.db.look() as session:
        gone = session.scalars(select(Guesses.key).where(old)).all()
    if gone:
        with ports.db.note() as session:
            session.execute(delete(Guesses).where(old))
    return len(gone)


def _count(ports: Ports, keys: list[str], what: str) -> Counted:
    with ports.db.note() as session:
        now = ports.clock()
        session.execute(delete(Guesses).where(Guesses.last_at <= now - WITHIN))
        rows = {row.key: row for row in _rows(session, keys)}
        recent = {key: _recent(rows[key].times, now) if key in rows else [] for key in keys}
        if full := [times for times in recent.values() if len(times) >= MOST]:
            raise _wait(max(datetime.fromisoformat(times[-MOST]) for times in full), now, what)
        for key, times in recent.items():
            row = rows.get(key) or Guesses(key=key)
            row.times, row.last_at = [*times, now.isoformat()], now
            session.add(row)
        return Counted(now, any(len(times) == MOST - 1 for times in recent.values()))


def _rows(session: Session, keys: list[str]) -> list[Guesses]:
    query = select(Guesses).where(Guesses.key.in_(keys)).order_by(Guesses.key).with_for_update()
    return list(session.scalars(query))


def _recent(times: list[str], now: datetime) -> list[str]:
    return [at for at in times if datetime.fromisoformat(at) > now - WITHIN]


def _without(times: list[str], one: str) -> list[str]:
    at = times.index(one) if one in times else len(times)
    return [*times[:at], *times[at + 1 :]]


def _wait(earliest: datetime, now: datetime, what: str) -> TooManyAttempts:
    minutes = max(1, -(-(earliest + WITHIN - now) // MINUTE))
    words = f"There were too many wrong {what}. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
    return TooManyAttempts(words, 60 * minutes)


def _key(kind: str, what: str) -> str:
    return hashlib.sha256(f"{kind} {what}".encode()).hexdigest()
