"""The local zones written for Unbound, read back by a small model of how it looks a name up, say what the policy says.

What a real Unbound makes of them is shown in tests/servers.
"""

import re
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings

from firewall_admin.core.compiled import Compiled, CompiledAudience, compile_policy
from firewall_admin.core.domains import lineage
from firewall_admin.core.export import Target
from firewall_admin.core.exports import unbound
from firewall_admin.core.policy import Audience, Rule, Verdict, decide
from tests.thoroughness import examples

from . import golden_policy, small_policies
from .small_policies import AT

TARGET = Target("/etc/unbound")
KINDS = ("A", "AAAA", "HTTPS", "TXT")
SAFE = {"safe.b.lab": ("192.0.2.71", "2001:db8:5::71"), "safe.lab": ("192.0.2.72",)}
ZONE = re.compile(r'  local-zone: "([a-z0-9._-]+)\." ([a-z_]+)')
DATA = re.compile(r'  local-data: "([a-z0-9._-]+)\. ([0-9]+) IN (A|AAAA|CNAME) ([a-z0-9.:_-]+)"')
CLIENTS = re.compile(r"  access-control-view: ([0-9a-f.:/]+) ([a-z0-9_-]+)")


@dataclass
class Zones:
    """The local zones of a view: their kinds by name, and their records."""

    kinds: dict[str, str] = field(default_factory=dict)
    records: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def answer(self, name: str, kind: str) -> str | tuple[str, ...]:
        """`real`, `NXDOMAIN`, `CNAME target`, or the records of a type, which may be none."""
        zone = next((above for above in [*lineage(name), ""] if above in self.kinds), "")
        how = self.kinds.get(zone, "always_transparent")
        if how == "always_transparent" or (how == "transparent" and name != zone):
            return "real"
        if how == "always_nxdomain":
            return "NXDOMAIN"
        assert how in ("redirect", "transparent")
        records = self.records[zone]
        if records[0][0] == "CNAME":
            assert how == "redirect", "a CNAME is followed in no other zone"
            return "CNAME " + records[0][1].removesuffix(".")
        return tuple(data for of, data in records if of == kind)


def read(whole: Compiled) -> tuple[list[tuple[str, str]], dict[str, Zones]]:
    """Networks with their view, and the views. AssertionError for a line that is none of those we write."""
    [file] = unbound.files(whole, TARGET)
    clients: list[tuple[str, str]] = []
    views: dict[str, Zones] = {}
    view = Zones()
    lines = [line for line in "".join(file.parts).splitlines() if not line.startswith("#")]
    for line in lines:
        if found := ZONE.fullmatch(line):
            assert found[1] not in view.kinds, "Unbound takes the first of two"
            view.kinds[found[1]] = found[2]
        elif found := DATA.fullmatch(line):
            assert int(found[2]) <= 60
            view.records.setdefault(found[1], []).append((found[3], found[4]))
        elif found := CLIENTS.fullmatch(line):
            clients.append((found[1], found[2]))
        elif line.startswith("  name: "):
            view = views[line.split('"')[1]] = Zones()
        else:
            assert line in ("server:", "view:", "  view-first: yes")
    assert lines[0] == lines[-1] == "server:"
    return clients, views


def expected(whole: Compiled, audience: CompiledAudience, verdict: Verdict, kind: str) -> str | tuple[str, ...]:
    if verdict.rewrite:
        addresses: tuple[str, ...] = whole.addresses(verdict.rewrite)
    elif not verdict.blocked:
        return "real"
    elif verdict.answer == "nxdomain":
        return "NXDOMAIN"
    else:
        addresses = ("0.0.0.0", "::") if verdict.answer == "null" else audience.audience.sinkhole
    return tuple(a for a in addresses if kind == ("AAAA" if ":" in a else "A"))


