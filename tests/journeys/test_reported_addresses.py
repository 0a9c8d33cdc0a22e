"""The service asks nobody about an address that was reported: no server, and no resolver."""

import socket

import pytest

from firewall_admin import worker
from firewall_admin.journeys import check_names, rules, touched
from firewall_admin.journeys import content_reports as journey
from firewall_admin.journeys import policy as policies
from firewall_admin.journeys.releases import published

from .reporting import block, report


def test_nothing_asks_the_network_about_a_reported_address_from_the_report_to_the_release(world, monkeypatch):
    """Every way out of Python is watched; the database's own connection is on the loopback, and left alone."""
    asked = []

    def watched(original, at):
        def call(*given, **more):
            if not str(given[at]).startswith(("127.", "::1", "localhost", "('127.", "('::1", "/", "('localhost")):
                asked.append(given[at])
            return original(*given, **more)

        return call

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, watched(getattr(socket.socket, name), 1))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "create_connection"):
        monkeypatch.setattr(socket, name, watched(getattr(socket, name), 0))
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("name.invalid", 80)
    assert asked == ["name.invalid"], "the watch sees"
    asked.clear()
    school = world.oakfield
    made = report(world, school.teacher)
    act = journey.blocking(school.network_manager, report=made, domain="dares.example")
    touched.touched(world.ports, school.network_manager, domain="dares.example", audience=None, act=act)
    block(world, school.network_manager, made)
    worker.once(world.ports)
    journey.review(world.ports, school.headteacher, report=made)
    assert asked == []


def test_every_name_that_was_reported_is_known_so_that_nobody_asks_for_it(world):
    made = report(world, world.oakfield.teacher)
    block(world, world.oakfield.network_manager, made)
    with world.db.look() as session:
        assert journey.reported_names(session, world.oakfield.id) == {"www.dares.example", "dares.example"}
        assert journey.reported_names(session, world.elmfield.id) == frozenset()


def test_a_live_check_of_a_release_leaves_out_what_was_reported(world):
    school = world.oakfield
    rules.add(world.ports, school.network_manager, action="block", domain="games.example", reason="wet play")
    block(world, school.network_manager, report(world, school.teacher))
    worker.once(world.ports)
    with world.db.look() as session:
        policy, live = policies.current(world.ports, session, school.id), published(session, school.id)
        assert live is not None
        of_release = check_names.of_release(world.ports, session, policy, "pupils", live, None)
        of_day = check_names.of_day(session, policy, "pupils", live, 0)
    for found in (of_release, of_day):
        names = {each.domain for each in found}
        assert ("games.example" in names, "dares.example" in names) == (True, False)
