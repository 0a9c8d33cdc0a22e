import pytest

from firewall_admin.core.refusals import NotAllowed, NotFound, OpensNames, Refusal
from firewall_admin.db.tables import ListRow
from firewall_admin.journeys import assignments, lists, timetables
from firewall_admin.journeys.planned import planned

from .looking import blocked, every, one, trail

HOSTS = b"# a hosts file\n0.0.0.0 games.example\n0.0.0.0 www.play.example\n||ads.example^\nhttp://x.example/page\n"


@pytest.fixture
def manager(world):
    return world.oakfield.network_manager


def added(world, role="blocked", text=HOSTS, title="Games for wet play"):
    lists.add(world.ports, world.oakfield.network_manager, title=title, role=role, text=text, note="from the staff")
    return one(world, world.oakfield, ListRow, slug=lists.slug_of(title))


def test_a_pasted_text_in_any_dialect_becomes_a_list_with_its_rejected_lines_kept(world):
    row = added(world)
    assert (row.slug, row.title, row.source, row.rejected_lines) == (
        "games-for-wet-play",
        "Games for wet play",
        "pasted",
        1,
    )
    assert list(world.ports.store.names(row.snapshot)) == ["ads.example", "games.example", "www.play.example"]
    ((line, text, reason),) = row.rejected
    assert (line, text) == (5, "http://x.example/page")
    assert "web address" in reason
    assert trail(world, world.oakfield)[-1] == (
        "Network manager of Oakfield added the blocked list Games for wet play (pasted): 3 names, 1 lines rejected."
    )
    assert every(world, world.elmfield, ListRow) == []


def test_a_blocked_list_blocks_only_where_it_is_assigned_and_a_locked_one_everyone(world, manager):
    added(world)
    assert not blocked(world, world.oakfield, "games.example")
    assignments.assign(world.ports, manager, slug="games-for-wet-play", to=["pupils"])
    assert blocked(world, world.oakfield, "a.games.example")
    assert not blocked(world, world.oakfield, "games.example", "staff")
    added(world, "locked", b"bad.example\n", "Statutory")
    assert blocked(world, world.oakfield, "bad.example", "staff")
    assert not blocked(world, world.elmfield, "bad.example")


def test_no_more_than_the_first_thousand_rejected_lines_are_kept_but_all_are_counted(world):
    row = added(world, text=b"good.example\n" + b"http://x.example/\n" * 1_200)
    assert (len(row.rejected), row.rejected_lines) == (1_000, 1_200)


@pytest.mark.parametrize(
    ("asked", "field", "why"),
    [
        ({"text": b""}, "text", "no name in these 0 lines"),
        ({"text": b"<html><body>Sign in</body></html>\n"}, "text", "looks like"),
        ({"text": b"com\n"}, "text", "Line 1"),
        ({"text": b"x" * (lists.LARGEST + 1)}, "text", "is the most"),
        ({"title": "  "}, "title", "name of 100"),
        ({"title": "日本"}, "title", "English alphabet"),
        ({"title": "TikTok"}, "title", "a list 'tiktok' already"),
        ({"title": "Essential"}, "title", "already"),
        ({"role": "none"}, "role", "what the list is for"),
        ({"note": "x" * 2_001}, "note", "characters"),
    ],
)
def test_what_is_no_list_is_refused_at_its_field_and_nothing_stays(world, manager, asked, field, why):
    whole = {"title": "Games", "role": "blocked", "text": HOSTS} | asked
    with pytest.raises(Refusal) as refused:
        lists.add(world.ports, manager, **whole)
    assert refused.value.field == field
    assert why in refused.value.message
    assert len(trail(world, world.oakfield)) == 1


def test_two_lists_of_one_name_are_refused_but_two_schools_may_have_one_each(world, manager):
    added(world)
    with pytest.raises(Refusal, match="already"):
        lists.add(world.ports, manager, title="Games, for wet play!", role="blocked", text=HOSTS)
    lists.add(world.ports, world.elmfield.network_manager, title="Games for wet play", role="blocked", text=HOSTS)


