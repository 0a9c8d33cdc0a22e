"""Names that look like another."""

import pytest

from firewall_admin.core.lookalikes import spelt, warnings

KNOWN = ("google.com", "microsoft.com", "apple.com", "bbc.co.uk", "paypal.com")


@pytest.mark.parametrize(
    ("domain", "twin"),
    [
        ("g00gle.com", "google.com"),
        ("rnicrosoft.com", "microsoft.com"),
        ("paypa1.com", "paypal.com"),
        ("xn--80ak6aa92e.com", "apple.com"),  # all Cyrillic
        ("xn--pple-43d.com", "apple.com"),  # a Cyrillic a before Latin letters
        ("goo-gle.com", "google.com"),
    ],
)
def test_an_imitation_is_told_with_the_name_it_imitates(domain, twin):
    assert f"It looks like {twin}, and is another site." in warnings(domain, KNOWN)


@pytest.mark.parametrize("domain", ["google.com", "www.google.com", "scratch.mit.edu", "bbc.com", "cornwall.gov.uk"])
def test_an_honest_name_has_no_warning(domain):
    assert warnings(domain, KNOWN) == []


def test_letters_of_several_alphabets_are_told():
    assert any("several alphabets" in text for text in warnings("xn--pple-43d.com", KNOWN))


def test_a_label_without_a_reading_is_shown_as_it_is():
    assert spelt("xn--a.com") == "xn--a.com"
    assert spelt("xn--fa-hia.de") == "faß.de"
