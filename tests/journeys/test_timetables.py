import pytest

from firewall_admin.core.refusals import NotAllowed, NotFound, OpensNames, Refusal
from firewall_admin.db.tables import TimetableRow
from firewall_admin.journeys import assignments, rules, timetables
from firewall_admin.journeys.assignments import Times

from .looking import every, one, trail


@pytest.fixture
def manager(world):
    return world.oakfield.network_manager


@pytest.fixture
def lunch(world, manager):
    timetables.add(
        world.ports, manager, name="lunch", windows=["MON-FRI  12:00-13:00"], terms=["2026-11-02/2026-12-18"]
    )
    return one(world, world.oakfield, TimetableRow)


def test_windows_and_terms_are_kept_in_their_one_spelling(world, lunch):
    assert (lunch.windows, lunch.terms) == (["mon-fri 12:00-13:00"], ["2026-11-02/2026-12-18"])
    assert trail(world, world.oakfield)[-1] == (
        "Network manager of Oakfield added the timetable lunch: mon-fri 12:00-13:00; terms: 2026-11-02/2026-12-18."
    )
    assert every(world, world.elmfield, TimetableRow) == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"name": "lunch"}, "name"),
        ({"name": "Long lunch"}, "name"),
        ({"windows": []}, "windows"),
        ({"windows": ["noon"]}, "windows"),
        ({"windows": ["mon 12:00-12:00"]}, "windows"),
        ({"terms": ["2026-12-18/2026-11-02"]}, "terms"),
    ],
)
def test_what_can_not_be_read_is_refused_at_its_field(world, manager, lunch, asked, field):
    with pytest.raises(Refusal) as refused:
        timetables.add(world.ports, manager, **({"name": "break", "windows": ["mon-fri 10:30-10:50"]} | asked))
    assert refused.value.field == field


def test_a_timetable_in_use_is_not_removed_and_says_by_what(world, manager, lunch):
    assignments.assign(world.ports, manager, slug="facebook", to=["staff"], times=Times(except_="lunch"))
    with pytest.raises(Refusal, match="used by the list 'facebook' for staff"):
        timetables.remove(world.ports, manager, timetable=lunch.id)
    rules.add(world.ports, manager, action="block", domain="x.com", when="lunch", reason="r")
    with world.db.look() as session:
        assert timetables.users(session, manager, "lunch") == [
            "the list 'facebook' for staff",
            "the rule to block x.com",
        ]


def test_a_timetable_that_nothing_uses_is_removed(world, manager, lunch):
    world.sign(world.oakfield)
    timetables.remove(world.ports, manager, timetable=lunch.id)
    assert every(world, world.oakfield, TimetableRow) == []


def test_once_signed_a_change_that_opens_later_takes_a_decision(world, manager, lunch):
    assignments.assign(world.ports, manager, slug="facebook", to=["staff"], times=Times(except_="lunch"))
    world.sign(world.oakfield)
    with pytest.raises(OpensNames):
        timetables.change(world.ports, manager, timetable=lunch.id, windows=["mon-fri 12:00-14:00"])
    timetables.change(
        world.ports, manager, timetable=lunch.id, windows=["mon-fri 12:15-13:00"], terms=["2026-11-02/2026-12-18"]
    )
    assert one(world, world.oakfield, TimetableRow).windows == ["mon-fri 12:15-13:00"]
    timetables.change(world.ports, manager, timetable=lunch.id, windows=["mon-fri 12:00-14:00"], decision="5")


def test_only_who_changes_policy_may_and_another_schools_timetable_does_not_exist(world, lunch):
    with pytest.raises(NotAllowed):
        timetables.add(world.ports, world.oakfield.headteacher, name="x", windows=["mon 12:00-13:00"])
    with pytest.raises(NotFound):
        timetables.remove(world.ports, world.elmfield.network_manager, timetable=lunch.id)
    with pytest.raises(NotFound):
        timetables.change(world.ports, world.elmfield.network_manager, timetable=lunch.id, windows=["mon 12:00-13:00"])
