"""Public lists worth knowing for a school: whose they are, what they are for, how they are licensed.

None is switched on, none was fetched when this was written: addresses, sizes and licences are from our own knowledge
(November 2026). So every entry is looked at (fetched, read, weighed) before it can be added, like any other address,
and its maker's page says what holds now. Of each maker's files we name the one written as plain names or hosts: an
Adblock list for browsers has rules that no resolver can follow.
"""

from dataclasses import dataclass

CHECKED = "from our own knowledge, November 2026; not fetched by us"


@dataclass(frozen=True)
class Published:
    """One list. `size`: names, roughly; `dialect` as it is written; `interval`: seconds between fetches that suit it;
    `care`: what to know before it is assigned."""

    slug: str
    name: str
    maker: str
    purpose: str
    address: str
    page: str
    licence: str
    size: str
    dialect: str
    group: str
    interval: int = 86_400
    care: str = ""


_HAGEZI = "https://raw.githubusercontent.com/hagezi/dns-blocklists/main/wildcard"
_BLOCKLIST_PROJECT = "https://raw.githubusercontent.com/blocklistproject/Lists/master/alt-version"
_TOULOUSE = "https://raw.githubusercontent.com/olbat/ut1-blacklists/master/blacklists"
_THREATS, _ADULT, _GAMBLING, _ADS, _BYPASS, _TIME = (
    "Phishing and malware",
    "Adult content",
    "Gambling",
    "Advertising and tracking",
    "Ways round the filter",
    "Games and pastime",
)
_UT1, _BLP, _HZ = "Université Toulouse Capitole", "The Block List Project", "HaGeZi"
_UT1_PAGE, _HZ_PAGE = "https://dsi.ut-capitole.fr/blacklists/", "https://github.com/hagezi/dns-blocklists"
_BLP_PAGE = "https://github.com/blocklistproject/Lists"
_CC_SA, _GPL, _UNLICENSE, _MIT = "CC BY-SA 4.0", "GPL-3.0", "Unlicense", "MIT"
_WEEK = 604_800


def _hagezi(slug: str, file: str, name: str, purpose: str, size: str, group: str, care: str = "") -> Published:
    address = f"{_HAGEZI}/{file}-onlydomains.txt"
    return Published(slug, name, _HZ, purpose, address, _HZ_PAGE, _GPL, size, "plain names", group, care=care)


def _toulouse(slug: str, folder: str, name: str, purpose: str, size: str, group: str, care: str = "") -> Published:
    address = f"{_TOULOUSE}/{folder}/domains"
    care = care or "A mirror of the university's list, kept by somebody else; its categories are broad."
    return Published(slug, name, _UT1, purpose, address, _UT1_PAGE, _CC_SA, size, "plain names", group, _WEEK, care)


def _project(slug: str, file: str, name: str, purpose: str, size: str, group: str, care: str = "") -> Published:
    address = f"{_BLOCKLIST_PROJECT}/{file}-nl.txt"
    care = care or "Seldom tended: sign-in servers of Microsoft and others have stood in its lists by mistake."
    return Published(slug, name, _BLP, purpose, address, _BLP_PAGE, _UNLICENSE, size, "plain names", group, _WEEK, care)


