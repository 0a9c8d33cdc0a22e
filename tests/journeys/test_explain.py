from datetime import timedelta

import pytest
from hypothesis import given, settings

from firewall_admin import worker
from firewall_admin.core.domains import covers
from firewall_admin.core.policy import decide
from firewall_admin.core.refusals import NotADomain, NotAllowed
from firewall_admin.journeys import assignments, explain, policy, releases, rules
from tests.core.small_policies import around, compiled
from tests.thoroughness import examples


def asked(world, address, actor=None):
    return explain.explain(world.ports, actor or world.oakfield.network_manager, address=address)


def of(found, audience):
    return next(each for each in found.audiences if each.audience == audience)


def block(world, domain="x.com", **more):
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain=domain, reason="a game", **more)


def publish(world):
    """The first release holds for what nobody has accepted yet; a person accepts it."""
    worker.once(world.ports)
    with world.db.look() as session:
        last = releases.last(session, world.oakfield.id)
    if last and last.state == "held":
        names = sorted({o["name"] for o in last.objections})
        releases.accept(
            world.ports, world.oakfield.network_manager, number=last.number, objections=names, reason="looked at it"
        )


def test_before_anything_is_published_there_is_only_what_the_policy_says(world):
    block(world, audience="pupils")
    found = asked(world, "https://www.x.com/a")
    assert (found.domain, found.release, found.differs) == ("www.x.com", None, False)
    assert "Only the host" in found.note
    pupils = of(found, "pupils")
    assert pupils.now.startswith("www.x.com is blocked for pupils: a rule blocks x.com (a game)")
    assert (pupils.published, pupils.covering) == (None, "x.com")
    assert not of(found, "staff").blocked


def test_what_is_published_and_what_is_edited_stand_side_by_side_until_they_are_one(world):
    block(world)
    publish(world)
    before = asked(world, "x.com")
    assert before.release is not None
    assert not before.differs
    block(world, "y.com", audience="pupils")
    edited = asked(world, "y.com")
    assert [each.audience for each in edited.audiences if each.differs] == ["pupils"]
    assert (of(edited, "pupils").published_blocked, of(edited, "pupils").blocked) == (False, True)
    publish(world)
    assert not asked(world, "y.com").differs


def test_who_decided_it_and_when_is_told_to_those_who_see_the_policy(world):
    block(world)
    rules.add(world.ports, world.oakfield.headteacher, action="block", domain="x.com", audience="pupils", reason="harm")
    decided = of(asked(world, "x.com"), "pupils").decided
    assert [one.sentence for one in decided] == [
        "Headteacher of Oakfield made the rule to block x.com for pupils: harm."
    ]
    assert decided[0].at == world.clock.at
    assert "for everyone" in of(asked(world, "x.com"), "staff").decided[0].sentence
    assert of(asked(world, "x.com", world.oakfield.teacher), "pupils").decided == ()


def test_a_list_is_told_with_who_put_it_in_force(world):
    assignments.assign(world.ports, world.oakfield.network_manager, slug="tiktok", to=["pupils"])
    pupils = of(asked(world, "www.tiktok.com"), "pupils")
    assert pupils.blocked
    assert pupils.covering == "tiktok.com"
    said = [one.sentence for one in pupils.decided]
    assert said[0].startswith("Network manager of Oakfield put the list TikTok in force for pupils")
    assert said[1] == "The list 'TikTok' comes with the product."


def test_names_under_it_that_are_decided_otherwise_are_named(world):
    block(world)
    rules.add(world.ports, world.oakfield.network_manager, action="allow", domain="ok.x.com", reason="lesson")
    assert of(asked(world, "x.com"), "pupils").otherwise == ("ok.x.com",)
    block(world, "a.y.com")
    assert of(asked(world, "y.com"), "pupils").otherwise == ("a.y.com",)


def test_a_hold_and_trouble_are_told(world):
    releases.hold(world.ports, world.oakfield.network_manager, reason="exams")
    assert asked(world, "x.com").hold == "exams"


def test_a_rule_that_has_not_begun_is_not_yet_the_policy(world):
    block(world, since=world.clock.at + timedelta(hours=1))
    assert not of(asked(world, "x.com"), "pupils").blocked
    world.clock.pass_by(hours=1)
    assert of(asked(world, "x.com"), "pupils").blocked


def test_what_is_no_address_is_refused_and_so_is_who_has_left(world):
    with pytest.raises(NotADomain):
        asked(world, "javascript:x")
    from dataclasses import replace

    with pytest.raises(NotAllowed):
        asked(world, "x.com", replace(world.oakfield.teacher, permissions=frozenset()))


def test_it_says_what_the_policy_itself_decides_and_not_another_schools(world):
    block(world)
    with world.db.look() as session:
        assert policy.current(world.ports, session, world.elmfield.id).rules == ()
    assert not of(asked(world, "x.com", world.elmfield.network_manager), "pupils").blocked


@settings(max_examples=examples(60), deadline=None)
@given(compiled())
def test_names_under_it_that_are_decided_otherwise_are_found_wherever_they_are_named(whole):
    for audience in whole.audiences:
        whole_policy = audience.policy
        lists = (*whole_policy.locked, *whole_policy.protected, *whole_policy.lists)
        named = {name for listed in lists for name in listed.names} | {rule.domain for rule in whole_policy.rules}
        for name in around(audience):
            verdict = decide(whole_policy, name)
            under = sorted(each for each in named if covers(name, each) and each != name)
            other = [each for each in under if decide(whole_policy, each).blocked != verdict.blocked]
            assert list(explain._otherwise(whole_policy, verdict)) == other[: explain.SHOWN + 1]
