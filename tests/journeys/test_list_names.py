import pytest

from firewall_admin.core.domains import order
from firewall_admin.core.names import Names
from firewall_admin.journeys import list_names
from tests.counted_text import CountedText

MILLION = 1_000_000


@pytest.fixture(scope="module")
def million():
    text = "".join(f"example n{number:07}\n" for number in range(MILLION))
    return Names(CountedText(text.encode("ascii")), MILLION)


def name(number):
    return f"n{number:07}.example"


@pytest.mark.parametrize(
    ("look", "first", "last", "more"),
    [
        (lambda n: list_names.following(n), 0, 99, (False, True)),
        (lambda n: list_names.following(n, name(99)), 100, 199, (True, True)),
        (lambda n: list_names.following(n, name(999_949)), 999_950, 999_999, (True, False)),
        (lambda n: list_names.preceding(n), 999_900, 999_999, (True, False)),
        (lambda n: list_names.preceding(n, name(500_000)), 499_900, 499_999, (True, True)),
        (lambda n: list_names.preceding(n, name(50)), 0, 49, (False, True)),
        (lambda n: list_names.starting(n, name(654_321)), 654_321, 654_420, (True, True)),
    ],
)
def test_a_million_names_are_paged_by_reading_a_few_pages_of_them(million, look, first, last, more):
    million.text.read = 0
    page = look(million)
    assert page.names == tuple(map(name, range(first, last + 1)))
    assert (page.more_before, page.more_after) == more
    assert 0 < million.text.read < 20_000, "bytes read of 18 million"


def test_a_name_is_found_among_a_million_without_loading_them(million):
    million.text.read = 0
    assert list_names.search(million, f"www.{name(777_777)}").covering == (name(777_777),)
    assert list_names.search(million, "not.there").covering == ()
    assert 0 < million.text.read < 20_000


def test_what_stands_under_a_name_is_looked_for_no_further_than_it_goes(million):
    million.text.read = 0
    assert million.first_under(name(777_777), 500) == []
    assert million.count_under(name(777_777)) == 0
    assert 0 < million.text.read < 5_000, "bytes, most of them on the way there"


def test_however_many_names_stand_under_one_they_are_counted_without_being_held_at_once():
    text = CountedText(b"com x\n" + b"".join(b"com x n%06d\n" % number for number in range(200_000)))
    found = list_names.search(Names(text), "x.com", size=2)
    assert (found.under, found.first_under) == (200_000, ("n000000.x.com", "n000001.x.com"))
    assert text.largest < len(text) // 2


def test_search_says_what_covers_a_name_and_what_is_under_it():
    names = Names.of(["x.com", "a.x.com", "b.a.x.com", "y.com", "x.com.au"])
    found = list_names.search(names, "a.x.com")
    assert (found.covering, found.under, found.first_under) == (("a.x.com", "x.com"), 1, ("b.a.x.com",))
    assert list_names.search(names, "x.com").under == 2


def test_pages_of_a_small_or_empty_list_come_to_an_end():
    assert list_names.following(Names()) == list_names.NamesPage((), False, False)
    assert list_names.preceding(Names()) == list_names.NamesPage((), False, False)
    two = Names.of(["a.com", "b.com"])
    assert list_names.following(two, "a.com") == list_names.NamesPage(("b.com",), True, False)
    assert list_names.preceding(two, "b.com") == list_names.NamesPage(("a.com",), False, True)
    assert list_names.following(two, "zzz.zz") == list_names.NamesPage((), True, False)


def test_walking_forth_and_back_passes_every_name_once():
    domains = [f"{sub}n{number}.{top}" for number in range(40) for top in ("com", "org") for sub in ("", "www.")]
    seen: list[str] = []
    names, page = Names.of(domains), list_names.following(Names.of(domains), size=7)
    while page.names:
        seen += page.names
        page = list_names.following(names, page.names[-1], 7)
    assert seen == sorted(domains, key=order)
    back: list[str] = []
    page = list_names.preceding(names, size=7)
    while page.names:
        back = [*page.names, *back]
        page = list_names.preceding(names, page.names[0], 7)
    assert back == seen
