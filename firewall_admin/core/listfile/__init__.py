"""Published lists of names, in any dialect in which they are published, read exactly and fast.

`read` takes the bytes of a list and gives its names, and every rejected line with number and reason; `counted` makes of
that what needs little memory however many lines were rejected. The dialects are told apart line by line: hosts files,
plain and wildcard lists, Squid dstdomain files, Adblock rules, configuration of dnsmasq, unbound and BIND, response
policy zones. Whatever would need to be cut, guessed or widened to become a name is rejected: web addresses, regular
expressions, rules for some cases only, single labels, IP addresses, public suffixes.
"""

from .counted import KEPT, CountedList, counted, from_said
from .guess import looks_like
from .piece import Rejected
from .whole import Limits, ListFile, ListTooLong, read

__all__ = [
    "KEPT",
    "CountedList",
    "Limits",
    "ListFile",
    "ListTooLong",
    "Rejected",
    "counted",
    "from_said",
    "looks_like",
    "read",
]
