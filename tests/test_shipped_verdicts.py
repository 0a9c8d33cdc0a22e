"""What the shipped lists come to for people: what is open, what is blocked, where a search is steered."""

from datetime import UTC, datetime

from firewall_admin.adapters.blocklists import find, load
from firewall_admin.core.names import Names
from firewall_admin.core.policy import ANTI_BYPASS, Audience, NameList, Policy, decide
from firewall_admin.core.shipped import SETTINGS
from tests import blocklist_rules as rules

SHIPPED = load(find())


def name_list(slug: str) -> NameList:
    shipped = SHIPPED.lists[slug]
    return NameList(slug, shipped.role, Names.of(shipped.names))


def pupils(*slugs: str, essential: bool = True, other: str = "") -> Policy:
    """What applies to pupils with these shipped lists, and with one subscribed list of the names in `other`."""
    lists = [name_list(slug) for slug in (*slugs, *(["essential"] if essential else []))]
    subscribed = NameList("subscribed", "blocked", Names.of(other.split()))
    return Policy(
        Audience("pupils"),
        datetime(2026, 11, 23, 9, tzinfo=UTC),
        locked=(ANTI_BYPASS,),
        protected=(name_list("protected"),),
        lists=(*lists, subscribed),
    )


def blocked(policy: Policy, names: str) -> list[str]:
    return [name for name in names.split() if decide(policy, name).blocked]


def test_youtube_stays_blocked_where_its_hosts_stand_under_essential_names() -> None:
    policy = pupils("youtube")
    hosts = (
        "youtubei.googleapis.com youtube.googleapis.com youtubeembeddedplayer.googleapis.com www.youtube.com youtu.be"
    )
    assert blocked(policy, hosts) == hosts.split()
    assert blocked(policy, "www.googleapis.com googleapis.com classroom.google.com www.youtubeeducation.com") == []


def test_every_name_of_every_blocking_list_is_blocked_beside_the_essential_list() -> None:
    for each in rules.blocking(SHIPPED):
        policy = pupils(each.slug)
        assert blocked(policy, " ".join(each.names)) == list(each.names)
        assert blocked(policy, " ".join("www." + name for name in each.names)) == ["www." + n for n in each.names]


def test_facebook_alone_leaves_the_other_services_of_meta_open() -> None:
    others = (
        "web.whatsapp.com www.instagram.com www.threads.com scontent.fbcdn.net scontent.cdninstagram.com www.meta.com"
    )
    assert blocked(pupils("facebook"), others) == []
    assert blocked(pupils("meta-all"), others) == others.split()[:-1]


def test_short_names_block_no_name_that_only_ends_alike() -> None:
    alike = "netflix.com dropbox.com xbox.com fedex.com about.me online.me vivalingua-vk.com book.ru kickstarter.com"
    assert blocked(pupils("x", "telegram", "messenger", "vk", "odnoklassniki", "kik", "kick", "line"), alike) == []


def test_a_list_that_blocks_what_lessons_need_blocks_it_only_without_the_essential_list() -> None:
    mistaken = "google.com docs.google.com youtubeeducation.com cloudfront.net www.msftconnecttest.com seesaw.me"
    needed = "www.google.com docs.google.com www.youtubeeducation.com d1.cloudfront.net app.seesaw.me"
    assert blocked(pupils(other=mistaken), needed) == []
    assert blocked(pupils(other=mistaken, essential=False), needed) == needed.split()


def test_a_list_that_blocks_one_customer_of_a_wide_name_keeps_it_blocked() -> None:
    customers = "evil.cloudfront.net sites.google.com"
    assert blocked(pupils(other=customers), customers + " cloudfront.net www.google.com") == customers.split()


def test_a_list_that_blocks_what_a_sign_in_points_to_does_not_stop_signing_in() -> None:
    chain = "login.microsoftonline.com login.mso.msidentity.com www.tm.a.prd.aadg.trafficmanager.net aadcdn.msauth.net"
    mistaken = (
        "trafficmanager.net www.tm.a.prd.aadg.trafficmanager.net login.microsoftonline.com msidentity.com msauth.net"
    )
    assert blocked(pupils(other=mistaken), chain + " accounts.google.com") == []
    assert blocked(pupils(other=mistaken), "other.trafficmanager.net") == ["other.trafficmanager.net"]


def test_help_for_children_stays_open_whatever_a_list_says() -> None:
    help_for_children = (
        "www.childline.org.uk www.nspcc.org.uk www.samaritans.org www.ceop.police.uk www.gov.uk 111.nhs.uk"
    )
    assert blocked(pupils(other=help_for_children), help_for_children) == []


def test_vpns_resolvers_and_proxies_are_lists_of_their_own() -> None:
    resolvers = "dns.google one.one.one.one chrome.cloudflare-dns.com abc123.dns.nextdns.io"
    assert blocked(pupils("encrypted-dns"), resolvers) == resolvers.split()
    assert (
        blocked(
            pupils("encrypted-dns"), "nordvpn.com mullvad.net proton.me tailscale.com doh.umbrella.com www.google.com"
        )
        == []
    )
    assert blocked(pupils("vpn-services"), "account.proton.me tailscale.com dns.google www.opera.com") == []


def test_google_is_steered_in_every_country_and_nothing_but_its_search_is() -> None:
    google = [
        host for host, target in SHIPPED.safe_search.rewrites("safe-search") if target == "forcesafesearch.google.com"
    ]
    assert {"www.google.com", "www.google.co.uk", "www.google.ie", "www.google.com.pk"} <= set(google)
    assert all(host.startswith("www.google.") for host in google)
    assert len(google) > 190


def test_youtube_is_steered_by_the_hosts_google_names() -> None:
    strict, moderate = (dict(SHIPPED.safe_search.rewrites(f"youtube-{mode}")) for mode in ("strict", "moderate"))
    named = "www.youtube.com m.youtube.com youtubei.googleapis.com youtube.googleapis.com www.youtube-nocookie.com"
    assert strict == dict.fromkeys(named.split(), "restrict.youtube.com")
    assert moderate == dict.fromkeys(named.split(), "restrictmoderate.youtube.com")


def test_every_target_but_those_without_a_known_address_has_one() -> None:
    targets = {target for setting in SETTINGS for _, target in SHIPPED.safe_search.rewrites(setting)}
    without = {target for target in targets if not SHIPPED.safe_search.addresses(target)}
    assert without == {"safe.duckduckgo.com", "safesearch.pixabay.com", "strict-safe-search.ecosia.org"}
