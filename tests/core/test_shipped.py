"""What a shipped list file may say, and how a mistake in one is told."""

import pytest

from firewall_admin.core.refusals import BadPolicy
from firewall_admin.core.shipped import (
    RESERVED,
    SETTINGS,
    Kind,
    parse_list,
    parse_safe_search,
)
from firewall_admin.core.shipped_header import Address, Shared

PLATFORM = """\
# name: Chatter
# role: blocked
# category: messaging
# company: Chatter Ltd
# status: active
# minimum-age: 13
# effect: good
# embeds: none
# logins: low
# terms: https://chatter.example/terms?lang=en | archived
# rules: unknown
# report: https://help.chatter.example/report | unchecked
# safety: unknown
# help-host: help.chatter.example
# shared: cdn.example | use: Natter, Chinwag | breaks: pictures | advice: optional | once-blocked: chatter, natter
# shared: id.example | use: everybody | breaks: signing in | advice: never-block
# note: The first note.
# note: The second note.
# sources: public rule lists
# confidence: high
# reviewed: 2026-11-21

chat.example
chatter.example
"""
PROTECTED = """\
# name: Never blocked
# role: protected
# why: help.example helps children
# reviewed: 2026-11-21

help.example
"""
STEERING = """\
# name: Safe search
# note: Exact hosts.
# sources: vendors
# reviewed: 2026-11-21

safe-search www.find.example safe.find.example
safe-search www.seek.example safe.seek.example
youtube-moderate www.tube.example moderate.tube.example
youtube-strict www.tube.example strict.tube.example
address safe.find.example 192.0.2.1 2001:db8::1
"""


def broken(old: str, new: str, text: str = PLATFORM, slug: str = "chatter", kind: Kind = "platform") -> BadPolicy:
    """How a list is refused once one thing in it is changed; the list as it was is sound."""
    parse_list(slug, kind, text)
    assert text.count(old) >= 1
    with pytest.raises(BadPolicy) as refusal:
        parse_list(slug, kind, text.replace(old, new, 1))
    return refusal.value


def test_a_list_file_gives_its_names_and_its_facts() -> None:
    chatter = parse_list("chatter", "platform", PLATFORM)
    assert (chatter.slug, chatter.kind, chatter.name, chatter.role) == ("chatter", "platform", "Chatter", "blocked")
    assert chatter.names == ("chat.example", "chatter.example")
    assert chatter.fact("company") == "Chatter Ltd"
    assert chatter.fact("closed") is None
    assert chatter.all("note") == ("The first note.", "The second note.")
    assert chatter.all("closed") == ()


def test_an_address_says_whether_it_was_seen() -> None:
    chatter = parse_list("chatter", "platform", PLATFORM)
    assert chatter.address("terms") == Address("https://chatter.example/terms?lang=en", "archived")
    assert chatter.address("report") == Address("https://help.chatter.example/report", "unchecked")
    assert chatter.address("rules") is None


def test_a_shared_name_says_who_else_uses_it_and_when_it_may_be_blocked() -> None:
    assert parse_list("chatter", "platform", PLATFORM).shared == (
        Shared("cdn.example", "Natter, Chinwag", "pictures", "optional", ("chatter", "natter")),
        Shared("id.example", "everybody", "signing in", "never-block", ()),
    )


def test_a_protected_name_says_why() -> None:
    assert parse_list("protected", "protected", PROTECTED).reasons == {"help.example": "helps children"}


def test_a_platform_with_no_names_left_keeps_its_facts() -> None:
    gone = parse_list("chatter", "platform", PLATFORM.partition("\n\n")[0] + "\n")
    assert gone.names == ()
    assert gone.name == "Chatter"


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("# note: The first note.", "# nota: The first note.", 17, "nota"),
        ("# note: The first note.", "# keep: chat.example", 17, "keep"),
        ("# note: The first note.", "# note:", 17, "key: value"),
        ("# note: The first note.", "# note: The first note. ", 17, "key: value"),
        ("# note: The first note.", "#note: The first note.", 17, "key: value"),
        ("# note: The first note.", "# name: Chatter again", 17, "twice"),
        ("2026-11-21", "21/11/2026", 21, "date"),
        ("2026-11-21", "2026-11-31", 21, "date"),
        ("# minimum-age: 13", "# minimum-age: teens", 6, "age"),
        ("# status: active", "# status: dormant", 5, "dormant"),
        ("# embeds: none", "# embeds: huge", 8, "huge"),
        ("# effect: good", "# effect: fine", 7, "fine"),
        ("# confidence: high", "# confidence: hig", 20, "hig"),
        ("https://chatter.example", "http://chatter.example", 10, "https"),
        (" | archived", "", 10, "archived"),
        ("terms?lang=en", "terms lang", 10, "https"),
        ("# help-host: help", "# help-host: Help", 14, "spelt"),
        ("advice: optional", "advice: perhaps", 15, "perhaps"),
        (" | breaks: pictures", "", 15, "breaks"),
        ("chatter, natter", "chatter, Natter", 15, "name"),
        ("shared: cdn.example", "shared: cdn", 15, "one label"),
        ("\nchat.example", "\nChat.example", 23, "spelt"),
        ("\nchat.example", "\nchat.example.", 23, "spelt"),
        ("\nchat.example", "\nexample", 23, "no domain"),
        ("\nchat.example", "\n*.chat.example", 23, "no domain"),
        ("\nchat.example", "\nchat.example # inside", 23, "no domain"),
        ("\nchat.example", "\n0.0.0.0 chat.example", 23, "no domain"),
        ("\nchat.example\n", "\n\nchat.example\n", 23, "empty"),
        ("\nchat.example", "\nzzz.example", 24, "order"),
        ("\nchat.example", "\nchatter.example", 24, "twice"),
        ("2026-11-21\n\n", "2026-11-21\n", 22, "empty line"),
    ],
)
def test_a_mistake_in_a_list_names_its_line(old: str, new: str, line: int, word: str) -> None:
    refusal = broken(old, new)
    assert refusal.field == f"platforms/chatter.txt:{line}"
    assert word in refusal.message


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("# company: Chatter Ltd\n", "", "company"),
        ("# reviewed: 2026-11-21\n", "", "reviewed"),
        ("# role: blocked", "# role: allowed", "role"),
        ("\nchatter.example\n", "\nchatter.example", "end of a line"),
    ],
)
def test_a_mistake_of_the_whole_list_names_its_file(old: str, new: str, word: str) -> None:
    refusal = broken(old, new)
    assert refusal.field == "platforms/chatter.txt"
    assert word in refusal.message


