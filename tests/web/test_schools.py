"""The page of the school's half-terms."""

import pytest

from .member import place

PATH = "/policy/school/half-terms"


@pytest.fixture
def manager(client, world):
    client.sign_in(world.oakfield.network_manager)
    return client


def test_half_terms_are_typed_and_shown_as_they_are_kept(manager):
    response = manager.send(PATH, terms="2/9/2026 to 23/10/2026\r\n2026-11-02 to 2026-12-18\r\n")
    assert place(response) == "/policy/school"
    assert PATH in [link["href"] for link in manager.get("/policy/school").page.all("a")]
    shown = "2 September 2026 to 23 October 2026\n2 November 2026 to 18 December 2026"
    assert shown in manager.get(PATH).text.replace("\r\n", "\n")


def test_the_line_that_is_wrong_is_named_at_its_field(manager):
    response = manager.send(PATH, terms="2/9/2026 to 23/10/2026\n23/10/2026 to 18/12/2026")
    assert response.status_code == 400
    assert "Line 2 begins on 23 October 2026" in response.page.text
    assert "#terms" in [link["href"] for link in response.page.all("a")]
