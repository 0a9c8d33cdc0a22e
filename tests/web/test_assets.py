"""What pages load is found, kept by browsers, and nothing else is served."""

import gzip

import pytest
from flask import Flask, render_template_string

from firewall_admin.web import assets

from .page import Page, Visitor, visit


def _assets(page: Page) -> list[str]:
    return [e.get("src") or e["href"] for e in page.all("script", "link") if e.get("src") or e.get("href")]


def test_a_browser_may_keep_assets_for_a_year_and_knows_what_they_are(visitor: Visitor) -> None:
    found = {address: visitor.get(address) for address in _assets(visitor.get("/style").page)}
    assert len(found) == 7
    for address, response in found.items():
        assert response.headers["Cache-Control"] == assets.A_YEAR
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers.get("Content-Encoding") is None
        assert response.mimetype == assets.TYPES[address[address.rindex(".") :]]


def test_whoever_takes_gzip_gets_the_same_in_less(visitor: Visitor) -> None:
    address = next(a for a in _assets(visitor.get("/style").page) if a.endswith("govuk-frontend.min.css"))
    plain, packed = (visitor.get(address, headers={"Accept-Encoding": how}) for how in ("identity", "gzip"))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 4


def test_a_page_of_another_day_gets_the_assets_of_today_and_asks_again(visitor: Visitor) -> None:
    response = visitor.get("/static/0123456789abcdef/firewall_admin.css")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["nothing.css", "vendor/VENDOR.toml", "../look.py", "%2e%2e/look.py", ""])
def test_nothing_else_is_served(visitor: Visitor, name: str) -> None:
    assert visitor.get(f"/static/0123456789abcdef/{name}").status_code == 404


def test_the_digest_changes_with_any_file(tmp_path) -> None:
    digests = []
    for name, content in (("a.css", "x"), ("a.css", "y"), ("b/c.js", "y")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
        digests.append(assets.read(tmp_path).digest)
    assert len(set(digests)) == 3


def test_a_template_that_asks_for_no_such_asset_is_a_mistake_of_ours(sample_app: Flask) -> None:
    with sample_app.test_request_context(), pytest.raises(LookupError, match="no such asset"):
        render_template_string("{{ asset('nothing.css') }}")


def test_assets_are_found_where_the_service_is_mounted_below_a_path(sample_app: Flask) -> None:
    page = visit(sample_app).get("/style", environ_overrides={"SCRIPT_NAME": "/filter"}).page
    assert all(address.startswith("/filter/static/") for address in _assets(page))
