"""A form is taken only from a page of ours."""

import pytest

from .page import Visitor


def test_a_post_without_a_token_is_refused_with_our_page(visitor: Visitor) -> None:
    response = visitor.post("/style?form", data={})
    assert (response.status_code, response.page.heading) == (400, "The form could not be taken")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "null"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://localhost"}, 400),
        ({"Origin": "http://localhost.elsewhere.example"}, 400),
        ({"Origin": "http://elsewhere.example"}, 400),
    ],
)
def test_a_form_comes_from_here_if_its_browser_says_whence(visitor: Visitor, headers: dict, status: int) -> None:
    token = visitor.get("/style?form").page.token
    assert visitor.post("/style?form", data={"csrf_token": token}, headers=headers).status_code == status


def test_a_form_over_https_needs_no_referrer_as_our_pages_send_none(visitor: Visitor) -> None:
    there = {"base_url": "https://localhost"}
    token = visitor.get("/style?form", **there).page.token
    assert visitor.post("/style?form", data={"csrf_token": token}, **there).status_code == 200


def test_looking_from_elsewhere_is_free(visitor: Visitor) -> None:
    assert visitor.get("/style", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
