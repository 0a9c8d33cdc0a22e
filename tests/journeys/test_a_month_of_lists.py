"""A month of a subscribed list of some 100,000 names: usual days, and on every third something that once went wrong
somewhere. Whatever comes, the published release blocks what it should and nothing that a school lives on."""

from dataclasses import replace

import pytest

from firewall_admin import worker
from firewall_admin.adapters.fetch import Failure
from firewall_admin.core.policy import decide
from firewall_admin.core.questions import Where
from firewall_admin.journeys import assignments, due_releases, subscriptions
from tests.web_of_lists import ADDRESS, of_list, subscribed, webbed

from .month_of_lists import DAYS, LED, MUST_WORK, OF_TEXTS, Maker, leads
from .release_world import live, live_policy, objections

SIZE, COME, GO = 100_000, 400, 200
NAMES = [f"n{n:06d}.bad{n % 977}.example" for n in range(Maker.needed(SIZE, COME))]


@pytest.fixture
def database_url(tmp_path):
    """One database: a month takes a while."""
    return f"sqlite:///{tmp_path / 'school.db'}"


def published(world, names: tuple[str, ...]) -> set[str]:
    policy = live_policy(world, world.oakfield).policy("pupils", live(world, world.oakfield).at)
    return {name for name in names if decide(policy, name).blocked}


def test_through_a_month_nothing_unsafe_goes_live_and_each_hold_says_why(world):
    due_releases.forget()
    web, maker, told = webbed(world), Maker(NAMES, SIZE, COME, GO), []
    world.ports = replace(world.ports, ask=leads, controls=(Where("198.51.100.53"),))
    listed = subscribed(world, web, maker.text(0))
    assignments.assign(world.ports, world.oakfield.network_manager, slug="bad-sites", to=["pupils"])
    worker.once(world.ports)
    for day in range(1, DAYS + 1):
        trouble = OF_TEXTS[day // 2 - 1] if day % 2 == 0 else None
        web.pages[ADDRESS] = maker.text(day)
        if trouble:
            web.pages[ADDRESS] = trouble.text(maker, day) if trouble.text else Failure(trouble.fault)
        world.clock.pass_by(days=1, hours=3)
        worker.once(world.ports)
        known = of_list(world, listed)
        expected = trouble.comes if trouble else "taken"
        came = "held" if known.found else "refused" if expected != "failed" and known.trouble else ""
        came = came or ("failed" if known.trouble else "taken")
        told.append((day, expected, came, known.trouble or "; ".join(_texts(known))))
        assert published(world, (*MUST_WORK, LED)) == set(), f"day {day}"
        newest, oldest = f"n{SIZE - 1:06d}.bad{(SIZE - 1) % 977}.example", "n100000.bad346.example"
        assert published(world, (newest, oldest)) >= {newest}, f"day {day}: the list is in force"
        assert objections(world, world.oakfield) == []
        if known.found and day % 4:
            text = known.found["sha256"]
            head = world.oakfield.headteacher
            subscriptions.decide(world.ports, head, listed=listed, text=text, take=False, reason="not what it was")
    assert [(expected, came) for _, expected, came, _ in told if expected != came] == []
    assert all(why for _, _, came, why in told if came != "taken"), told
    assert len({why for _, _, came, why in told if came != "taken"}) == len(OF_TEXTS)
    assert of_list(world, listed).last_success is not None


def _texts(known) -> list[str]:
    return [one.text for one in subscriptions.findings_of(known)]
