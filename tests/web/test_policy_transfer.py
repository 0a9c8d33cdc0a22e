"""The pages by which a policy goes out and comes in."""

import io

import pytest

from firewall_admin.db.tables import ListRow
from tests.journeys.looking import blocked, every
from tests.journeys.test_policy_transfer import furnish
from tests.journeys.test_settings_import import ADGUARD, gravity, teleporter

from .test_confirming import hidden, save

OUT, RESTORE, BRING = "/policy/transfer/policy.zip", "/policy/transfer/restore", "/policy/transfer/bring"


@pytest.fixture
def manager(client, world):
    client.sign_in(world.oakfield.network_manager)
    return client


def test_a_policy_taken_out_is_taken_in_again_with_its_plan_first(manager, world):
    furnish(world, world.oakfield.network_manager)
    response = manager.get(OUT)
    assert (response.mimetype, response.data[:2]) == ("application/zip", b"PK")
    assert response.headers["Content-Disposition"] == 'attachment; filename="policy.zip"'
    assert response.headers["Cache-Control"] == "no-store"
    manager.sign_in(world.elmfield.network_manager)
    manager.forget_token()
    seen = manager.send(RESTORE, file=(io.BytesIO(response.data), "oakfield.zip"))
    assert "took the whole policy from oakfield.zip" in seen.page.text
    assert "file" not in hidden(seen.page)
    assert every(world, world.elmfield, ListRow) == []
    assert save(manager, RESTORE, seen).status_code == 303
    assert manager.get(OUT).data == response.data


def test_a_file_that_is_no_policy_is_refused_at_its_field(manager):
    for data in (b"", b"[school", b"PK\3\4 broken"):
        seen = manager.send(RESTORE, file=(io.BytesIO(data), "x.zip"))
        assert seen.status_code == 400
        assert any(a.get("href") == "#file" for a in seen.page.all("a"))
    assert "Choose a file" in manager.send(RESTORE).page.text


def test_settings_of_pi_hole_show_what_can_not_be_carried_before_anything_is_saved(manager, world):
    file = (io.BytesIO(teleporter(gravity())), "pi-hole.zip")
    seen = manager.send(BRING, file=file, title="Old", to="pupils")
    for said in ("6 things", "^learn[0-9]\\.example$", "a regular expression", "everything under it"):
        assert said in seen.page.text
    assert every(world, world.oakfield, ListRow) == []
    assert save(manager, BRING, seen).status_code == 303
    assert {row.slug for row in every(world, world.oakfield, ListRow)} == {"old-blocked", "old-allowed"}
    assert blocked(world, world.oakfield, "games.example")


def test_settings_of_adguard_home_are_brought_in_for_nobody_yet(manager, world):
    seen = manager.send(BRING, file=(io.BytesIO(ADGUARD.encode()), "AdGuardHome.yaml"))
    assert save(manager, BRING, seen).status_code == 303
    assert {row.slug for row in every(world, world.oakfield, ListRow)} == {
        "adguard-home-blocked",
        "adguard-home-allowed",
    }
    assert not blocked(world, world.oakfield, "games.example")


def test_a_governor_may_take_the_policy_out_and_bring_nothing_in(client, world):
    client.sign_in(world.oakfield.governor)
    assert client.get(OUT).status_code == 200
    assert client.get(RESTORE).status_code == 403
    assert client.send(BRING, file=(io.BytesIO(b"x"), "x")).status_code == 403
