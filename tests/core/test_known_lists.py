"""The well-known sites and the well-known lists that the product brings: data, reviewed like the shipped lists."""

import re
from urllib.parse import urlsplit

from firewall_admin.adapters.policy_files import shipped
from firewall_admin.core.catalogue import CATALOGUE, found, groups
from firewall_admin.core.domains import parse
from firewall_admin.core.popular_sites import POPULAR
from firewall_admin.core.refreshing import INTERVALS
from firewall_admin.core.suffixes import is_suffix


def test_every_popular_site_is_a_name_once_and_no_public_suffix():
    assert [name for name in POPULAR if parse(name) != name or is_suffix(name)] == []
    assert len(POPULAR) == len(set(POPULAR))
    assert len(POPULAR) > 300


def test_no_list_that_comes_with_the_product_blocks_a_popular_site():
    blocking = [listed for listed in shipped().lists.values() if listed.role == "blocked"]
    assert [(name, listed.slug) for name in POPULAR for listed in blocking if listed.names.closest(name)] == []


def test_every_known_list_has_an_https_address_a_licence_and_a_slug_of_its_own():
    assert len({each.slug for each in CATALOGUE}) == len({each.address for each in CATALOGUE}) == len(CATALOGUE)
    for each in CATALOGUE:
        assert urlsplit(each.address).scheme == urlsplit(each.page).scheme == "https"
        assert re.fullmatch(r"[a-z0-9-]+", each.slug)
        assert each.licence
        assert each.interval in INTERVALS
        assert found(each.slug) is each
    assert sum(map(len, groups().values())) == len(CATALOGUE)
    assert found("") is None
