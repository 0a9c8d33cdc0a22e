"""What other schools ran into, as stories: who may not decide, what nobody opens, when it ends, what a refusal is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from firewall_admin.core.people import PERMISSIONS, Permission, Role, system
from firewall_admin.core.refusals import Conflict, NotAllowed, OpensNames, Refusal
from firewall_admin.core.terms import Terms
from firewall_admin.db.tables import AccessRequest, Decision, Person, RuleRow
from firewall_admin.journeys import asking, decisions, delegations, feeds, preparing, resolvers, rules
from firewall_admin.journeys.actors import of_person
from firewall_admin.journeys.dossiers import dossier
from firewall_admin.journeys.standing import standing

from .check_world import ALL_TRIES, PUPILS, follow, with_resolver, work
from .looking import blocked, trail
from .release_world import feed
from .request_world import SITE, again, assess, assessed, decided, form, furnished, submitted


@pytest.fixture
def oakfield(world):
    return furnished(world)


def how_it_stands(world, row):
    with world.db.look() as session:
        return standing(world.ports, session, again(world, row))


def stands_in(world, school, days=2):
    """The deputy, in a dated delegation, as they are at this instant."""
    now = world.clock()
    delegations.make(
        world.ports,
        school.headteacher,
        deputy=school.deputy.person_id,
        since=now,
        until=now + timedelta(days=days),
        reason="a course",
    )
    return as_they_are(world, school.deputy)


def as_they_are(world, actor):
    with world.db.look() as session:
        return of_person(session, actor.person_id, world.clock())


def test_scenario_4_nobody_approves_their_own_hands_it_on_or_edits_what_was_approved(world, oakfield):
    own = submitted(world, oakfield, by=oakfield.network_manager)
    with pytest.raises(NotAllowed):
        decided(world, oakfield.network_manager, own)
    deputy = stands_in(world, oakfield)
    with pytest.raises(NotAllowed):
        delegations.make(
            world.ports,
            deputy,
            deputy=oakfield.teacher.person_id,
            since=world.clock(),
            until=world.clock() + timedelta(days=1),
            reason="handed on",
        )
    assert decided(world, deputy, own) == "D-1"
    with pytest.raises((NotAllowed, Conflict)):
        asking.change(
            world.ports,
            oakfield.network_manager,
            request=own.id,
            version=again(world, own).version,
            asked=form(world, audiences=("pupils", "staff")),
        )
    with pytest.raises(DBAPIError, match="only grows"), world.db.change(system(oakfield.id)) as change:
        change.session.execute(text("UPDATE decision SET terms = '{}'"))
    wider: dict[str, Any] = {"action": "allow", "domain": f"www.{SITE}", "audience": "pupils", "reason": "and for good"}
    with pytest.raises(OpensNames):
        rules.add(world.ports, oakfield.network_manager, **wider)
    with world.db.look() as session:
        (decision,) = session.scalars(select(Decision)).all()
        (rule,) = session.scalars(select(RuleRow).where(RuleRow.action == "allow")).all()
    assert (decision.made_by, decision.standing_in_for) == (deputy.person_id, "Headteacher of Oakfield")
    assert (rule.domain, rule.decision) == (SITE, "D-1")
    assert "for Headteacher of Oakfield decided (D-1) on the request AR-1" in trail(world, oakfield)[-1]


@pytest.mark.parametrize("role", [role for role in Role if Permission.ASK in PERMISSIONS[role]])
def test_scenario_6_what_is_locked_is_refused_at_the_form_with_the_reason_whoever_asks(world, oakfield, role):
    with pytest.raises(Refusal, match=r"locked list 'anti-bypass'\. Nobody at the school can open it") as refused:
        submitted(world, oakfield, by=oakfield.people[role], address="mask.icloud.com")
    assert refused.value.field == "address"


def test_scenario_6_what_is_locked_stays_so_whatever_is_decided(world, oakfield):
    row = assessed(world, oakfield)
    until = world.clock() + timedelta(days=1)
    locked = Terms(names=(SITE, "mask.icloud.com"), audiences=("pupils",), until=until)
    seen = dossier(world.ports, oakfield.headteacher, row.id, locked)
    assert seen.effect is not None
    assert [one.locked for one in seen.effect.audiences] == [False, True]
    with pytest.raises(Refusal, match="would stay blocked"):
        decided(world, oakfield.headteacher, row, terms=locked)
    assert blocked(world, oakfield, SITE), "nothing of it was done"
    assert again(world, row).state == "assessed"


def test_scenario_7_an_end_while_the_headteacher_is_away_is_kept_and_renewed_by_who_stands_in(world, oakfield):
    row = assessed(world, oakfield, until=datetime(2026, 11, 27, tzinfo=UTC))
    decided(world, oakfield.headteacher, row)
    deputy = stands_in(world, oakfield, days=10)
    preparing.prepare_due(world.ports)
    number = asking.ask(
        world.ports,
        oakfield.teacher,
        form(world, until=datetime(2027, 3, 28, 23, tzinfo=UTC), long_reason="The unit goes on until Easter"),
        follows=row.id,
        why_again="renewal",
    )
    world.clock.at = datetime(2026, 11, 27, tzinfo=UTC)
    assert blocked(world, oakfield, SITE), "nothing goes on by itself"
    assert how_it_stands(world, row).text == "It ended with the end of Thursday 26 November 2026."
    with world.db.look() as session:
        renewal = session.scalars(select(AccessRequest).filter_by(number=number)).one()
    assess(world, oakfield, renewal)
    deputy = as_they_are(world, deputy)
    seen = dossier(world.ports, deputy, renewal.id)
    assert [past.reference for past in seen.past] == ["D-1"], "the old decision stands beside the new question"
    assert decided(world, deputy, renewal) == "D-2"
    assert not blocked(world, oakfield, SITE)
    world.clock.at = datetime(2027, 3, 28, 22, 59, 59, tzinfo=UTC)
    assert not blocked(world, oakfield, SITE), "the day on which the clocks go forward counts as a whole"
    world.clock.at = datetime(2027, 3, 28, 23, tzinfo=UTC)
    assert blocked(world, oakfield, SITE)
    assert how_it_stands(world, renewal).text == "It ended with the end of Sunday 28 March 2027."


def test_scenario_7_who_stands_in_decides_no_minute_longer(world, oakfield):
    row = assessed(world, oakfield)
    deputy = stands_in(world, oakfield, days=1)
    world.clock.pass_by(days=1)
    with pytest.raises(NotAllowed):
        decided(world, as_they_are(world, deputy), row)


def test_scenario_14_a_refusal_has_a_reason_and_an_appeal_that_stands_beside_it(world, oakfield):
    row = assess(world, oakfield, submitted(world, oakfield), "refuse")
    seen = dossier(world.ports, oakfield.headteacher, row.id)
    answer: dict[str, Any] = {"request": row.id, "version": seen.version, "sha256": seen.sha256, "outcome": "refused"}
    with pytest.raises(Refusal, match="Say why"):
        decisions.decide(world.ports, oakfield.headteacher, reason="  ", **answer)
    assert decided(world, oakfield.headteacher, row, "refused") == "D-1"
    told = how_it_stands(world, row)
    assert (told.words, told.text) == ("Refused", "Headteacher of Oakfield refused it: worth it")
    assert "appeal" in dossier(world.ports, oakfield.teacher, row.id).steps
    asking.ask(world.ports, oakfield.teacher, form(world), follows=row.id, why_again="appeal")
    assert "appeal" not in dossier(world.ports, oakfield.teacher, row.id).steps
    with world.db.look() as session:
        appeal = session.scalars(select(AccessRequest).filter_by(number=2)).one()
        asker = session.get_one(Person, appeal.asked_by)
    assert asker.name == "Teacher of Oakfield"
    assert [past.reason for past in dossier(world.ports, oakfield.headteacher, appeal.id).past] == ["worth it"]
    assess(world, oakfield, appeal)
    assert decided(world, oakfield.headteacher, appeal) == "D-2"
    assert not blocked(world, oakfield, SITE)


def test_scenario_5_an_hour_between_two_fetches_is_told_and_the_end_is_proven(world):
    """Allowed until 15:10, on a firewall that fetches once an hour."""
    school, fake = furnished(world), with_resolver(world)
    target, token = feed(world, school, "library", format_="unbound")
    resolvers.add(
        world.ports, school.network_manager, target=target, address="127.0.0.1", port="5353", source=PUPILS
    )  # fmt: skip
    for _ in range(4):  # its pace is learnt from its fetches
        work(world)
        feeds.fetch(world.ports, token=token, file="unbound.conf")
        follow(world, fake)
        world.clock.pass_by(hours=1)
    ends = datetime(2026, 11, 23, 15, 10, tzinfo=UTC)
    row = assessed(world, school, until=ends)
    decided(world, school.headteacher, row)
    work(world, 5)
    told = how_it_stands(world, row)
    assert (told.words, told.works) == ("Published, not seen yet", False)
    assert "'library' fetches every 60 minutes" in told.text
    feeds.fetch(world.ports, token=token, file="unbound.conf")
    follow(world, fake)
    work(world, *ALL_TRIES)
    assert how_it_stands(world, row).words == "It works now"
    world.clock.at = ends
    work(world)
    feeds.fetch(world.ports, token=token, file="unbound.conf")
    follow(world, fake)
    work(world, *ALL_TRIES)
    over = how_it_stands(world, row)
    assert over.words == "Ended"
    assert "It was seen to be blocked again." in over.text
