"""What speaks against a list's new text. The limits are safety margins: each is tried at both of its sides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core.list_findings import Beside, accepting, asked, look, without
from firewall_admin.core.listfile import CountedList, counted, read
from firewall_admin.core.names import Names
from firewall_admin.core.suffixes import hosting

PLAIN = Beside(popular=())


def text(count, word="bad", first=0):
    return "".join(f"{word}{n}.example\n" for n in range(first, first + count))


def held(old, new, beside=PLAIN):
    """Grades by name of what is found; `old` and `new` are texts."""
    before = read(old.encode()).names if old is not None else None
    return {one.name: one.grade for one in look(before, counted(read(new.encode(), beside.role)), beside).findings}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (1_000, 900, {}),
        (1_000, 899, {"shrunk": "hold"}),
        (1_000, 500, {"shrunk": "hold"}),
        (1_000, 499, {"shrunk": "refuse"}),
        (499, 260, {}),
        (499, 240, {"shrunk": "hold"}),
        (20, 9, {"shrunk": "hold"}),
        (19, 1, {}),
        (1_000, 0, {"empty": "refuse"}),
        (10, 0, {"empty": "refuse"}),
        (1_000, 5_999, {}),
        (1_000, 6_000, {"grown": "hold"}),
        (1_000, 10_000, {"grown": "hold"}),
        (1_000, 10_001, {"grown": "refuse"}),
        (20_000, 30_000, {}),
        (20_000, 30_001, {"grown": "hold"}),
    ],
)
def test_a_list_that_shrinks_or_grows_too_much_is_held_then_refused(old, new, found):
    assert held(text(old), text(new)) == found


def test_a_list_of_nothing_but_names_under_one_that_has_to_work_is_refused_without_going_through_them():
    """By the million they would take the memory of whoever looks: only a few are told."""
    crowd = "".join(f"a{n}.school.example\n" for n in range(60_000))
    for around in (Beside(own=("school.example",), popular=()), Beside(whole=["school.example"], popular=())):
        looked = look(Names(), counted(read(crowd.encode())), around)
        [finding] = [one for one in looked.findings if one.name in ("own-domain", "needed-names")]
        assert finding.grade == "refuse"
        assert len(finding.names) == 5
        assert not looked.dropped


@pytest.mark.parametrize(
    ("other", "found"),
    [(100, {}), (101, {"turned-over": "hold"}), (300, {"turned-over": "hold"}), (301, {"turned-over": "refuse"})],
)
def test_names_that_come_and_go_count_together_even_where_the_size_says_nothing(other, found):
    assert held(text(1_000), text(1_000 - other, first=other) + text(other, "other")) == found


@pytest.mark.parametrize(
    ("rejected", "found"),
    [
        (20, {}),
        (21, {"rejected-lines": "hold"}),
        (250, {"rejected-lines": "hold"}),
        (251, {"rejected-lines": "refuse"}),
    ],
)
def test_lines_that_are_no_names_are_counted_by_their_share(rejected, found):
    bad = "".join(f"/pattern{n}/\n" for n in range(rejected))
    assert held(None, text(1_000) + bad) == found


def test_a_list_of_web_addresses_is_called_that():
    """stonecrusher#4: a URL list cut down to its hosts blocked google.com."""
    bad = "".join(f"https://www.google.com/maps/{n}\n" for n in range(50))
    assert held(None, text(100) + bad) == {"web-addresses": "refuse"}


def test_google_com_in_a_list_is_left_out_and_held_as_long_as_it_is_needed():
    """notracking#453, ShadowWhisperer#163, Inversion-DNSBL#4."""
    beside = Beside(needed={"google.com": ()}, popular=("google.com",))
    before = read(text(10).encode()).names
    looked = look(before, counted(read(b"google.com\nads.google.com\n" + text(10).encode())), beside)
    assert looked.dropped == ("google.com",)
    assert "google.com" not in looked.names
    assert "ads.google.com" in looked.names, "a name below is not what is needed"
    assert [one.name for one in looked.findings] == ["needed-names"]


def test_a_sign_in_service_is_held_at_and_below_its_name_and_along_its_chain():
    """WaLLy3K#170, hagezi/dns-blocklists#6668."""
    beside = Beside(needed={"signin.example.com": ("edge.cdn.example.net",)}, whole=("signin.example.com",), popular=())
    for name in ("example.com", "signin.example.com", "eu.signin.example.com", "cdn.example.net"):
        looked = look(Names(), counted(read(f"{name}\nfine.example\n".encode())), beside)
        assert looked.dropped == (name,), name
        assert list(looked.names) == ["fine.example"]
    assert held("", "other.example.net\n", beside) == {}


def test_the_server_a_list_comes_from_is_never_blocked_by_it():
    """Tempest#3 blocked raw.githubusercontent.com, where it lay."""
    looked = look(
        None, counted(read(b"lists.example.org\nbad.example\n")), Beside(hosts=("lists.example.org",), popular=())
    )
    assert looked.dropped == ("lists.example.org",)


