import pytest
from sqlalchemy import select

from firewall_admin import worker
from firewall_admin.core.refusals import Conflict, NotAllowed, OpensNames, Refusal
from firewall_admin.db.tables import School
from firewall_admin.journeys import assignments, releases, rules, schools, set_up, targets

from .trail_of import trail


def states(world):
    with world.db.look() as session:
        return {task.name: task.done for task in set_up.tasks(session, world.oakfield.administrator)}


def publish(world):
    worker.once(world.ports)
    with world.db.look() as session:
        last = releases.last(session, world.oakfield.id)
    assert last is not None
    if last.state == "held":
        names = sorted({o["name"] for o in last.objections})
        manager = world.oakfield.network_manager
        releases.accept(world.ports, manager, number=last.number, objections=names, reason="looked at")


@pytest.fixture
def ready(world):
    """Everything is done but the signature."""
    manager = world.oakfield.network_manager
    assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"])
    wanted = targets.Wanted("resolver", "rpz", ("pupils", "staff"))
    found = targets.losses(world.ports, manager, wanted)
    assert found == []
    targets.add(world.ports, manager, wanted)
    publish(world)
    return world


def test_each_task_is_done_where_the_facts_say_so(world):
    assert states(world) == {
        "school": True, "people": True, "audiences": True, "lists": False, "targets": False, "sign": False,
    }  # fmt: skip
    manager = world.oakfield.network_manager
    schools.change(world.ports, manager, name="Oakfield", timezone="Europe/London", domains=[])
    assignments.assign(world.ports, manager, slug="tiktok", to=["pupils"])
    assert states(world)["lists"]
    assert not states(world)["school"], "a task that was done can come undone"


def test_the_headteacher_signs_the_release_that_was_read_and_the_trail_says_which(ready):
    seen = set_up.overview(ready.ports, ready.oakfield.headteacher)
    assert [signed.audience.name for signed in seen.audiences] == ["pupils", "staff"]
    assert seen.audiences[0].lists == ("tiktok",)
    assert seen.audiences[0].blocked > 0
    set_up.sign(ready.ports, ready.oakfield.headteacher, release=seen.number)
    assert states(ready)["sign"]
    assert set_up.signed_at(ready.ports, ready.oakfield.teacher) == ready.clock.at
    assert trail(ready, ready.oakfield)[-1].startswith("Headteacher of Oakfield signed the first policy as a whole")
    with pytest.raises(OpensNames):
        rules.add(ready.ports, ready.oakfield.network_manager, action="allow", domain="tiktok.com", reason="r")


def test_what_has_changed_since_it_was_read_is_not_signed(ready):
    seen = set_up.overview(ready.ports, ready.oakfield.headteacher)
    rules.add(ready.ports, ready.oakfield.network_manager, action="block", domain="x.com", reason="r")
    with pytest.raises(Refusal, match="not in force as it stands"):
        set_up.sign(ready.ports, ready.oakfield.headteacher, release=seen.number)
    publish(ready)
    with pytest.raises(Conflict, match="Read it before you sign"):
        set_up.sign(ready.ports, ready.oakfield.headteacher, release=seen.number)


def test_nothing_is_signed_while_something_is_still_to_do(world):
    publish(world)
    number = set_up.overview(world.ports, world.oakfield.headteacher).number
    with pytest.raises(Refusal, match="choose what is blocked"):
        set_up.sign(world.ports, world.oakfield.headteacher, release=number)
    with world.db.look() as session:
        assert session.scalar(select(School.signed_at).where(School.id == world.oakfield.id)) is None


def test_only_the_headteacher_signs_and_once(ready):
    number = set_up.overview(ready.ports, ready.oakfield.headteacher).number
    for other in ("network_manager", "administrator", "deputy", "governor", "teacher", "safeguarding_lead"):
        with pytest.raises(NotAllowed):
            set_up.sign(ready.ports, getattr(ready.oakfield, other), release=number)
    set_up.sign(ready.ports, ready.oakfield.headteacher, release=number)
    with pytest.raises(Conflict):
        set_up.sign(ready.ports, ready.oakfield.headteacher, release=number)


def test_before_anything_is_published_there_is_nothing_to_sign(world):
    with pytest.raises(Refusal):
        set_up.overview(world.ports, world.oakfield.headteacher)
