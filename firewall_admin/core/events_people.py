"""What can happen to people: how they come in, what they are, who stands in, and when they signed in.

No e-mail address is kept here: the trail can't be rewritten, and a name and a role are what a record needs.
"""

from dataclasses import dataclass

from .events import Event


@dataclass(frozen=True)
class PersonInvited(Event):
    """{actor} invited {name} as {role}."""

    name: str
    role: str
    person: str


@dataclass(frozen=True)
class StaffImported(Event):
    """{actor} brought in a list of staff: {invited} invited, {known} known already."""

    invited: int
    known: int


@dataclass(frozen=True)
class PasswordReset(Event):
    """{actor} made {name} a new link to set a password; the old password and every session of theirs ended."""

    name: str
    person: str


@dataclass(frozen=True)
class AdministratorLetIn(Event):
    """On the machine itself {name}, an administrator, was made a new link to set a password; the old one, a second
    factor and every session of theirs ended."""

    name: str
    person: str


@dataclass(frozen=True)
class PasswordSet(Event):
    """{actor} set a password by a link."""


@dataclass(frozen=True)
class PasswordChanged(Event):
    """{actor} changed their password; every other session of theirs ended."""


@dataclass(frozen=True)
class PersonCorrected(Event):
    """{actor} corrected the {what} of {name}."""

    name: str
    what: str
    person: str


@dataclass(frozen=True)
class RoleChanged(Event):
    """{actor} changed {name} from {before} to {role}."""

    name: str
    before: str
    role: str
    person: str


@dataclass(frozen=True)
class RoleProposed(Event):
    """{actor} proposed {name} as {role}; the headteacher has to approve."""

    name: str
    role: str
    person: str


@dataclass(frozen=True)
class RoleApproved(Event):
    """{actor} approved {name} as {role}, which {proposer} had proposed."""

    name: str
    before: str
    role: str
    proposer: str
    person: str


@dataclass(frozen=True)
class RoleRefused(Event):
    """{actor} refused {name} as {role}, because {reason}."""

    name: str
    role: str
    reason: str
    person: str


@dataclass(frozen=True)
class PersonLeft(Event):
    """{actor} ended the access of {name}, {role}."""

    name: str
    role: str
    person: str


@dataclass(frozen=True)
class DelegationMade(Event):
    """{actor} lets {deputy} decide in their place from {since} until {until}, because {reason}."""

    deputy: str
    since: str
    until: str
    reason: str
    delegation: str


@dataclass(frozen=True)
class DelegationEnded(Event):
    """{actor} ended {deputy}'s standing in early."""

    deputy: str
    delegation: str


@dataclass(frozen=True)
class SignedIn(Event):
    """{actor} signed in with {device}."""

    device: str


@dataclass(frozen=True)
class SignedOut(Event):
    """{actor} signed out of {sessions} session(s)."""

    sessions: int


@dataclass(frozen=True)
class SignInPaused(Event):
    """After {guesses} wrong passwords nobody could sign in as {name} for {minutes} minutes on a device that was new to
    them."""

    name: str
    guesses: int
    minutes: int
    person: str


@dataclass(frozen=True)
class DevicePaused(Event):
    """After {guesses} wrong passwords on a device where {name} had signed in before, it was paused for {minutes}
    minutes."""

    name: str
    guesses: int
    minutes: int
    person: str


@dataclass(frozen=True)
class PasswordRekept(Event):
    """{actor} kept the password of {name} by today's costs."""

    name: str


@dataclass(frozen=True)
class AttemptRefused(Event):
    """{actor} tried what they may not do ({what}), and was refused."""

    what: str
