"""Names under which the public registers: blocking one blocks every site below it.

The ICANN part of the Public Suffix List (publicsuffix.org), wildcard rules and their exceptions included, as the
`publicsuffixlist` package ships it.
"""

from bisect import bisect_left
from functools import cache

from publicsuffixlist import PublicSuffixList

from .domains import from_order, order


@cache
def suffixes() -> frozenset[str]:
    """Every public suffix of two labels or more that stands in the rules: `co.uk`, and `sch.uk` above `*.sch.uk`."""
    spelt = {rule for rule in _rules() if rule[0] not in "*!"}
    return frozenset(name for name in spelt | wildcards() if "." in name)


@cache
def wildcards() -> frozenset[str]:
    """The names of which every child is a public suffix, but for a few: `sch.uk` for the rule `*.sch.uk`."""
    return frozenset(rule[2:] for rule in _rules() if rule.startswith("*."))


@cache
def top_levels() -> frozenset[str]:
    """Every top-level domain that stands in the rules: `com`, `uk`, `school`."""
    return frozenset(rule.rpartition(".")[2] for rule in _rules())


def is_suffix(domain: str) -> bool:
    """Whether a parsed domain is a public suffix: `co.uk` and `kent.sch.uk` are, `oakfield.kent.sch.uk` is not."""
    if domain in suffixes():
        return True
    return domain.partition(".")[2] in wildcards() and f"!{domain}" not in _rules()


@cache
def hosting() -> frozenset[str]:
    """Names under which a company lets anybody have a site: `github.io`, `cloudfront.net`. They are the other part of
    the Public Suffix List, and real names that lists may have reason to block."""
    private = PublicSuffixList()._publicsuffix - _rules()
    return frozenset(rule for rule in private if rule.isascii() and rule[0] not in "*!" and "." in rule)


def wild_among(orders: list[str]) -> set[str]:
    """The names among sorted orders that are public suffixes by a wildcard rule. It costs next to nothing a name."""
    found: set[str] = set()
    for wildcard in map(order, wildcards()):
        start, stop = bisect_left(orders, wildcard + " "), bisect_left(orders, wildcard + "!")
        found.update(filter(is_suffix, map(from_order, orders[start:stop])))
    return found


@cache
def _rules() -> frozenset[str]:
    # The package can say of one name whether it is a suffix, but not list its rules. A set of them is asked once for
    # a million names, and a test holds is_suffix() against the package's own answer.
    return frozenset(PublicSuffixList(only_icann=True)._publicsuffix)
