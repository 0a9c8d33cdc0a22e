"""What can happen to the statement of what the filter does."""

from dataclasses import dataclass

from .events import Event


@dataclass(frozen=True)
class StatementAcknowledged(Event):
    """{actor} has read what the filter does and what the rules are (version {version})."""

    version: str
