"""The evidence pack, reviews and the inspection view, as pages."""

from datetime import timedelta

import pytest

from firewall_admin.core.reviews import SECTIONS
from firewall_admin.db.tables import Review, ReviewAction
from tests.journeys.looking import every, one

from .member import place


@pytest.fixture
def oakfield(world):
    world.sign(world.oakfield)
    return world.oakfield


def day(world, name, days):
    at = world.clock() + timedelta(days=days)
    return {f"{name}-day": str(at.day), f"{name}-month": str(at.month), f"{name}-year": str(at.year)}


def test_a_governor_reads_every_obligation_and_takes_it_away(client, oakfield):
    client.sign_in(oakfield.governor)
    seen = client.get("/evidence")
    assert "O29: Changes of the filter are under change control" in seen.page.text
    assert "It is no ‘appropriate filter’ by itself" in seen.page.text
    printed = client.get("/evidence/evidence.pdf")
    assert (printed.mimetype, printed.get_data()[:5]) == ("application/pdf", b"%PDF-")


def test_a_question_is_answered_with_an_owner_and_a_day(client, world, oakfield):
    client.sign_in(oakfield.safeguarding_lead)
    assert "Not answered" in client.get("/evidence/undertakings").page.text
    path = "/evidence/undertakings/prevent"
    assert client.send(path, text="In the office").status_code == 400
    done = client.send(path, text="In the office", owner="Head", **day(world, "review_on", 200))
    assert (done.status_code, place(done)) == (303, "/evidence/undertakings")
    assert "In the office" in client.get("/evidence").page.text
    assert client.get("/evidence/undertakings/nonsense").status_code == 404


def test_a_review_goes_from_section_to_section_and_is_signed(client, world, oakfield):
    client.sign_in(oakfield.headteacher)
    begun = client.send("/reviews", cause="the yearly review")
    review = one(world, oakfield, Review)
    assert place(begun) == f"/reviews/{review.id}"
    path = f"/reviews/{review.id}/sections/{SECTIONS[0].name}"
    for section in SECTIONS:
        assert client.get(path).page.heading == section.title
        path = place(client.send(path, text="As it should be."))
    assert path == f"/reviews/{review.id}"
    assert client.send(f"{path}/actions", text="Buy", owner="Me", **day(world, "due", 9)).status_code == 303
    client.send(f"{path}/finish")
    sha256 = one(world, oakfield, Review).sha256
    for role in ("headteacher", "network_manager", "safeguarding_lead", "governor"):
        client.sign_in(getattr(oakfield, role))
        assert "Sign this review" in client.get(path).page.text
        assert client.send(f"{path}/sign", sha256=sha256).status_code == 303
    assert "Signed by all" in client.get(path).page.text
    client.sign_in(oakfield.headteacher)
    (action,) = every(world, oakfield, ReviewAction)
    assert client.send(f"/reviews/actions/{action.id}", outcome="Bought").status_code == 303
    assert "Bought" in client.get(path).page.text


def test_a_finished_review_can_be_opened_again(client, world, oakfield):
    client.sign_in(oakfield.headteacher)
    client.send("/reviews", cause="a new network")
    review = one(world, oakfield, Review)
    for section in SECTIONS:
        client.send(f"/reviews/{review.id}/sections/{section.name}", text="Fine.")
    client.send(f"/reviews/{review.id}/finish")
    assert client.send(f"/reviews/{review.id}/reopen", reason="").status_code == 400
    assert client.send(f"/reviews/{review.id}/reopen", reason="one thing").status_code == 303
    assert "Finish for signing" in client.get(f"/reviews/{review.id}").page.text


def test_an_inspector_reads_without_an_account_and_can_do_nothing(client, world, oakfield):
    client.sign_in(oakfield.headteacher)
    assert client.send("/evidence/inspection", purpose="", days="3").status_code == 400
    made = client.send("/evidence/inspection", purpose="Ofsted", days="3")
    link = next(e.text for e in made.page.all("code"))
    stranger = client.application.test_client()
    seen = stranger.get(link.removeprefix("http://localhost"))
    assert "1. Who is responsible for filtering, and who looks after it?" in seen.page.text
    assert "12. How are personal data protected" in seen.page.text
    assert not any(form.get("method") == "post" for form in seen.page.all("form"))
    assert "Twelve questions" in stranger.get(link.removeprefix("http://localhost") + "/search").page.text
    world.clock.pass_by(days=3)
    assert stranger.get(link.removeprefix("http://localhost")).status_code == 404