def test_the_schools_own_names_are_left_out_and_more_than_five_refuse():
    beside = Beside(own=("oakfield.leics.sch.uk",), popular=())
    few = "".join(f"n{n}.oakfield.leics.sch.uk\n" for n in range(5))
    assert held("", few + text(3), beside) == {"own-domain": "hold"}
    assert held("", few + "oakfield.leics.sch.uk\n" + text(3), beside) == {"own-domain": "refuse"}


def test_whole_top_level_domains_and_suffixes_are_told_and_more_than_five_refuse():
    five = "co.uk\nsch.uk\n*.com\nnet\nkent.sch.uk\n"
    assert held(None, five + text(400)) == {"public-suffix": "hold"}
    assert held(None, five + "||org^\n" + text(400)) == {"public-suffix": "refuse"}


def test_names_under_which_others_have_sites_are_asked_about_once():
    assert "github.io" in hosting()
    assert held("", "github.io\ncloudfront.net\n") == {"hosting": "hold"}
    assert held("github.io\n", "github.io\nme.example\n") == {}


@pytest.mark.parametrize(("count", "found"), [(1, "hold"), (3, "hold"), (4, "refuse")])
def test_sites_that_schools_live_on_hold_and_many_refuse(count, found):
    sites = "canva.com kahoot.com desmos.com tes.com".split()[:count]
    assert held(text(10), text(10) + "\n".join(sites) + "\n", Beside()) == {"popular-sites": found}
    assert held("\n".join(sites) + "\n", "\n".join(sites) + "\nme.example\n", Beside()) == {}, "they were there before"


def test_a_site_that_a_list_newly_covers_from_above_counts_too():
    beside = Beside(used=("maths.club.example",), popular=())
    assert held("x.example\n", "x.example\nclub.example\n", beside) == {"used-names": "hold"}


def test_a_list_that_opens_is_held_by_every_name_more_and_by_none_that_is_popular():
    beside = Beside(role="allowed")
    assert held("a.example\n", "a.example\ngoogle.com\n", beside) == {"opens-names": "hold"}
    assert held("a.example\nb.example\n", "a.example\n", beside) == {}


def test_what_stands_is_accepted_once_until_there_is_more_of_it():
    beside = Beside(needed={"google.com": (), "bing.com": ()}, popular=())
    first = look(None, counted(read(b"google.com\n" + text(100).encode() + b"/x/\n" * 10)), beside).findings
    accepted = accepting(first)
    assert asked(first, accepted) == ()
    more = look(None, counted(read(b"bing.com\n" + text(100).encode() + b"/x/\n" * 20)), beside).findings
    assert {one.name for one in asked(more, accepted)} == {"needed-names", "rejected-lines"}
    shrunk = look(read(text(1_000).encode()).names, counted(read(text(800).encode())), PLAIN).findings
    assert asked(shrunk, accepting(shrunk)) == shrunk, "a step is asked about each time"


def test_a_person_who_hands_in_a_text_is_told_and_keeps_every_name():
    beside = Beside(needed={"google.com": ()}, popular=())
    looked = look(None, counted(read(b"google.com\n")), beside, drops=False)
    assert (looked.dropped, list(looked.names)) == ((), ["google.com"])
    assert [one.name for one in looked.findings] == ["needed-names"]


def test_a_name_is_taken_out_without_those_beside_and_below_it():
    names = Names.of(["x.example", "a.x.example", "x-y.example", "w.example"])
    left = without(names, ["x.example"])
    assert set(left) == {"w.example", "a.x.example", "x-y.example"}
    assert left == Names.of(left)
    assert without(names, []) is names


sites = st.sampled_from("github.io me.github.io io.example canva.com www.canva.com a.www.canva.com x.example".split())
lists = st.sets(sites | st.sampled_from("abcdefgh").map("{}.fine.example".format)).map(Names.of)


@given(st.none() | lists, lists, st.sampled_from(["blocked", "allowed"]))
def test_looking_finds_what_asking_both_lists_about_every_site_finds(old, new, role):
    beside = Beside(role, popular=("canva.com", "www.canva.com", "io.example"), used={"x.example", "a.www.canva.com"})
    before = old if old is not None else Names()
    looked = look(old, CountedList(new, 0, (), 0, 0, (), len(new)), beside)
    found = {one.name: set(one.names) for one in looked.findings}

    def newly(some):
        return {site for site in some if new.closest(site) and not before.closest(site)}

    expected = {"hosting": {"github.io"} & set(new) - set(before)}
    if role == "blocked":
        expected |= {"popular-sites": newly(beside.popular), "used-names": newly(beside.used)}
    for name in ("hosting", "popular-sites", "used-names"):
        assert found.get(name, set()) == (expected.get(name, set()) if len(new) else set()), name
    assert (looked.added, looked.removed) == (len(set(new) - set(before)), len(set(before) - set(new)))
