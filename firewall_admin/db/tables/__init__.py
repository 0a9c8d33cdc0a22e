"""Every table. Each root row belongs to a school; a row of another school does not exist for whoever asks."""

from .people import Delegation, Guesses, Invitation, Person, RoleProposal, SignIn
from .policy import AssignmentRow, AudienceRow, ListRow, RuleRow, School, Snapshot, TimetableRow
from .releases import Delivery, FeedToken, Release, TargetRow
from .row import Row, UtcDateTime
from .trail import Entry

__all__ = [
    "AssignmentRow",
    "AudienceRow",
    "Delegation",
    "Delivery",
    "Entry",
    "FeedToken",
    "Guesses",
    "Invitation",
    "ListRow",
    "Person",
    "Release",
    "RoleProposal",
    "Row",
    "RuleRow",
    "School",
    "SignIn",
    "Snapshot",
    "TargetRow",
    "TimetableRow",
    "UtcDateTime",
]
