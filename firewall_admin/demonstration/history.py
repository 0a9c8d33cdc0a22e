"""What happened at Oakfield in its first four weeks, chapter by chapter."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from firewall_admin.db.tables import ListRow, RuleRow, TargetRow
from firewall_admin.journeys import (
    assignments,
    audiences,
    delegations,
    feed_tokens,
    feeds,
    lists,
    people,
    releases,
    roles,
    rules,
    schools,
    set_up,
    staff_import,
    targets,
    timetables,
)
from firewall_admin.journeys.founding import found
from firewall_admin.journeys.release_contents import loss_key

from . import checks, reports, requests, subscription
from .story import Story

NAME = "Oakfield Primary School"
ADMINISTRATOR = ("Mina Rao", "m.rao@oakfield.example")
MANAGER = ("Dan Pryce", "d.pryce@oakfield.example")
STAFF = """name,email,role
Helen Marsh,h.marsh@oakfield.example,headteacher
Imran Qadir,i.qadir@oakfield.example,deputy
Ruth Abbott,r.abbott@oakfield.example,safeguarding lead
Colin Webb,c.webb@oakfield.example,governor
Gwen Hughes,g.hughes@oakfield.example,teacher
Tom Fairley,t.fairley@oakfield.example,teacher
"""
GAMES = b"""# games that came up in lessons
0.0.0.0 block-racers.example
maths-games.example
https://unblocked-games.example/play
pixel-arena.example
= not a name =
slither-arena.example
"""
MORE_GAMES = GAMES + b"mirror-of-games.example\narena-proxy.example\n"
FETCHED = "unbound.conf"  # of the resolver's files


def beginning(story: Story) -> None:
    """The first two people, then the staff from a file."""
    story.on(0, 9)
    founded = found(story.ports, name=NAME, administrator=ADMINISTRATOR, manager=MANAGER)
    story.arrive(*founded.invited)
    mina = story.actor("Mina")
    brought = staff_import.bring_in(story.ports, mina, content=STAFF.encode())
    story.arrive(*brought.invited)
    late = people.invite(story.ports, mina, name="Aisha Begum", email="a.begum@oakfield.example", role="teacher")
    story.people["Aisha"] = late


def first_policy(story: Story) -> None:
    """Audiences, timetables, what is blocked for whom. TikTok is left: to block it is what a visitor tries first."""
    story.on(1, 9, 30)
    dan = "Dan"
    story.edit(dan, schools.change, name=NAME, timezone="Europe/London", domains=["oakfield.example"])
    pupils = audiences.Wanted("pupils", ("10.20.0.0/16", "2001:db8:20::/48"), safe_search=True, youtube="strict")
    for wanted in (
        pupils,
        audiences.Wanted("staff", ("10.30.0.0/16", "2001:db8:30::/48")),
        audiences.Wanted("guests", ("10.40.0.0/16",), safe_search=True, youtube="moderate"),
    ):
        story.edit(dan, lambda ports, actor, wanted=wanted: audiences.add(ports, actor, wanted))
    story.on(1, 13, 15)
    story.edit(dan, timetables.add, name="lunch", windows=["mon-fri 12:00-13:00"])
    story.edit(dan, timetables.add, name="after-school", windows=["mon-fri 15:30-18:00"])
    story.on(2, 10)
    for slug in ("instagram", "snapchat", "discord", "roblox", "omegle"):
        story.edit(dan, assignments.assign, slug=slug, to=["pupils"])
    story.edit(dan, assignments.assign, slug="facebook", to=["pupils", "guests"])
    story.edit(dan, assignments.assign, slug="facebook", to=["staff"], times=assignments.Times(except_="lunch"))
    story.on(2, 11, 20)
    story.edit(dan, lists.add, title="Games", role="blocked", text=GAMES, source="pasted", note="From the ICT suite")
    times = assignments.Times(except_="after-school")
    story.edit(dan, assignments.assign, slug="games", to=["pupils"], times=times)
    until = story.now + timedelta(days=4)
    lesson = {"domain": "times-tables.maths-games.example", "audience": "pupils", "reason": "Year 4 times tables"}
    story.edit(dan, rules.add, action="allow", until=until, **lesson)


def devices(story: Story) -> None:
    """A resolver that fetches by itself, and a proxy whose files are taken by hand."""
    story.on(3, 9, 10)
    everyone = ("pupils", "staff", "guests")
    for wanted in (
        targets.Wanted("Main resolver", "rpz", everyone),
        targets.Wanted("Proxy of the ICT suite", "squid", ("pupils",), delivery="download"),
    ):
        accepted = [loss_key(loss) for loss in targets.losses(story.ports, story.actor("Dan"), wanted)]
        targets.add(story.ports, story.actor("Dan"), wanted, accepted=accepted)
        story.publish()
    with story.ports.db.look() as session:
        resolver = session.scalars(select(TargetRow.id).where(TargetRow.name == "Main resolver")).one()
    token = feed_tokens.make(story.ports, story.actor("Dan"), target=resolver)
    story.at += timedelta(minutes=6)
    feeds.fetch(story.ports, token=token, file=FETCHED)
    story.fetch = lambda: feeds.fetch(story.ports, token=token, file=FETCHED)
    story.at += timedelta(minutes=5)
    story.fetch()  # from two fetches its pace is known


def signature(story: Story) -> None:
    """The headteacher reads the first policy, and signs it."""
    helen = story.actor("Helen")
    overview = set_up.overview(story.ports, helen)
    story.at += timedelta(minutes=25)
    set_up.sign(story.ports, helen, release=overview.number)


def first_weeks(story: Story) -> None:
    """Blocks by several people, a slip that was held, and a step back."""
    story.on(5, 14, 5)
    reason = "A pupil showed it to a teacher"
    story.edit("Ruth", rules.add, action="block", domain="dare-you.example", audience="pupils", reason=reason)
    story.on(7, 10, 40)
    reason = "Meant to block a copy of it"
    story.edit("Dan", rules.add, action="block", domain="childline.org.uk", reason=reason)
    story.on(7, 10, 52)
    with story.ports.db.look() as session:
        slip = session.scalars(select(RuleRow.id).where(RuleRow.domain == "childline.org.uk")).one()
    story.edit("Dan", rules.end, rule=slip)
    story.on(9, 11, 30)
    story.edit("Dan", assignments.assign, slug="reddit", to=["pupils", "guests"])
    story.on(9, 13, 45)
    before = story.last().number - 1
    releases.go_back(story.ports, story.actor("Dan"), number=before, reason="Guests could not sign in to the Wi-Fi")
    story.on(9, 15, 10)
    reason = "It was the access point, not the policy"
    releases.lift_hold(story.ports, story.actor("Dan"), reason=reason)
    story.publish()


def last_days(story: Story) -> None:
    """A deputy who stands in, a list that grew, a role that waits, and two lunch hours of the published timetable."""
    story.on(11, 8, 50)
    since = story.at + timedelta(days=1)
    deputy = story.people["Imran"].person
    until = since + timedelta(days=2)
    helen = story.actor("Helen")
    delegations.make(story.ports, helen, deputy=deputy, since=since, until=until, reason="a conference")
    story.on(12, 11)
    with story.ports.db.look() as session:
        games = session.scalars(select(ListRow.id).where(ListRow.slug == "games")).one()
    story.edit("Dan", lists.replace, listed=games, text=MORE_GAMES, source="pasted")
    requests.standing_in(story)
    for day in (-2, -1):
        for hour in (12, 13):
            story.on(day, hour)
            story.publish()
    story.on(-1, 14, 20)
    reason = "Pupils found a copy of a blocked game"
    story.edit("Dan", rules.add, action="block", domain="arena-copy.example", audience="pupils", reason=reason)
    tom = story.people["Tom"].person
    roles.change_role(story.ports, story.actor("Mina"), person=tom, role="safeguarding lead")


def the_present(story: Story) -> None:
    """Two minutes ago the resolver fetched for the last time."""
    story.at = story.now - timedelta(minutes=2)
    story.publish()
    story.fetch()


CHAPTERS: tuple[Callable[[Story], None], ...] = (
    beginning,
    first_policy,
    devices,
    signature,
    requests.first_requests,
    first_weeks,
    subscription.subscribed,
    reports.weeks_of_reports,
    last_days,
    subscription.held,
    checks.filter_tested,
    requests.waiting,
    the_present,
    reports.this_morning,
)