def test_every_key_a_platform_must_say_is_asked_for() -> None:
    asked = [line for line in PLATFORM.splitlines(keepends=True) if line.startswith("# ")]
    free = ("# help-host", "# shared", "# note")
    for line in asked:
        if not line.startswith(free):
            assert repr(line[2:].partition(":")[0]) in broken(line, "").message


def test_an_empty_file_is_refused() -> None:
    for text in ("", "\n", "chat.example\n"):
        with pytest.raises(BadPolicy):
            parse_list("chatter", "platform", text)


@pytest.mark.parametrize(
    "slug", [*RESERVED, "Chatter", "chat ter", "chat_ter", "-chatter", "chatter-", "", "../chatter"]
)
def test_a_list_can_not_take_a_reserved_or_badly_spelt_slug(slug: str) -> None:
    with pytest.raises(BadPolicy) as refusal:
        parse_list(slug, "platform", PLATFORM)
    assert refusal.value.field == f"platforms/{slug}.txt"


def test_the_protected_list_has_one_slug_only() -> None:
    assert parse_list("protected", "protected", PROTECTED).role == "protected"
    with pytest.raises(BadPolicy):
        parse_list("helplines", "protected", PROTECTED)


def test_a_reason_without_words_is_refused() -> None:
    refusal = broken("help.example helps children", "help.example", PROTECTED, "protected", "protected")
    assert refusal.field == "protected.txt:3"


def test_a_bundle_names_its_members() -> None:
    text = "# name: Both\n# role: blocked\n# includes: chatter\n# includes: natter\n# reviewed: 2026-11-21\n"
    assert parse_list("both", "bundle", text).all("includes") == ("chatter", "natter")
    refusal = broken("# includes: natter", "# includes: Natter Ltd", text, "both", "bundle")
    assert refusal.field == "bundles/both.txt:4"


def test_safe_search_gives_pairs_of_host_and_target_for_each_setting() -> None:
    steering = parse_safe_search(STEERING)
    assert steering.rewrites("safe-search") == (
        ("www.find.example", "safe.find.example"),
        ("www.seek.example", "safe.seek.example"),
    )
    assert steering.rewrites("youtube-moderate") == (("www.tube.example", "moderate.tube.example"),)
    assert steering.rewrites("youtube-strict") == (("www.tube.example", "strict.tube.example"),)
    assert set(steering.steering) == set(SETTINGS)
    with pytest.raises(KeyError):
        steering.rewrites("safe")


def test_safe_search_gives_fixed_addresses_where_they_are_known() -> None:
    steering = parse_safe_search(STEERING)
    assert steering.addresses("safe.find.example") == ("192.0.2.1", "2001:db8::1")
    assert steering.addresses("safe.seek.example") == ()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("safe-search www.seek", "safesearch www.seek", 7),
        ("safe-search www.seek", "safe-search  www.seek", 7),
        ("safe-search www.seek", "safe-search WWW.seek", 7),
        ("www.seek.example safe.seek.example", "www.seek.example", 7),
        ("www.seek.example safe.seek.example", "www.seek.example 192.0.2.1", 7),
        ("www.seek.example safe", "www.seek.example extra.example safe", 7),
        ("www.seek.example safe", "www.a.example safe", 7),
        ("www.seek.example safe", "www.find.example safe", 7),
        ("safe-search www.find", "youtube-strict www.find", 7),
        (" 192.0.2.1 2001:db8::1", "", 10),
        ("192.0.2.1", "192.0.2", 10),
        ("2001:db8::1", "2001:DB8::1", 10),
        ("# note: Exact hosts.", "# role: blocked", 2),
    ],
)
def test_a_mistake_in_safe_search_names_its_line(old: str, new: str, line: int) -> None:
    assert STEERING.count(old) >= 1
    with pytest.raises(BadPolicy) as refusal:
        parse_safe_search(STEERING.replace(old, new, 1))
    assert refusal.value.field == f"safe-search.txt:{line}"
