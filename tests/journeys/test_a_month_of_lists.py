"""A month of a subscribed list of some 100,000 names: usual days, and on every third something that once went wrong
somewhere. Whatever comes, the published release blocks what it should and nothing that a school lives on."""

from dataclasses import dataclass, field

import pytest

from firewall_admin import worker
from firewall_admin.adapters.fetch import Failure
from firewall_admin.core.policy import decide
from firewall_admin.core.popular_sites import POPULAR
from firewall_admin.journeys import assignments, preparing, subscriptions
from tests.web_of_lists import ADDRESS, Said, of_list, subscribed, webbed

from .release_world import live, live_policy, objections

SIZE, DAILY = 100_000, 400
MUST_WORK = (*POPULAR, "login.microsoftonline.com", "www.gov.uk", "www.oakfield.leics.sch.uk", "childline.org.uk")


@dataclass
class Maker:
    """Whoever publishes the list: every day some names come and some go."""

    day: int = 0
    bodies: dict[int, bytes] = field(default_factory=dict)

    def text(self, day: int) -> bytes:
        first, last = day * DAILY // 2, SIZE + day * DAILY
        return b"".join(b"n%06d.bad%d.example\n" % (n, n % 977) for n in range(first, last))


def disasters(good: bytes, day: int) -> list[tuple[str, Said]]:
    lines = good.splitlines(keepends=True)
    return [
        ("failed", Failure("the server answers 404, not 200")),
        ("held", b"google.com\n" + good),
        ("refused", b"".join(lines[: len(lines) // 3])),
        ("failed", b"<!doctype html>\n<html><body>This domain is for sale</body></html>\n"),
        ("held", b"".join(lines[: len(lines) * 8 // 10])),
        ("refused", b"".join(b"https://www.google.com/page%d\n" % n for n in range(5_000))),
        ("held", b"login.microsoftonline.com\nwww.oakfield.leics.sch.uk\n" + good),
        ("refused", b"".join(b"x%d.parked%d.example\n" % (n, day) for n in range(SIZE))),
        ("held", b"co.uk\ngov.uk\n" + good),
        ("failed", b""),
    ]


@pytest.fixture
def database_url(tmp_path):
    """One database: a month takes a while."""
    return f"sqlite:///{tmp_path / 'school.db'}"


def published(world, names: tuple[str, ...]) -> set[str]:
    policy = live_policy(world, world.oakfield).policy("pupils", live(world, world.oakfield).at)
    return {name for name in names if decide(policy, name).blocked}


def test_through_a_month_nothing_unsafe_goes_live_and_each_hold_says_why(world):
    preparing.forget()
    web, maker, told = webbed(world), Maker(), []
    listed = subscribed(world, web, maker.text(0))
    assignments.assign(world.ports, world.oakfield.network_manager, slug="bad-sites", to=["pupils"])
    worker.once(world.ports)
    for day in range(1, 31):
        good = maker.text(day)
        expected, said = disasters(good, day)[day // 3 - 1] if day % 3 == 0 else ("taken", good)
        web.pages[ADDRESS] = said
        world.clock.pass_by(days=1, hours=3)
        worker.once(world.ports)
        known = of_list(world, listed)
        came = "held" if known.found else "refused" if expected != "failed" and known.trouble else ""
        came = came or ("failed" if known.trouble else "taken")
        told.append((day, expected, came, known.trouble or "; ".join(_texts(known))))
        assert published(world, MUST_WORK) == set(), f"day {day}"
        newest, oldest = f"n{SIZE - 1:06d}.bad{(SIZE - 1) % 977}.example", "n100000.bad346.example"
        assert published(world, (newest, oldest)) >= {newest}, f"day {day}: the list is in force"
        assert objections(world, world.oakfield) == []
        if known.found and day % 2:
            text = known.found["sha256"]
            head = world.oakfield.headteacher
            subscriptions.decide(world.ports, head, listed=listed, text=text, take=False, reason="not what it was")
    assert [(expected, came) for _, expected, came, _ in told if expected != came] == []
    assert all(why for _, _, came, why in told if came != "taken"), told
    assert len({why for _, _, came, why in told if came != "taken"}) == 10
    assert of_list(world, listed).last_success is not None


def _texts(known) -> list[str]:
    return [one.text for one in subscriptions.findings_of(known)]
