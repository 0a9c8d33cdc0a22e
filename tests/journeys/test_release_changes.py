"""What a release changed is told a page at a time, however many names that were."""

from firewall_admin.core.listing import Listing
from firewall_admin.journeys import release_changes, rules
from tests.counted_text import CountedText
from tests.journeys.test_explain import publish


def asked(world, *, blocked, first=0, most=2):
    return release_changes.names(
        world.ports,
        world.oakfield.network_manager,
        number=1,
        audience="pupils",
        blocked=blocked,
        first=first,
        most=most,
    )


def test_names_are_told_with_why_and_none_are_looked_for_where_there_are_none(world, monkeypatch):
    for number in range(3):
        rules.add(
            world.ports, world.oakfield.network_manager, action="block", domain=f"n{number}.example", reason="a game"
        )
    publish(world)
    found, count = asked(world, blocked=True, first=2)
    told = [(one.domain, one.why) for one in found]
    assert told == [("mask-h2.icloud.com", "list anti-bypass"), ("n0.example", "rule for n0.example")]
    listing = world.ports.store.listing
    read = []

    def counted(sha256):
        read.append(CountedText(listing(sha256).text[:]))
        return Listing(read[-1])

    monkeypatch.setattr(world.ports.store, "listing", counted)
    assert asked(world, blocked=False) == ([], 0)
    assert asked(world, blocked=True, first=count) == ([], count)
    assert [text.read for text in read] == [0, 0]