CATALOGUE: tuple[Published, ...] = (
    Published(
        "urlhaus",
        "URLhaus host file",
        "abuse.ch",
        "Servers that hand out malware at this moment",
        "https://urlhaus.abuse.ch/downloads/hostfile/",
        "https://urlhaus.abuse.ch/",
        "CC0",
        "under 1,000",
        "hosts",
        _THREATS,
        21_600,
        "Short-lived by nature: a hacked school's or shop's own site may stand in it for a day.",
    ),
    Published(
        "phishing-army",
        "Phishing Army",
        "Andrea Draghetti",
        "Phishing sites, gathered from several reporters",
        "https://phishing.army/download/phishing_army_blocklist.txt",
        "https://phishing.army/",
        "CC BY-NC 4.0",
        "150,000",
        "plain names",
        _THREATS,
        21_600,
        "For non-commercial use.",
    ),
    _hagezi("hagezi-tif", "tif.medium", "Threat feeds, medium", "Malware and phishing", "300,000", _THREATS),
    _project("blp-ransomware", "ransomware", "Ransomware", "Servers of extortion programs", "2,000", _THREATS),
    _project("blp-phishing", "phishing", "Phishing", "Phishing sites", "190,000", _THREATS),
    _toulouse("ut1-malware", "malware", "Malware", "Servers that hand out malware", "150,000", _THREATS),
    Published(
        "stevenblack-porn",
        "Hosts: adult content only",
        "Steven Black",
        "Adult sites",
        "https://raw.githubusercontent.com/StevenBlack/hosts/master/alternates/porn-only/hosts",
        "https://github.com/StevenBlack/hosts",
        _MIT,
        "75,000",
        "hosts",
        _ADULT,
    ),
    Published(
        "oisd-nsfw",
        "oisd nsfw",
        "sjhgvr",
        "Adult sites, with care for few mistakes",
        "https://nsfw.oisd.nl/domainswild2",
        "https://oisd.nl/",
        "GPL-3.0 (see its page)",
        "300,000",
        "plain names",
        _ADULT,
    ),
    _hagezi("hagezi-nsfw", "nsfw", "NSFW", "Adult sites", "70,000", _ADULT),
    _project("blp-porn", "porn", "Porn", "Adult sites", "500,000", _ADULT),
    _toulouse("ut1-adult", "adult", "Adult", "Adult sites, the largest collection", "4,500,000", _ADULT),
    Published(
        "stevenblack-gambling",
        "Hosts: gambling only",
        "Steven Black",
        "Betting and casinos",
        "https://raw.githubusercontent.com/StevenBlack/hosts/master/alternates/gambling-only/hosts",
        "https://github.com/StevenBlack/hosts",
        _MIT,
        "7,000",
        "hosts",
        _GAMBLING,
    ),
    _hagezi("hagezi-gambling", "gambling.medium", "Gambling, medium", "Betting and casinos", "100,000", _GAMBLING),
    _toulouse("ut1-gambling", "gambling", "Gambling", "Betting and casinos", "35,000", _GAMBLING),
    Published(
        "stevenblack",
        "Hosts: unified",
        "Steven Black",
        "Advertising, tracking and malware",
        "https://raw.githubusercontent.com/StevenBlack/hosts/master/hosts",
        "https://github.com/StevenBlack/hosts",
        _MIT,
        "120,000",
        "hosts",
        _ADS,
    ),
    Published(
        "oisd-small",
        "oisd small",
        "sjhgvr",
        "Advertising, with care that nothing breaks",
        "https://small.oisd.nl/domainswild2",
        "https://oisd.nl/",
        "GPL-3.0 (see its page)",
        "50,000",
        "plain names",
        _ADS,
    ),
    Published(
        "oisd-big",
        "oisd big",
        "sjhgvr",
        "Advertising, tracking, phishing and malware",
        "https://big.oisd.nl/domainswild2",
        "https://oisd.nl/",
        "GPL-3.0 (see its page)",
        "200,000",
        "plain names",
        _ADS,
    ),
    Published(
        "adguard-dns",
        "AdGuard DNS filter",
        "AdGuard",
        "Advertising and tracking",
        "https://adguardteam.github.io/AdGuardSDNSFilter/Filters/filter.txt",
        "https://github.com/AdguardTeam/AdGuardSDNSFilter",
        _GPL,
        "60,000",
        "Adblock rules for DNS",
        _ADS,
        care="Some of its rules can't be said as names: those lines are rejected, and told.",
    ),
    _hagezi("hagezi-light", "light", "Multi light", "Advertising and tracking, and breaks little", "70,000", _ADS),
    _hagezi("hagezi-pro", "pro", "Multi pro", "Advertising, tracking, malware and scams", "200,000", _ADS),
    _hagezi(
        "hagezi-doh",
        "doh",
        "Encrypted DNS servers",
        "Resolvers that browsers and apps go to in place of the school's",
        "3,000",
        _BYPASS,
    ),
    _hagezi(
        "hagezi-bypass",
        "doh-vpn-proxy-bypass",
        "Encrypted DNS, VPN, proxies",
        "Ways round the filter, all together",
        "15,000",
        _BYPASS,
        "Staff who work with a VPN lose it too: assign it to pupils.",
    ),
    _hagezi("hagezi-dyndns", "dyndns", "Dynamic DNS", "Home-made servers", "1,500", _BYPASS, "Whole hosting domains."),
    _toulouse("ut1-redirector", "redirector", "Redirectors", "Proxies and anonymisers", "120,000", _BYPASS),
    _toulouse("ut1-vpn", "vpn", "VPN", "Providers of VPNs", "10,000", _BYPASS),
    _toulouse("ut1-games", "games", "Games", "Online games", "30,000", _TIME),
    _toulouse("ut1-dating", "dating", "Dating", "Dating sites", "7,000", _TIME),
    _toulouse("ut1-social", "social_networks", "Social networks", "Social media", "800", _TIME),
    _project("blp-drugs", "drugs", "Drugs", "Shops for drugs", "26,000", _TIME),
)


def found(slug: str) -> Published | None:
    """The entry of a slug."""
    return next((each for each in CATALOGUE if each.slug == slug), None)


def groups() -> dict[str, tuple[Published, ...]]:
    """The catalogue by what its lists are for, in the order above."""
    return {
        group: tuple(each for each in CATALOGUE if each.group == group)
        for group in dict.fromkeys(each.group for each in CATALOGUE)
    }
