"""What can happen to reports, incidents and restrictions. No pupil's data, no address, no free text: the trail can't be
rewritten. `pupil` is a salted commitment (core.pupils), which means nothing once the salt is gone."""

from dataclasses import dataclass

from .events import Event


@dataclass(frozen=True)
class ContentReported(Event):
    """{actor} reported content ({record}): {kind}, {area}."""

    record: str
    kind: str
    area: str
    pupil: str | None = None


@dataclass(frozen=True)
class RestrictedRecordMade(Event):
    """{actor} made the restricted record {record}."""

    record: str
    pupil: str | None = None


@dataclass(frozen=True)
class ReportBlocked(Event):
    """{actor} blocked what {record} reported."""

    record: str


@dataclass(frozen=True)
class ReportLeftOpen(Event):
    """{actor} left open what {record} reported, and said why."""

    record: str


@dataclass(frozen=True)
class ReportReviewed(Event):
    """{actor} reviewed what was done about {record}."""

    record: str


@dataclass(frozen=True)
class ReportSentBack(Event):
    """{actor} sent {record} back, to be looked at again."""

    record: str


@dataclass(frozen=True)
class ReportRestricted(Event):
    """{actor} made {record} a restricted record; its address is not kept in it any more."""

    record: str


@dataclass(frozen=True)
class RecordWithdrawn(Event):
    """{actor} withdrew {record}."""

    record: str


@dataclass(frozen=True)
class RecordHandedOver(Event):
    """{actor} handed {record} over to {body}."""

    record: str
    body: str


@dataclass(frozen=True)
class RecordClosed(Event):
    """{actor} closed {record}."""

    record: str


@dataclass(frozen=True)
class IncidentReported(Event):
    """{actor} reported the incident {record}: {kind}."""

    record: str
    kind: str
    method: str
    pupil: str | None = None


@dataclass(frozen=True)
class IncidentActedOn(Event):
    """{actor} noted what was done about {record}."""

    record: str


@dataclass(frozen=True)
class IncidentBlocked(Event):
    """{actor} blocked what was seen in {record}."""

    record: str


@dataclass(frozen=True)
class IncidentRetested(Event):
    """{actor} tried the way round of {record} again: {result}."""

    record: str
    result: str


@dataclass(frozen=True)
class IncidentPassedOn(Event):
    """{actor} passed {record} on to the safeguarding lead."""

    record: str


@dataclass(frozen=True)
class RestrictionMade(Event):
    """{actor} decided the restriction {record}: close supervision from {since} until {until}, reviewed on {review}."""

    record: str
    since: str
    until: str
    review: str
    pupil: str


@dataclass(frozen=True)
class RestrictionReviewed(Event):
    """{actor} reviewed the restriction {record}: until {until}, reviewed again on {review}."""

    record: str
    until: str
    review: str


@dataclass(frozen=True)
class RestrictionEnded(Event):
    """{actor} ended the restriction {record} early."""

    record: str


@dataclass(frozen=True)
class PupilNameRead(Event):
    """{actor} read the pupil’s name of {record}."""

    record: str


@dataclass(frozen=True)
class PupilErased(Event):
    """{actor} erased a pupil from {records} record(s)."""

    records: int


@dataclass(frozen=True)
class HoldPlaced(Event):
    """{actor} put {record} on legal hold: nothing of it is destroyed."""

    record: str


@dataclass(frozen=True)
class LegalHoldLifted(Event):
    """{actor} lifted the legal hold of {record}."""

    record: str


@dataclass(frozen=True)
class RetentionChanged(Event):
    """{actor} chose to keep '{what}' for {months} months instead of {before}, because {reason}."""

    what: str
    months: int
    before: int
    reason: str


@dataclass(frozen=True)
class RecordsDestroyed(Event):
    """{actor} destroyed the details of {records} after their time."""

    records: list[str]


@dataclass(frozen=True)
class OldMachineRecordsDestroyed(Event):  # trails of former versions hold it
    """{actor} destroyed {sessions} session(s) and {letters} letter(s) after their time."""

    sessions: int
    letters: int


@dataclass(frozen=True)
class OldRowsDestroyed(Event):
    """{actor} destroyed {what} after their time."""

    what: list[str]


@dataclass(frozen=True)
class ReportsExported(Event):
    """{actor} took out {records} report(s) and incident(s) as a file."""

    records: int


@dataclass(frozen=True)
class SubjectAccessBegun(Event):
    """{actor} began {record}: what is kept of {whom}, on their asking."""

    record: str
    whom: str
    pupil: str | None = None


@dataclass(frozen=True)
class SubjectAccessChosen(Event):
    """{actor} chose for {count} record(s) of {record} whether they are given."""

    record: str
    count: int


@dataclass(frozen=True)
class SubjectAccessApproved(Event):
    """{actor} approved what is given for {record}: {given} record(s), {withheld} left out. File: {sha256:.12}."""

    record: str
    given: int
    withheld: int
    sha256: str


@dataclass(frozen=True)
class SubjectAccessReopened(Event):
    """{actor} opened {record} again, before anything was given."""

    record: str


@dataclass(frozen=True)
class SubjectAccessGiven(Event):
    """{actor} gave what was approved for {record}: {given} record(s). File: {sha256:.12}."""

    record: str
    given: int
    sha256: str


@dataclass(frozen=True)
class SubjectAccessEnded(Event):
    """{actor} ended {record}: nothing is given."""

    record: str


@dataclass(frozen=True)
class SubjectAccessMade(Event):
    """{actor} took out what is kept of {whom}: {records} record(s), {withheld} withheld."""

    whom: str
    records: int
    withheld: int
    pupil: str | None = None
