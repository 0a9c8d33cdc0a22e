"""The pages of lists that are fetched."""

import pytest

from firewall_admin import worker
from firewall_admin.adapters.fetch import Failure
from firewall_admin.app import create_app
from firewall_admin.core.catalogue import CATALOGUE
from firewall_admin.db.tables import ListRow
from firewall_admin.journeys import assignments, subscriptions
from firewall_admin.journeys.refresh_leases import Stopped
from firewall_admin.settings import Settings
from tests.journeys.looking import every, one, trail
from tests.journeys.release_world import accept_all, add_target, live, objections
from tests.web_of_lists import ADDRESS, in_force, looked, names, of_list, refreshed, subscribed, webbed

from .member import member, place
from .test_confirming import save

LISTS = "/policy/lists"
ASKED = {"title": "Bad sites", "role": "blocked", "address": ADDRESS, "interval": "86400", "note": ""}


@pytest.fixture
def web(world):
    return webbed(world)


@pytest.fixture
def manager(world, web):
    client = member(create_app(Settings(), world.ports), world)
    client.sign_in(world.oakfield.network_manager)
    return client


@pytest.fixture
def listed(world, web):
    return subscribed(world, web, names(1_000))


def test_a_list_is_subscribed_by_a_look_a_plan_and_a_save(manager, world, web):
    web.pages[ADDRESS] = names(40) + b"canva.com\n"
    seen = manager.send(f"{LISTS}/subscribe", **ASKED)
    assert seen.status_code == 303
    look = place(seen)
    waiting = manager.get(look)
    assert "Waiting for its turn" in waiting.page.text
    assert waiting.headers["Refresh"] == "3"
    assert web.fetched == [], "no page waits for a server"
    worker.once(world.ports)
    found = manager.get(look)
    assert "Refresh" not in found.headers
    assert "canva.com, which schools live on" in found.page.text
    plan = manager.get(f"{look}/add")
    assert "It would block canva.com" in plan.page.text or "canva.com" in plan.page.text
    assert "subscribed the blocked list Bad sites" in plan.page.text
    assert every(world, world.oakfield, ListRow) == []
    assert save(manager, f"{look}/add", plan).status_code == 303
    assert one(world, world.oakfield, ListRow).source == ADDRESS


def test_what_can_not_be_fetched_is_said_and_can_be_put_away(manager, world, web):
    look = place(manager.send(f"{LISTS}/subscribe", **ASKED))
    worker.once(world.ports)
    assert "The server answers 404" in manager.get(look).page.text or "404" in manager.get(look).page.text
    assert manager.send(f"{look}/put-away").status_code == 303
    assert manager.get(look).status_code == 404


def test_a_bad_address_is_refused_at_its_field(manager):
    seen = manager.send(f"{LISTS}/subscribe", **{**ASKED, "address": "http://lists.example.org/x"})
    assert seen.status_code == 400
    assert "has to be https" in seen.page.text


def test_the_page_of_a_list_keeps_last_success_and_last_try_apart(manager, world, web, listed):
    world.clock.pass_by(days=9)
    manager.sign_in(world.oakfield.network_manager)
    web.pages[ADDRESS] = Failure("the server answers 404, not 200")
    refreshed(world, listed)
    text = manager.get(f"{LISTS}/{listed}").page.text
    assert "9 days old" in text
    assert "the server answers 404" in text
    for path in (LISTS, "/"):
        assert "9 days old" in manager.get(path).page.text
    assignments.assign(world.ports, world.oakfield.network_manager, slug="bad-sites", to=["pupils"])
    assert "9 days old" in manager.get("/policy").page.text


def test_a_text_that_moves_many_names_is_taken_by_typing_how_many(manager, world, web, listed):
    web.pages[ADDRESS] = names(8_000)
    refreshed(world, listed)
    place, text = f"{LISTS}/{listed}/held", of_list(world, listed).found["sha256"]
    page = manager.get(place).page
    assert "7,000 names come and go" in page.text
    assert "How many names come and go?" in page.text
    sent = manager.send(place, text=text, choice="take", reason="it grew", typed="8000")
    assert sent.status_code == 400
    assert "7,000 names change: type that number" in sent.page.text
    assert len(in_force(world, listed)) == 1_000
    assert manager.send(place, text=text, choice="take", reason="it grew", typed="7000").status_code == 303
    assert len(in_force(world, listed)) == 8_000


