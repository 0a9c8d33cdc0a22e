import io
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from firewall_admin.core.refusals import NotAllowed, OpensNames, Refusal
from firewall_admin.db.tables import AudienceRow, ListRow, RuleRow
from firewall_admin.journeys import (
    assignments,
    audiences,
    lists,
    policy_import,
    policy_transfer,
    rules,
    schools,
    timetables,
)
from firewall_admin.journeys.assignments import Times
from firewall_admin.journeys.audiences import Wanted
from firewall_admin.journeys.planned import planned
from tests.world import World

from .looking import blocked, every, now, one, trail


@pytest.fixture
def manager(world):
    return world.oakfield.network_manager


def furnish(world, actor):
    """A policy with something of everything."""
    ports = world.ports
    timetables.add(ports, actor, name="lunch", windows=["mon-fri 12:00-13:00"], terms=["2026-09-02/2026-12-18"])
    audiences.add(ports, actor, Wanted("guests", ("127.30.0.0/16",), "sinkhole", ("10.0.0.2",), True, "strict"))
    note = "From the staff.\n\nRé-read it in # spring"
    lists.add(
        ports, actor, title="Games: ürban", role="blocked", text=b"games.example\na.b.example\nhttp://x/\n", note=note
    )
    lists.add(ports, actor, title="Statutory", role="locked", text=b"bad.example\n", source="floor.txt")
    assignments.assign(ports, actor, slug="games-urban", to=["pupils", "guests"], times=Times(except_="lunch"))
    assignments.assign(ports, actor, slug="tiktok", to=["pupils"], keep_open=["support.tiktok.com"])
    later = world.clock.at + timedelta(days=3, microseconds=5)
    rules.add(ports, actor, action="block", domain="z.example", reason='dull "quotes" \\ and\nlines', until=later)
    rules.add(ports, actor, action="block", domain="a.example", audience="staff", when="lunch", reason="r")
    rules.add(ports, actor, action="block", domain="a.example", audience="staff", when="lunch", reason="r")


def exported(world, school):
    return policy_transfer.export(world.ports, school.network_manager)


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


POLICY = '[school]\nname = "Elsewhere"\ndomains = ["elsewhere.example"]\n'


def test_a_restore_is_exact_at_another_school_too(world, manager):
    furnish(world, manager)
    given_out = exported(world, world.oakfield)
    policy_import.restore(world.ports, world.elmfield.network_manager, data=given_out, source="oakfield.zip")
    assert exported(world, world.elmfield) == given_out
    assert [row.title for row in every(world, world.elmfield, ListRow)] == ["Games: ürban", "Statutory"]
    assert one(world, world.elmfield, ListRow, slug="statutory").source == "floor.txt"
    assert "# spring" in one(world, world.elmfield, ListRow, slug="games-urban").note


def test_a_restore_over_later_edits_takes_every_one_of_them_back(world, manager):
    furnish(world, manager)
    given_out = exported(world, world.oakfield)
    games = one(world, world.oakfield, ListRow, slug="games-urban")
    lists.replace(world.ports, manager, listed=games.id, text=b"other.example\n")
    lists.add(world.ports, manager, title="Later", role="blocked", text=b"later.example\n")
    audiences.remove(world.ports, manager, audience=one(world, world.oakfield, AudienceRow, name="guests").id)
    audiences.add(world.ports, manager, Wanted("parents", ("127.40.0.0/16",)))
    rules.add(world.ports, manager, action="block", domain="b.example", audience="parents", reason="r")
    rules.end(world.ports, manager, rule=every(world, world.oakfield, RuleRow, domain="a.example")[0].id)
    timetables.add(world.ports, manager, name="break", windows=["mon 10:00-10:20"])
    schools.change(world.ports, manager, name="Other", timezone="Europe/Dublin", domains=[])
    assert exported(world, world.oakfield) != given_out
    policy_import.restore(world.ports, manager, data=given_out, source="oakfield.zip")
    assert exported(world, world.oakfield) == given_out


def test_what_is_alike_stays_as_it_is_and_only_the_import_is_told(world, manager):
    furnish(world, manager)
    before = [row.id for row in every(world, world.oakfield, RuleRow)]
    told = len(trail(world, world.oakfield))
    policy_import.restore(world.ports, manager, data=exported(world, world.oakfield), source="oakfield.zip")
    assert [row.id for row in every(world, world.oakfield, RuleRow)] == before, "who made a rule is not lost"
    assert " ".join(trail(world, world.oakfield)[told:]) == (
        "Network manager of Oakfield took the whole policy from oakfield.zip: "
        "3 audiences, 2 lists, 4 rules, 1 timetables."
    )


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
NAMES = st.lists(st.from_regex(r"[a-z]{1,5}\.[a-z]{1,3}x", fullmatch=True), min_size=1, max_size=5)


