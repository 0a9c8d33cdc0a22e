"""The subscriptions of a school go with its policy, out and in again."""

import io
import zipfile

import pytest

from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import ListRow, Subscription
from firewall_admin.journeys import lists, policy_import, policy_transfer, refreshes, subscriptions
from firewall_admin.journeys.planned import planned
from tests.web_of_lists import ADDRESS, in_force, names, of_list, refreshed, subscribed, webbed

from .looking import every, one, trail

TOML = '[school]\nname = "Elsewhere"\n\n[[list]]\nslug = "bad-sites"\nrole = "blocked"\nsource = "{}"\n'


@pytest.fixture
def web(world):
    return webbed(world)


@pytest.fixture
def manager(world):
    return world.oakfield.network_manager


@pytest.fixture
def listed(world, web, manager):
    """A list of a hundred names that is fetched every week."""
    listed = subscribed(world, web, names(100))
    subscriptions.set_interval(world.ports, manager, listed=listed, interval=604_800)
    return listed


def exported(world, school):
    return policy_transfer.export(world.ports, school.network_manager)


def restored(world, school, data, source="oakfield.zip"):
    policy_import.restore(world.ports, school.network_manager, data=data, source=source)


def changed(data, **texts):
    """The same archive with files added or put in the place of others; None takes one out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files: dict[str, bytes | str | None] = {name: archive.read(name) for name in archive.namelist()}
    files |= {name.replace("__", "/") + (".toml" if name == "policy" else ".txt"): text for name, text in texts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            if text is not None:
                archive.writestr(name, text)
    return out.getvalue()


def text_of(data, name="lists/bad-sites.txt"):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def with_line(data, line):
    text = text_of(data)
    [present] = [each for each in text.split("\n") if each.startswith("# fetched:")]
    return changed(data, **{"lists__bad-sites": text.replace(present, line)})


def test_a_list_that_is_fetched_is_fetched_at_another_school_too(world, web, listed):
    given_out = exported(world, world.oakfield)
    assert f"# fetched: every week from {ADDRESS}" in text_of(given_out)
    restored(world, world.elmfield, given_out)
    assert exported(world, world.elmfield) == given_out
    theirs = one(world, world.elmfield, ListRow, slug="bad-sites")
    row = of_list(world, theirs.id)
    assert (row.address, row.interval, row.paused_at) == (ADDRESS, 604_800, None)
    assert row.school_id == world.elmfield.id
    web.pages[ADDRESS] = names(101)
    assert refreshes.refresh_due(world.ports) == 1, "at once, for nobody knows how old the archive is"
    assert len(in_force(world, theirs.id)) == 101
    assert len(in_force(world, listed)) == 100


def test_the_first_fetch_is_held_against_the_text_that_was_handed_in(world, web, listed):
    restored(world, world.elmfield, exported(world, world.oakfield))
    web.pages[ADDRESS] = names(40)
    theirs = one(world, world.elmfield, ListRow, slug="bad-sites")
    assert refreshed(world, theirs.id) == "held"
    assert len(in_force(world, theirs.id)) == 100


def test_that_fetching_is_paused_is_carried_and_taken_back(world, web, listed, manager):
    fetched = exported(world, world.oakfield)
    subscriptions.pause(world.ports, manager, listed=listed)
    paused = exported(world, world.oakfield)
    assert "# fetched: every week, paused from" in text_of(paused)
    restored(world, world.oakfield, fetched)
    assert of_list(world, listed).paused_at is None
    restored(world, world.elmfield, paused)
    assert exported(world, world.elmfield) == paused
    assert every(world, world.elmfield, Subscription)[0].paused_at == world.clock.at


def test_a_restore_takes_every_later_change_of_the_subscription_back(world, web, listed, manager):
    given_out = exported(world, world.oakfield)
    subscriptions.set_interval(world.ports, manager, listed=listed, interval=21_600)
    restored(world, world.oakfield, given_out)
    assert of_list(world, listed).interval == 604_800
    assert "from every six hours from" in trail(world, world.oakfield)[-1]
    subscriptions.end(world.ports, manager, listed=listed)
    restored(world, world.oakfield, given_out)
    assert exported(world, world.oakfield) == given_out
    assert of_list(world, listed).address == ADDRESS
    without = changed(given_out, **{"lists__bad-sites": "bad1.example\n"})
    restored(world, world.oakfield, without)
    assert every(world, world.oakfield, Subscription) == []
    assert any("ended the subscription of the list" in line for line in trail(world, world.oakfield))


def test_what_is_alike_stays_with_all_that_the_server_said_and_people_accepted(world, web, listed):
    before = of_list(world, listed)
    told = len(trail(world, world.oakfield))
    restored(world, world.oakfield, exported(world, world.oakfield))
    after = of_list(world, listed)
    assert (after.id, after.etag, after.body, after.last_success, after.next_try) == (
        before.id,
        before.etag,
        before.body,
        before.last_success,
        before.next_try,
    )
    assert len(trail(world, world.oakfield)) == told + 1


def test_an_older_text_is_fetched_anew_even_where_the_server_has_nothing_newer(world, web, listed):
    given_out = exported(world, world.oakfield)
    web.pages[ADDRESS] = names(105)
    assert refreshed(world, listed) == "taken"
    restored(world, world.oakfield, given_out)
    assert len(in_force(world, listed)) == 100
    assert refreshes.refresh_due(world.ports) == 1
    assert len(in_force(world, listed)) == 105, "not 'unchanged', which would leave the old text for ever"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("# fetched: every day from file:///etc/passwd", "https"),
        ("# fetched: every day from http://lists.example.org/bad.txt", "https"),
        ("# fetched: every day from https://10.0.0.1/bad.txt", "no host"),
        ("# fetched: every day from https://user:pw@lists.example.org/", "can't be fetched"),
        ("# fetched: every minute from https://lists.example.org/bad.txt", "says 'fetched'"),
        ("# fetched: whenever", "says 'fetched'"),
    ],
)
def test_an_archive_that_was_tampered_with_brings_no_address_that_could_not_be_typed(world, web, listed, line, why):
    tampered = with_line(exported(world, world.oakfield), line)
    with pytest.raises(Refusal, match=why) as refusal:
        restored(world, world.elmfield, tampered)
    assert refusal.value.field == "file"
    assert every(world, world.elmfield, Subscription) == []


def test_a_policy_file_that_names_an_address_brings_the_subscription_with_the_text_beside_it(world, web):
    archive = changed(exported(world, world.elmfield), policy=TOML.format(ADDRESS), **{"lists__bad-sites": "a.example"})
    restored(world, world.elmfield, archive)
    theirs = one(world, world.elmfield, ListRow, slug="bad-sites")
    assert (of_list(world, theirs.id).address, of_list(world, theirs.id).interval) == (ADDRESS, 86_400)
    assert in_force(world, theirs.id) == {"a.example"}


def test_a_policy_file_alone_may_name_a_list_that_the_school_subscribes_and_no_other(world, web, listed):
    alone = TOML.format(ADDRESS).encode()
    restored(world, world.oakfield, alone, "policy.toml")
    assert len(in_force(world, listed)) == 100
    assert of_list(world, listed).interval == 604_800
    with pytest.raises(Refusal, match="subscribe to this list as 'bad-sites' first"):
        restored(world, world.elmfield, alone, "policy.toml")
    with pytest.raises(Refusal, match="subscribe to this list"):
        restored(world, world.oakfield, TOML.format(ADDRESS + "?other").encode(), "policy.toml")


def test_the_plan_of_an_import_tells_of_the_subscription_before_it_is_saved(world, web, listed, manager):
    given_out = exported(world, world.oakfield)
    theirs = world.elmfield.network_manager
    seen = planned(world.ports, theirs, policy_import.importing(world.ports, theirs, data=given_out, source="x.zip"))
    assert any(f"be fetched every week from {ADDRESS}" in sentence for sentence in seen.sentences)
    assert every(world, world.elmfield, Subscription) == []


def test_names_that_were_accepted_elsewhere_are_not_accepted_here(world, web, listed):
    """An archive brings no consent: whoever made it could have made that up."""
    web.pages[ADDRESS] = b"google.com\n" + names(100)
    assert refreshed(world, listed) == "held"
    text = of_list(world, listed).found["sha256"]
    subscriptions.decide(
        world.ports, world.oakfield.headteacher, listed=listed, text=text, take=True, reason="it is left out"
    )
    assert of_list(world, listed).accepted
    restored(world, world.elmfield, exported(world, world.oakfield))
    theirs = one(world, world.elmfield, ListRow, slug="bad-sites")
    assert refreshed(world, theirs.id) == "held"


def test_a_list_of_ones_own_stays_ones_own(world, web):
    lists.add(world.ports, world.oakfield.network_manager, title="Mine", role="blocked", text=b"a.example\n")
    restored(world, world.elmfield, exported(world, world.oakfield))
    assert every(world, world.elmfield, Subscription) == []


def test_once_signed_no_archive_alone_turns_a_list_of_ones_own_into_a_fetched_one(world, web, manager):
    """Whoever chooses where an old list comes from could take a little away every day."""
    lists.add(world.ports, manager, title="Bad sites", role="locked", text=names(100))
    own = text_of(exported(world, world.oakfield))
    world.sign(world.oakfield)
    said = f"# fetched: every day from {ADDRESS}"
    turned = changed(exported(world, world.oakfield), **{"lists__bad-sites": own.replace("\n\n", f"\n{said}\n\n", 1)})
    with pytest.raises(Refusal, match="would open without a decision"):
        restored(world, world.oakfield, turned)
    assert every(world, world.oakfield, Subscription) == []


def test_once_signed_no_archive_alone_lets_a_list_be_fetched_from_elsewhere(world, web, listed):
    moved = with_line(exported(world, world.oakfield), "# fetched: every week from https://evil.example.org/bad.txt")
    world.sign(world.oakfield)
    with pytest.raises(Refusal, match=r"evil\.example\.org"):
        restored(world, world.oakfield, moved)
    assert of_list(world, listed).address == ADDRESS
    restored(world, world.oakfield, with_line(moved, f"# fetched: every day from {ADDRESS}"))
    assert of_list(world, listed).interval == 86_400, "how often is nobody's danger"
