"""Where needed names lead in DNS, and what that says of a list."""

from dataclasses import replace

import pytest

from firewall_admin.core.questions import Answer, Failure, Where
from firewall_admin.db.tables import NameChain
from firewall_admin.journeys import name_chains
from tests.web_of_lists import ADDRESS, in_force, names, of_list, refreshed, subscribed, webbed

MICROSOFT, LED = "login.microsoftonline.com", "www.tm.a.prd.aadg.trafficmanager.net"


@pytest.fixture
def asked(world):
    """The questions that are asked; the sign-in service leads on, nothing else does."""
    questions = []

    def ask(question, where):
        questions.append((question.name, where.address))
        needed = question.name.endswith("microsoftonline.com")
        return Answer(question, "NOERROR", ("Not A Name!", LED) if needed else ())

    world.ports = replace(world.ports, ask=ask, controls=(Where("198.51.100.53"),))
    return questions


def until_done(world):
    while name_chains.ask_due(world.ports):
        pass


def test_each_name_is_asked_about_once_a_week_and_some_at_a_time(world, asked):
    assert name_chains.ask_due(world.ports) == name_chains.AT_ONCE
    until_done(world)
    assert len(asked) == len(set(asked))
    count = len(asked)
    world.clock.pass_by(days=6)
    assert name_chains.ask_due(world.ports) == 0
    world.clock.pass_by(days=2)
    until_done(world)
    assert len(asked) == 2 * count


def test_a_list_that_names_where_a_sign_in_leads_is_held_and_the_name_left_out(world, asked):
    """hagezi/dns-blocklists#6668, blocklistproject/Lists#1660."""
    until_done(world)
    listed = subscribed(world, webbed(world), names(10))
    world.ports.fetch.pages[ADDRESS] = names(11) + f"{LED}\n".encode()
    asked.clear()
    assert refreshed(world, listed) == "held"
    assert asked == [], "nothing is asked while a list is weighed"
    told = of_list(world, listed).found["findings"][0]
    assert told["name"] == "needed-names"
    assert f"leads to {LED}" in told["text"]
    assert LED not in in_force(world, listed)


def test_where_nobody_answers_what_was_known_stays_and_it_is_asked_again_sooner(world, asked):
    until_done(world)
    world.ports = replace(world.ports, ask=lambda question, where: Failure(question, "silent", "no answer came"))
    world.clock.pass_by(days=8)
    until_done(world)
    with world.db.look() as session:
        row = next(row for row in session.query(NameChain) if row.chain)
    assert row.chain == [LED]
    assert row.again_at - world.clock.at == name_chains.AFTER_FAILURE


def test_without_a_resolver_that_filters_nothing_none_is_asked(world):
    assert name_chains.ask_due(world.ports) == 0
