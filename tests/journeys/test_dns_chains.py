"""Where a site that is asked for leads, asked of a resolver that filters nothing: the dossier says that it won't do."""

from dataclasses import replace

import pytest

from firewall_admin import worker
from firewall_admin.core.effects import Effect
from firewall_admin.core.questions import Answer, Failure, Question, Where
from firewall_admin.core.terms import from_json
from firewall_admin.db.tables import NameChain
from firewall_admin.journeys import access_requests, asking, dns_chains, name_chains, prospects
from firewall_admin.journeys.dossiers import dossier

from .request_world import SITE, again, assess, assessed, decided, form, furnished, submitted

CONTROL = Where("192.0.2.53")
CDN = "cdn.blocked.example"


class Resolver:
    """Leads every name to the CDN, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.chain: tuple[str, ...] = ("edge.example", CDN)
        self.chains: dict[str, tuple[str, ...]] = {}
        self.silent = False

    def __call__(self, question: Question, where: Where) -> Answer | Failure:
        self.asked.append(question.name)
        if self.silent:
            return Failure(question, "silent", "no answer came in time")
        return Answer(question, "NOERROR", self.chains.get(question.name, self.chain), ("198.51.100.7",), 60)


@pytest.fixture
def resolver(world):
    found = Resolver()
    world.ports = replace(world.ports, ask=found, controls=(CONTROL,))
    return found


def chain(world, *names):
    """Where names are known to lead."""
    with world.db.look() as session:
        return name_chains.led(session, names or [SITE])


def effect(world, school, row) -> Effect:
    seen = dossier(world.ports, school.headteacher, row.id).effect
    assert seen is not None
    return seen


def test_a_site_that_leads_to_a_blocked_name_is_said_to_stay_blocked(world, resolver):
    school = furnished(world, None, SITE, CDN)
    row = submitted(world, school)
    assert effect(world, school, row).leads_to == ()
    worker.once(world.ports)
    assert chain(world) == ["edge.example", CDN]
    assert effect(world, school, row).leads_to == (CDN,)
    found = prospects.prospect(world.ports, school.teacher, address=SITE)
    assert found.effect.leads_to == (CDN,)
    assert found.also == (CDN,)


def test_asking_for_both_is_enough(world, resolver):
    school = furnished(world, None, SITE, CDN)
    row = submitted(world, school, also=(CDN,))
    dns_chains.look_up_due(world.ports)
    assert effect(world, school, row).leads_to == ()


def test_it_is_asked_once_and_again_after_an_hour_while_it_is_open(world, resolver):
    school = furnished(world)
    row = submitted(world, school)
    assert [dns_chains.look_up_due(world.ports) for _ in range(2)] == [1, 0]
    world.clock.pass_by(hours=1)
    resolver.chain = ("elsewhere.example",)
    assert dns_chains.look_up_due(world.ports) == 1
    assert chain(world) == ["elsewhere.example"]
    access_requests.withdraw(world.ports, school.teacher, request=row.id, version=again(world, row).version)
    world.clock.pass_by(hours=1)
    assert dns_chains.look_up_due(world.ports) == 0
    assert resolver.asked == [SITE, SITE]


def test_what_is_decided_is_asked_about_no_more(world, resolver):
    school = furnished(world)
    decided(world, school.headteacher, assessed(world, school))
    assert dns_chains.look_up_due(world.ports) == 0


def test_a_resolver_that_is_silent_changes_nothing_that_was_known(world, resolver):
    school = furnished(world)
    submitted(world, school)
    dns_chains.look_up_due(world.ports)
    resolver.silent = True
    world.clock.pass_by(hours=1)
    assert [dns_chains.look_up_due(world.ports) for _ in range(2)] == [1, 0]
    assert chain(world) == ["edge.example", CDN]


def test_nothing_is_asked_where_no_resolver_is_set(world):
    school = furnished(world)
    submitted(world, school)

    def nobody(question: Question, where: Where) -> Answer | Failure:
        raise AssertionError("asked")

    assert dns_chains.look_up_due(replace(world.ports, ask=nobody)) == 0


def test_names_that_are_no_names_are_left_out_of_the_chain(world, resolver):
    resolver.chain = ("com", "good.example")
    submitted(world, furnished(world))
    dns_chains.look_up_due(world.ports)
    assert chain(world) == ["good.example"]


def test_what_was_found_out_for_another_purpose_is_not_asked_again(world, resolver):
    school = furnished(world)
    name_chains.ask(world.ports, SITE)
    submitted(world, school)
    world.clock.pass_by(minutes=59)
    assert dns_chains.look_up_due(world.ports) == 1
    assert chain(world) == ["edge.example", CDN]
    assert resolver.asked == [SITE]
    world.clock.pass_by(hours=1)
    dns_chains.look_up_due(world.ports)
    assert resolver.asked == [SITE, SITE]


def test_what_a_request_found_out_is_there_for_lists(world, resolver):
    submitted(world, furnished(world))
    dns_chains.look_up_due(world.ports)
    with world.db.look() as session:
        assert session.get_one(NameChain, SITE).chain == ["edge.example", CDN]


def test_silence_is_not_taken_for_a_name_that_leads_nowhere(world, resolver):
    submitted(world, furnished(world))
    resolver.silent = True
    dns_chains.look_up_due(world.ports)
    resolver.silent = False
    world.clock.pass_by(hours=1)
    dns_chains.look_up_due(world.ports)
    assert chain(world) == ["edge.example", CDN]


def test_what_nobody_asks_about_any_more_is_forgotten_after_a_while(world, resolver):
    name_chains.ask(world.ports, SITE)
    world.clock.pass_by(days=37)
    assert name_chains.prune(world.ports) == 0
    world.clock.pass_by(hours=1)
    assert [name_chains.prune(world.ports) for _ in range(2)] == [1, 0]
    assert name_chains.prune in worker.TIDYING


def test_every_name_of_a_request_is_asked_about_and_those_that_were_advised(world, resolver):
    school = furnished(world, None, SITE, CDN)
    row = submitted(world, school, also=("pictures.example",))
    dns_chains.look_up_due(world.ports)
    assert resolver.asked == [SITE, "pictures.example"]
    terms = replace(from_json(row.terms), names=(SITE, "sound.example"))
    assess(world, school, row, terms=terms)
    dns_chains.look_up_due(world.ports)
    assert resolver.asked == [SITE, "pictures.example", "sound.example"]


def test_only_the_names_of_the_terms_that_are_looked_at_are_said_to_lead_anywhere(world, resolver):
    school = furnished(world, None, SITE, CDN)
    row = submitted(world, school, also=("pictures.example",))
    resolver.chains = {SITE: (), "pictures.example": (CDN,)}
    dns_chains.look_up_due(world.ports)
    assert effect(world, school, row).leads_to == (CDN,)
    alone = dossier(world.ports, school.headteacher, row.id, replace(from_json(row.terms), names=(SITE,))).effect
    assert alone is not None
    assert alone.leads_to == ()


def test_a_resolver_that_is_silent_is_not_waited_for_once_a_name(world, resolver):
    submitted(world, furnished(world), also=tuple(f"n{number}.example" for number in range(9)))
    resolver.silent = True
    dns_chains.look_up_due(world.ports)
    assert resolver.asked == [SITE]


def test_what_is_changed_while_it_is_asked_about_is_asked_about_again(world, resolver):
    school = furnished(world, None, SITE, "other.example")
    row = submitted(world, school)

    def meanwhile(question, where):
        asked = form(world, address="other.example")
        asking.change(world.ports, school.teacher, request=row.id, version=row.version, asked=asked)
        return resolver(question, where)

    dns_chains.look_up_due(replace(world.ports, ask=meanwhile))
    dns_chains.look_up_due(world.ports)
    assert resolver.asked == [SITE, "other.example"]
