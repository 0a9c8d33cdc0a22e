"""What can be in force at once has some lists as they were, and everything else as it is wanted."""

from dataclasses import replace
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.core import large_lists
from firewall_admin.core.large_lists import with_lists_of
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, SchoolPolicy

from .changed_policies import changed, schools

LARGE = 40  # bytes: some of the lists of these policies have more


@given(data=st.data())
def test_those_lists_are_as_they_were_and_all_else_is_as_it_is_wanted(data: st.DataObject) -> None:
    before = data.draw(schools())
    wanted = data.draw(changed(before))
    with patch.object(large_lists, "LARGE", LARGE):
        large = large_lists.large_lists(before) | large_lists.large_lists(wanted)
    if (found := with_lists_of(before, wanted, large)) is None:
        return
    assert with_lists_of(before, found, large) == found
    was = {one.name: one for one in before.audiences}
    assert found == replace(wanted, lists=found.lists, audiences=found.audiences)
    for slug in {*before.lists, *wanted.lists}:
        assert found.lists.get(slug) == (before if slug in large else wanted).lists.get(slug)
    for mine, asked in zip(found.audiences, wanted.audiences, strict=True):
        assert mine == replace(asked, lists=mine.lists)
        for slug in {*before.lists, *wanted.lists}:
            assert _of(mine, slug) == _of(was.get(mine.name) if slug in large else asked, slug)


@given(data=st.data())
def test_it_is_the_wanted_policy_itself_where_none_of_those_lists_is_touched(data: st.DataObject) -> None:
    before = data.draw(schools())
    wanted = replace(data.draw(changed(before)), lists=before.lists, audiences=before.audiences)
    assert with_lists_of(before, wanted, before.lists) is wanted


def test_a_new_audience_with_such_a_list_waits_for_it_and_so_does_a_timetable_that_went() -> None:
    long = NameList("long", "blocked", Names.of([f"a{n}.example" for n in range(9)]))
    pupils = Audience("pupils", lists=(Assignment("long", when="lunch"),))
    before = SchoolPolicy("S", None, "UTC", audiences=(pupils,), lists={"long": long}, timetables={"lunch": None})  # type: ignore[arg-type, dict-item]
    guests = replace(before, audiences=(pupils, Audience("guests", lists=(Assignment("long"),))))
    gone = replace(before, audiences=(replace(pupils, lists=()),), timetables={})
    assert with_lists_of(before, guests, ["long"]) is None
    assert with_lists_of(before, gone, ["long"]) is None


def _of(audience: Audience | None, slug: str) -> list[Assignment]:
    return [one for one in audience.lists if one.list == slug] if audience else []