def test_a_held_text_is_decided_on_its_page_by_one_choice_and_a_reason(manager, world, web, listed):
    web.pages[ADDRESS] = names(800)
    refreshed(world, listed)
    assert "A new text is held" in manager.get(f"{LISTS}/{listed}").page.text
    assert "New text held" in manager.get("/").page.text
    page = manager.get(f"{LISTS}/{listed}/held").page
    assert "800 names in place of 1,000, 20% fewer" in page.text
    text = of_list(world, listed).found["sha256"]
    sent = manager.send(f"{LISTS}/{listed}/held", text=text, choice="take", reason="")
    assert (sent.status_code, len(in_force(world, listed))) == (400, 1_000)
    sent = manager.send(f"{LISTS}/{listed}/held", text="0" * 64, choice="take", reason="tidied up")
    assert sent.status_code == 409
    assert manager.send(f"{LISTS}/{listed}/held", text=text, choice="take", reason="tidied up").status_code == 303
    assert len(in_force(world, listed)) == 800


@pytest.mark.parametrize(
    ("verb", "told"),
    [("refresh", "asked for the list Bad sites to be fetched now"), ("pause", "paused fetching the list Bad sites")],
)
def test_a_button_does_what_it_says(manager, world, listed, verb, told):
    assert manager.send(f"{LISTS}/{listed}/{verb}").status_code == 303
    assert told in trail(world, world.oakfield)[-1]


def test_how_far_a_fetch_is_can_be_watched_and_stopped(manager, world, web, listed):
    seen = []

    def watching():
        seen.append(manager.get(f"{LISTS}/{listed}"))
        seen.append(manager.send(f"{LISTS}/{listed}/stop"))
        raise subscriptions_stopped

    subscriptions_stopped = Stopped()
    web.pages[ADDRESS] = watching
    assert refreshed(world, listed) == "stopped"
    assert "Fetching it" in seen[0].page.text
    assert seen[0].headers["Refresh"] == "3"
    assert seen[1].status_code == 303


def test_the_subscription_ends_and_the_interval_changes(manager, world, listed):
    assert manager.send(f"{LISTS}/{listed}/interval", interval="604800").status_code == 303
    assert of_list(world, listed).interval == 604_800
    assert "stays, with the names it has now" in manager.get(f"{LISTS}/{listed}/end").page.text
    assert manager.send(f"{LISTS}/{listed}/end").status_code == 303
    assert "Fetched from the web" not in manager.get(f"{LISTS}/{listed}").page.text
    assert manager.get(f"{LISTS}/{listed}/interval").status_code == 404


def test_the_catalogue_fills_the_form_and_switches_nothing_on(manager, world):
    page = manager.get(f"{LISTS}/catalogue").page
    for each in CATALOGUE:
        assert each.name in page.text
    form = manager.get(page.link("URLhaus host file")).page
    assert "https://urlhaus.abuse.ch/downloads/hostfile/" in [field.get("value") for field in form.all("input")]
    assert every(world, world.oakfield, ListRow) == []


def test_the_pages_of_a_look_with_everything_wrong_are_whole(manager, world, web):
    web.pages[ADDRESS] = b"google.com\nco.uk\nevil<script>alert(1)</script>\nhttp://x.example/\n" * 40
    look = looked(world, world.oakfield)
    page = manager.get(f"{LISTS}/looks/{look}").page
    assert "nobody can accept this" in page.text
    assert "See what adding it would change" not in page.text
    with pytest.raises(Exception, match="can't be added"):
        subscriptions.subscribe(world.ports, world.oakfield.network_manager, subscription=look)


def test_that_a_list_is_old_is_said_wherever_something_follows_from_it(manager, world, web, listed):
    assignments.assign(world.ports, world.oakfield.network_manager, slug="bad-sites", to=["pupils"])
    target = add_target(world, world.oakfield, "proxy", "squid", audiences=("pupils",))
    other = add_target(world, world.oakfield, "office", "hosts", audiences=("staff",))
    worker.once(world.ports)
    if objections(world, world.oakfield):
        accept_all(world, world.oakfield, "1000")
    number = live(world, world.oakfield).number
    pages = [f"/targets/{target}", f"/releases/{number}", "/explain?address=bad1.example", "/policy", LISTS, "/"]
    for path in pages:
        assert "9 days old" not in manager.get(path).page.text, path
    world.clock.pass_by(days=9)
    manager.sign_in(world.oakfield.network_manager)
    for path in [*pages, f"{LISTS}/{listed}"]:
        assert "9 days old" in manager.get(path).page.text, path
    assert "9 days old" not in manager.get(f"/targets/{other}").page.text, "staff are not filtered by it"
    manager.sign_in(world.elmfield.network_manager)
    assert "9 days old" not in manager.get("/explain?address=bad1.example").page.text
