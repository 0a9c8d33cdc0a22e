import pytest

from firewall_admin.core.refusals import NotAllowed, Refusal
from firewall_admin.db.tables import ListRow, RuleRow
from firewall_admin.journeys import assignments, lists, preparing, rules, search

from .looking import one


@pytest.fixture
def manager(world):
    return world.oakfield.network_manager


def find(world, text, school=None):
    return search.find(world.ports, (school or world.oakfield).network_manager, text=text)


def test_a_name_is_found_in_the_schools_own_lists_and_in_those_shipped(world, manager):
    lists.add(world.ports, manager, title="Video", role="blocked", text=b"tiktok.com\nm.tiktok.com\nx.m.tiktok.com\n")
    assignments.assign(world.ports, manager, slug="tiktok", to=["staff", "pupils"])
    own, *shipped = find(world, " M.TikTok.com ").lists
    assert (own.title, own.listed, own.for_whom) == ("Video", one(world, world.oakfield, ListRow).id, ())
    assert (own.covering, own.under, own.first_under) == (("m.tiktok.com", "tiktok.com"), 1, ("x.m.tiktok.com",))
    (tiktok,) = [found for found in shipped if found.slug == "tiktok"]
    assert (tiktok.title, tiktok.listed, tiktok.for_whom) == ("TikTok", None, ("pupils", "staff"))
    assert tiktok.covering == ("tiktok.com",)
    assert "bytedance-all" in {found.slug for found in shipped}, "bundles hold their members' names"
    (protected,) = find(world, "childline.org.uk").lists
    assert (protected.slug, protected.for_whom) == ("protected", ("everyone",))


def test_another_schools_lists_and_rules_are_not_found(world, manager):
    lists.add(world.ports, manager, title="Ours", role="blocked", text=b"ours.example\n")
    rules.add(world.ports, manager, action="block", domain="ours.example", reason="r")
    assert find(world, "ours.example", world.elmfield).nothing
    assert not find(world, "ours.example").nothing


def test_rules_above_and_under_a_name_are_found_with_who_and_why_and_those_ended_come_last(world, manager):
    for domain in ("x.com", "a_b.x.com", "acb.x.com", "notx.com"):
        rules.add(world.ports, manager, action="block", domain=domain, audience="pupils", reason="reported")
    rules.end(world.ports, manager, rule=one(world, world.oakfield, RuleRow, domain="x.com").id)
    found = find(world, "x.com").rules
    assert [(rule.domain, rule.covers, bool(rule.ended_at)) for rule in found] == [
        ("acb.x.com", False, False),
        ("a_b.x.com", False, False),
        ("x.com", True, True),
    ]
    assert (found[0].made_by, found[0].reason, found[0].audience) == (manager.name, "reported", "pupils")
    assert [rule.domain for rule in find(world, "a_b.x.com").rules] == ["a_b.x.com", "x.com"], "_ is no wildcard"
    assert find(world, "www.a_b.x.com").rules[0].covers


def test_what_releases_changed_is_found(world, manager):
    for domain in ("x.com", "notx.com", "a.www.y.com"):
        rules.add(world.ports, manager, action="block", domain=domain, audience="pupils", reason="reported")
    preparing.prepare_due(world.ports)
    hit = next(hit for hit in find(world, "www.x.com").releases if hit.audience == "pupils")
    assert (hit.number, hit.domain, hit.blocked) == (1, "x.com", True)
    assert [(hit.domain, hit.audience) for hit in find(world, "y.com").releases] == [("a.www.y.com", "pupils")]
    assert find(world, "com.example").releases == ()


def test_a_part_of_a_name_is_found_in_names_titles_and_rules(world, manager):
    lists.add(world.ports, manager, title="Wet play", role="blocked", text=b"funbrain.example\nx.funny.example\n")
    rules.add(world.ports, manager, action="block", domain="funfair.example", reason="r")
    found = find(world, "fun")
    assert (found.domain, found.lists[0].first_under) == (None, ("funbrain.example", "x.funny.example"))
    assert [rule.domain for rule in found.rules] == ["funfair.example"]
    assert [hit.title for hit in find(world, "play").lists if hit.listed] == ["Wet play"]


@pytest.mark.parametrize("text", ["", "  ", "ab", "http://x.com/", "<script>", "a b", "1.2.3.4"])
def test_what_can_be_no_name_and_no_part_of_one_is_refused(world, text):
    with pytest.raises(Refusal) as refused:
        find(world, text)
    assert refused.value.field == "name"


def test_only_who_may_see_the_policy_may_search_it(world):
    with pytest.raises(NotAllowed):
        search.find(world.ports, world.oakfield.teacher, text="x.com")
