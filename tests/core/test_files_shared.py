"""The law: what a release takes over from the one before it, and what is compiled from it, is to the byte what a full
build writes."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firewall_admin.core import exports
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.export import Target
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, Rule, SchoolPolicy
from firewall_admin.core.splicing import FLAT, compiled, content, moved
from tests.thoroughness import examples

from .changed_policies import changed, schools
from .small_policies import AT, NETWORKS

FORMATS = ("rpz", "unbound", "dnsmasq", "squid", "edl", "adguard", "hosts", "pac", "windows")
LATER = AT + timedelta(hours=2, minutes=15)
PLACE = Target("/etc/fa")
pairs = schools().flatmap(lambda before: st.tuples(st.just(before), changed(before)))


def written(format_, whole, device=None):
    files = exports.load(format_).files(whole, Target(PLACE.base, device))
    return {file.path: ("".join(file.parts), file.content) for file in files}


def since(files, at, before):
    return {content: before.get(content, at) for _, content in files.values() if content}


class FromBefore:
    """As the service compiles: from the segments of the policy before, wherever they can be moved."""

    def __init__(self, policy, at):
        self.policy, self.at, self.moves = policy, at, 0

    def __call__(self, policy, layer):
        names = {audience.name for audience in self.policy.audiences}
        if policy.audience.name not in names:
            return compiled(policy, layer)
        before = self.policy.policy(policy.audience.name, self.at)
        styles = {one.audience.answer == "nxdomain" for one in (before, policy)}
        if layer == FLAT and len(styles) == 2:
            return compiled(policy, layer)
        self.moves += content(before, layer) != content(policy, layer)
        return moved(before, compiled(before, layer), policy, layer)


@pytest.mark.parametrize("format_", FORMATS)
@given(policies=pairs, instants=st.sampled_from([(AT, AT), (AT, LATER)]))
@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_made_from_the_release_before_has_the_bytes_of_a_full_build(format_, policies, instants):
    before, after = policies
    first = written(format_, compile_policy(before, instants[0], release=1))
    known = since(first, instants[0], {})
    make = FromBefore(before, instants[0])
    quick = written(format_, compile_policy(after, instants[1], release=2, since=known, make=make))
    whole = written(format_, compile_policy(after, instants[1], release=2, since=known))
    assert quick == whole
    for path, (text, told) in whole.items():
        if told in known and path in first:
            assert first[path] == (text, told)


@pytest.mark.parametrize("device", ["fortigate", "sophos"])
@given(policies=pairs)
@settings(max_examples=examples(30), deadline=None)
def test_so_it_is_for_each_form_of_a_list(device, policies):
    first, second = (written("edl", compile_policy(policy, AT), device) for policy in policies)
    for path in first.keys() & second.keys():
        if first[path][1] == second[path][1]:
            assert first[path] == second[path]


def test_an_unchanged_zone_keeps_its_serial_until_its_content_changes():
    listed = NameList("v", "blocked", Names.of(["a.lab", "b.lab"]), "v")
    pupils = Audience("p", networks=NETWORKS[:1], lists=(Assignment("v"),))
    policy = SchoolPolicy("S", UTC, "UTC", audiences=(pupils,), lists={"v": listed}, rules=(Rule("block", "x.lab"),))
    first = written("rpz", compile_policy(policy, AT, release=1))
    known = since(first, AT, {})
    second = written(
        "rpz",
        compile_policy(replace(policy, rules=(Rule("block", "y.lab"),)), LATER, release=2, since=known),
    )
    assert second["zones/lists1.rpz"] == first["zones/lists1.rpz"]
    assert f"{int(LATER.timestamp())} 3600" in second["zones/rules1.rpz"][0]
    more = replace(policy, lists={"v": replace(listed, names=Names.of(["a.lab", "b.lab", "c.lab"]))})
    third = written("rpz", compile_policy(more, LATER, release=3, since=since(second, LATER, known)))
    assert f"{int(LATER.timestamp())} 3600" in third["zones/lists1.rpz"][0]
    alone = written("rpz", compile_policy(policy, LATER, release=2))
    assert f"{int(LATER.timestamp())} 3600" in alone["zones/lists1.rpz"][0]
