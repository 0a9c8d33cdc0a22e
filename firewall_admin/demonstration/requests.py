"""What staff of Oakfield asked for, what was advised, and what the headteacher decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from firewall_admin.core.terms import Kind
from firewall_admin.db.tables import AccessRequest, AssignmentRow, AudienceRow
from firewall_admin.journeys import (
    access_requests,
    assessments,
    decisions,
    statements,
    undertakings,
    wider_requests,
)
from firewall_admin.journeys.asking import Asked, ask
from firewall_admin.journeys.dossiers import dossier

from .story import Story


def first_requests(story: Story) -> None:
    """One lesson that is over, one that lasts, and one that was refused."""
    story.on(4, 8, 35)
    over = _asked(story, "Gwen", "block-racers.example", story.at + timedelta(days=2), "Year 5: how adverts work")
    _assessed(story, over, "allow", "Harmless for one lesson, with the adverts as the topic.")
    _decided(story, "Helen", over, "approved", "One lesson, and it is the topic of it.")
    story.on(4, 11, 15)
    lasting = _asked(
        story,
        "Tom",
        "https://www.maths-games.example/fractions",
        story.now + timedelta(days=20),
        "Year 3 fractions, in small groups",
        alternatives="The worksheets of last year, which three children can't read",
    )
    _assessed(story, lasting, "allow", "I have looked at it: no chat, no adverts. Nothing else needs opening.")
    _decided(story, "Helen", lasting, "approved", "It helps children whom worksheets leave behind.")
    story.on(4, 12, 50)
    refused = _asked(
        story, "Tom", "discord.com", story.now + timedelta(days=10), "A club that wants to talk after school"
    )
    _assessed(story, refused, "refuse", "Minimum age 13, and direct messages from strangers.", "Contact by strangers")
    _decided(story, "Helen", refused, "refused", "Our pupils are under 13. Try the school's own platform instead.")


def standing_in(story: Story) -> None:
    """The deputy decides while the headteacher is at a conference."""
    story.on(12, 12, 20)
    asked = _asked(
        story, "Gwen", "pixel-arena.example", story.now + timedelta(days=6), "Year 6: designing a level", needed=True
    )
    _assessed(story, asked, "allow", "Fine for a week. The editor is on the same site.")
    _decided(story, "Imran", asked, "approved", "A good use of it, and it ends by itself.")


def waiting(story: Story) -> None:
    """What waits for somebody: a question, an assessment, a decision, and a change of the policy."""
    story.on(-1, 14, 40)
    asked = _asked(story, "Gwen", "roblox.com", story.now + timedelta(days=12), "Year 6 coding club, building worlds")
    row = _row(story, asked)
    access_requests.send_back(
        story.ports,
        story.actor("Dan"),
        request=row.id,
        version=row.version,
        text="Would the editor alone be enough? It needs no account and no chat.",
    )
    story.at += timedelta(minutes=12)
    to_decide = _asked(
        story,
        "Tom",
        "https://www.instagram.com/about",
        story.now + timedelta(days=3),
        "Year 6 online safety: what a profile gives away, on the whiteboard",
        needed=True,
        audiences=("pupils",),
    )
    _assessed(story, to_decide, "allow", "For three days. The lesson is on the whiteboard; pupils have no accounts.")
    story.at += timedelta(minutes=9)
    _asked(story, "Tom", "slither-arena.example", story.now + timedelta(days=5), "Reward time on Friday")
    story.at += timedelta(minutes=7)
    wider_requests.ask(
        story.ports,
        story.actor("Dan"),
        kind=Kind.END_LIST,
        change={"assignment": str(_assignment(story, "reddit", "guests"))},
        purpose="Parents at evening events can't open links that the PTA shares. Pupils stay blocked.",
    )
    for who in ("Gwen", "Ruth"):
        story.at += timedelta(minutes=3)
        actor = story.actor(who)
        statements.acknowledge(story.ports, actor, version=statements.read(story.ports, actor).version)
    _said_of_itself(story)


def _said_of_itself(story: Story) -> None:
    given = (
        ("slt-lead", "Imran Qadir, deputy headteacher", "Helen Marsh"),
        ("governor-lead", "Colin Webb", "Colin Webb"),
        ("provider", "NetProvider of the county: IWF member, self-certified with UKSIC in September", "Dan Pryce"),
        ("guests", "Their own network, filtered like pupils but for YouTube", "Dan Pryce"),
    )
    for kind, text, owner in given:
        story.at += timedelta(minutes=2)
        day = (story.now + timedelta(days=300)).date()
        undertakings.answer(story.ports, story.actor("Ruth"), kind=kind, text=text, owner=owner, review_on=day)


def _asked(
    story: Story,
    who: str,
    address: str,
    until: datetime,
    purpose: str,
    *,
    alternatives: str = "",
    needed: bool = False,
    audiences: Sequence[str] = ("pupils",),
) -> int:
    """Somebody asks, and it is read half an hour later."""
    until = until.replace(hour=16, minute=0, second=0, microsecond=0)
    needed_by = (story.at + timedelta(days=1)).date() if needed else None
    form = Asked(
        address, tuple(audiences), until, purpose, alternatives=alternatives, previewed=True, needed_by=needed_by
    )
    number = ask(story.ports, story.actor(who), form)
    story.at += timedelta(minutes=34)
    return number


def _assessed(story: Story, number: int, advice: str, text: str, risk: str = "") -> None:
    row = _row(story, number)
    assessments.assess(
        story.ports,
        story.actor("Dan"),
        request=row.id,
        version=row.version,
        advice=advice,
        text=text,
        risk=risk,
    )
    story.at += timedelta(minutes=21)


def _decided(story: Story, who: str, number: int, outcome: str, reason: str) -> None:
    row, actor = _row(story, number), story.actor(who)
    seen = dossier(story.ports, actor, row.id)
    decisions.decide(
        story.ports,
        actor,
        request=row.id,
        version=seen.version,
        outcome=outcome,
        reason=reason,
        sha256=seen.sha256,
    )
    story.publish()


def _row(story: Story, number: int) -> AccessRequest:
    with story.ports.db.look() as session:
        return session.scalars(select(AccessRequest).where(AccessRequest.number == number)).one()


def _assignment(story: Story, slug: str, audience: str) -> UUID:
    with story.ports.db.look() as session:
        query = select(AssignmentRow.id).join(AudienceRow, AudienceRow.id == AssignmentRow.audience_id)
        return session.scalars(query.where(AssignmentRow.slug == slug, AudienceRow.name == audience)).one()
