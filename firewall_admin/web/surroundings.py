"""What stands around every page: the school, who is signed in, where they may go, and what everyone must know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ..core.people import Permission

PRODUCT = "Firewall admin"


@dataclass(frozen=True)
class Entry:
    """A place in the navigation. `here` where the page shown is that place, or a page under it."""

    text: str
    href: str
    here: bool = False


@dataclass(frozen=True)
class Person:
    """Who is signed in: a name and a role, both as they are shown."""

    name: str
    role: str


@dataclass(frozen=True)
class Banner:
    """What everyone who can act must know now, such as a release that is held, and the page to act on."""

    text: str
    link: str
    href: str


@dataclass(frozen=True)
class Surroundings:
    """Of one request. The defaults are those of somebody who is not signed in.

    `zone` is the school's: every time on a page is told in it. `sign_out` is the address the sign-out form posts to,
    `account` that of the person's own account.
    """

    school: str = PRODUCT
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    entries: tuple[Entry, ...] = ()
    person: Person | None = None
    banner: Banner | None = None
    home: str = "/"
    sign_out: str = "/sign-out"
    account: str | None = None

    @property
    def initials(self) -> str:
        """Of the school, for its tile: 'Oakfield School' is OS, "St Mary's C of E Primary" is SM."""
        return "".join(word[0] for word in self.school.split()[:2]).upper()


P = Permission
PLACES: tuple[tuple[str, str, frozenset[Permission]], ...] = (
    ("Home", "/", frozenset({P.EVERYONE})),
    ("Requests", "/requests", frozenset({P.ASK, P.SEE_REQUESTS})),
    ("Reports", "/reports", frozenset({P.REPORT, P.SEE_REPORTS})),
    ("Check a site", "/explain", frozenset({P.EVERYONE})),
    ("Policy", "/policy", frozenset({P.SEE_POLICY})),
    ("Releases", "/releases", frozenset({P.SEE_POLICY})),
    ("Targets", "/targets", frozenset({P.MANAGE_TARGETS})),
    ("Evidence", "/evidence", frozenset({P.SEE_REGISTER})),
    ("People", "/people", frozenset({P.MANAGE_PEOPLE, P.APPROVE_ROLES})),
    ("Trail", "/trail", frozenset({P.SEE_TRAIL})),
    ("Our rules", "/statement", frozenset({P.EVERYONE})),
)
"""Every place with its address and the permissions of which one is enough to be shown it."""


def entries(
    may: Callable[[Permission], bool], path: str, root: str = "", waiting: Mapping[str, int] | None = None
) -> tuple[Entry, ...]:
    """The navigation of somebody who may do this, on the page with this path; `root` is where we are mounted, and
    `waiting` says how much waits for them at a place."""
    counts = waiting or {}
    return tuple(
        Entry(
            f"{text} ({counts[href]})" if counts.get(href) else text,
            root + href,
            path == href or (href != "/" and path.startswith(href + "/")),
        )
        for text, href, permissions in PLACES
        if any(map(may, permissions))
    )
