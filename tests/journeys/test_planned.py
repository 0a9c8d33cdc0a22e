import pytest
from sqlalchemy import select

from firewall_admin.core import opening
from firewall_admin.core.refusals import Conflict, NotAllowed, OpensNames, Refusal
from firewall_admin.db.tables import RuleRow
from firewall_admin.journeys import planned, policy, rules

from .looking import blocked, trail


def block(world, name):
    return rules.adding(world.oakfield.network_manager, action="block", domain=name, reason="lessons")


def test_a_plan_says_what_the_trail_would_and_is_saved_as_planned(world):
    manager = world.oakfield.network_manager
    seen = planned.planned(world.ports, manager, block(world, "x.com"))
    assert seen.sentences == ("Network manager of Oakfield added a rule: block x.com for everyone, because lessons.",)
    assert len(trail(world, world.oakfield)) == 1
    planned.save(world.ports, manager, block(world, "x.com"), seen.revision)
    assert blocked(world, world.oakfield, "x.com")


def test_where_the_policy_moved_on_nothing_is_saved(world):
    manager = world.oakfield.network_manager
    seen = planned.planned(world.ports, manager, block(world, "x.com"))
    planned.save(world.ports, manager, block(world, "y.com"), seen.revision)
    with pytest.raises(Conflict, match="has changed since"):
        planned.save(world.ports, manager, block(world, "x.com"), seen.revision)
    assert not blocked(world, world.oakfield, "x.com")
    assert blocked(world, world.oakfield, "y.com")


def test_another_schools_edits_do_not_make_a_plan_old(world):
    manager = world.oakfield.network_manager
    seen = planned.planned(world.ports, manager, block(world, "x.com"))
    rules.add(world.ports, world.elmfield.network_manager, action="block", domain="y.com", reason="r")
    planned.save(world.ports, manager, block(world, "x.com"), seen.revision)
    assert blocked(world, world.oakfield, "x.com")


def test_saving_an_opening_needs_a_decision_as_ever_and_a_refusal_is_passed_on(world):
    manager = world.oakfield.network_manager
    planned.save(world.ports, manager, block(world, "x.com"), 0)
    world.sign(world.oakfield)
    act = rules.adding(manager, action="allow", domain="www.x.com", reason="r")
    seen = planned.planned(world.ports, manager, act)
    assert seen.preview.needs_decision
    with pytest.raises(OpensNames):
        planned.save(world.ports, manager, act, seen.revision)
    with pytest.raises(Refusal, match="no audience"):
        planned.planned(
            world.ports, manager, rules.adding(manager, action="block", domain="x.com", audience="nobody", reason="r")
        )
    with pytest.raises(NotAllowed):
        rules.adding(world.oakfield.governor, action="block", domain="x.com", reason="r")


def test_what_takes_long_to_look_at_is_looked_at_while_others_may_write(world, monkeypatch):
    """And then saved, or refused, as if it had been looked at at once."""
    manager = world.oakfield.network_manager
    rules.add(world.ports, manager, action="block", domain="x.com", reason="lessons")
    rules.add(world.ports, manager, action="block", domain="y.com", reason="lessons")
    rules.add(world.ports, manager, action="block", domain="www.y.com", reason="lessons")
    world.sign(world.oakfield)
    with world.db.look() as session:
        made = {row.domain: row.id for row in session.scalars(select(RuleRow))}
    usual, others = opening.openings, list[str]()

    def slow(*given):
        """Somebody else's edit is saved meanwhile."""
        if not others:
            others.append("n0.example")
            monkeypatch.setattr(policy, "takes_long", lambda before, after: False)
            rules.add(world.ports, manager, action="block", domain="n0.example", reason="somebody else")
        return usual(*given)

    monkeypatch.setattr(policy, "openings", slow)
    monkeypatch.setattr(policy, "takes_long", lambda before, after: True)
    with pytest.raises(OpensNames):
        rules.end(world.ports, manager, rule=made["x.com"])
    assert others == ["n0.example"]
    others.clear()
    monkeypatch.setattr(policy, "takes_long", lambda before, after: True)
    rules.end(world.ports, manager, rule=made["www.y.com"])
    assert others == ["n0.example"]
    with world.db.look() as session:
        left = session.scalars(select(RuleRow.domain).where(RuleRow.ended_at.is_(None))).all()
    assert set(left) == {"x.com", "y.com", "n0.example"}
