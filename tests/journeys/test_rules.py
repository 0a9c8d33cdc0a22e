from datetime import timedelta

import pytest
from sqlalchemy import select

from firewall_admin.core.events import sentence
from firewall_admin.core.policy import decide
from firewall_admin.core.refusals import NotAllowed, NotFound, OpensNames, Refusal
from firewall_admin.db.tables import Entry, RuleRow, School
from firewall_admin.journeys import policy, rules


def blocked(world, school, name, audience="pupils"):
    with world.db.look() as session:
        found = policy.current(world.ports, session, school.id)
    return decide(found.policy(audience, world.clock.at), name).blocked


def trail(world, school):
    with world.db.look() as session:
        entries = session.scalars(select(Entry).where(Entry.school_id == school.id).order_by(Entry.number))
        return [sentence(entry.event, entry.actor, entry.fields) for entry in entries]


def only_rule(world, school):
    with world.db.look() as session:
        return session.scalars(select(RuleRow).where(RuleRow.school_id == school.id)).one()


def test_a_block_is_in_the_policy_of_this_school_alone_and_in_its_trail(world):
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain="TikTok.com", reason="lessons")
    assert blocked(world, world.oakfield, "www.tiktok.com", "staff")
    assert not blocked(world, world.elmfield, "www.tiktok.com")
    assert trail(world, world.oakfield)[-1] == (
        "Network manager of Oakfield added a rule: block tiktok.com for everyone, because lessons."
    )
    assert len(trail(world, world.elmfield)) == 1


def test_the_plan_of_an_edit_is_shown_and_nothing_of_it_stays(world):
    manager = world.oakfield.network_manager
    act = rules.adding(manager, action="block", domain="tiktok.com", audience="pupils", reason="lessons")
    seen = policy.preview(world.ports, manager, act)
    assert [(c.domain, c.blocked) for c in seen.plan.changes["pupils"]] == [("tiktok.com", True)]
    assert seen.plan.changes["staff"] == ()
    assert not seen.needs_decision
    assert not blocked(world, world.oakfield, "tiktok.com")
    assert len(trail(world, world.oakfield)) == 1


def test_before_the_policy_is_signed_a_manager_may_open(world):
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain="x.com", reason="set-up")
    rules.end(world.ports, world.oakfield.network_manager, rule=only_rule(world, world.oakfield).id)
    assert not blocked(world, world.oakfield, "x.com")


def test_once_signed_blocking_is_at_once_and_opening_needs_a_decision(world):
    manager = world.oakfield.network_manager
    world.sign(world.oakfield)
    rules.add(world.ports, manager, action="block", domain="x.com", reason="reported")
    with pytest.raises(OpensNames) as refused:
        rules.end(world.ports, manager, rule=only_rule(world, world.oakfield).id)
    assert "x.com for pupils" in refused.value.message
    assert blocked(world, world.oakfield, "x.com")
    with pytest.raises(OpensNames):
        rules.add(world.ports, manager, action="allow", domain="www.x.com", audience="staff", reason="lesson")
    rules.add(world.ports, manager, action="allow", domain="www.x.com", audience="staff", reason="lesson", decision="7")
    assert not blocked(world, world.oakfield, "www.x.com", "staff")
    assert blocked(world, world.oakfield, "www.x.com", "pupils")


def test_what_opens_only_later_needs_a_decision_too(world):
    manager = world.oakfield.network_manager
    world.sign(world.oakfield)
    rules.add(world.ports, manager, action="block", domain="x.com", reason="reported")
    for days in (1, 400):
        with pytest.raises(OpensNames):
            rules.add(
                world.ports,
                manager,
                action="allow",
                domain="x.com",
                audience="pupils",
                reason="soon",
                since=world.clock.at + timedelta(days=days),
            )


def test_a_revision_counts_every_edit_that_stays(world):
    def revision():
        with world.db.look() as session:
            return session.get_one(School, world.oakfield.id).revision

    before = revision()
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain="x.com", reason="r")
    assert revision() == before + 1
    with pytest.raises(Refusal):
        rules.end(world.ports, world.oakfield.teacher, rule=only_rule(world, world.oakfield).id)
    assert revision() == before + 1


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"domain": "http://x.com"}, "can't stand in a name"),
        ({"domain": "co.uk"}, "Every site under co.uk"),
        ({"reason": "  "}, "Say why"),
        ({"audience": "guests"}, "no audience 'guests'"),
        ({"when": "lunch"}, "no timetable 'lunch'"),
    ],
)
def test_what_can_not_be_done_is_refused_and_nothing_stays(world, asked, why):
    whole = {"action": "block", "domain": "x.com", "reason": "r"} | asked
    with pytest.raises(Refusal) as refused:
        rules.add(world.ports, world.oakfield.network_manager, **whole)
    assert why in refused.value.message
    assert len(trail(world, world.oakfield)) == 1


def test_a_teacher_may_not_and_another_schools_rule_does_not_exist(world):
    with pytest.raises(NotAllowed):
        rules.add(world.ports, world.oakfield.teacher, action="block", domain="x.com", reason="r")
    rules.add(world.ports, world.oakfield.network_manager, action="block", domain="x.com", reason="r")
    with pytest.raises(NotFound):
        rules.end(world.ports, world.elmfield.network_manager, rule=only_rule(world, world.oakfield).id)
