"""The pages of the school's own lists."""

import io

import pytest

from firewall_admin.db.tables import AssignmentRow, ListRow
from firewall_admin.journeys import assignments, lists
from firewall_admin.web.uploads import MOST, USUAL
from tests.journeys.looking import blocked, every, one, trail

from .member import member, place
from .test_confirming import hidden, save

NEW = "/policy/lists/new"
FORM = "application/x-www-form-urlencoded"
ASKED = {"title": "Games", "role": "blocked", "note": "wet play"}


@pytest.fixture
def manager(client, world):
    client.sign_in(world.oakfield.network_manager)
    return client


@pytest.fixture
def games(world):
    text = "".join(f"n{number:03}.example\n" for number in range(250)) + "http://x.example/\n"
    actor = world.oakfield.network_manager
    lists.add(world.ports, actor, title="Games", role="blocked", text=text.encode(), note="wet play")
    return one(world, world.oakfield, ListRow)


def test_a_pasted_list_is_planned_then_saved_from_what_was_kept(manager, world):
    seen = manager.send(NEW, **ASKED, text="games.example\nhttp://x.example/\n")
    assert "added the blocked list Games (pasted): 1 names, 1 lines rejected." in seen.page.text
    assert set(hidden(seen.page)) == {"csrf_token", "revision", "title", "role", "note", "draft"}, "not the text itself"
    assert every(world, world.oakfield, ListRow) == []
    assert save(manager, NEW, seen).status_code == 303
    assert one(world, world.oakfield, ListRow).rejected_lines == 1


def test_an_uploaded_file_is_taken_and_only_the_end_of_its_name_is_repeated(manager, world):
    file = (io.BytesIO(b"0.0.0.0 games.example\n"), "..\\..\\own/games.hosts")
    seen = manager.send(NEW, **ASKED, file=file)
    assert "(games.hosts)" in seen.page.text
    assert save(manager, NEW, seen).status_code == 303
    assert one(world, world.oakfield, ListRow).source == "games.hosts"


def test_a_text_larger_than_a_form_usually_holds_is_taken_here(manager, world):
    text = "".join(f"a-rather-long-name-{number:06}.example\n" for number in range(30_000))
    assert len(text) > 1_000_000
    assert save(manager, NEW, manager.send(NEW, **ASKED, text=text)).status_code == 303
    assert one(world, world.oakfield, ListRow).rejected_lines == 0


def test_what_was_handed_in_can_be_brought_back_by_its_own_school_alone(manager, world, app):
    seen = manager.send(NEW, **ASKED, text="secret.example\n")
    stranger = member(app, world)
    stranger.sign_in(world.elmfield.network_manager)
    stolen = stranger.send(NEW, **ASKED, draft=hidden(seen.page)["draft"])
    assert stolen.status_code == 400
    assert "Hand it in again" in stolen.page.text
    assert manager.send(NEW, **ASKED, draft="made.up").status_code == 400


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"title": ""}, "title"),
        ({"role": "none"}, "role"),
        ({"text": ""}, "text"),
        ({"text": "<html>"}, "text"),
        ({"title": "TikTok"}, "title"),
    ],
)
def test_what_is_wrong_is_shown_at_its_field(manager, asked, field):
    seen = manager.send(NEW, **{**ASKED, "text": "games.example", **asked})
    assert seen.status_code == 400
    assert any(a.get("href").startswith(f"#{field}") for a in seen.page.all("a"))


def test_names_are_paged_by_a_hundred_and_back(manager, games):
    here = f"/policy/lists/{games.id}"
    first = manager.get(here).page
    assert "n000.example" in first.text
    assert "n100.example" not in first.text
    second = manager.get(first.link("Next 100").partition("#")[0]).page
    assert ("n100.example" in second.text, "n099.example" in second.text) == (True, False)
    assert "n000.example" in manager.get(second.link("Previous 100").partition("#")[0]).page.text
    assert "n249.example" in manager.get(second.link("Last").partition("#")[0]).page.text
    assert "1 line of its text was rejected" in first.text
    assert "http://x.example/" in first.text


