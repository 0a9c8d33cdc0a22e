"""What is known before one asks, and how one's own requests stand."""

from datetime import timedelta
from uuid import uuid4

import pytest

from firewall_admin.core.people import PERMISSIONS, Actor, Role
from firewall_admin.core.refusals import NotAllowed, NotFound, Refusal
from firewall_admin.journeys import access_requests, assignments, lists, own_requests, rules
from firewall_admin.journeys.decision_times import usual_wait, words
from firewall_admin.journeys.prospects import prospect

from .request_world import SITE, assessed, decided, furnished, submitted


def seen(world, address=SITE, by=None, **more):
    return prospect(world.ports, by or world.oakfield.teacher, address=address, **more)


def test_for_whom_it_is_blocked_and_what_would_be_opened(world):
    furnished(world, None, SITE, f"cdn.{SITE}")
    found = seen(world, f"https://{SITE}/projects")
    assert [(each.audience, each.blocked, each.locked) for each in found.audiences] == [
        ("pupils", True, False),
        ("staff", False, False),
    ]
    assert (found.title, found.whole) == (SITE, "mit.edu")
    assert (found.effect.opens, found.effect.opens_count) == ((), 0), "what a rule blocks under it stays blocked"
    assert found.can_ask_for == ("pupils",)
    assert "Only the host" in found.note


def test_a_locked_list_is_the_last_word_for_everyone(world):
    lists.add(world.ports, world.oakfield.network_manager, title="Law", role="locked", text=b"bad.example\n")
    found = seen(world, "www.bad.example")
    assert found.locked
    assert found.can_ask_for == ()


def test_a_look_alike_and_a_shared_host_are_warned_of(world):
    rules.add(
        world.ports, world.oakfield.network_manager, action="block", domain="y0utube.com", audience="pupils", reason="x"
    )
    assert any("looks like youtube.com" in warning for warning in seen(world, "y0utube.com").effect.warnings)
    assert seen(world, "class5.github.io").shared
    assert not seen(world, SITE).shared


@pytest.mark.parametrize("address", ["co.uk", "kent.sch.uk", "", "com", "10.0.0.1"])
def test_what_is_no_site_is_refused(world, address):
    with pytest.raises(Refusal) as refused:
        seen(world, address)
    assert refused.value.field == "address"


def test_a_platform_is_known_by_any_of_its_names(world):
    assignments.assign(world.ports, world.oakfield.network_manager, slug="tiktok", to=["pupils"])
    assert [p.slug for p in seen(world, "www.tiktok.com").platforms] == ["tiktok"]
    whole = seen(world, "", platform="tiktok")
    assert whole.can_ask_for == ("pupils",)
    assert len(whole.names) > 1
    for nothing in ("no-such", "essential", "protected"):
        with pytest.raises(Refusal):
            seen(world, "", platform=nothing)


def test_open_requests_and_decisions_of_others_are_known_but_not_their_page(world):
    school = furnished(world)
    row = submitted(world, school)
    for actor, own, readable in (
        (school.teacher, True, row.id),
        (school.deputy, False, row.id),
        (school.safeguarding_lead, False, row.id),
    ):
        (asked,) = seen(world, by=actor).asked
        assert (asked.reference, asked.own, asked.id) == ("AR-1", own, readable)
    assert seen(world, by=world.elmfield.teacher).asked == ()


def test_what_a_decision_allows_is_known_until_it_ends(world):
    school = furnished(world)
    decided(world, school.headteacher, assessed(world, school))
    (granted,) = seen(world).granted
    assert (granted.decision, granted.audience) == ("D-1", "pupils")
    assert seen(world, by=world.elmfield.teacher).granted == ()
    world.clock.pass_by(days=15)
    assert seen(world).granted == ()
    assert seen(world).can_ask_for == ("pupils",)


def test_who_may_not_ask_is_told_nothing(world):
    with pytest.raises(NotAllowed):
        seen(world, by=world.oakfield.governor)


def test_how_long_it_takes_is_said_from_five_decisions_on(world):
    school = furnished(world)
    for number in range(5):
        row = assessed(world, school)
        with world.db.look() as session:
            assert usual_wait(session, school.id) is None
        world.clock.pass_by(days=1 if number == 0 else 2 if number == 1 else 0)
        decided(world, school.headteacher, row, "refused")
    with world.db.look() as session:
        assert usual_wait(session, school.id) == 0
        assert usual_wait(session, world.elmfield.id) is None
    assert words(0).endswith("on the same day.")
    assert "by the next school day" in words(1)
    assert "within 3 school days" in words(3)
    assert "no figure yet" in words(None)


