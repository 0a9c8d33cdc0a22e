import logging

import pytest
from sqlalchemy import select

from firewall_admin.adapters.sealed import Cell, Failure
from firewall_admin.core.events_push import SealingKeyChanged
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import PushRow
from firewall_admin.db.tables.row import Row
from firewall_admin.db.tables.sealing import sealed_columns
from firewall_admin.journeys import primaries, sealing

from .release_world import add_target, told

CANARY = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmE="


@pytest.fixture
def target(world):
    target = add_target(world, world.oakfield, "resolvers", "rpz", delivery="push")
    primaries.name(
        world.ports, world.oakfield.network_manager, target=target, wanted=primaries.Wanted("127.0.0.1", secret=CANARY)
    )
    return target


def kept(world):
    with world.db.look() as session:
        row = session.scalars(select(PushRow)).one()
    return row.secret, Cell("push", "secret", row.id)


def test_every_sealed_cell_is_sealed_anew_and_opens_with_the_new_key_alone(world, target):
    before, where = kept(world)
    assert sealing.rotate(world.ports) == 1
    after, _ = kept(world)
    assert after != before
    assert world.ports.sealed.open(after, where) == CANARY
    assert isinstance(world.ports.sealed.open(before, where), Failure)
    assert "1 cells were sealed anew" in told(world, world.oakfield)[-1]


def test_one_that_does_not_open_stops_it_and_the_former_key_stays(world, target):
    before, where = kept(world)
    with world.db.change(world.oakfield.network_manager) as change:
        change.session.scalars(select(PushRow)).one().secret = before[:-4] + "AAAA"
        change.did(SealingKeyChanged(0))
    with pytest.raises(Refusal, match="the former key stays"):
        sealing.rotate(world.ports)
    assert world.ports.sealed.open(before, where) == CANARY


def test_stopped_after_any_step_it_goes_on_with_the_key_it_began_with(world, target, monkeypatch):
    monkeypatch.setattr(type(world.ports.sealed), "finish_rotation", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        sealing.rotate(world.ports)
    half, where = kept(world)
    monkeypatch.undo()
    assert sealing.rotate(world.ports) == 0, "all of it was sealed anew already"
    assert kept(world)[0] == half
    assert world.ports.sealed.open(half, where) == CANARY


def test_every_column_that_says_it_is_sealed_can_be_sealed_anew():
    found = {(table.name, column.name) for table, column in sealed_columns()}
    assert {("push", "secret"), ("pupil_name", "name")} <= found
    for table, _ in sealed_columns():
        assert {"id", "school_id"} <= set(table.columns.keys())
    assert all(table.name in Row.metadata.tables for table, _ in sealed_columns())


def test_the_key_is_in_no_row_no_event_no_log_and_no_repr(world, target, caplog):
    caplog.set_level(logging.DEBUG)
    sealing.rotate(world.ports)
    with world.db.look() as session:
        row = session.scalars(select(PushRow)).one()
        values = [str(value) for value in vars(row).values()]
    shown = [
        *values,
        *told(world, world.oakfield),
        caplog.text,
        repr(world.ports),
        repr(row),
        repr(primaries.Wanted("127.0.0.1", secret=CANARY)),
        repr(primaries.named(world.ports, world.oakfield.network_manager, target=target)),
    ]
    assert [text for text in shown if CANARY in text] == []
