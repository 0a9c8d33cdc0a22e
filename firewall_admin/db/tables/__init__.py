"""Every table. Each root row belongs to a school; a row of another school does not exist for whoever asks."""

from .checks import LiveCheck
from .filtering_checks import FilteringCheck
from .letters import Letter
from .people import Delegation, Guesses, Invitation, Person, RoleProposal, SignIn
from .policy import AssignmentRow, AudienceRow, ListRow, RuleRow, School, Snapshot, TimetableRow
from .push import PushedZone, PushRow
from .releases import Delivery, FeedToken, Release, TargetRow
from .reports import (
    ContentReport,
    Destruction,
    Incident,
    PupilName,
    ReportNote,
    Restriction,
    RetentionChoice,
)
from .requests import AccessRequest, Assessment, Decision, DecisionShown, Remark
from .resets import PasswordReset
from .reviews import InspectionLink, Review, ReviewAction, ReviewSignature, Undertaking
from .row import Row, UtcDateTime
from .second_factor import HalfSignIn, LostFactor, RecoveryCode, SecondFactor
from .second_person import ToConfirm
from .statement import Acknowledgement
from .subject_access import SubjectAccess, SubjectAccessChoice
from .subscriptions import ListRefresh, NameChain, Subscription
from .trail import Entry

__all__ = [
    "AccessRequest",
    "Acknowledgement",
    "Assessment",
    "AssignmentRow",
    "AudienceRow",
    "ContentReport",
    "Decision",
    "DecisionShown",
    "Delegation",
    "Delivery",
    "Destruction",
    "Entry",
    "FeedToken",
    "FilteringCheck",
    "Guesses",
    "HalfSignIn",
    "Incident",
    "InspectionLink",
    "Invitation",
    "Letter",
    "ListRefresh",
    "ListRow",
    "LiveCheck",
    "LostFactor",
    "NameChain",
    "PasswordReset",
    "Person",
    "PupilName",
    "PushRow",
    "PushedZone",
    "RecoveryCode",
    "Release",
    "Remark",
    "ReportNote",
    "Restriction",
    "RetentionChoice",
    "Review",
    "ReviewAction",
    "ReviewSignature",
    "RoleProposal",
    "Row",
    "RuleRow",
    "School",
    "SecondFactor",
    "SignIn",
    "Snapshot",
    "SubjectAccess",
    "SubjectAccessChoice",
    "Subscription",
    "TargetRow",
    "TimetableRow",
    "ToConfirm",
    "Undertaking",
    "UtcDateTime",
]
