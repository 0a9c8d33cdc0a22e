import pytest

from firewall_admin.core.domains import order
from firewall_admin.core.names import Names
from firewall_admin.journeys import list_names

MILLION = 1_000_000


class CountedText(bytes):
    """A text that counts the bytes that are taken out of it or looked through."""

    read = 0

    def __getitem__(self, key):
        found = super().__getitem__(key)
        self.read += len(found) if isinstance(found, bytes) else 1
        return found

    def find(self, what, start=0, stop=None):
        found = super().find(what, start, len(self) if stop is None else stop)
        self.read += (found if found >= 0 else len(self)) - start
        return found

    def rfind(self, what, start=0, stop=None):
        stop = len(self) if stop is None else stop
        found = super().rfind(what, start, stop)
        self.read += stop - max(found, start)
        return found


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
