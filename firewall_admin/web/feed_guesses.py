"""Wrong feed tokens: ten a minute from one address, then 429 for what is wrong, and for nothing else.

A token has 256 random bits, so nobody guesses one; this keeps a device that was set up wrongly from filling the log. A
right token is served however many wrong ones its neighbours send: some firewalls stop filtering when they are refused.
Counted in this process alone, and in memory: it holds back noise, not an attack.
"""

import ipaddress
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

MOST = 10
WITHIN = timedelta(minutes=1)
ADDRESSES = 10_000  # remembered at most; the one longest quiet is forgotten first


class Guesses:
    """The wrong tokens of the last minute, by address."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def count(self, address: str, now: datetime) -> bool:
        """Count one. True where that is more than an address may have in a minute."""
        with self._lock:
            times = self._seen.setdefault(_network(address), deque(maxlen=MOST + 1))
            self._seen.move_to_end(_network(address))
            while times and times[0] <= now - WITHIN:
                times.popleft()
            times.append(now)
            while len(self._seen) > ADDRESSES:
                self._seen.popitem(last=False)
            return len(times) > MOST


def _network(address: str) -> str:
    """One customer has a whole /64 of IPv6 (RFC 6177), so that counts as one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
