import pytest

from firewall_admin.core.refusals import NotAllowed, NotFound, OpensNames, Refusal
from firewall_admin.db.tables import AssignmentRow, RuleRow
from firewall_admin.journeys import assignments, lists, timetables
from firewall_admin.journeys.assignments import Times
from firewall_admin.journeys.planned import planned

from .looking import blocked, every, one, trail


@pytest.fixture
def world(world):
    timetables.add(world.ports, world.oakfield.network_manager, name="lunch", windows=["mon-fri 12:00-13:00"])
    return world


@pytest.fixture
def manager(world):
    return world.oakfield.network_manager


def test_tiktok_is_blocked_for_pupils_with_one_choice(world, manager):
    assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"])
    assert blocked(world, world.oakfield, "www.tiktok.com")
    assert not blocked(world, world.oakfield, "www.tiktok.com", "staff")
    assert not blocked(world, world.elmfield, "www.tiktok.com")
    assert trail(world, world.oakfield)[-1] == (
        "Network manager of Oakfield put the list TikTok in force for pupils, always."
    )


def test_a_bundle_blocks_every_member_and_several_audiences_are_one_act(world, manager):
    assignments.assign(world.ports, manager, slug="meta-all", to=["pupils", "staff"])
    for name in ("facebook.com", "instagram.com", "fbcdn.net"):
        assert blocked(world, world.oakfield, name, "staff")
    assert len(every(world, world.oakfield, AssignmentRow)) == 2


def test_a_list_is_in_force_at_its_times_only(world, manager):
    assignments.assign(world.ports, manager, slug="facebook", to=["staff"], times=Times(except_="lunch"))
    assert blocked(world, world.oakfield, "facebook.com", "staff")
    world.clock.pass_by(hours=3)
    assert not blocked(world, world.oakfield, "facebook.com", "staff")
    assert trail(world, world.oakfield)[-1].endswith("in force for staff, except during 'lunch'.")


def test_help_pages_named_with_a_block_stay_open_without_a_decision(world, manager):
    world.sign(world.oakfield)
    assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"], keep_open=["support.tiktok.com"])
    assert blocked(world, world.oakfield, "www.tiktok.com")
    assert not blocked(world, world.oakfield, "support.tiktok.com")
    rule = one(world, world.oakfield, RuleRow)
    assert (rule.action, rule.domain, rule.reason) == (
        "allow",
        "support.tiktok.com",
        "help and reporting stay open while TikTok is blocked",
    )


def test_what_another_list_blocks_is_not_opened_that_way(world, manager):
    lists.add(world.ports, manager, title="Own", role="blocked", text=b"support.tiktok.com\n")
    assignments.assign(world.ports, manager, slug="own", to=["pupils"])
    world.sign(world.oakfield)
    with pytest.raises(OpensNames):
        assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"], keep_open=["support.tiktok.com"])
    assert not blocked(world, world.oakfield, "www.tiktok.com")


def test_once_signed_assigning_is_at_once_and_ending_or_narrowing_takes_a_decision(world, manager):
    world.sign(world.oakfield)
    assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"])
    row = one(world, world.oakfield, AssignmentRow)
    with pytest.raises(OpensNames):
        assignments.remove(world.ports, manager, assignment=row.id)
    narrower = assignments.assigning(world.ports, manager, slug="tiktok", to=["pupils"], times=Times(except_="lunch"))
    assert planned(world.ports, manager, narrower).preview.needs_decision, "it opens at noon"
    with pytest.raises(OpensNames):
        assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"], times=Times(except_="lunch"))
    assignments.remove(world.ports, manager, assignment=row.id, decision="9")
    assert not blocked(world, world.oakfield, "tiktok.com")


def test_whoever_may_block_may_put_a_blocking_list_in_force_and_no_more(world, manager):
    lead = world.oakfield.safeguarding_lead
    assignments.assign(world.ports, lead, slug="tiktok", to=["pupils"])
    assert blocked(world, world.oakfield, "tiktok.com")
    with pytest.raises(NotAllowed):
        assignments.assign(world.ports, lead, slug="tiktok", to=["pupils"], times=Times(when="lunch"))
    with pytest.raises(NotAllowed):
        assignments.assign(world.ports, lead, slug="facebook", to=["pupils"], keep_open=["help.facebook.com"])
    with pytest.raises(NotAllowed):
        assignments.remove(world.ports, lead, assignment=one(world, world.oakfield, AssignmentRow).id)
    lists.add(world.ports, manager, title="Own", role="allowed", text=b"tiktok.com\n")
    with pytest.raises(NotAllowed):
        assignments.assign(world.ports, lead, slug="own", to=["pupils"])
    with pytest.raises(NotAllowed):
        assignments.assign(world.ports, world.oakfield.teacher, slug="facebook", to=["pupils"])


@pytest.mark.parametrize(
    ("asked", "error", "why"),
    [
        ({"slug": "no-such"}, NotFound, "no such list"),
        ({"slug": "protected"}, NotFound, "no such list"),
        ({"to": []}, Refusal, "for whom"),
        ({"to": ["guests"]}, Refusal, "no audience 'guests'"),
        ({"times": Times(when="maths")}, Refusal, "no timetable 'maths'"),
        ({"slug": "statutory"}, Refusal, "binds everyone"),
        ({"keep_open": ["http://x"]}, Refusal, "can't stand in a name"),
    ],
)
def test_what_can_not_be_done_is_refused(world, manager, asked, error, why):
    lists.add(world.ports, manager, title="Statutory", role="locked", text=b"bad.example\n")
    with pytest.raises(error) as refused:
        assignments.assign(world.ports, manager, **({"slug": "tiktok", "to": ["pupils"]} | asked))
    assert why in refused.value.message
    assert every(world, world.oakfield, AssignmentRow) == []


def test_the_same_again_is_refused_and_another_schools_does_not_exist(world, manager):
    assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"])
    with pytest.raises(Refusal, match="already"):
        assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"])
    row, stranger = one(world, world.oakfield, AssignmentRow), world.elmfield.network_manager
    with pytest.raises(NotFound):
        assignments.remove(world.ports, stranger, assignment=row.id)
    lists.add(world.ports, manager, title="Ours", role="blocked", text=b"x.example\n")
    with pytest.raises(NotFound):
        assignments.assign(world.ports, stranger, slug="ours", to=["pupils"])
