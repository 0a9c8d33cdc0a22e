"""The day on which something ends, as a file that every calendar reads (RFC 5545)."""

from datetime import datetime, time, timedelta, tzinfo

from icalendar import Alarm, Calendar, Event

from .letters import one_line, unlinked

WARNING = timedelta(days=-7)  # before the end: time to ask for a renewal


def calendar(
    *, decision: str, about: str, what: str, until: datetime, made_at: datetime, zone: tzinfo, host: str
) -> str:
    """An .ics file with the end of what a decision allows. `until`: the instant (UTC) before which it holds; where that
    is midnight on the school's clock, the event is the whole day that it ends. `host` makes the event's id unique."""
    event = Event()
    event.add("uid", f"{decision}@{host}")
    event.add("dtstamp", made_at)
    event.add("summary", one_line(unlinked(f"{decision} ends: {about}")))
    event.add("description", one_line(unlinked(f"{what}. If it is still needed, renew it in time."), 1000))
    event.add("transp", "TRANSPARENT")
    _put(event, until, zone)
    if until - made_at > -WARNING:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", one_line(unlinked(f"{decision} ends in a week: {about}")))
        alarm.add("trigger", WARNING)
        event.add_component(alarm)
    whole = Calendar()
    whole.add("prodid", "-//firewall_admin//EN")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add_component(event)
    return bytes(whole.to_ical()).decode()


def _put(event: Event, until: datetime, zone: tzinfo) -> None:
    local = until.astimezone(zone)
    if local.time() == time():
        day = local.date() - timedelta(days=1)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    else:
        event.add("dtstart", until)
        event.add("dtend", until)
