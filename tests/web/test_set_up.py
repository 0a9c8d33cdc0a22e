import pytest

from firewall_admin import worker
from firewall_admin.journeys import assignments, releases, rules, set_up, targets


@pytest.fixture
def ready(world):
    """Everything is done but the signature."""
    manager = world.oakfield.network_manager
    assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"])
    targets.add(world.ports, manager, targets.Wanted("resolver", "rpz", ("pupils", "staff")))
    publish(world)
    return world


def publish(world):
    worker.once(world.ports)
    with world.db.look() as session:
        last = releases.last(session, world.oakfield.id)
    assert last is not None
    if last.state == "held":
        names = sorted({o["name"] for o in last.objections})
        manager = world.oakfield.network_manager
        releases.accept(world.ports, manager, number=last.number, objections=names, reason="looked at")
    return last.number


def test_the_headteacher_reads_and_signs(client, ready):
    client.sign_in(ready.oakfield.headteacher)
    page = client.get("/set-up/sign").page
    assert "For pupils" in page.text
    assert "tiktok" in page.text
    number = publish(ready)
    assert client.send("/set-up/sign", release=str(number)).status_code == 400, "the box is part of the signature"
    assert set_up.signed_at(ready.ports, ready.oakfield.headteacher) is None
    assert client.send("/set-up/sign", release=str(number), read="y").status_code == 303
    assert set_up.signed_at(ready.ports, ready.oakfield.headteacher) == ready.clock.at
    assert "The first policy is signed" in client.get("/").page.text


def test_another_release_than_the_one_read_is_shown_and_not_signed(client, ready):
    client.sign_in(ready.oakfield.headteacher)
    number = publish(ready)
    rules.add(ready.ports, ready.oakfield.network_manager, action="block", domain="x.com", reason="r")
    publish(ready)
    response = client.send("/set-up/sign", release=str(number), read="y")
    assert response.status_code == 409
    assert "Read it before you sign" in response.page.text
    assert set_up.signed_at(ready.ports, ready.oakfield.headteacher) is None


def test_a_signature_takes_a_fresh_password(client, ready):
    client.sign_in(ready.oakfield.headteacher, proven=False)
    assert client.get("/set-up/sign").status_code == 303
    assert client.send("/set-up/sign", release="1", read="y").status_code == 303
    assert set_up.signed_at(ready.ports, ready.oakfield.headteacher) is None


@pytest.mark.parametrize("role", ["teacher", "network_manager", "administrator", "governor", "deputy"])
def test_nobody_else_can_sign(client, ready, role):
    client.sign_in(getattr(ready.oakfield, role))
    assert client.get("/set-up/sign").status_code == 403
    assert client.send("/set-up/sign", release="1", read="y").status_code == 403


def test_before_anything_is_in_force_the_reason_is_told(client, world):
    client.sign_in(world.oakfield.headteacher)
    response = client.get("/set-up/sign")
    assert response.status_code == 400
    assert "not in force as it stands" in response.page.text


def test_the_tasks_are_a_page_too(client, world):
    client.sign_in(world.oakfield.administrator)
    assert "3 of 6 done" in client.get("/set-up").page.text
