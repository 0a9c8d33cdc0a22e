"""Feeds: the whole file of the published release, 304, or an error; never an empty or partial 200, and no hints."""

import gzip
import hashlib
import json
import shutil

import pytest
from sqlalchemy.exc import OperationalError

from firewall_admin import worker
from firewall_admin.journeys import releases
from tests.journeys.release_world import block, feed, live, publish, row

from .feeding import basic, bearer, client, fed, world

__all__ = ["client", "fed", "world"]


def test_the_file_comes_whole_by_bearer_by_basic_and_by_path(client, world, fed):
    _, token = fed
    answers = [
        client.get("/feeds/pupils.txt", headers=bearer(token)),
        client.get("/feeds/pupils.txt", headers=basic("anything", token)),
        client.get("/feeds/pupils.txt", headers=basic(token, "")),
        client.get(f"/feeds/with/{token}/pupils.txt"),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert "n19.example\n" in answer.text
        assert answer.text == answers[0].text
        assert answer.mimetype == "text/plain"
        assert answer.headers["X-Release"] == "1"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.data).hexdigest()}"'
        assert not answer.headers.getlist("Set-Cookie")


def test_what_a_device_has_it_is_not_sent_again(client, fed):
    _, token = fed
    first = client.get("/feeds/pupils.txt", headers=bearer(token))
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    for condition in (
        {"If-None-Match": tag},
        {"If-None-Match": f'"x", W/{tag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": date},
        {"If-None-Match": tag, "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ):
        again = client.get("/feeds/pupils.txt", headers=bearer(token) | condition)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
        assert "Accept-Encoding" in again.vary
    for condition in (
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": date},
        {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If-Modified-Since": "Sun, 01 Jan 2040 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert client.get("/feeds/pupils.txt", headers=bearer(token) | condition).status_code == 200


def test_a_date_says_nothing_while_another_release_might_come_in_the_same_second(client, world, fed):
    _, token = fed
    block(world, world.oakfield, "a.example")
    worker.once(world.ports)
    answer = client.get("/feeds/pupils.txt", headers=bearer(token))
    assert "Last-Modified" not in answer.headers
    world.clock.pass_by(seconds=2)
    assert "Last-Modified" in client.get("/feeds/pupils.txt", headers=bearer(token)).headers


def test_going_back_is_seen_by_a_device_that_only_knows_dates(client, world, fed):
    _, token = fed
    date = client.get("/feeds/pupils.txt", headers=bearer(token)).headers["Last-Modified"]
    publish(world, world.oakfield, "later.example")
    world.clock.pass_by(minutes=1)
    releases.go_back(world.ports, world.oakfield.network_manager, number=1, reason="broken")
    world.clock.pass_by(hours=-1)
    answer = client.get("/feeds/pupils.txt", headers=bearer(token, If_Modified_Since=date))
    assert answer.status_code == 200


def test_the_same_compressed_has_a_tag_of_its_own_and_the_same_bytes_each_time(client, fed):
    _, token = fed
    plain = client.get("/feeds/pupils.txt", headers=bearer(token))
    packed = client.get("/feeds/pupils.txt", headers=bearer(token, Accept_Encoding="br, gzip;q=0.5"))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    assert "Accept-Encoding" in packed.vary
    again = client.get("/feeds/pupils.txt", headers=bearer(token, Accept_Encoding="gzip"))
    assert again.data == packed.data
    gzipped = bearer(token, Accept_Encoding="gzip")
    for tag, status in ((packed.headers["ETag"], 304), (plain.headers["ETag"], 200)):
        assert client.get("/feeds/pupils.txt", headers=gzipped | {"If-None-Match": tag}).status_code == status
    for refusing in ("identity", "gzip;q=0", ""):
        answer = client.get("/feeds/pupils.txt", headers=bearer(token, Accept_Encoding=refusing))
        assert "Content-Encoding" not in answer.headers
        assert answer.data == plain.data


def test_where_it_can_not_be_compressed_it_comes_as_it_is(client, fed, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    answer = client.get("/feeds/pupils.txt", headers=bearer(fed[1], Accept_Encoding="gzip"))
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert "n19.example" in answer.text


def test_head_says_all_but_the_file_and_no_part_is_ever_sent(client, fed):
    _, token = fed
    whole = client.get("/feeds/pupils.txt", headers=bearer(token))
    head = client.head("/feeds/pupils.txt", headers=bearer(token))
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Length", "ETag", "Last-Modified", "X-Release"):
        assert head.headers[name] == whole.headers[name]
    part = client.get("/feeds/pupils.txt", headers=bearer(token, Range="bytes=0-9"))
    assert (part.status_code, part.data) == (200, whole.data)
    assert part.headers["Accept-Ranges"] == "none"


def test_without_a_release_there_is_a_503_and_when_to_come_again(client, world):
    _, token = feed(world, world.oakfield)
    answer = client.get("/feeds/pupils.txt", headers=bearer(token))
    assert (answer.status_code, answer.text) == (503, "Nothing is published yet.\n")
    assert answer.headers["Retry-After"] == "60"
    block(world, world.oakfield, "childline.org.uk")
    worker.once(world.ports)
    assert client.get("/feeds/pupils.txt", headers=bearer(token)).status_code == 503, "it is held"


def test_an_empty_file_is_a_503_with_its_reason_and_never_an_empty_200(client, world, fed, monkeypatch):
    folder = world.ports.store.releases_folder(str(world.oakfield.id))
    [manifest] = folder.rglob("manifest.json")
    whole = json.loads(manifest.read_text())
    whole["files"][0] |= {"bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()}
    (manifest.parent / "pupils.txt").write_bytes(b"")
    manifest.write_text(json.dumps(whole))
    for method in (client.get, client.head):
        assert method("/feeds/pupils.txt", headers=bearer(fed[1])).status_code == 503
    answer = client.get("/feeds/pupils.txt", headers=bearer(fed[1]))
    assert answer.text == "Release 1 has nothing in pupils.txt: keep what you have.\n"


@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "flipped", "no manifest", "half a manifest"])
def test_files_that_are_gone_or_damaged_are_made_again_as_they_were(client, world, fed, damage):
    good = client.get("/feeds/pupils.txt", headers=bearer(fed[1]))
    [file] = world.ports.store.releases_folder(str(world.oakfield.id)).rglob("pupils.txt")
    manifest, content = file.with_name("manifest.json"), file.read_bytes()
    match damage:
        case "gone":
            shutil.rmtree(file.parent.parent)
        case "empty":
            file.write_bytes(b"")
        case "cut":
            file.write_bytes(content[:-1])
        case "flipped":
            file.write_bytes(content.replace(b"n1.", b"m1.", 1))
        case "no manifest":
            manifest.unlink()
        case _:
            manifest.write_text(manifest.read_text()[:100])
    again = client.get("/feeds/pupils.txt", headers=bearer(fed[1]))
    assert (again.status_code, again.data, again.headers["ETag"]) == (200, good.data, good.headers["ETag"])


def test_files_that_can_not_be_made_again_are_a_503(client, world, fed):
    shutil.rmtree(world.ports.store.folder / "releases")
    shutil.rmtree(world.ports.store.folder / "snapshots")
    world.ports.store._mapped.clear()
    answer = client.get("/feeds/pupils.txt", headers=bearer(fed[1]))
    assert answer.status_code == 503
    assert str(world.ports.store.folder) not in answer.text


def test_when_it_was_fetched_is_noted_to_the_minute(client, world, fed):
    target, token = fed
    client.get("/feeds/pupils.txt", headers=bearer(token))
    first = row(world, target)
    assert (first.fetched_at, first.fetched_release) == (world.clock.at, 1)
    world.clock.pass_by(seconds=59)
    client.get("/feeds/pupils.txt", headers=bearer(token))
    assert row(world, target).fetched_at == first.fetched_at
    world.clock.pass_by(seconds=1)
    tag = live(world, world.oakfield)
    client.get("/feeds/pupils.txt", headers=bearer(token, If_None_Match="*"))
    assert row(world, target).fetched_at == world.clock.at
    assert tag.number == 1


def test_a_feed_is_served_though_nobody_can_write_down_that_it_was(client, world, fed, monkeypatch):
    def full():
        raise OperationalError("UPDATE target", {}, Exception("database or disk is full"))

    monkeypatch.setattr(world.db, "note", full)
    assert client.get("/feeds/pupils.txt", headers=bearer(fed[1])).status_code == 200
