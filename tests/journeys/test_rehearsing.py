"""What another process published is looked at before somebody waits for it, once, and changes nothing."""

from dataclasses import replace

import pytest

from firewall_admin.adapters import segment_files
from firewall_admin.adapters.store import Store
from firewall_admin.core import large_lists
from firewall_admin.journeys import assignments, due_releases, going_ahead, preparing, rehearsing
from tests.web_of_lists import ADDRESS, names, refreshed, subscribed, webbed

from .release_world import add_target, block, live, published_blocks, states


@pytest.fixture
def listed(world, monkeypatch):
    """A list that counts as large, in force, published by a process that is not this one."""
    monkeypatch.setattr(large_lists, "LARGE", 1_000)
    due_releases.forget()
    listed = subscribed(world, webbed(world), names(600))
    assignments.assign(world.ports, world.oakfield.network_manager, slug="bad-sites", to=["pupils"])
    add_target(world, world.oakfield, "proxy", "squid")
    add_target(world, world.oakfield, "resolver", "rpz")
    preparing.prepare_due(world.ports)
    assert published_blocks(world, "bad599.example")
    world.ports = replace(world.ports, store=Store(world.ports.store.folder))
    return listed


def text(world):
    return live(world, world.oakfield).snapshots["lists"]["bad-sites"]["sha256"]


def test_a_large_text_that_is_new_here_is_looked_at_once(world, listed):
    before, sha256 = (
        states(world, world.oakfield),
        live(world, world.oakfield).snapshots["lists"]["bad-sites"]["sha256"],
    )
    assert rehearsing.rehearse_due(world.ports) == 1
    assert world.ports.store.is_checked(sha256)
    assert rehearsing.rehearse_due(world.ports) == 0
    assert states(world, world.oakfield) == before


def test_what_was_published_here_is_known(world, listed):
    rehearsing.rehearse_due(world.ports)
    block(world, world.oakfield, "urgent.example")
    assert going_ahead.edits_due(world.ports) == 1
    assert rehearsing.rehearse_due(world.ports) == 0


def test_the_next_text_is_news_again(world, listed):
    rehearsing.rehearse_due(world.ports)
    webbed(world).pages[ADDRESS] = names(601)
    assert refreshed(world, listed) == "taken"
    there, world.ports = world.ports, replace(world.ports, store=Store(world.ports.store.folder))
    assert going_ahead.lists_due(world.ports) == 1
    world.ports = there
    assert rehearsing.rehearse_due(world.ports) == 1


def test_whoever_sees_a_list_s_release_finds_what_was_compiled_for_it(world, listed, monkeypatch):
    """Or another process would compile millions of names once more for a rule."""
    monkeypatch.setattr(segment_files, "LEAST", 1)
    web = webbed(world)
    seen: list[str] = []
    web.pages[ADDRESS] = names(601)
    assert refreshed(world, listed) == "taken"
    usual = preparing._enter

    def entering(*given):
        seen.extend(path.name for path in (world.ports.store.folder / "compiled" / str(world.oakfield.id)).iterdir())
        usual(*given)

    monkeypatch.setattr(preparing, "_enter", entering)
    assert going_ahead.lists_due(world.ports) == 1
    after = {path.name for path in (world.ports.store.folder / "compiled" / str(world.oakfield.id)).iterdir()}
    assert after <= set(seen)
    assert after


def test_a_text_that_is_lost_or_damaged_stops_nobody(world, listed):
    sha256 = text(world)
    place = world.ports.store.folder / "snapshots" / sha256[:2] / sha256
    place.write_bytes(b"com x\n" * 2_000)
    assert rehearsing.rehearse_due(world.ports) == 0