def test_once_signed_a_shorter_text_opens_and_takes_a_decision_while_a_longer_one_does_not(world, manager):
    row = added(world)
    assignments.assign(world.ports, manager, slug=row.slug, to=["pupils"])
    world.sign(world.oakfield)
    lists.replace(world.ports, manager, listed=row.id, text=HOSTS + b"more.example\n", source="more.txt")
    assert trail(world, world.oakfield)[-1] == (
        "Network manager of Oakfield replaced the text of the list Games for wet play (more.txt): "
        "3 names before, 4 now, 1 lines rejected."
    )
    shorter = lists.replacing(world.ports, manager, listed=row.id, text=b"games.example\n")
    seen = planned(world.ports, manager, shorter).preview
    assert seen.needs_decision
    assert {o.domain for o in seen.openings} == {"ads.example", "www.play.example", "more.example"}
    with pytest.raises(OpensNames):
        lists.replace(world.ports, manager, listed=row.id, text=b"games.example\n")
    lists.replace(world.ports, manager, listed=row.id, text=b"games.example\n", decision="12")
    assert not blocked(world, world.oakfield, "ads.example")


def test_a_list_in_force_can_not_be_removed_and_a_locked_one_only_by_decision(world, manager):
    row = added(world)
    assignments.assign(world.ports, manager, slug=row.slug, to=["pupils", "staff"])
    with pytest.raises(Refusal, match="in force for pupils, staff"):
        lists.remove(world.ports, manager, listed=row.id)
    locked = added(world, "locked", b"bad.example\n", "Statutory")
    world.sign(world.oakfield)
    with pytest.raises(OpensNames):
        lists.remove(world.ports, manager, listed=locked.id)
    with pytest.raises(OpensNames):
        lists.change(world.ports, manager, listed=locked.id, title="Statutory", role="blocked")
    lists.remove(world.ports, manager, listed=locked.id, decision="3")
    assert trail(world, world.oakfield)[-1].endswith("removed the locked list Statutory with its 1 names.")


def test_a_rename_keeps_the_slug_and_says_what_was_before(world, manager):
    row = added(world)
    lists.change(world.ports, manager, listed=row.id, title="Games", role="blocked", note="from the staff")
    assert one(world, world.oakfield, ListRow).slug == "games-for-wet-play"
    assert trail(world, world.oakfield)[-1].endswith(
        "changed the title of the list Games for wet play from Games for wet play to Games."
    )
    with pytest.raises(Refusal, match="Nothing is different"):
        lists.change(world.ports, manager, listed=row.id, title="Games", role="blocked", note="from the staff")


def test_a_list_that_is_in_force_at_times_can_not_become_one_that_always_binds(world, manager):
    row = added(world)
    timetables.add(world.ports, manager, name="lunch", windows=["mon-fri 12:00-13:00"])
    assignments.assign(world.ports, manager, slug=row.slug, to=["pupils"], times=assignments.Times(except_="lunch"))
    with pytest.raises(Refusal, match="binds everyone, always"):
        lists.change(world.ports, manager, listed=row.id, title=row.title, role="locked")


def test_only_who_changes_policy_may_and_another_schools_list_does_not_exist(world):
    for person in (world.oakfield.teacher, world.oakfield.safeguarding_lead, world.oakfield.administrator):
        with pytest.raises(NotAllowed):
            lists.add(world.ports, person, title="Games", role="blocked", text=HOSTS)
    row = added(world)
    stranger = world.elmfield.network_manager
    for act in (
        lambda: lists.remove(world.ports, stranger, listed=row.id),
        lambda: lists.replace(world.ports, stranger, listed=row.id, text=HOSTS),
        lambda: lists.change(world.ports, stranger, listed=row.id, title="Mine", role="blocked"),
    ):
        with pytest.raises(NotFound):
            act()
