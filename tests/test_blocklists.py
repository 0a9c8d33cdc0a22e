"""The shipped lists, held to the rules they are reviewed by. Each rule is also shown a copy that breaks it."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from firewall_admin.adapters.blocklists import Shipped, find, load
from firewall_admin.core.domains import order
from firewall_admin.core.refusals import BadPolicy
from tests import blocklist_rules as rules

SHIPPED = load(find())
Rule = Callable[[Shipped], rules.Problems]
# Each rule with a change that breaks it: the file, a text of it, and what to put there.
RULES: list[tuple[Rule, str, str, str]] = [
    (rules.no_name_is_covered_by_another_of_its_list, "platforms/kik.txt", "kik.com\n", "kik.com\nm.kik.com\n"),
    (rules.no_name_is_a_public_suffix, "platforms/askfm.txt", "\nask.fm\n", "\nco.uk\n"),
    (rules.no_name_is_a_public_suffix, "platforms/askfm.txt", "\nask.fm\n", "\ngithub.io\n"),
    (rules.no_name_is_a_public_suffix, "protected.txt", "(a public suffix", "(all"),
    (rules.nothing_blocked_meets_a_protected_name, "platforms/askfm.txt", "\nask.fm\n", "\nwww.childline.org.uk\n"),
    (rules.nothing_blocked_meets_a_protected_name, "platforms/askfm.txt", "\nask.fm\n", "\nlive.com\n"),
    (rules.no_list_blocks_what_must_never_be_blocked, "platforms/askfm.txt", "\nask.fm\n", "\nwp.com\n"),
    (rules.the_names_of_anti_bypass_stand_in_no_list, "platforms/askfm.txt", "\nask.fm\n", "\nmask.icloud.com\n"),
    (
        rules.a_shared_name_is_blocked_by_no_list_of_its_own,
        "platforms/twitch.txt",
        "\ntwitch.tv",
        "\nlive-video.net\ntwitch.tv",
    ),
    (
        rules.a_shared_name_is_blocked_by_no_list_of_its_own,
        "platforms/threads.txt",
        "owned-by-another-platform",
        "optional",
    ),
    (
        rules.one_shared_name_has_one_condition,
        "platforms/vk.txt",
        "once-blocked: vk, odnoklassniki",
        "once-blocked: vk",
    ),
    (rules.one_shared_name_has_one_condition, "platforms/reddit.txt", "once-blocked: reddit", "once-blocked: redit"),
    (rules.a_bundle_adds_only_names_its_members_share, "bundles/russian-social.txt", "mycdn.me", "mail.ru"),
    (rules.a_bundle_adds_only_names_its_members_share, "bundles/meta-all.txt", "# includes: threads\n", ""),
    (
        rules.a_bundle_adds_only_names_its_members_share,
        "bundles/meta-all.txt",
        "keep: meta.com",
        "keep: m.facebook.com",
    ),
    (
        rules.a_help_host_is_one_the_list_would_block,
        "platforms/kick.txt",
        "help-host: help.kick.com",
        "help-host: kick.com",
    ),
    (
        rules.a_help_host_is_one_the_list_would_block,
        "platforms/kick.txt",
        "help-host: help.kick.com",
        "help-host: kick.help",
    ),
    (rules.a_closed_platform_says_when, "platforms/vine.txt", "# closed: 2017\n", ""),
    (rules.a_closed_platform_says_when, "platforms/kik.txt", "\nkik.com\n", ""),
    (
        rules.a_name_left_out_is_blocked_by_no_means,
        "circumvention/vpn-services.txt",
        "\nprotonvpn.com\n",
        "\nproton.me\n",
    ),
    (
        rules.a_platform_depends_only_on_platforms,
        "platforms/threads.txt",
        "depends-on: instagram",
        "depends-on: threads",
    ),
    (rules.every_protected_and_essential_name_says_why, "protected.txt", "\nkooth.com\n", "\nkooths.com\n"),
    (rules.no_essential_name_is_protected_already, "essential.txt", "\nseesaw.me\n", "\nwww.gov.uk\n"),
    (rules.no_essential_name_opens_a_blocked_one, "essential.txt", "\nclassdojo.com\n", "\nm.youtube.com\n"),
    (rules.what_must_never_be_blocked_is_essential, "essential.txt", "\nwp.com\n", "\n"),
    (rules.platforms_block_nothing_of_one_another, "platforms/askfm.txt", "\nask.fm\n", "\nkik.com\n"),
    (rules.platforms_block_nothing_of_one_another, "platforms/askfm.txt", "\nask.fm\n", "\nchat.kik.com\n"),
    (rules.every_platform_that_schools_name_is_there, "platforms/x.txt", "\ntwitter.com\n", "\n"),
    (rules.steered_hosts_are_not_steered_again, "safe-search.txt", "safesearch.pixabay.com", "www.bing.com"),
    (
        rules.a_steered_host_is_no_host_that_other_services_need,
        "safe-search.txt",
        "safe-search www.google.com f",
        "safe-search google.com f",
    ),
    (
        rules.an_engine_is_steered_or_blocked_but_not_both,
        "circumvention/unfiltered-search.txt",
        "\nkagi.com\n",
        "\necosia.org\n",
    ),
    (
        rules.both_youtube_settings_steer_the_same_hosts,
        "safe-search.txt",
        "youtube-strict m.youtube.com",
        "youtube-strict n.youtube.com",
    ),
    (rules.an_address_belongs_to_a_target, "safe-search.txt", "address strict.bing.com", "address stricter.bing.com"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped lists that a test may spoil."""
    return Path(shutil.copytree(find(), tmp_path / "blocklists"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Put one text for another in a list, and its names back in label order, so that only a rule can object."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    header, blank, body = text.replace(old, new, 1).partition("\n\n")
    if file != "safe-search.txt":
        body = "".join(sorted(body.splitlines(keepends=True), key=lambda line: order(line.strip())))
    (folder / file).write_text(header + blank + body, encoding="utf-8")


BREAKS = [f"{rule.__name__}-{number}" for number, (rule, *_) in enumerate(RULES)]
ALL_RULES = list(dict.fromkeys([rules.names_are_in_their_one_spelling_and_order, *(rule for rule, *_ in RULES)]))


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.__name__)
def test_the_shipped_lists_keep_the_rule(rule: Rule) -> None:
    assert list(rule(SHIPPED)) == []


def test_no_rule_is_forgotten() -> None:
    named = {
        name
        for name, found in vars(rules).items()
        if getattr(found, "__annotations__", {}).get("return") == rules.Problems
    }
    assert named == {rule.__name__ for rule in ALL_RULES}


@pytest.mark.parametrize(("rule", "file", "old", "new"), RULES, ids=BREAKS)
def test_a_copy_that_breaks_the_rule_is_noticed(rule: Rule, file: str, old: str, new: str, copy: Path) -> None:
    change(copy, file, old, new)
    assert list(rule(load(copy))) != []


def test_names_out_of_order_or_badly_spelt_are_noticed() -> None:
    rule = rules.names_are_in_their_one_spelling_and_order
    for names in (("b.example", "a.example"), ("a.example", "a.example"), ("A.example",)):
        spoilt = replace(SHIPPED.lists["kik"], names=names)
        assert list(rule(Shipped({"kik": spoilt}, SHIPPED.safe_search))) != []


def test_what_a_person_reads_of_a_list_is_plain() -> None:
    for each in SHIPPED.lists.values():
        for key, value in each.facts:
            assert value.isascii(), (each.slug, key, value)
            assert not re.search("AdGuard registry|compiler|yaml|suffix rule", value), (each.slug, value)


def test_lists_of_the_same_school_have_slugs_of_their_own() -> None:
    files = [file.stem for file in find().rglob("*.txt")]
    assert sorted(files) == sorted([*SHIPPED.lists, "safe-search"])
    assert {"anti-bypass", "school"}.isdisjoint(files)
    assert {each.kind for each in SHIPPED.lists.values()} == {
        "platform",
        "bundle",
        "circumvention",
        "protected",
        "essential",
    }


def test_a_bundle_holds_its_members_and_its_own_names() -> None:
    both = SHIPPED.lists["live-streaming-all"].names
    assert set(both) == {*SHIPPED.lists["twitch"].names, *SHIPPED.lists["kick"].names, "live-video.net"}
    assert list(both) == sorted(both, key=order)


def test_a_bundle_with_an_unknown_member_is_refused(copy: Path) -> None:
    (copy / "platforms/kick.txt").unlink()
    with pytest.raises(BadPolicy, match="kick") as refusal:
        load(copy)
    assert refusal.value.field == "bundles/live-streaming-all.txt"


def test_two_lists_of_one_slug_are_refused(copy: Path) -> None:
    shutil.copy(copy / "circumvention/vpn-services.txt", copy / "circumvention/kik.txt")
    with pytest.raises(BadPolicy, match="two lists") as refusal:
        load(copy)
    assert refusal.value.field == "circumvention/kik.txt"


@pytest.mark.parametrize("file", ["protected.txt", "essential.txt", "safe-search.txt"])
def test_a_missing_list_is_refused_rather_than_left_out(file: str, copy: Path) -> None:
    (copy / file).unlink()
    with pytest.raises(BadPolicy, match="read") as refusal:
        load(copy)
    assert refusal.value.field == file


def test_bytes_that_are_no_text_are_refused(copy: Path) -> None:
    (copy / "platforms/kik.txt").write_bytes(b"# name: K\xefk\n")
    with pytest.raises(BadPolicy, match="read") as refusal:
        load(copy)
    assert refusal.value.field == "platforms/kik.txt"


def test_the_lists_are_found_in_an_installed_package_before_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "firewall_admin"
    with pytest.raises(BadPolicy, match="missing"):
        find(package)
    shutil.copytree(find(), tmp_path / "blocklists")
    assert find(package) == tmp_path / "blocklists"
    shutil.copytree(find(), package / "blocklists")
    assert find(package) == package / "blocklists"