def test_a_list_is_searched_and_says_what_covers_a_name(manager, games):
    page = manager.get(f"/policy/lists/{games.id}?name=www.n123.example").page
    assert "www.n123.example is covered by n123.example." in page.text
    page = manager.get(f"/policy/lists/{games.id}?name=other.test").page
    assert "other.test is not covered by this list." in page.text
    assert "is no name" in manager.get(f"/policy/lists/{games.id}?name=%3Cb%3E").page.text


def test_a_short_list_is_edited_in_a_box_and_its_plan_names_what_changes(manager, world):
    actor = world.oakfield.network_manager
    lists.add(world.ports, actor, title="Own", role="blocked", text=b"a.example\nb.example\n")
    assignments.assign(world.ports, actor, slug="own", to=["pupils"])
    path = f"/policy/lists/{one(world, world.oakfield, ListRow).id}/text"
    assert next(manager.get(path).page.all("textarea")).text == "a.example b.example"
    seen = manager.send(path, text="a.example\nc.example\n")
    assert "1 name c.example" in seen.page.text
    assert "1 name b.example" in seen.page.text
    save(manager, path, seen)
    assert blocked(world, world.oakfield, "c.example")
    assert not blocked(world, world.oakfield, "b.example")


def test_a_list_is_put_in_force_and_ended_again(manager, world, games):
    seen = manager.send("/policy/lists/games/assign", to="pupils", at="always", timetable="")
    assert save(manager, "/policy/lists/games/assign", seen).status_code == 303
    assert blocked(world, world.oakfield, "n001.example")
    path = f"/policy/assignments/{one(world, world.oakfield, AssignmentRow).id}/remove"
    seen = manager.get(path)
    assert "ended the list Games for pupils." in seen.page.text
    assert place(save(manager, path, seen)) == "/policy"
    assert not blocked(world, world.oakfield, "n001.example")


def test_a_list_is_described_anew_and_removed(manager, world, games):
    path = f"/policy/lists/{games.id}/change"
    save(manager, path, manager.send(path, title="Wet play", role="blocked", note=""))
    assert one(world, world.oakfield, ListRow).title == "Wet play"
    path = f"/policy/lists/{games.id}/remove"
    assert place(save(manager, path, manager.get(path))) == "/policy/lists"
    assert every(world, world.oakfield, ListRow) == []
    assert trail(world, world.oakfield)[-1].endswith("removed the blocked list Wet play with its 250 names.")


def test_a_governor_sees_lists_and_can_change_none(client, world, games):
    client.sign_in(world.oakfield.governor)
    page = client.get(f"/policy/lists/{games.id}").page
    assert "Games" in page.heading
    assert not any(a.text.startswith(("Change", "Replace", "Remove", "Assign")) for a in page.all("a"))
    assert client.get(NEW).status_code == 403
    assert client.send(NEW, **ASKED, text="x.example").status_code == 403


def test_another_schools_list_is_not_there(client, world, games):
    client.sign_in(world.elmfield.network_manager)
    for path in ("", "/text", "/change", "/remove"):
        assert client.get(f"/policy/lists/{games.id}{path}").status_code == 404
    assert client.get("/policy/lists/games/assign").status_code == 404


def test_more_than_a_list_may_hold_is_refused_before_it_is_read_and_other_pages_take_far_less(manager):
    def sent(path, size):
        length = {"CONTENT_LENGTH": str(size)}
        return manager.post(path, content_type=FORM, environ_overrides=length).status_code

    assert sent(NEW, MOST + 1) == 413
    assert sent("/policy/rules/block", USUAL + 1) == 413
    assert sent(NEW, USUAL + 1) == 400, "not too large, but no form of ours"
