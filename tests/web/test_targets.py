"""The pages of targets: losses accepted before adding, a token shown once, alarms, and files to take by hand."""

import re

import pytest
from sqlalchemy import select

from firewall_admin.db.tables import TargetRow
from tests.journeys.release_world import add_target, feed, publish, row, with_folders


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


@pytest.fixture
def manager(client, world):
    client.sign_in(world.oakfield.network_manager)
    return client


def only_target(world):
    with world.db.look() as session:
        return session.scalars(select(TargetRow)).one()


def test_every_format_is_offered_with_what_it_can_not_say(manager):
    page = manager.get("/targets/formats").page
    for text in ("External dynamic list", "Unbound local zones", "Can't open a name below a blocked one"):
        assert text in page.text
    for link in [link["href"] for link in page.all("a") if "format=" in link.get("href")]:
        assert manager.get(link).status_code == 200
    assert manager.get("/targets/add?format=nosuch").status_code == 404
    assert manager.get("/targets/add").status_code == 404


def test_a_target_is_added_once_each_loss_is_accepted(manager, world):
    asked = {"name": "Server room", "audiences": ["pupils"], "delivery": "feed", "device": "fortigate-entry"}
    first = manager.send("/targets/add?format=edl", **asked)
    assert first.status_code == 400
    boxes = [e["value"] for e in first.page.all("input") if e.get("name") == "accepted"]
    assert "answer pupils" in boxes
    assert "subdomains pupils" not in boxes, "this device takes each name in the form that covers what is under it"
    assert "Accept that first" in first.page.text
    done = manager.send("/targets/add?format=edl", **asked, accepted=boxes)
    assert done.status_code == 303
    target = only_target(world)
    assert (target.name, target.device, target.accepted_losses) == ("Server room", "fortigate-entry", boxes)
    assert "Server room is added" in manager.get("/targets").page.text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": ""}, "Give the target a name"),
        ({"audiences": []}, "Choose for whom"),
        ({"audiences": ["aliens"]}, "no audience 'aliens'"),
        ({"delivery": ""}, "Choose how"),
        ({"delivery": "folder", "folder": "/etc"}, "The folder has to be below"),
        ({"base": 'x"; include'}, "Give a path such as"),
        ({"device": "toaster"}, "no device 'toaster'"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_added(manager, world, change, says):
    asked = {"name": "a", "audiences": ["pupils"], "delivery": "feed", "device": ""} | change
    answer = manager.send("/targets/add?format=edl", **asked)
    assert answer.status_code == 400
    assert says in answer.page.text
    with world.db.look() as session:
        assert session.scalars(select(TargetRow)).first() is None


def test_a_token_is_shown_once_with_what_to_type_and_then_only_by_its_first_letters(manager, world):
    target = add_target(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    shown = manager.send(f"/targets/{target}/token")
    [token] = set(re.findall(r"fwa_feed_\w+_[0-9a-f]{8}", shown.page.text))
    assert f"--user device:{token}" in shown.page.text
    assert "http://localhost/feeds/pupils.txt" in shown.page.text
    page = manager.get(f"/targets/{target}")
    assert token not in page.text
    assert f"{token[:13]}…" in page.page.text
    assert (
        manager.get("/feeds/pupils.txt", headers={"Authorization": f"Bearer {token}"}, buffered=True).status_code == 200
    )


def test_a_token_is_revoked_from_the_page(manager, world):
    target, token = feed(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    page = manager.get(f"/targets/{target}").page
    link = page.link(f"Revoke the token that begins {token[:13]}")
    assert "stop filtering when they are refused" in manager.get(link).page.text
    assert manager.send(link).status_code == 303
    assert manager.get("/feeds/pupils.txt", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert "Ended" in manager.get(f"/targets/{target}").page.text
    assert manager.send(link).status_code == 409


def test_the_list_says_when_each_last_got_its_files_and_shouts_where_one_stopped(manager, world):
    target, token = feed(world, world.oakfield)
    publish(world, world.oakfield, "x.com")
    assert "Not fetched yet" in manager.get("/targets").page.text
    manager.get("/feeds/pupils.txt", headers={"Authorization": f"Bearer {token}"}, buffered=True)
    assert "Fetching" in manager.get("/targets").page.text
    world.clock.pass_by(minutes=61)
    manager.sign_in(world.oakfield.network_manager)
    page = manager.get("/targets").page
    assert "has stopped fetching its feed" in page.text
    assert "Stopped" in page.text
    assert "has stopped fetching" in manager.get(f"/targets/{target}").page.text


def test_the_present_files_can_be_taken_by_hand_and_nothing_else(manager, world):
    target = add_target(world, world.oakfield, delivery="download")
    assert manager.get(f"/targets/{target}/file?name=pupils.txt").status_code == 503
    publish(world, world.oakfield, "x.com")
    link = manager.get(f"/targets/{target}").page.link("pupils.txt")
    taken = manager.get(link, buffered=True)
    assert "x.com" in taken.text
    assert "attachment" in taken.headers["Content-Disposition"]
    for name in ("../manifest.json", "manifest.json", "", "/etc/passwd"):
        assert manager.get(f"/targets/{target}/file?name={name}").status_code == 404


def test_a_removed_target_is_gone_from_the_list_and_its_page(manager, world):
    target = add_target(world, world.oakfield)
    assert "it keeps" in manager.get(f"/targets/{target}/remove").page.text
    assert manager.send(f"/targets/{target}/remove").status_code == 303
    assert row(world, target).removed_at == world.clock.at
    assert "No target yet" in manager.get("/targets").page.text
    assert manager.get(f"/targets/{target}").status_code == 404


def test_where_a_folder_fails_its_page_says_why(manager, world, tmp_path):
    folder = tmp_path / "delivered" / "x"
    folder.mkdir(parents=True)
    (folder / "own.conf").touch()
    target = add_target(world, world.oakfield, delivery="folder", folder=str(folder))
    publish(world, world.oakfield, "x.com")
    assert "holds other files than an earlier export" in manager.get(f"/targets/{target}").page.text
