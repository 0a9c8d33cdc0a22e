"""What every shipped list is reviewed by: each rule looks at all of them and yields what is wrong."""

from collections.abc import Iterator

from publicsuffixlist import PublicSuffixList

from firewall_admin.adapters.blocklists import Shipped
from firewall_admin.core.domains import covers, lineage, order, parse
from firewall_admin.core.policy import ANTI_BYPASS
from firewall_admin.core.shipped import SETTINGS, ShippedList

ICANN, WHOLE = PublicSuffixList(only_icann=True), PublicSuffixList()
NEVER = (
    "google.com googleapis.com gstatic.com googleusercontent.com cloudfront.net amazonaws.com akamaihd.net appspot.com "
    "wp.com wordpress.org skype.com skypeassets.com lync.com l-msedge.net icloud.com"
).split()
WITH_CARE = "googlevideo.com ytimg.com ggpht.com youtubeeducation.com t.co vimeocdn.com meta.com snap.com redditinc.com"
NAMED_BY_SCHOOLS = {
    "facebook": "facebook.com",
    "x": "twitter.com",
    "youtube": "youtube.com",
    "instagram": "instagram.com",
    "snapchat": "snapchat.com",
    "tiktok": "tiktok.com",
    "pinterest": "pinterest.co.uk",
    "vine": "vine.co",
    "tumblr": "tumblr.com",
    "askfm": "ask.fm",
    "kik": "kik.com",
    "netmums": "netmums.com",
    "mumsnet": "mumsnet.com",
    "whatsapp": "whatsapp.com",
    "messenger": "messenger.com",
    "threads": "threads.net",
    "reddit": "reddit.com",
    "discord": "discord.gg",
    "twitch": "twitch.tv",
    "telegram": "t.me",
    "linkedin": "linkedin.com",
    "roblox": "roblox.com",
    "omegle": "omegle.com",
    "bbm": None,
    "skype": None,
}
Problems = Iterator[str]


def blocking(shipped: Shipped) -> list[ShippedList]:
    return [each for each in shipped.lists.values() if each.role == "blocked"]


def of_kind(shipped: Shipped, kind: str) -> list[ShippedList]:
    return [each for each in shipped.lists.values() if each.kind == kind]


def names_are_in_their_one_spelling_and_order(shipped: Shipped) -> Problems:
    for each in shipped.lists.values():
        yield from (f"{each.slug}: {name}" for name in each.names if parse(name) != name)
        if list(each.names) != sorted(set(each.names), key=order):
            yield each.slug


def no_name_is_covered_by_another_of_its_list(shipped: Shipped) -> Problems:
    """But in the essential list: there a name under another opens it where a list blocks that very name."""
    for each in shipped.lists.values():
        if each.role != "allowed":
            own = set(each.names)
            yield from (f"{each.slug}: {n}" for n in each.names if own.intersection(lineage(n)[1:]))


def no_name_is_a_public_suffix(shipped: Shipped) -> Problems:
    """Only a protected suffix whose registry serves public bodies, and private suffixes that a note explains."""
    for each in shipped.lists.values():
        for name in each.names:
            if ICANN.is_public(name):
                if each.role != "protected" or "(a public suffix" not in each.reasons.get(name, ""):
                    yield f"{each.slug}: {name}"
            elif WHOLE.is_public(name) and each.role == "blocked" and each.kind != "bundle":
                yield from [] if name in " ".join(each.all("note")) else [f"{each.slug}: {name} without a note"]


def nothing_blocked_meets_a_protected_name(shipped: Shipped) -> Problems:
    for protected in shipped.lists["protected"].names:
        for each in blocking(shipped):
            for name in each.names:
                if covers(protected, name) or covers(name, protected):
                    yield f"{each.slug}: {name} and {protected}"


def no_list_blocks_what_must_never_be_blocked(shipped: Shipped) -> Problems:
    for each in blocking(shipped):
        own = set(each.names)
        yield from (f"{each.slug}: {n}" for n in NEVER + WITH_CARE.split() if own.intersection(lineage(n)))


def the_names_of_anti_bypass_stand_in_no_list(shipped: Shipped) -> Problems:
    for each in shipped.lists.values():
        yield from (f"{each.slug}: {name}" for name in each.names if ANTI_BYPASS.names.closest(name))


def a_shared_name_is_blocked_by_no_list_of_its_own(shipped: Shipped) -> Problems:
    """Only by another platform's, where the advice says that it is the other's."""
    recorded = ("owned-by-another-platform", "block-to-stop-messenger-only")
    for each in of_kind(shipped, "platform"):
        for shared in each.shared:
            for other in of_kind(shipped, "platform"):
                blocks_it = set(other.names).intersection(lineage(shared.domain))
                if blocks_it and (other is each or shared.advice not in recorded):
                    yield f"{each.slug}: {shared.domain} in {other.slug}"


def one_shared_name_has_one_condition(shipped: Shipped) -> Problems:
    seen: dict[str, tuple[str, ...]] = {}
    for each in of_kind(shipped, "platform"):
        for shared in each.shared:
            if shared.once_blocked and seen.setdefault(shared.domain, shared.once_blocked) != shared.once_blocked:
                yield f"{each.slug}: {shared.domain}"
            yield from (f"{each.slug}: {slug}" for slug in shared.once_blocked if slug not in shipped.lists)


