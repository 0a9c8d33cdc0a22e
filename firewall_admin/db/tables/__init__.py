"""Every table. Each root row belongs to a school; a row of another school does not exist for whoever asks."""

from .checks import Check
from .letters import Letter
from .people import Delegation, Guesses, Invitation, Person, RoleProposal, SignIn
from .policy import AssignmentRow, AudienceRow, ListRow, RuleRow, School, Snapshot, TimetableRow
from .releases import Delivery, FeedToken, Release, TargetRow
from .requests import AccessRequest, Assessment, Decision, Remark
from .row import Row, UtcDateTime
from .trail import Entry

__all__ = [
    "AccessRequest",
    "Assessment",
    "AssignmentRow",
    "AudienceRow",
    "Check",
    "Decision",
    "Delegation",
    "Delivery",
    "Entry",
    "FeedToken",
    "Guesses",
    "Invitation",
    "Letter",
    "ListRow",
    "Person",
    "Release",
    "Remark",
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
