import pytest
from publicsuffixlist import PublicSuffixList

from firewall_admin.core.suffixes import is_suffix, suffixes, wildcards

PACKAGE = PublicSuffixList(only_icann=True)
NAMES = sorted(
    {f"{prefix}{name}" for name in suffixes() | wildcards() for prefix in ("", "city.", "a.", "a.b.")}
    | {"www.ck", "city.kobe.jp", "oakfield.kent.sch.uk", "example.com", "blogspot.com"}
)


def test_a_suffix_is_what_the_package_says_it_is():
    assert [name for name in NAMES if "." in name and is_suffix(name) != PACKAGE.is_public(name)] == []


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("co.uk", True), ("sch.uk", True), ("kent.sch.uk", True), ("oakfield.kent.sch.uk", False), ("github.io", False)],
)
def test_only_what_the_public_registers_under_is_a_suffix(name, suffix):
    assert is_suffix(name) == suffix