def a_bundle_adds_only_names_its_members_share(shipped: Shipped) -> Problems:
    for bundle in of_kind(shipped, "bundle"):
        members = [shipped.lists[slug] for slug in bundle.all("includes")]
        free = {s.domain for m in members for s in m.shared if set(s.once_blocked) <= {m.slug for m in members}}
        free = {s for s in free if any(s == x.domain and x.once_blocked for m in members for x in m.shared)}
        own = set(bundle.names).difference(*(m.names for m in members))
        yield from (f"{bundle.slug}: {name}" for name in own - free)
        yield from (f"{bundle.slug}: {m.slug} not whole" for m in members if not set(m.names) <= set(bundle.names))
        helpful = {host for m in members for host in m.all("help-host")}
        yield from (
            f"{bundle.slug}: keep {k}" for k in bundle.all("keep") if k in bundle.names or is_lost(bundle, k, helpful)
        )


def is_lost(bundle: ShippedList, kept: str, helpful: set[str]) -> bool:
    return bool(set(bundle.names).intersection(lineage(kept))) and kept not in helpful


def a_help_host_is_one_the_list_would_block(shipped: Shipped) -> Problems:
    for each in of_kind(shipped, "platform"):
        own = set(each.names)
        yield from (f"{each.slug}: {h}" for h in each.all("help-host") if not own.intersection(lineage(h)) or h in own)


def a_closed_platform_says_when(shipped: Shipped) -> Problems:
    for each in of_kind(shipped, "platform"):
        closed = each.fact("status") == "closed"
        if closed != (each.fact("closed") is not None) or (closed and not each.fact("status-note")):
            yield each.slug
        if not each.names and not closed:
            yield f"{each.slug}: no names"
        if (each.fact("effect") == "none") != (not each.names):
            yield f"{each.slug}: effect"


def a_name_left_out_is_blocked_by_no_means(shipped: Shipped) -> Problems:
    for each in blocking(shipped):
        own = set(each.names)
        yield from (f"{each.slug}: {n}" for n in each.all("not-listed") if own.intersection(lineage(n.split(" ")[0])))


def a_platform_depends_only_on_platforms(shipped: Shipped) -> Problems:
    slugs = {each.slug for each in of_kind(shipped, "platform")}
    for each in of_kind(shipped, "platform"):
        yield from (f"{each.slug}: {slug}" for slug in each.all("depends-on") if slug not in slugs - {each.slug})


def every_protected_and_essential_name_says_why(shipped: Shipped) -> Problems:
    for slug in ("protected", "essential"):
        each = shipped.lists[slug]
        if sorted(each.names) != sorted(value.split(" ")[0] for value in each.all("why")):
            yield slug


def no_essential_name_is_protected_already(shipped: Shipped) -> Problems:
    protected = set(shipped.lists["protected"].names)
    yield from (name for name in shipped.lists["essential"].names if protected.intersection(lineage(name)))


def no_essential_name_opens_a_blocked_one(shipped: Shipped) -> Problems:
    """At one name allowed beats blocked, and the closest wins: so it must neither be one nor stand under one."""
    for each in blocking(shipped):
        own = set(each.names)
        yield from (f"{n} in {each.slug}" for n in shipped.lists["essential"].names if own.intersection(lineage(n)))


def what_must_never_be_blocked_is_essential(shipped: Shipped) -> Problems:
    yield from (name for name in NEVER if name not in shipped.lists["essential"].names)


def platforms_block_nothing_of_one_another(shipped: Shipped) -> Problems:
    owner: dict[str, str] = {}
    for each in of_kind(shipped, "platform"):
        for name in each.names:
            if owner.setdefault(name, each.slug) != each.slug:
                yield f"{name}: {each.slug} and {owner[name]}"
    for name in owner:
        yield from (f"{name} under {up}" for up in lineage(name)[1:] if owner.get(up, owner[name]) != owner[name])


def every_platform_that_schools_name_is_there(shipped: Shipped) -> Problems:
    for slug, name in NAMED_BY_SCHOOLS.items():
        each = shipped.lists.get(slug)
        if not each or each.kind != "platform" or (name is not None and name not in each.names):
            yield slug


def steered_hosts_are_not_steered_again(shipped: Shipped) -> Problems:
    for setting in SETTINGS:
        pairs = shipped.safe_search.rewrites(setting)
        hosts = {host for host, _ in pairs}
        yield from (f"{setting}: {target}" for _, target in pairs if target in hosts)
        if not pairs:
            yield setting


def a_steered_host_is_no_host_that_other_services_need(shipped: Shipped) -> Problems:
    """A rewrite of a parent or of a sign-in host would break what the essential and protected lists keep open."""
    kept = {*NEVER, *shipped.lists["essential"].names, *shipped.lists["protected"].names}
    for setting in SETTINGS:
        for host, _ in shipped.safe_search.rewrites(setting):
            if host in kept or ICANN.is_public(host) or host in ("youtube.com", "youtu.be", "s.ytimg.com"):
                yield f"{setting}: {host}"


def an_engine_is_steered_or_blocked_but_not_both(shipped: Shipped) -> Problems:
    for each in of_kind(shipped, "circumvention"):
        own = set(each.names)
        for host, target in shipped.safe_search.rewrites("safe-search"):
            if own.intersection(lineage(host)) or own.intersection(lineage(target)):
                yield f"{each.slug}: {host}"


def both_youtube_settings_steer_the_same_hosts(shipped: Shipped) -> Problems:
    moderate, strict = (dict(shipped.safe_search.rewrites(s)) for s in SETTINGS[1:])
    if moderate.keys() != strict.keys() or set(moderate.values()) & set(strict.values()):
        yield "youtube"


def an_address_belongs_to_a_target(shipped: Shipped) -> Problems:
    targets = {target for setting in SETTINGS for _, target in shipped.safe_search.rewrites(setting)}
    yield from shipped.safe_search.fixed.keys() - targets
