"""Who may do what: roles, permissions, and the actor of every act.

Nobody holds a permission but through a role or a dated delegation. The administrator keeps the service running and
has no say in policy; nobody decides their own request, whatever the role.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person is at the school."""

    TEACHER = "teacher"
    NETWORK_MANAGER = "network-manager"
    HEADTEACHER = "headteacher"
    DEPUTY = "deputy"
    SAFEGUARDING_LEAD = "safeguarding-lead"
    GOVERNOR = "governor"
    ADMINISTRATOR = "administrator"

    @property
    def words(self) -> str:
        return self.value.replace("-", " ").capitalize()


class Permission(StrEnum):
    """What a view or a journey needs. `EVERYONE` is anyone who is signed in."""

    EVERYONE = "be signed in"
    SEE_POLICY = "see the policy"
    CHANGE_POLICY = "change the policy"
    BLOCK = "block a name at once"
    ACCEPT_DANGER = "accept an objection"
    PUBLISH = "publish, hold and go back"
    MANAGE_TARGETS = "manage targets and their tokens"
    ASK = "ask for access"
    ASSESS = "assess a request"
    DECIDE = "decide a request"
    SIGN_POLICY = "sign the policy as a whole"
    MANAGE_PEOPLE = "invite people and change what they are"
    APPROVE_ROLES = "approve who is what"
    DELEGATE = "hand over decisions for a time"
    SEE_TRAIL = "read the trail"
    SET_UP = "set the school up"
    SEE_REQUESTS = "read the requests for access"
    SEE_REGISTER = "read the register of decisions"
    REPORT = "report content and incidents"
    SEE_REPORTS = "read the reports"
    HANDLE_REPORTS = "act on reports"
    SAFEGUARD = "read safeguarding notes"
    RESTRICT = "restrict a pupil's use of equipment"
    REVIEW = "prepare the yearly review"
    SIGN_REVIEW = "sign the yearly review"


P = Permission
_SEE = {P.EVERYONE, P.SEE_POLICY}
_READ = {P.SEE_REQUESTS, P.SEE_REGISTER, P.SEE_REPORTS}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.TEACHER: frozenset({P.EVERYONE, P.ASK, P.REPORT}),
    Role.NETWORK_MANAGER: frozenset(
        _SEE
        | _READ
        | {
            P.CHANGE_POLICY,
            P.BLOCK,
            P.ACCEPT_DANGER,
            P.PUBLISH,
            P.MANAGE_TARGETS,
            P.ASK,
            P.ASSESS,
            P.SEE_TRAIL,
            P.SET_UP,
            P.REPORT,
            P.HANDLE_REPORTS,
            P.REVIEW,
        }
    ),
    Role.HEADTEACHER: frozenset(
        _SEE
        | _READ
        | {
            P.BLOCK,
            P.ACCEPT_DANGER,
            P.DECIDE,
            P.SIGN_POLICY,
            P.ASK,
            P.APPROVE_ROLES,
            P.DELEGATE,
            P.SEE_TRAIL,
            P.REPORT,
            P.SAFEGUARD,
            P.RESTRICT,
            P.REVIEW,
            P.SIGN_REVIEW,
        }
    ),
    Role.DEPUTY: frozenset(_SEE | {P.SEE_REQUESTS, P.SEE_REGISTER, P.ASK, P.REPORT}),
    Role.SAFEGUARDING_LEAD: frozenset(
        _SEE | _READ | {P.BLOCK, P.ASK, P.SEE_TRAIL, P.REPORT, P.SAFEGUARD, P.RESTRICT, P.REVIEW, P.SIGN_REVIEW}
    ),
    Role.GOVERNOR: frozenset(_SEE | {P.SEE_REGISTER, P.SEE_TRAIL, P.SIGN_REVIEW}),
    Role.ADMINISTRATOR: frozenset({P.EVERYONE, P.MANAGE_PEOPLE, P.SEE_TRAIL, P.SET_UP}),
}
# What a deputy may do in the headteacher's place while a delegation lasts. It can't be handed on.
DELEGATED = frozenset({P.DECIDE, P.SIGN_POLICY, P.ACCEPT_DANGER, P.BLOCK, P.SEE_TRAIL})


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a person, or the system itself (`person_id` None). `standing_in_for` names who delegated."""

    school_id: UUID
    name: str
    role: Role | None = None
    person_id: UUID | None = None
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    standing_in_for: str | None = None

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def is_system(self) -> bool:
        return self.person_id is None


def system(school_id: UUID) -> Actor:
    """The service acting by itself: publishing, expiry, delivery."""
    return Actor(school_id, "the service", permissions=frozenset(Permission))
