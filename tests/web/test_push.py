"""Where a target is pushed: entered on a page, the key written and never shown; its configuration; its ring."""

import logging

import pytest

from tests.journeys.release_world import add_target, row, told

SECRET = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmE="
ASKED = {
    "address": "127.0.0.1",
    "port": "5300",
    "key_name": "pushes",
    "algorithm": "hmac-sha512",
    "secret": SECRET,
    "suffix": "rpz",
}


@pytest.fixture
def manager(client, world):
    client.sign_in(world.oakfield.network_manager)
    return client


@pytest.fixture
def target(world):
    return add_target(world, world.oakfield, "resolvers", "rpz", audiences=("pupils", "staff"), delivery="push")


def test_a_server_is_named_and_its_key_is_on_no_page_afterwards(manager, world, target, caplog):
    caplog.set_level(logging.DEBUG)
    done = manager.send(f"/targets/{target}/push", **ASKED)
    assert done.status_code == 303, done.page.text
    pages = [manager.get(f"/targets/{target}{path}") for path in ("", "/push", "/push/configuration", "/ring")]
    pages += [manager.get(f"/targets/{target}/push/configuration?server={kind}") for kind in ("knot", "bind")]
    pages += [manager.get("/trail"), manager.get("/targets")]
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert [page for page in pages if SECRET in page.get_data(as_text=True)] == []
    assert SECRET not in caplog.text
    assert "with the key pushes (hmac-sha512)" in told(world, world.oakfield)[-1]
    again = manager.send(f"/targets/{target}/push", **{**ASKED, "secret": "", "port": "53"})
    assert again.status_code == 303, "the key that is there stays"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"address": ""}, "Give the server’s IP address"),
        ({"address": "ns.example"}, "such as 10.1.0.53"),
        ({"secret": "short"}, "This is no key"),
        ({"secret": ""}, "Enter the key’s secret"),
        ({"port": "70000"}, "from 1 to 65535"),
        ({"suffix": "far too long"}, "one to five letters"),
    ],
)
def test_what_is_wrong_is_told_on_the_form_which_never_repeats_the_key(manager, target, change, says):
    done = manager.send(f"/targets/{target}/push", **{**ASKED, **change})
    assert done.status_code == 400
    assert says in done.page.text
    assert SECRET not in done.get_data(as_text=True)


def test_ready_configuration_is_given_for_every_server_and_resolver(manager, target):
    manager.send(f"/targets/{target}/push", **ASKED)
    page = manager.get(f"/targets/{target}/push/configuration").page
    links = [link["href"] for link in page.all("a") if "configuration?" in (link.get("href") or "")]
    assert len(links) == 7
    for link in links:
        answer = manager.get(link)
        assert answer.status_code == 200
        assert answer.page.all("pre")
    assert manager.get(f"/targets/{target}/push/configuration?server=nsd").status_code == 404


def test_a_ring_is_chosen(manager, world, target):
    assert manager.send(f"/targets/{target}/ring", ring="2").status_code == 303
    assert row(world, target).ring == 2
    assert "ring 2" in manager.get(f"/targets/{target}").page.text
    assert manager.send(f"/targets/{target}/ring", ring="10").status_code == 400
    assert manager.send(f"/targets/{target}/ring", ring="").status_code == 400


def test_what_is_not_pushed_has_a_ring_and_no_server(manager, world):
    other = add_target(world, world.oakfield, "feed", "rpz")
    page = manager.get(f"/targets/{other}").page.text
    assert "ring 0" in page
    assert "The server it is pushed to" not in page
    assert manager.send(f"/targets/{other}/push", **ASKED).status_code == 400


def test_a_target_that_is_pushed_to_is_added_on_the_page_of_targets(manager, world):
    asked = {"name": "Resolvers", "audiences": ["pupils"], "delivery": "push"}
    assert manager.send("/targets/add?format=rpz", **asked).status_code == 303
    done = manager.send("/targets/add?format=edl", **{**asked, "name": "x"})
    assert "Only response policy zones" in done.page.text
