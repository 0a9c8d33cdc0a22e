"""The text of response policy zones, and of the files that load them."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import dns.name
import pytest

from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.domains import covers, lineage
from firewall_admin.core.export import Loss, Target
from firewall_admin.core.exports import rpz
from firewall_admin.core.exports.rpz import records
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Answer, Assignment, Audience, NameList, Role, Rule, SchoolPolicy
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.ruleset import Action, Segment

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TARGET = Target("/srv/policy")
NXDOMAIN = {Action.OPEN: ("open",), Action.BLOCK: ("block",), Action.DENY: ("deny",)}


def a_list(slug: str, role: Role, *names: str) -> NameList:
    return NameList(slug, role, Names.of(names))


def school(
    *audiences: Audience, lists: Iterable[NameList] = (), rules: Iterable[Rule] = (), **more: object
) -> SchoolPolicy:
    by_slug = {listed.slug: listed for listed in lists}
    made = SchoolPolicy("Oakfield", UTC, "UTC", audiences=audiences, lists=by_slug, rules=tuple(rules))
    return replace(made, **more)  # type: ignore[arg-type]


def pupils(answer: Answer = "nxdomain", *lists: str, sinkhole: tuple[str, ...] = (), deny: bool = False) -> Audience:
    assigned = tuple(map(Assignment, lists))
    return Audience("pupils", ("10.20.0.0/16",), answer, sinkhole, anti_bypass=deny, lists=assigned)


def compiled(policy: SchoolPolicy, at: datetime = AT) -> Compiled:
    return compile_policy(policy, at)


def written(policy: SchoolPolicy, at: datetime = AT) -> dict[str, str]:
    return {file.path: "".join(file.parts) for file in rpz.files(compiled(policy, at), TARGET)}


def zones(policy: SchoolPolicy) -> dict[str, set[str]]:
    """Each zone's lines from the fifth on: its records without comment, TTL, SOA and NS."""
    files = written(policy)
    return {path[6:-4]: set(text.splitlines()[4:]) for path, text in files.items() if path.startswith("zones/")}


def lookup(zone: set[str], name: str) -> str | None:
    """What a zone says of a name, as a DNS server finds it: the name itself, or the wildcard of its closest encloser
    (RFC 4592, section 2.2.1), which may be a name that exists only because something stands below it."""
    said = dict(line.split(" ", 1) for line in zone)
    existing = {".".join(owner.split(".")[at:]) for owner in said for at in range(owner.count(".") + 1)}
    if name in existing:
        return said.get(name)
    labels = name.split(".")
    parents = (".".join(labels[at:]) for at in range(1, len(labels) + 1))
    return said.get("*." + next((parent for parent in parents if parent in existing), ""))


def random_segments(random: Random) -> list[Segment]:
    """A ruleset in label order over a small tree, shortest as the compiler gives it."""
    universe = {".".join(random.choices("abc", k=random.randint(1, 5))) + ".lab" for _ in range(12)}
    said: dict[str, Action] = {}
    for name in sorted(universe, key=lambda name: name.split(".")[::-1]):
        action = random.choice((Action.BLOCK, Action.OPEN))
        if next((said[n] for n in lineage(name) if n in said), None) != action:
            said[name] = action
    return [Segment(action, f"{name}\n") for name, action in said.items()]


def test_a_zone_says_of_every_name_what_its_closest_name_says() -> None:
    random = Random(7)
    for _ in range(150):
        segments = random_segments(random)
        zone = set("".join(map(str, records.filtering(segments, NXDOMAIN))).splitlines())
        said = {name: segment.action for segment in segments for name in segment}
        tree = {name for one in said for name in lineage(one)}
        for name in tree | {f"{label}.{n}" for n in tree for label in ("a", "b", "z", "y.z")} | {"other.lab"}:
            expected = next((said[n].name.lower() for n in lineage(name) if n in said), None)
            assert lookup(zone, name) == expected, (name, sorted(zone))


