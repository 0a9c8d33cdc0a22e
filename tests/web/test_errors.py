"""Whatever fails is a page of ours too, in words that help and without anything of the inside."""

import pytest
from flask import Flask

from firewall_admin.web import errors, look
from firewall_admin.web.surroundings import PRODUCT, Surroundings

from .page import Visitor, visit


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 429, 500, 503])
def test_an_error_is_a_page_with_its_status_and_a_way_on(visitor: Visitor, code: int) -> None:
    response = visitor.get(f"/fails/{code}")
    assert response.status_code == code
    assert response.page.heading == errors.PROBLEMS[code].heading
    assert response.page.link("Go to the start page") == "/"
    assert f"Error {code}" in response.page.text


@pytest.mark.parametrize("code", [410, 418, 501])
def test_an_error_that_nobody_meant_to_give_is_a_page_too(visitor: Visitor, code: int) -> None:
    assert visitor.get(f"/fails/{code}").status_code == code


def test_a_bug_says_nothing_of_the_inside_and_asks_nobody_who_is_signed_in(visitor: Visitor) -> None:
    response = visitor.get("/breaks")
    assert response.status_code == 500
    assert "canary" not in response.text
    assert (response.page.title, "Dan" in response.text) == (f"Something went wrong on our side – {PRODUCT}", False)


def test_where_even_the_surroundings_fail_there_is_a_page() -> None:
    def broken() -> Surroundings:
        raise OSError("the disk is gone: a canary")

    app = Flask("firewall_admin", static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    look.init(app, broken)
    response = visit(app).get("/nothing-here")
    assert (response.status_code, "canary" in response.text) == (500, False)


def test_what_cannot_be_used_that_way_says_which_way_it_can(visitor: Visitor) -> None:
    response = visitor.delete("/style")
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_whoever_has_to_wait_is_told_how_long(visitor: Visitor) -> None:
    response = visitor.get("/busy")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "30")


def test_a_refusal_is_said_in_its_own_words_with_the_status_of_its_kind(visitor: Visitor) -> None:
    response = visitor.get("/refuses")
    assert (response.status_code, "'-' is no domain name." in response.page.text) == (400, True)
    response = visitor.get("/too-late")
    assert (response.status_code, "Somebody <i>has</i> decided already." in response.page.text) == (409, True)


def test_a_program_that_takes_no_html_gets_plain_words(sample_app: Flask) -> None:
    response = sample_app.test_client().get("/nothing-here", headers={"Accept": "application/json"})
    assert (response.status_code, response.mimetype) == (404, "text/plain")
    assert response.text.splitlines()[0] == "There is no such page"


def test_a_request_for_another_host_gets_a_page_with_our_style(sample_app: Flask) -> None:
    sample_app.config["TRUSTED_HOSTS"] = ["localhost"]
    response = visit(sample_app).get("/style", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    sheets = [link["href"] for link in response.page.all("link") if link["rel"] == "stylesheet"]
    assert sheets
    assert all(visit(sample_app).get(sheet).status_code == 200 for sheet in sheets)
