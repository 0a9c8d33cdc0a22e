"""The words and the tone of every state that a tag shows. Colour only repeats what the word says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """A word, and how it feels: good, waiting, danger, care or quiet."""

    words: str
    tone: str


TONES = {"good": "green", "waiting": "yellow", "danger": "red", "care": "orange", "quiet": "grey", "news": "teal"}
"""The colour of the tag for each tone."""

STATES = {
    # a name, for an audience
    "blocked": State("Blocked", "danger"),
    "open": State("Open", "good"),
    "allow": State("Allow", "good"),
    "block": State("Block", "danger"),
    # an access request
    "submitted": State("New", "news"),
    "returned": State("Question asked", "waiting"),
    "assessed": State("For decision", "waiting"),
    "approved": State("Allowed", "good"),
    "refused": State("Refused", "danger"),
    "withdrawn": State("Withdrawn", "quiet"),
    # a rule or a decision, as the facts say
    "in-force": State("In force", "good"),
    "not-yet": State("Not yet in force", "waiting"),
    "resting": State("Not at this time", "quiet"),
    "ends-soon": State("Ends soon", "care"),
    "expired": State("Ended", "quiet"),
    # a release
    "prepared": State("Prepared", "news"),
    "published": State("Published", "good"),
    "replaced": State("Replaced", "quiet"),
    "held": State("Held", "care"),
    # a delivery
    "delivered": State("Delivered", "good"),
    "waiting": State("Waiting", "waiting"),
    "failed": State("Failed", "danger"),
    # what a resolver was seen to do
    "enforced": State("Seen to work", "good"),
    "leaking": State("Leaking", "danger"),
    "overblocking": State("Blocks too much", "care"),
    "silent": State("No answer", "danger"),
    "stale": State("Has old files", "care"),
    "not-known": State("Proves nothing", "quiet"),
    "asking": State("Being asked", "waiting"),
    # a release at a target, as checks saw it
    "live": State("Seen to work", "good"),
    "not-seen": State("Not seen yet", "waiting"),
    "wrong": State("Something is wrong", "danger"),
    "not-checked": State("Not checked", "quiet"),
    # a report of a site, an incident, a restriction
    "new": State("New", "danger"),
    "left-open": State("Left open", "care"),
    "restricted": State("With the safeguarding lead", "danger"),
    "passed": State("With the safeguarding lead", "danger"),
    "acted": State("To be tried again", "waiting"),
    "closed": State("Closed", "quiet"),
    "upcoming": State("Not yet in force", "waiting"),
    "to-review": State("To be reviewed", "care"),
    "over": State("Ended", "quiet"),
    # a check of the filter, in the log
    "planned": State("Planned", "news"),
    "overdue": State("Overdue", "danger"),
    "good": State("Works", "good"),
    "part": State("Works in part", "care"),
    "bad": State("Does not work", "danger"),
}


def state(name: str) -> State:
    """The state of this name. Raises LookupError on one that nobody has put into words."""
    return STATES[name]