def test_a_zone_without_its_names_between_would_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    segments = [Segment(Action.BLOCK, "bad.lab\n"), Segment(Action.OPEN, "x.y.bad.lab\n")]
    whole = set("".join(map(str, records.filtering(segments, NXDOMAIN))).splitlines())
    monkeypatch.setattr(records, "names_between", lambda name, top: [])
    broken = set("".join(map(str, records.filtering(segments, NXDOMAIN))).splitlines())
    assert lookup(whole, "z.y.bad.lab") == lookup(whole, "y.bad.lab") == "block"
    assert lookup(broken, "z.y.bad.lab") is None
    assert whole - broken == {"y.bad.lab block", "*.y.bad.lab block"}


def test_how_names_are_cut_into_segments_makes_no_difference() -> None:
    names = ["bad.lab", "worse.lab", "a.worst.lab"]
    whole = [Segment(Action.BLOCK, "".join(f"{name}\n" for name in names))]
    cut = [Segment(Action.BLOCK, f"{name}\n") for name in names]
    after = [Segment(Action.OPEN, "ok.now.a.worst.lab\n"), Segment(Action.BLOCK, "b.ok.now.a.worst.lab\nz.lab\n")]
    one, two = ("".join(map(str, records.filtering([*some, *after], NXDOMAIN))).splitlines() for some in (whole, cut))
    assert sorted(one) == sorted(two)
    assert len(set(one)) == len(one)
    assert "*.now.a.worst.lab block" in one


@pytest.mark.parametrize(
    ("audience", "lines"),
    [
        (pupils("nxdomain", "bad"), {"bad.lab CNAME ."}),
        (pupils("null", "bad"), {"bad.lab A 0.0.0.0", "bad.lab AAAA ::"}),
        (pupils("sinkhole", "bad", sinkhole=("10.20.0.2",)), {"bad.lab A 10.20.0.2"}),
        (pupils("sinkhole", "bad", sinkhole=("2001:db8::2",)), {"bad.lab AAAA 2001:db8::2"}),
    ],
    ids=["nxdomain", "null", "sinkhole", "sinkhole-of-ipv6"],
)
def test_a_blocked_name_and_the_names_under_it_have_the_answer_of_the_audience(
    audience: Audience, lines: set[str]
) -> None:
    found = zones(school(audience, lists=[a_list("bad", "blocked", "bad.lab")]))
    assert found == {"lists1": lines | {f"*.{line}" for line in lines}}


def test_anti_bypass_names_are_nxdomain_whatever_the_answer() -> None:
    found = zones(school(pupils("sinkhole", sinkhole=("10.20.0.2",), deny=True)))
    assert {line.split(" ", 1)[1] for line in found["deny1"]} == {"CNAME ."}
    assert "*.resolver.arpa CNAME ." in found["deny1"]


def test_steered_hosts_are_exact_and_blocked_ones_are_left_out() -> None:
    steering = {"safe-search": (("www.engine.lab", "safe.engine.lab"), ("m.engine.lab", "safe.engine.lab"))}
    audience = replace(pupils("nxdomain", "bad"), safe_search=True)
    found = zones(school(audience, lists=[a_list("bad", "blocked", "m.engine.lab")], steering=steering))
    assert found["steer1"] == {"www.engine.lab CNAME safe.engine.lab."}


def test_zones_stand_in_the_order_of_the_layers_and_empty_ones_are_left_out() -> None:
    audience = replace(pupils("nxdomain", "bad", deny=True), safe_search=True)
    lists = [
        a_list("bad", "blocked", "bad.lab"),
        a_list("law", "locked", "x.lab"),
        a_list("help", "protected", "h.lab"),
    ]
    whole = school(
        audience, lists=lists, rules=[Rule("block", "r.lab")], steering={"safe-search": (("e.lab", "s.lab"),)}
    )
    expected = ["steer1.rpz", "deny1.rpz", "locked1.rpz", "open1.rpz", "rules1.rpz", "lists1.rpz"]
    files = written(whole)
    assert re.findall(r'name: "(.*)\."', files["unbound.conf"]) == expected
    assert re.findall(r'^  zone "(.*)";', files["named.zones.conf"], re.M) == expected
    assert re.findall(r'policyName="([^"]*)"', files["recursor.lua"]) == expected
    assert re.findall(r"\['([^']*rpz)'\](?=[,} ])(?! =)", files["kresd.conf"]) == expected
    assert set(zones(school(audience, lists=lists[:1]))) == {"deny1", "lists1"}


