"""When a subscribed list is fetched again, and how old one may become.

Everything is counted from an instant that is given. What is spread out (so that a thousand schools don't come to one
server at one minute, and no school at the same minute every day) is spread by a hash, not by chance.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
INTERVALS: dict[int, str] = {21_600: "every six hours", 86_400: "every day", 604_800: "every week"}
"""Seconds between two fetches, and how that is said."""
SPREAD = 0.05  # of the interval, to either side
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=15), DAY
WARN, ALARM = timedelta(days=7), timedelta(days=30)
GRACE = timedelta(days=2)  # beyond its interval, before a list counts as old
LEASE = timedelta(minutes=5)
"""How long a worker may be silent before another one takes up its work."""


@dataclass(frozen=True)
class Age:
    """How old a list's text is: in words, and how that feels (good, care, danger)."""

    words: str
    level: str
    days: int

    @property
    def is_old(self) -> bool:
        return self.level != "good"


def next_time(now: datetime, interval: int, key: str) -> datetime:
    """The next fetch after one that went well; `key` tells lists and days apart."""
    return now + timedelta(seconds=interval) * (1 + SPREAD * _spread(key))


def next_try(now: datetime, interval: int, failures: int, key: str, wait: int | None = None) -> datetime:
    """The next fetch after so many failures in a row: sooner than usual at first, then ever later, a day at the most.
    `wait`: seconds that the server asked for, a day of which is believed."""
    doubled: int = 2 ** min(max(failures - 1, 0), 10)
    pause = min(FIRST_WAIT * doubled, timedelta(seconds=interval), LONGEST_WAIT)
    if wait is not None:
        pause = max(pause, min(timedelta(seconds=wait), LONGEST_WAIT))
    return now + pause * (1 + 2 * SPREAD * abs(_spread(key)))


def age(last_success: datetime, now: datetime, interval: int = 86_400) -> Age:
    """How old a text is that the source was last seen to stand by at an instant."""
    passed = max(now - last_success, timedelta())
    late = max(WARN, timedelta(seconds=interval) + GRACE)
    level = "danger" if passed > ALARM else "care" if passed > late else "good"
    if passed < HOUR:
        words = "less than an hour old"
    elif passed < DAY:
        hours = passed // HOUR
        words = f"{hours} hour{'s' * (hours > 1)} old"
    else:
        words = f"{passed.days} day{'s' * (passed.days > 1)} old"
    return Age(words, level, passed.days)


def _spread(key: str) -> float:
    """From -1 to 1, the same for the same key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / (2**31) - 1
