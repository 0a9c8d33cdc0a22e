"""The poster and the bookmark: ways to the form where no block page can be shown."""

import pytest

from firewall_admin.app import create_app
from firewall_admin.settings import Settings
from firewall_admin.web import poster

from .member import member


@pytest.fixture
def app(world):
    return create_app(Settings(address="https://filter.oakfield.example/"), world.ports)


def test_the_poster_has_a_code_and_the_same_address_in_words(client, world):
    client.sign_in(world.oakfield.teacher)
    page = client.get("/poster").page
    assert "filter.oakfield.example/ask" in page.text
    (code,) = (svg for svg in page.all("svg") if "poster__code" in svg.classes)
    assert code.get("aria-hidden") == "true"
    assert "style" not in code.attributes
    assert code.get("viewbox") or code.get("viewBox")


def test_the_bookmark_is_a_plain_link_to_drag(client, world):
    client.sign_in(world.oakfield.teacher)
    page = client.get("/bookmark").page
    (link,) = page.with_class("bookmark")
    assert (link.text, link["href"]) == ("Ask for access", "https://filter.oakfield.example/ask")
    assert "https://filter.oakfield.example/ask?url=%s" in page.text


def test_without_an_address_of_its_own_it_is_the_one_it_was_reached_at(world):
    client = member(create_app(Settings(), world.ports), world)
    client.sign_in(world.oakfield.teacher)
    assert "localhost/ask" in client.get("/poster").page.text


def test_the_code_says_the_address():
    one, other = poster.code("https://a.example/ask"), poster.code("https://b.example/ask")
    assert one != other
    assert one == poster.code("https://a.example/ask")
