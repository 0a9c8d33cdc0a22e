"""Every role, in every state, at every step: the journeys let through whom the table lets through, and nobody else."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from firewall_admin.core.access_requests import DECIDED, STEPS, State
from firewall_admin.core.events_requests import AccessCommented
from firewall_admin.core.people import Actor, Role, system
from firewall_admin.core.refusals import Conflict, NotAllowed, NotFound
from firewall_admin.db.change import Change
from firewall_admin.db.tables import AccessRequest, Decision
from firewall_admin.journeys import access_requests, asking, assessments, decisions
from firewall_admin.journeys.dossiers import dossier
from firewall_admin.ports import Ports
from tests.core.test_access_requests import HEAD, TABLE
from tests.world import World

from .request_world import again, assess, assessed, decided, form, furnished, standing_in, submitted

DOMAINS = {state: f"{state}.example" for state in State}


class Passed(Exception):
    """The journey came to its end."""


def trying(ports: Ports) -> Ports:
    """The same, but no change stays: each is taken back when it is complete."""
    db = copy.copy(ports.db)
    real = ports.db.change

    @contextmanager
    def change(actor: Actor) -> Iterator[Change]:
        with real(actor) as opened:
            yield opened
            raise Passed

    db.change = change  # type: ignore[method-assign]
    return replace(ports, db=db)


def asker_of(world: World, row: AccessRequest, person: Any) -> None:
    with world.db.change(system(row.school_id)) as changed:
        changed.session.get_one(AccessRequest, row.id).asked_by = person
        changed.did(AccessCommented("AR-0"))


def decide(world: World, ports: Ports, actor: Actor, row: AccessRequest) -> object:
    outcome = "refused"
    seen = dossier(world.ports, actor, row.id)
    return decisions.decide(
        ports, actor, request=row.id, version=seen.version, outcome=outcome, reason="r", sha256=seen.sha256
    )


def acts(world: World, ports: Ports, actor: Actor, row: AccessRequest) -> dict[str, Callable[[], object]]:
    """Each step as its journey takes it."""
    this: dict[str, Any] = {"request": row.id, "version": row.version}
    asked = form(world, address=row.domain)
    return {
        "change": lambda: asking.change(ports, actor, asked=asked, **this),
        "withdraw": lambda: access_requests.withdraw(ports, actor, **this),
        "return": lambda: access_requests.send_back(ports, actor, text="Why?", **this),
        "answer": lambda: access_requests.answer(ports, actor, text="So.", **this),
        "comment": lambda: access_requests.comment(ports, actor, request=row.id, text="Well."),
        "assess": lambda: assessments.assess(ports, actor, advice="allow", text="harmless", **this),
        "decide": lambda: decide(world, ports, actor, row),
        "decide anew": lambda: decide(world, ports, actor, row),
        "appeal": lambda: asking.ask(ports, actor, asked, follows=row.id, why_again="appeal"),
        "renew": lambda: asking.ask(ports, actor, asked, follows=row.id, why_again="renewal"),
        "end": lambda: decisions.end(ports, actor, request=row.id, reason="over"),
    }


def in_each_state(world: World) -> dict[State, AccessRequest]:
    """A teacher's request in every state, each by the steps that lead there."""
    school = furnished(world, world.oakfield, *DOMAINS.values())
    ports, found = world.ports, {}
    for state in State:
        row = submitted(world, school, address=DOMAINS[state])
        if state == State.WITHDRAWN:
            access_requests.withdraw(ports, school.teacher, request=row.id, version=row.version)
        if state == State.RETURNED:
            access_requests.send_back(ports, school.network_manager, request=row.id, version=row.version, text="Why?")
        if state in (State.ASSESSED, State.APPROVED, State.REFUSED):
            row = assess(world, school, row, by=others_manager(world))
        if state in (State.APPROVED, State.REFUSED):
            decided(world, school.headteacher, row, state.value)
        found[state] = again(world, row)
        assert found[state].state == state.value
    return found


def others_manager(world: World) -> Actor:
    """Who assessed in these: another than those who are tried, so that only the table speaks."""
    person = world.oakfield.administrator.person_id
    manager = world.oakfield.network_manager
    return Actor(manager.school_id, "Another manager", manager.role, person, manager.permissions)


def lets_through(act: Callable[[], object]) -> bool:
    try:
        act()
    except Passed:
        return True
    except (NotAllowed, NotFound, Conflict):
        return False
    raise AssertionError("nothing was changed, and nothing refused")


def test_the_journeys_let_through_exactly_whom_the_table_lets_through(world):
    rows = in_each_state(world)
    expected = [line.split(" | ") for line in TABLE.read_text("utf-8").splitlines()[1:]]
    people = {role.words: world.oakfield.people[role] for role in Role} | {HEAD: standing_in(world.oakfield)}
    ports, teacher, wrong = trying(world.ports), world.oakfield.teacher, []
    for own in (False, True):
        for who, state, *cells in expected:
            row, actor = rows[State(state)], people[who]
            if own:
                asker_of(world, row, actor.person_id)
            elif actor.role == Role.TEACHER:
                continue  # it is their own, and what is another teacher's they don't even see
            row, doing = again(world, row), acts(world, ports, actor, again(world, row))
            for step, cell in zip(STEPS, cells, strict=True):
                if step == ("decide" if State(state) in DECIDED else "decide anew"):
                    continue  # one journey: which of the two it is goes by the state
                may = cell in ("yes", "own" if own else "others")
                if lets_through(doing[step]) != may:
                    wrong.append((who, state, step, "own" if own else "another's", cell))
            if own:
                asker_of(world, row, teacher.person_id)
    assert wrong == []
    assert len(expected) == 48


def test_a_request_of_somebody_who_assesses_goes_to_the_headteacher_at_once(world):
    furnished(world)
    row = submitted(world, world.oakfield, by=world.oakfield.network_manager)
    assert decided(world, world.oakfield.headteacher, row) == "D-1"


def test_a_step_that_is_refused_leaves_nothing_behind(world):
    school = furnished(world)
    row = assessed(world, school)
    with pytest.raises(NotAllowed):
        decided(world, school.network_manager, row)
    with world.db.look() as session:
        assert session.scalars(select(Decision)).all() == []
    assert again(world, row).version == row.version
