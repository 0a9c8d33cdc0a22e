"""The lines written for dnsmasq, read back by a small model of how it looks a name up, say what the policy says.

What a real dnsmasq makes of them is shown in tests/servers.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hypothesis import given, settings

from firewall_admin.core.compiled import Compiled, CompiledAudience, compile_policy
from firewall_admin.core.domains import lineage
from firewall_admin.core.export import Target
from firewall_admin.core.exports import dnsmasq
from firewall_admin.core.policy import Audience, Rule, Verdict, decide
from tests.thoroughness import examples

from . import golden_policy, small_policies
from .small_policies import AT

TARGET = Target("/etc/dnsmasq.d")
KINDS = ("A", "AAAA", "HTTPS", "TXT")
SAFE = {"safe.b.lab": ("192.0.2.71", "2001:db8:5::71"), "safe.lab": ("192.0.2.72",)}
LINE = re.compile(r"(local|address|server)=/(\*\.)?([a-z0-9._-]+)/(#|[0-9a-f.:]*)")


@dataclass
class Lines:
    """What is written of each name, and of the names under it alone (`*.`)."""

    of: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    under: set[str] = field(default_factory=set)

    def answer(self, name: str, kind: str) -> str | tuple[str, ...]:
        """`real`, `NXDOMAIN`, or the addresses of a type, which may be none."""
        for above in lineage(name):
            if above in self.under and above != name:
                return "real"
            if above in self.of:
                return self._said(self.of[above], kind)
        return "real"

    def _said(self, lines: set[tuple[str, str]], kind: str) -> str | tuple[str, ...]:
        if lines == {("server", "#")}:
            return "real"
        assert ("local", "") in lines, "else every other type comes from the internet"
        assert all(option != "server" for option, _ in lines)
        written = [value for option, value in lines if option == "address"]
        addresses = [a for value in written for a in (("0.0.0.0", "::") if value == "#" else (value,))]
        return tuple(a for a in addresses if kind == ("AAAA" if ":" in a else "A")) if written else "NXDOMAIN"


def read(text: str) -> Lines:
    """The lines of a file. AssertionError for one that is none of those we write."""
    found = Lines()
    settings = ["cache-size=0", "local-ttl=60"]
    for line in text.splitlines():
        if line.startswith("#") or line in settings:
            continue
        match = LINE.fullmatch(line)
        assert match, line
        option, wildcard, name, value = match.groups()
        if wildcard:
            assert (option, value) == ("server", "#")
            found.under.add(name)
        else:
            found.of.setdefault(name, set()).add((option, value))
    assert all(text.count(f"\n{one}\n") == 1 for one in settings)
    return found


def files(whole: Compiled) -> Iterator[tuple[CompiledAudience, Lines]]:
    written = {file.path: file for file in dnsmasq.files(whole, TARGET)}
    assert [file.audience for file in written.values()] == [audience.name for audience in whole.audiences]
    return ((audience, read("".join(written[f"{audience.name}.conf"].parts))) for audience in whole.audiences)


def with_addresses(whole: Compiled, addresses: Mapping[str, tuple[str, ...]] = SAFE) -> Compiled:
    return replace(whole, school_policy=replace(whole.school_policy, addresses=addresses))


def expected(whole: Compiled, audience: CompiledAudience, verdict: Verdict, kind: str) -> str | tuple[str, ...]:
    if not verdict.blocked:
        addresses = whole.addresses(verdict.rewrite) if verdict.rewrite else ()
        if not addresses:
            return "real"
    elif verdict.answer == "nxdomain":
        return "NXDOMAIN"
    else:
        addresses = ("0.0.0.0", "::") if verdict.answer == "null" else audience.audience.sinkhole
    return tuple(a for a in addresses if kind == ("AAAA" if ":" in a else "A"))


@given(small_policies.compiled())
@settings(max_examples=examples(200))
def test_every_file_answers_every_name_and_type_as_its_audiences_policy_says(whole: Compiled) -> None:
    whole = with_addresses(whole)
    for audience, lines in files(whole):
        for name in small_policies.around(audience):
            verdict = decide(audience.policy, name)
            for kind in KINDS:
                assert lines.answer(name, kind) == expected(whole, audience, verdict, kind), (name, kind)


def test_a_steered_host_without_a_known_address_is_left_as_it_is_and_that_is_told() -> None:
    addresses = {"safe.search.example": ("192.0.2.71",)}
    whole = with_addresses(compile_policy(golden_policy.school_policy(), AT), addresses)
    [loss] = dnsmasq.losses(whole, TARGET)
    assert (loss.what, loss.audience, loss.names) == ("rewrites", "pupils", 1)
    [(_, pupils)] = [pair for pair in files(whole) if pair[0].name == "pupils"]
    assert pupils.answer("www.video.example", "A") == "real"
    assert pupils.answer("search.example", "A") == ("192.0.2.71",)
    assert pupils.answer("search.example", "HTTPS") == ()
    assert pupils.answer("x.search.example", "A") == "real"


def test_a_steered_host_below_a_blocked_name_is_steered_and_what_is_under_it_is_open() -> None:
    rules = (
        Rule("block", "search.example"),
        Rule("allow", "www.search.example"),
        Rule("block", "y.www.search.example"),
    )
    whole = compile_policy(replace(golden_policy.school_policy(), rules=rules), AT, ("pupils",))
    [(_, pupils)] = files(whole)
    assert pupils.answer("www.search.example", "A") == ("192.0.2.71",)
    assert pupils.answer("x.www.search.example", "A") == "real"
    assert pupils.answer("y.www.search.example", "A") == pupils.answer("z.y.www.search.example", "A") == ("10.20.0.2",)
    assert pupils.answer("search.example", "A") == pupils.answer("x.search.example", "A") == ("10.20.0.2",)


def test_a_policy_with_everything_loses_nothing_nor_does_an_audience_without_networks() -> None:
    assert list(dnsmasq.losses(golden_policy.compiled(), TARGET)) == []
    everyone = (Audience("everyone"),)
    whole = compile_policy(replace(golden_policy.school_policy(), audiences=everyone, rules=()), AT)
    assert list(dnsmasq.losses(whole, TARGET)) == []
