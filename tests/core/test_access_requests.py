"""Who may take which step from where: the whole table, as it is printed in the handbook, and the order of the steps."""

from pathlib import Path
from uuid import UUID

import pytest

from firewall_admin.core.access_requests import (
    DECIDED,
    OPEN,
    STEPS,
    Facts,
    State,
    decision_number,
    decision_reference,
    goes_unassessed,
    hindrance,
    open_steps,
    reference,
    roles_of,
)
from firewall_admin.core.people import DELEGATED, PERMISSIONS, Actor, Role

SCHOOL, ASKER, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
TABLE = Path(__file__).parent / "request_steps.txt"
HEAD = "Deputy, standing in"


def actors():
    """One of each role, and a deputy in a dated delegation."""
    for role in Role:
        yield role.words, PERMISSIONS[role]
        if role == Role.DEPUTY:
            yield HEAD, PERMISSIONS[role] | DELEGATED


def actor(permissions, person=OTHER):
    return Actor(SCHOOL, "Somebody", None, person, permissions)


def cell(permissions, state, step):
    """In one word: who of this role may take the step from there. `own`: only whoever asked, `others`: only somebody
    else, `yes`: both; `unassessed`: somebody else, and only where it may go without an assessment."""
    mine = hindrance(STEPS[step], actor(permissions, ASKER), Facts(state, ASKER)) is None
    theirs = hindrance(STEPS[step], actor(permissions), Facts(state, ASKER)) is None
    late = hindrance(STEPS[step], actor(permissions), Facts(state, ASKER, unassessed=True)) is None
    if late and not theirs:
        return "unassessed"
    return {(True, True): "yes", (True, False): "own", (False, True): "others", (False, False): "-"}[mine, theirs]


def table():
    lines = ["role | state | " + " | ".join(STEPS)]
    for who, permissions in actors():
        for state in State:
            lines.append(" | ".join([who, state.value, *(cell(permissions, state, step) for step in STEPS)]))
    return "\n".join(lines) + "\n"


def test_the_whole_table_is_as_it_was_agreed():
    """After a change that is meant: write `table()` there, and read the difference."""
    assert table() == TABLE.read_text("utf-8")


def test_no_cell_of_the_table_lets_anybody_decide_their_own_or_assess_it():
    for _, permissions in actors():
        for state in State:
            for step in ("assess", "decide", "decide anew", "return"):
                assert cell(permissions, state, step) in ("others", "unassessed", "-")


def test_only_the_headteacher_and_who_stands_in_decides():
    may = {who for who, permissions in actors() if cell(permissions, State.ASSESSED, "decide") != "-"}
    assert may == {"Headteacher", HEAD}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_leads_on_or_leaves_the_request_where_it_is(step):
    assert STEPS[step].opens_from
    assert STEPS[step].leads_to
    assert STEPS[step].permissions


def test_every_open_state_has_a_way_out_for_whoever_asked_and_a_decision_has_none_back():
    teacher = actor(PERMISSIONS[Role.TEACHER], ASKER)
    for state in OPEN:
        assert "withdraw" in open_steps(teacher, Facts(state, ASKER))
    for step in STEPS.values():
        if step.opens_from & DECIDED:
            assert not step.leads_to & OPEN, step.name


def test_who_assessed_does_not_decide_even_when_they_stand_in():
    both = actor(PERMISSIONS[Role.NETWORK_MANAGER] | DELEGATED)
    facts = Facts(State.ASSESSED, ASKER, frozenset({OTHER}))
    assert hindrance(STEPS["decide"], both, facts) == "You assessed this: somebody else has to decide it."
    assert hindrance(STEPS["decide"], both, Facts(State.ASSESSED, ASKER, frozenset({UUID(int=9)}))) is None


def test_a_deputy_decides_only_while_they_stand_in():
    facts = Facts(State.ASSESSED, ASKER)
    assert hindrance(STEPS["decide"], actor(PERMISSIONS[Role.DEPUTY]), facts) is not None
    assert hindrance(STEPS["decide"], actor(PERMISSIONS[Role.DEPUTY] | DELEGATED), facts) is None


def test_an_appeal_is_made_once():
    teacher = actor(PERMISSIONS[Role.TEACHER], ASKER)
    assert hindrance(STEPS["appeal"], teacher, Facts(State.REFUSED, ASKER)) is None
    assert "already" in (hindrance(STEPS["appeal"], teacher, Facts(State.REFUSED, ASKER, appealed=True)) or "")


@pytest.mark.parametrize(
    ("assesses", "waited", "left", "goes"),
    [
        (False, 0, None, False),
        (False, 1, 2, False),
        (False, 2, None, True),
        (False, 0, 1, True),
        (False, 0, 0, True),
        (True, 0, None, True),
    ],
)
def test_what_goes_unassessed(assesses, waited, left, goes):
    assert goes_unassessed(assesses, waited, left) == goes


def test_references_are_read_back():
    assert (reference(12), decision_reference(7), decision_number("D-7")) == ("AR-12", "D-7", 7)
    for odd in (None, "", "7", "D-", "D-x", "AR-7", "D--7", "D-７"):
        assert decision_number(odd) is None


def test_roles_of_a_step_are_told_for_the_handbook():
    told = roles_of("decide", [(who, held) for who, held in actors()])
    assert told == ["Headteacher", HEAD]
