"""The pages of releases: what each shows, to whom, and what its forms do."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest

from firewall_admin import worker
from firewall_admin.db.tables import Release
from firewall_admin.journeys import releases as journey
from firewall_admin.journeys import urgent
from tests.journeys.release_world import (
    accept_all,
    add_target,
    block,
    live,
    objections,
    publish,
    states,
    told,
    with_folders,
)
from tests.journeys.reporting import report, restricted


@pytest.fixture
def world(world, tmp_path):
    return with_folders(world, tmp_path)


def releases_of(world):
    with world.db.look() as session:
        rows = session.query(Release).filter_by(school_id=world.oakfield.id)
        return rows.order_by(Release.number).all()


@pytest.fixture
def manager(client, world):
    client.sign_in(world.oakfield.network_manager)
    return client


def test_the_list_shows_every_release_with_who_and_how_much(manager, world):
    publish(world, world.oakfield, "x.com")
    publish(world, world.oakfield, "tiktok.com", "y.com")
    page = manager.get("/releases").page
    rows = [row.text for row in page.all("tr")]
    assert len(rows) == 3
    assert "Release 2" in rows[1]
    assert "Published" in rows[1]
    assert "Network manager of Oakfield" in rows[1]
    assert "Replaced" in rows[2]


def test_a_block_that_went_ahead_of_a_held_edit_is_seen_as_one(manager, world):
    publish(world, world.oakfield, "x.com")
    block(world, world.oakfield, "childline.org.uk")
    publish(world, world.oakfield, "tiktok.com")
    rows = [row.text for row in manager.get("/releases").page.all("tr")]
    assert "Held" in rows[1]
    assert "A block, ahead of what is held" in rows[2]
    assert "Published" in rows[2]
    page = manager.get(f"/releases/{live(world, world.oakfield).number}").page
    assert "A block, ahead of what is held" in page.text


def test_a_long_list_has_pages(manager, world, monkeypatch):
    monkeypatch.setattr("firewall_admin.web.releases.A_PAGE", 2)
    for number in range(5):
        publish(world, world.oakfield, f"n{number}.example")
    page = manager.get("/releases?page=2").page
    assert [link.text for link in page.all("a") if link.text.startswith("Release ")] == ["Release 3", "Release 2"]
    assert manager.get("/releases?page=4").status_code == 404
    for odd in ("0", "-1", "x", "9999999999999", "²"):
        assert manager.get(f"/releases?page={odd}").status_code == 200


def test_a_release_shows_what_it_changed_why_and_who_did_what(manager, world):
    publish(world, world.oakfield, "x.com")
    block(world, world.oakfield, "tiktok.com", audience="pupils")
    worker.once(world.ports)
    page = manager.get("/releases/2").page
    assert page.heading == "Release 2"
    assert "Network manager of Oakfield added a rule: block tiktok.com for pupils, because lessons." in page.text
    assert "Rule for tiktok.com" in page.text
    names = manager.get(page.link("1 name newly blocked for pupils")).page
    assert "tiktok.com" in names.text
    assert "Rule for tiktok.com" in names.text
    assert manager.get("/releases/9").status_code == 404
    assert manager.get("/releases/2/names?audience=aliens").status_code == 404
    assert "None" in manager.get("/releases/2/names?audience=pupils&what=opened").page.text


def test_an_edit_that_waited_is_told_with_the_release_that_has_it_and_not_with_the_clock_s(manager, world):
    """While it waits, a block goes ahead of it, and at noon the clock has a release."""
    noon = world.clock.at + timedelta(hours=1)
    block(world, world.oakfield, "x.com")
    block(world, world.oakfield, "soon.example", until=noon)
    worker.once(world.ports)
    block(world, world.oakfield, "childline.org.uk")
    publish(world, world.oakfield, "tiktok.com")
    world.clock.at = noon
    worker.once(world.ports)
    accept_all(world, world.oakfield)
    worker.once(world.ports)
    manager.sign_in(world.oakfield.network_manager)  # the last session has ended by now
    pages = {row.number: manager.get(f"/releases/{row.number}").page.text for row in releases_of(world)}
    listed = {next(row.all("a")).text: row.text for row in [*manager.get("/releases").page.all("tr")][1:]}
    for row in releases_of(world):
        acts = pages[row.number].partition("Who did what for it")[2]
        has_it = row.cause == "an edit" and row.number > 1
        assert ("block childline.org.uk" in acts) == (has_it or row.cause == urgent.CAUSE), (row.number, row.cause)
        by_somebody = "Network manager of Oakfield" in listed[f"Release {row.number}"]
        assert by_somebody == (row.cause != "a timetable or a date"), (row.number, row.cause)
        assert ("Nobody: the service made it by itself" in acts) != by_somebody
    assert {row.cause for row in releases_of(world)} == {
        "the first release",
        "an edit",
        urgent.CAUSE,
        "a timetable or a date",
    }
    assert "block x.com" in pages[1]
    assert not any("block x.com" in text for number, text in pages.items() if number > 1)


def test_what_people_asked_reported_or_read_stands_on_no_release_s_page(client, world):
    """Governors see releases, and not who reported what. The page tells what was done to the policy."""
    publish(world, world.oakfield, "x.com")
    report(world, world.oakfield.teacher)
    restricted(world, world.oakfield.safeguarding_lead)
    publish(world, world.oakfield, "tiktok.com")
    assert sum("report" in line or "record" in line for line in told(world, world.oakfield)) >= 2
    client.sign_in(world.oakfield.governor)
    page = client.get(f"/releases/{live(world, world.oakfield).number}").page
    acts = page.text.partition("Who did what for it")[2].partition("Files")[0]
    assert "added a rule: block tiktok.com" in acts
    assert "report" not in acts
    assert "record" not in acts


def test_names_come_a_page_at_a_time(manager, world, monkeypatch):
    monkeypatch.setattr("firewall_admin.web.releases.NAMES", 3)
    publish(world, world.oakfield)
    publish(world, world.oakfield, *(f"n{n}.example" for n in range(8)))
    seen = []
    for page in (1, 2, 3):
        rows = list(manager.get(f"/releases/2/names?audience=staff&page={page}").page.all("tr"))[1:]
        seen += [next(row.all("th")).text for row in rows]
    assert seen == [f"n{n}.example" for n in range(8)]
    assert manager.get("/releases/2/names?audience=staff&page=4").status_code == 404


def test_a_held_release_is_accepted_danger_by_danger_with_a_reason(client, world):
    block(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    client.sign_in(world.oakfield.headteacher)
    page = client.get("/releases/1").page
    assert "1 danger must be accepted" in page.text
    form = client.get(page.link("Look at each and decide")).page
    [box] = [e for e in form.all("input") if e.get("type") == "checkbox"]
    nothing = client.send("/releases/1/accept")
    assert nothing.status_code == 400
    assert "Choose what you accept" in nothing.page.text
    assert states(world, world.oakfield) == [(1, "held")]
    strange = client.send("/releases/1/accept", objections="x", reason="y")
    assert strange.status_code == 400
    done = client.send("/releases/1/accept", objections=box["value"], reason="they know <b>")
    assert done.status_code == 303
    assert states(world, world.oakfield) == [(1, "published")]
    assert "Accepted by Headteacher of Oakfield: they know <b>" in client.get("/releases/1").page.text


def test_many_names_are_accepted_by_typing_how_many(client, world, monkeypatch):
    monkeypatch.setattr("firewall_admin.journeys.typed_counts.MANY", 1)
    block(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    client.sign_in(world.oakfield.headteacher)
    keys = [o["key"] for o in objections(world, world.oakfield)]
    page = client.get("/releases/1/accept").page
    assert "How many names change?" in page.text
    wrong = client.send("/releases/1/accept", objections=keys, reason="known", typed="3")
    assert wrong.status_code == 400
    assert "type that number" in wrong.page.text
    with world.db.look() as session:
        held = journey.find(session, world.oakfield.headteacher, 1)
    right = client.send("/releases/1/accept", objections=keys, reason="known", typed=str(held.blocked + held.opened))
    assert right.status_code == 303


def test_going_back_shows_the_difference_first_and_asks_why(manager, world):
    publish(world, world.oakfield, "x.com")
    publish(world, world.oakfield, "tiktok.com")
    page = manager.get(manager.get("/releases/1").page.link("Go back to this release")).page
    assert "tiktok.com" in page.text
    assert "Would be open" in page.text
    assert manager.send("/releases/1/go-back").status_code == 400
    assert manager.send("/releases/1/go-back", reason="lessons fail").status_code == 303
    assert live(world, world.oakfield).number == 1
    listed = manager.get("/releases").page
    assert "Publishing is held: went back to release 1: lessons fail" in listed.text
    assert manager.send("/releases/1/go-back", reason="again").status_code == 409
    assert manager.send("/releases/lift", reason="mended").status_code == 303
    worker.once(world.ports)
    assert states(world, world.oakfield)[-1] == (3, "published")


def test_publishing_is_held_and_let_go_with_reasons_on_record(manager, world):
    publish(world, world.oakfield, "x.com")
    assert manager.send("/releases/hold", reason=" ").status_code == 400
    assert manager.send("/releases/hold", reason="exams").status_code == 303
    assert manager.send("/releases/hold", reason="exams").status_code == 409
    assert manager.send("/releases/lift", reason="over").status_code == 303
    assert told(world, world.oakfield)[-1].endswith("lifted the hold on publishing, because over.")
    assert told(world, world.oakfield)[-2].endswith("held publishing, because exams.")


def test_what_keeps_a_release_from_being_made_is_shown(manager, world, monkeypatch):
    add_target(world, world.oakfield)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(world.ports.store, "write_release", full)
    worker.once(world.ports)
    assert "A release can’t be prepared: No space left on device" in manager.get("/releases").page.text


def test_the_bundle_holds_every_targets_files_the_policy_and_the_hash_of_each(manager, world):
    add_target(world, world.oakfield, "the firewall/1")
    add_target(world, world.oakfield, "the firewall:1", audiences=("staff",))
    publish(world, world.oakfield, "x.com")
    answer = manager.get("/releases/1/bundle.zip", buffered=True)
    assert answer.mimetype == "application/zip"
    assert "filename=release-1.zip" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        assert bundle.testzip() is None
        manifest = json.loads(bundle.read("manifest.json"))
        assert len(manifest["targets"]) == 2
        for folder, target in manifest["targets"].items():
            for file in target["files"]:
                content = bundle.read(f"{folder}/{file['path']}")
                assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
        assert hashlib.sha256(bundle.read("policy.toml")).hexdigest() == manifest["policy"]
        assert not [name for name in bundle.namelist() if name.startswith("/") or ".." in name]
    assert manager.get("/releases/1/bundle.zip", buffered=True).data == answer.data


def test_who_may_only_look_sees_no_way_to_act_and_has_none(client, world):
    publish(world, world.oakfield, "x.com")
    publish(world, world.oakfield, "y.com")
    client.sign_in(world.oakfield.governor)
    assert "Hold publishing" not in client.get("/releases").page.text
    assert "Go back" not in client.get("/releases/1").page.text
    for path in ("/releases/1/go-back", "/releases/hold", "/releases/1/accept"):
        assert client.send(path, reason="x", objections="x").status_code == 403
    client.sign_in(world.elmfield.network_manager)
    assert client.get("/releases/1").status_code == 200, "its own"
    assert client.get("/releases/2").status_code == 404