# Each example makes a world of its own: what Phase.explain does with one would take minutes.
@settings(max_examples=20, phases=list(Phase)[:3], suppress_health_check=[HealthCheck.too_slow])
@given(
    title=TEXT,
    note=TEXT,
    names=NAMES,
    role=st.sampled_from(["locked", "protected", "blocked", "allowed"]),
    reason=TEXT.filter(str.strip),
    hours=st.integers(1, 10_000),
    school=TEXT.filter(str.strip).filter(str.isprintable),
)
def test_whatever_people_typed_giving_out_and_taking_in_gives_the_same_bytes(
    title, note, names, role, reason, hours, school
):
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        manager = world.oakfield.network_manager
        schools.change(world.ports, manager, name=school, timezone="Europe/London", domains=names[:1])
        text = "\n".join(names).encode()
        title = f"own {title} zz9"
        lists.add(world.ports, manager, title=title, role=role, text=text, note=note)
        until = world.clock.at + timedelta(hours=hours, microseconds=hours)
        rules.add(world.ports, manager, action="block", domain=names[0], reason=reason, until=until)
        given_out = exported(world, world.oakfield)
        policy_import.restore(world.ports, world.elmfield.network_manager, data=given_out, source="a zip")
        assert exported(world, world.elmfield) == given_out
        policy_import.restore(world.ports, manager, data=given_out, source="a zip")
        assert exported(world, world.oakfield) == given_out
        world.db.engine.dispose()


def test_the_plan_of_an_import_is_shown_and_nothing_stays(world, manager):
    furnish(world, manager)
    given_out = exported(world, world.oakfield)
    stranger = world.elmfield.network_manager
    seen = planned(
        world.ports, stranger, policy_import.importing(world.ports, stranger, data=given_out, source="a zip")
    )
    assert "guests" in seen.preview.plan.changes
    assert any("added the locked list Statutory" in sentence for sentence in seen.sentences)
    assert not blocked(world, world.elmfield, "bad.example")


def test_once_signed_an_import_that_opens_takes_a_decision(world, manager):
    before = exported(world, world.oakfield)
    furnish(world, manager)
    world.sign(world.oakfield)
    with pytest.raises(OpensNames):
        policy_import.restore(world.ports, manager, data=before, source="a zip")
    policy_import.restore(world.ports, manager, data=before, source="a zip", decision="8")
    assert exported(world, world.oakfield) == before


def test_a_policy_made_for_another_school_may_leave_this_ones_name_alone(world, manager):
    policy_import.restore(world.ports, manager, data=POLICY.encode(), source="trust.toml", keep_school=True)
    found = now(world, world.oakfield)
    assert (found.school, found.domains, found.audiences) == ("Oakfield Primary School", ("oakfield.leics.sch.uk",), ())


def test_a_list_may_have_the_name_of_a_shipped_one_in_a_policy_file(world, manager):
    text = POLICY + '[[list]]\nslug = "tiktok"\nrole = "blocked"\nsource = "lists/tiktok.txt"\n'
    data = zipped(**{"policy.toml": text, "lists/tiktok.txt": "only-this.example\n"})
    policy_import.restore(world.ports, manager, data=data, source="a zip")
    assert list(now(world, world.oakfield).lists["tiktok"].names) == ["only-this.example"]


LIST = '[[list]]\nslug = "own"\nrole = "blocked"\nsource = "%s"\n'
PUPILS = '[[audience]]\nname = "pupils"\nlists = ["tiktok", { list = "tiktok", when = "x" }]\n'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "school"),
        (b"\xff\xfe", "UTF-8"),
        (b"[school", "not TOML"),
        (POLICY.encode() + b"colour = 1\n", "no such key"),
        (zipped(other="x"), "no policy.toml"),
        (zipped(**{"policy.toml": POLICY + LIST % "lists/own.txt"}), "not among the files"),
        (zipped(**{"policy.toml": POLICY + LIST % "https://x.example/l"}), "subscribe to this list"),
        (zipped(**{"policy.toml": POLICY + LIST % "policy.toml"}), "not among the files"),
        (zipped(**{"policy.toml": POLICY + LIST % "lists/own.txt", "lists/own.txt": "<html>"}), "no name"),
        ((POLICY + PUPILS + '[[timetable]]\nname = "x"\nwindows = ["mon 09:00-10:00"]\n').encode(), "assigned twice"),
        (b"PK\x03\x04 nonsense", "broken"),
    ],
)
def test_what_is_no_sound_policy_is_refused_with_the_key_and_nothing_changes(world, manager, data, why):
    before = exported(world, world.oakfield)
    with pytest.raises(Refusal) as refused:
        policy_import.restore(world.ports, manager, data=data, source="x")
    assert refused.value.field == "file"
    assert why in refused.value.message
    assert exported(world, world.oakfield) == before


def test_whoever_may_not_see_may_not_take_out_and_whoever_may_not_change_may_not_bring_in(world):
    with pytest.raises(NotAllowed):
        policy_transfer.export(world.ports, world.oakfield.teacher)
    with pytest.raises(NotAllowed):
        policy_import.restore(world.ports, world.oakfield.governor, data=POLICY.encode(), source="x")
