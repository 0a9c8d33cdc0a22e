"""What staff of Oakfield reported, and what came of it. No pupil has a name here."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from firewall_admin.core.people import Actor
from firewall_admin.journeys import content_reports, incidents, planned, restrictions
from firewall_admin.journeys.policy import Act

from .story import Story


def weeks_of_reports(story: Story) -> None:
    """A site that was blocked and reviewed, one that stays open, a way round the filter, and what may be illegal."""
    story.on(10, 9, 20)
    first = _seen(story, "Gwen", "https://www.dare-and-share.example/today", "contact", "aggressive", place="ICT suite")
    story.at += timedelta(minutes=6)
    _save(story, "Dan", lambda dan: content_reports.blocking(dan, report=first, domain="dare-and-share.example"))
    story.on(10, 10, 15)
    second = _seen(story, "Tom", "https://news-for-all.example/war", "content", "aggressive", pupil="6M-021")
    story.at += timedelta(minutes=25)
    reason = "A news site that Year 6 use for lessons; its page on the war is not for younger pupils. Tom will choose."
    content_reports.leave_open(story.ports, story.actor("Dan"), report=second, reason=reason)
    third = _way_round(story)
    _restricted(story)
    story.on(10, 16)
    for who in ("Helen", "Ruth"):
        story.at += timedelta(minutes=4)
        content_reports.review(story.ports, story.actor(who), report=first)
    today = story.at.date()
    restrictions.make(
        story.ports,
        story.actor("Ruth"),
        pupil="6M-014",
        since=today,
        until=today + timedelta(days=28),
        review_on=today + timedelta(days=20),
        reason="A VPN, twice",
        incident=third,
    )


def _way_round(story: Story) -> UUID:
    """A VPN on an iPad: told, blocked, and tried again."""
    story.on(10, 11, 5)
    made = incidents.report(
        story.ports,
        story.actor("Gwen"),
        incidents.Happened(
            story.at - timedelta(minutes=15),
            method="vpn",
            indicator="quick-tunnel.example",
            found="seen",
            place="iPad 12",
            pupil="6M-014",
            done="Took the iPad, and wrote down the name of the app",
        ),
    )
    story.at += timedelta(minutes=9)
    _save(story, "Dan", lambda dan: incidents.blocking(dan, incident=made, domain="quick-tunnel.example"))
    story.on(10, 14, 30)
    text = "The app can’t connect on iPad 12 and iPad 3"
    incidents.retest(story.ports, story.actor("Dan"), incident=made, works=False, text=text)
    return made


def this_morning(story: Story) -> None:
    """What waits for somebody now."""
    story.at += timedelta(seconds=30)
    _seen(story, "Gwen", "https://www.spin-to-win.example", "content", "commercial", place="Class 4 laptops")


def _restricted(story: Story) -> None:
    """Apart from all others: no address, no approval, two people who read it."""
    story.on(10, 15, 10)
    made = content_reports.report_restricted(
        story.ports,
        story.actor("Tom"),
        seen_at=story.at - timedelta(minutes=10),
        place="Laptop 9, closed and locked in the office",
        done="Told Ruth Abbott in person",
    )
    story.at += timedelta(minutes=20)
    ruth = story.actor("Ruth")
    content_reports.hand_over(story.ports, ruth, report=made, body="police", outside="Log 214 of today")
    story.at += timedelta(minutes=5)
    content_reports.close(story.ports, ruth, report=made)


def _seen(story: Story, who: str, address: str, kind: str, area: str, **more: str) -> UUID:
    seen = content_reports.Seen(address, story.at - timedelta(minutes=2), kind, area, **more)
    return content_reports.report(story.ports, story.actor(who), seen)


def _save(story: Story, who: str, make: Callable[[Actor], Act]) -> None:
    actor = story.actor(who)
    act = make(actor)
    planned.save(story.ports, actor, act, planned.planned(story.ports, actor, act).revision)
    story.publish()