def test_a_zone_that_is_the_same_for_several_audiences_is_written_once() -> None:
    first, third = pupils("null", "bad"), replace(pupils("null", "bad"), name="third", networks=("10.40.0.0/16",))
    second = replace(pupils("nxdomain", "bad"), name="second", networks=("10.30.0.0/16",))
    lists = [a_list("bad", "blocked", "bad.lab"), a_list("help", "protected", "help.bad.lab")]
    rules = [Rule("block", "r.lab", "third"), Rule("block", "r.lab", "pupils", reason="another reason")]
    files = written(school(first, second, third, lists=lists, rules=rules))
    assert {path for path in files if path.startswith("zones/")} == {
        "zones/open1.rpz",
        "zones/rules1.rpz",
        "zones/lists1.rpz",
        "zones/lists2.rpz",
    }
    tags = dict(re.findall(r'name: "(.*)\."\n.*\n  tags: "(.*)"', files["unbound.conf"]))
    assert tags == {
        "open1.rpz": "pupils second third",
        "rules1.rpz": "pupils third",
        "lists1.rpz": "pupils third",
        "lists2.rpz": "second",
    }


def test_a_decision_changes_only_a_small_zone_and_keeps_the_names_of_the_others() -> None:
    policy = school(
        pupils("nxdomain", "bad"),
        replace(pupils("nxdomain", "bad", "worse"), name="staff", networks=("10.30.0.0/16",)),
        lists=[a_list("bad", "blocked", "bad.lab"), a_list("worse", "blocked", "worse.lab")],
        rules=[Rule("block", "r.lab")],
    )
    decided = replace(policy, rules=(*policy.rules, Rule("allow", "ok.bad.lab", "staff")))
    before, after = written(policy), written(decided)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert {path for path in changed if path.startswith("zones/")} == {"zones/rules1.rpz", "zones/rules2.rpz"}


def test_a_name_that_fits_fills_an_owner_to_the_last_octet_and_a_longer_one_is_a_loss() -> None:
    longest = _long_name(records.LONGEST)
    policy = school(
        pupils("nxdomain", "bad"), lists=[a_list("bad", "blocked", longest, _long_name(records.LONGEST + 1))]
    )
    assert zones(policy) == {"lists1": {f"{longest} CNAME .", f"*.{longest} CNAME ."}}
    origin = dns.name.from_text("x" * (records.ZONE_NAME - 4) + ".rpz.")
    assert len(dns.name.from_text(f"*.{longest}", origin).to_wire() or b"") == 255
    assert list(rpz.losses(compiled(policy), TARGET)) == [
        Loss("names", f"has names over {records.LONGEST} octets, or under rpz-ip or the like", "pupils", 1)
    ]


def test_the_name_of_no_zone_is_longer_than_names_are_measured_for() -> None:
    answers: tuple[Answer, Answer] = ("nxdomain", "null")
    many = [
        Audience(f"a{n}", (f"10.{n}.0.0/16",), answers[n % 2], anti_bypass=False, lists=(Assignment("bad"),))
        for n in range(250)
    ]
    law = zones(school(*many, lists=[law_list()]))
    assert set(law) == {"locked1", "locked2"}
    late = zones(
        school(*many[:249], replace(many[249], answer="sinkhole", sinkhole=("192.0.2.1",)), lists=[law_list()])
    )
    assert "locked250" in late
    assert max(len(f"{name}.rpz") for name in late) <= records.ZONE_NAME


def law_list() -> NameList:
    return a_list("bad", "locked", "x.lab")


