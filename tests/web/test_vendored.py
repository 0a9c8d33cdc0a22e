"""What we ship of other people's work is what its record says, has nothing of GOV.UK's brand, and can be renewed."""

import re

import pytest

from tests import house, vendored
from tests.vendored import SHIPPED, TESTS

STYLE = (SHIPPED / "govuk-frontend.min.css").read_text("utf-8")


@pytest.mark.parametrize("folder", [SHIPPED, TESTS], ids=["shipped", "tests"])
def test_every_file_is_the_one_on_record_and_none_is_off_the_record(folder) -> None:
    there = {path.name: vendored.sha256(path) for path in folder.iterdir() if path.name != "VENDOR.toml"}
    assert there == vendored.recorded(folder)


def test_every_package_is_on_record_with_its_files() -> None:
    files = {name for _, _, names in vendored.PACKAGES.values() for name in names}
    assert {*vendored.recorded(SHIPPED), *vendored.recorded(TESTS)} == files


def test_whoever_gets_the_wheel_gets_the_licences() -> None:
    assert "SIL OPEN FONT LICENSE" in (SHIPPED / "inter-licence.txt").read_text("utf-8")
    assert "Permission is hereby granted" in (vendored.ROOT / "licences" / "govuk-frontend.txt").read_text("utf-8")


def test_nothing_shipped_has_a_mark_the_font_or_the_blue_of_gov_uk() -> None:
    assert house.government_brand(vendored.ROOT) == []
    for path in house.files(vendored.ROOT, "firewall_admin/web"):
        if path.suffix in (".css", ".js", ".html", ".svg", ".py"):
            text = path.read_text("utf-8")
            assert not re.search(r"#1d70b8|#1a65a6|#003078|#005ea5|@font-face\{font-family:GDS", text, re.IGNORECASE), (
                path
            )
            assert not re.search(r"govukFooter|govukHeader|govuk_frontend_jinja/template", text), path


def test_a_style_sheet_asks_for_nothing_that_is_not_here() -> None:
    for path in vendored.SHIPPED.parent.rglob("*.css"):
        for address in re.findall(r"url\(([^)]*)\)", path.read_text("utf-8")):
            assert (path.parent / address.strip("\"'")).is_file(), (path, address)
    for path in vendored.SHIPPED.parent.rglob("*.[cj]s*"):
        assert "sourceMappingURL" not in path.read_text("utf-8"), path


def test_our_colours_are_the_last_word_on_screen_and_print_has_its_own() -> None:
    for name, value in vendored.COLOURS.items():
        on_screen = STYLE.partition("@media print")[0]
        assert on_screen.rindex(f"--govuk-{name}-colour:") == on_screen.rindex(f"--govuk-{name}-colour:{value}")
    assert STYLE.index(":root{--govuk-text-colour:var(--govuk-print-text-colour") > STYLE.index(
        vendored.COLOURS["text"]
    )


def test_blocks_close_and_no_selector_of_a_mark_is_left() -> None:
    assert STYLE.count("{") == STYLE.count("}")
    assert not re.search(r"\.govuk-(footer|header|logo)\b(?!-)", STYLE)
    for kept in (".govuk-button{", ".govuk-radios__input", ".govuk-error-summary", ".govuk-service-navigation"):
        assert kept in STYLE


def test_the_style_sheet_is_made_from_theirs_by_rule() -> None:
    theirs = (
        '@charset "UTF-8";:root{--govuk-brand-colour:#1d70b8}/*! Copyright */'
        "@font-face{font-family:GDS Transport;src:url(x)}"
        ".govuk-footer__a,.govuk-link{font-family:GDS Transport,arial,sans-serif}"
        "@media print{.govuk-link{font-family:sans-serif}}@media print{.govuk-header{color:red}}"
        ".b:is(.c,.govuk-logo){x:y}.a{mask:url(/y.svg);color:#1a65a6}\n/*# sourceMappingURL=x.map */"
    )
    made = vendored.stylesheet(theirs)
    ours = made[made.index("}:root{") + 1 : made.index("}.govuk-link") + 1]
    assert made.replace(ours, "") == (
        f'@charset "UTF-8";:root{{--govuk-brand-colour:{vendored.COLOURS["brand"]}}}'
        f".govuk-link{{font-family:{vendored.FONTS}}}"
        f".a{{mask:none;color:{vendored.COLOURS['link']}}}\n"
    )


def test_a_block_that_never_ends_is_refused() -> None:
    with pytest.raises(ValueError, match="never ends"):
        vendored.stylesheet(".a{color:red")


def test_a_script_loses_only_its_source_map() -> None:
    assert vendored.script("a();//# sourceMappingURL=a.map") == "a();\n"


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("brand", "inverse"),
        ("link", "inverse"),
        ("link-visited", "inverse"),
        ("link", "surface-background"),
        ("secondary-text", "inverse"),
        ("secondary-text", "template-background"),
        ("error", "inverse"),
        ("success", "inverse"),
        ("focus-text", "focus"),
        ("text", "surface-background"),
    ],
)
def test_our_colours_can_be_read_by_those_who_see_little(ink: str, paper: str) -> None:
    colours = {**vendored.COLOURS, "inverse": "#ffffff"}
    assert _contrast(colours[ink], colours[paper]) >= 4.5


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