def test_ones_own_form_comes_back_as_it_was_filled_in(world):
    school = furnished(world)
    until = world.clock() + timedelta(days=14)
    row = submitted(world, school, who="Year 5", curriculum="KS2", also=("cdn.example",))
    found = own_requests.filled_in(world.ports, school.teacher, row.id)
    assert (found.address, found.audiences, found.until) == (f"https://{SITE}/projects", ("pupils",), until)
    assert (found.who, found.curriculum, found.also) == ("Year 5", "KS2", ("cdn.example",))
    for stranger in (school.deputy, world.elmfield.teacher):
        with pytest.raises(NotFound):
            own_requests.filled_in(world.ports, stranger, row.id)
        with pytest.raises(NotFound):
            own_requests.one(world.ports, stranger, row.id)


def test_a_question_comes_first_and_old_ends_are_left_out_of_home(world):
    school = furnished(world, None, SITE, "games.example")
    asked = submitted(world, school)
    submitted(world, school, address="games.example")
    access_requests.send_back(
        world.ports, school.network_manager, request=asked.id, version=asked.version, text="Which class?"
    )
    first, second = own_requests.mine(world.ports, school.teacher)
    assert (first.reference, first.question, second.question) == ("AR-1", "Which class?", None)
    access_requests.withdraw(world.ports, school.teacher, request=second.id, version=second.version)
    assert len(own_requests.latest(world.ports, school.teacher)) == 2
    world.clock.pass_by(days=15)
    assert [own.reference for own in own_requests.latest(world.ports, school.teacher)] == ["AR-1"]
    assert own_requests.mine(world.ports, school.deputy) == ()


def test_an_earlier_refusal_is_told_with_its_reason_and_not_who_asked(world):
    school = furnished(world)
    row = assessed(world, school)
    decided(world, school.headteacher, row, "refused")
    for actor, readable, appeal in (
        (school.teacher, row.id, True),
        (school.deputy, row.id, False),
        (world.elmfield.teacher, None, False),
    ):
        told = seen(world, by=actor).refused
        if actor.school_id != school.id:
            assert told == ()
            continue
        (one,) = told
        assert (one.subject, one.audiences, one.reason) == (SITE, ("pupils",), "worth it")
        assert (one.request, one.appeal) == (readable, appeal)
    stranger = Actor(school.id, "Another teacher", Role.TEACHER, uuid4(), PERMISSIONS[Role.TEACHER])
    (one,) = seen(world, by=stranger).refused
    assert (one.request, one.appeal) == (None, False)
    assert school.teacher.name not in str(one)


def test_a_refusal_is_told_for_every_part_of_the_same_site_and_of_no_other(world):
    school = furnished(world, None, "mit.edu", "admit.edu")
    decided(world, school.headteacher, assessed(world, school), "refused")
    for address in (SITE, "mit.edu", "www.mit.edu", f"a.{SITE}"):
        assert [one.subject for one in seen(world, address).refused] == [SITE]
    assert seen(world, "admit.edu").refused == ()


def test_a_refusal_that_a_later_decision_took_back_is_told_no_more(world):
    school = furnished(world)
    first = assessed(world, school)
    decided(world, school.headteacher, first, "refused")
    decided(world, school.headteacher, first, "approved")
    world.clock.pass_by(days=15)
    assert seen(world).can_ask_for == ("pupils",)
    assert seen(world).refused == ()


def test_a_part_that_is_allowed_already_is_told_as_a_part(world):
    school = furnished(world, None, SITE, "mit.edu")
    decided(world, school.headteacher, assessed(world, school))
    assert [(one.domain, one.part) for one in seen(world, "mit.edu").granted] == [(SITE, True)]
    assert [(one.domain, one.part) for one in seen(world, f"a.{SITE}").granted] == [(SITE, False)]


def test_what_is_allowed_from_a_later_day_on_is_told_with_that_day(world):
    school, monday = furnished(world), world.clock() + timedelta(days=7)
    decided(world, school.headteacher, assessed(world, school, since=monday))
    (granted,) = seen(world).granted
    assert granted.since == monday
    world.clock.pass_by(days=8)
    assert seen(world).granted[0].since is None