def _long_name(octets: int) -> str:
    whole = ".".join(["l" * 60] * 4)
    return whole[: octets - 4].rstrip(".").ljust(octets - 4, "m") + ".lab"


def test_a_name_that_would_be_a_trigger_is_left_out_and_told() -> None:
    bad = a_list("bad", "blocked", "32.300.2.0.192.rpz-ip", "x.rpz-client-ip", "rpz-ip.lab", "x.rpz-other")
    policy = school(pupils("nxdomain", "bad"), lists=[bad])
    assert {line.split()[0] for line in zones(policy)["lists1"] if line[0] != "*"} == {"rpz-ip.lab", "x.rpz-other"}
    assert [(loss.what, loss.names) for loss in rpz.losses(compiled(policy), TARGET)] == [("names", 2)]


def test_every_zone_begins_with_a_serial_of_the_instant_and_is_kept_for_weeks() -> None:
    policy = school(pupils("nxdomain", "bad"), lists=[a_list("bad", "blocked", "bad.lab")])
    one, two = (written(policy, at)["zones/lists1.rpz"] for at in (AT, AT + timedelta(seconds=1)))
    head = "; firewall_admin: lists of pupils\n$TTL 60\n@ SOA localhost. root.localhost. {} 3600 600 2419200 60\n@ NS "
    assert one.startswith(head.format(1795426200))
    assert two.startswith(head.format(1795426201))


def test_an_audience_without_networks_is_a_loss_and_has_no_zones() -> None:
    policy = school(replace(pupils("nxdomain", "bad"), networks=()), lists=[a_list("bad", "blocked", "bad.lab")])
    assert zones(policy) == {}
    assert [(loss.what, loss.audience) for loss in rpz.losses(compiled(policy), TARGET)] == [("networks", "pupils")]


def test_networks_inside_networks_are_told_apart_by_the_longest_prefix() -> None:
    outer = replace(pupils("nxdomain", "bad"), networks=("10.0.0.0/8", "10.20.30.0/24"))
    inner = replace(outer, name="staff", networks=("10.20.0.0/16", "2001:db8::/32"))
    files = written(school(outer, inner, lists=[a_list("bad", "blocked", "bad.lab")]))
    bind = files["named.zones.conf"].split('view "staff"')
    assert re.findall(r"^  (.*10\..*);", bind[0], re.M) == ["10.20.30.0/24", "! 10.20.0.0/16", "10.0.0.0/8"]
    assert re.findall(r"^  (.*[:.]0?/.*);", bind[1], re.M)[0] == "! 10.20.30.0/24"
    assert '{"10.20.30.0/24", "!10.20.0.0/16", "10.0.0.0/8"}' in files["recursor-dns.lua"]
    assert re.findall(r"'([^']*)', '10\.", files["kresd.conf"]) == ["pupils", "staff", "pupils"]
    assert 'access-control-tag: 10.20.0.0/16 "staff"' in files["unbound.conf"]


def test_where_everyone_is_of_one_audience_there_are_no_tags_and_no_views() -> None:
    everyone = replace(pupils("nxdomain", "bad"), networks=("0.0.0.0/0", "::/0"))
    files = written(school(everyone, lists=[a_list("bad", "blocked", "bad.lab")]))
    assert "tag" not in "".join(line for line in files["unbound.conf"].splitlines() if not line.startswith("#"))
    assert "view" not in files["named.zones.conf"]
    assert 'zone "lists1.rpz";' in files["named.options.conf"]


@pytest.mark.parametrize("base", ['/srv/"x', "/srv/'x", "/srv/x\ny", "/srv/é", "/srv\\x"])
def test_a_path_that_could_not_stand_between_quotes_is_refused(base: str) -> None:
    with pytest.raises(Refusal):
        list(rpz.files(compiled(school(pupils())), Target(base)))


def test_names_between_are_those_strictly_inside() -> None:
    for name, top in (("a.b.c.d.lab", "d.lab"), ("a.d.lab", "d.lab")):
        between = records.names_between(name, top)
        assert between == [n for n in reversed(lineage(name)) if covers(top, n) and n not in (name, top)]