@given(small_policies.compiled())
@settings(max_examples=examples(200))
def test_every_view_answers_every_name_and_type_as_its_audiences_policy_says(whole: Compiled) -> None:
    whole = replace(whole, school_policy=replace(whole.school_policy, addresses=SAFE))
    _, views = read(whole)
    for audience in whole.audiences:
        for name in small_policies.around(audience):
            verdict = decide(audience.policy, name)
            for kind in KINDS:
                assert views[audience.name].answer(name, kind) == expected(whole, audience, verdict, kind), (name, kind)


def view_of(clients: list[tuple[str, str]], client: str) -> str | None:
    found = [(ip_network(net).prefixlen, view) for net, view in clients if ip_address(client) in ip_network(net)]
    return max(found)[1] if found else None


@given(small_policies.compiled())
@settings(max_examples=examples(100))
def test_a_client_gets_the_view_of_its_longest_network(whole: Compiled) -> None:
    clients, _ = read(whole)
    for client, audience in small_policies.clients(whole):
        assert view_of(clients, client) == (audience.name if audience else None)


@given(small_policies.compiled())
@settings(max_examples=examples(100))
def test_clients_of_an_audience_that_is_not_asked_for_are_not_filtered_like_the_one_around_them(
    whole: Compiled,
) -> None:
    alone = compile_policy(whole.school_policy, AT, ("p",))
    clients, views = read(alone)
    for client, audience in small_policies.clients(whole):
        view = view_of(clients, client)
        if audience and audience.name == "p":
            assert view == "p"
        else:
            assert view is None or views[view].kinds == {}


def test_a_steered_host_without_a_known_address_is_steered_by_name_with_all_under_it_and_that_is_told() -> None:
    school = replace(
        golden_policy.school_policy(),
        addresses={"safe.search.example": ("192.0.2.71",)},
        steering={
            "safe-search": (("engine.example", "safe.engine.example"), ("search.example", "safe.search.example")),
            "youtube-strict": (("www.video.example", "strict.video.example"),),
        },
    )
    whole = compile_policy(school, AT, ("pupils",))
    [loss] = unbound.losses(whole, TARGET)
    assert (loss.what, loss.audience, loss.names) == ("rewrites", "pupils", 2)
    view = read(whole)[1]["pupils"]
    assert view.answer("engine.example", "A") == view.answer("x.engine.example", "TXT") == "CNAME safe.engine.example"
    assert view.answer("safe.engine.example", "A") == "real", "else it would be its own CNAME"
    assert view.answer("www.video.example", "AAAA") == "CNAME strict.video.example"
    assert view.answer("search.example", "A") == ("192.0.2.71",)
    assert view.answer("x.search.example", "A") == "real"


def test_a_safe_host_that_is_blocked_when_asked_for_stays_blocked() -> None:
    steering = {"safe-search": (("adult.example", "bad.adult.example"), ("ok.adult.example", "games.example"))}
    school = replace(golden_policy.school_policy(), steering=steering, addresses={})
    rules = (Rule("allow", "adult.example"), Rule("block", "bad.adult.example"))
    whole = compile_policy(replace(school, rules=rules), AT, ("pupils",))
    view = read(whole)[1]["pupils"]
    assert view.answer("adult.example", "A") == "CNAME bad.adult.example"
    assert view.answer("bad.adult.example", "A") == ("10.20.0.2",)
    assert view.answer("games.example", "A") == ("10.20.0.2",)


@pytest.mark.parametrize(("networks", "told"), [((), ["networks"]), (("10.0.0.0/8",), [])])
def test_an_audience_without_networks_is_told_since_no_client_is_of_it(
    networks: tuple[str, ...], told: list[str]
) -> None:
    audience = Audience("staff", networks)
    whole = compile_policy(replace(golden_policy.school_policy(), audiences=(audience,), rules=()), AT)
    assert [loss.what for loss in unbound.losses(whole, TARGET)] == told


def test_a_policy_with_everything_loses_nothing() -> None:
    assert list(unbound.losses(golden_policy.compiled(), TARGET)) == []
