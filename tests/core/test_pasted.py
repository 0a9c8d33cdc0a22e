import pytest

from firewall_admin.core.pasted import read
from firewall_admin.core.refusals import NotADomain


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.BBC.co.uk/news?x=1#top", "www.bbc.co.uk"),
        ("  http://user:word@x.com:8080/ ", "x.com"),
        ("//x.com/a", "x.com"),
        ("x.com/a", "x.com"),
        ("x.com:443", "x.com"),
        ("https:\\\\x.com\\a", "x.com"),
        ("https://good.example@evil.example/", "evil.example"),
        ("https://faß.de/", "xn--fa-hia.de"),
        ("somebody@x.com", "x.com"),
    ],
)
def test_of_a_url_the_host_is_read_and_that_is_said(text, domain):
    found = read(text)
    assert found.domain == domain
    assert domain in found.note


def test_a_bare_name_needs_no_note():
    assert read(" Bbc.co.uk. ") == read("bbc.co.uk")
    assert read("bbc.co.uk").note == ""


@pytest.mark.parametrize(
    "text",
    ["", " ", "com", "https://", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[::1]/",
     "http://1.2.3.4/", "http://[bad/", "x" * 5000, "https://com/"],
)  # fmt: skip
def test_what_is_no_address_of_a_site_is_refused_at_the_field(text):
    with pytest.raises(NotADomain) as refused:
        read(text)
    assert refused.value.field == "address"
    assert refused.value.message.endswith(".")
