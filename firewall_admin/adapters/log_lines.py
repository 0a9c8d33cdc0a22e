"""The log: one JSON object a line on standard error, for the journal or whatever collects it.

No token gets into it, whatever logged it: feed tokens are cut to their hint in the finished line, tracebacks and
addresses included. Line breaks inside a message are escaped by JSON, so nobody can forge a line.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from firewall_admin.core.tokens import redacted


class Lines(logging.Formatter):
    """A record as a line: `at` (UTC), `level`, `logger`, `message`, and `trace` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return redacted(json.dumps(line, ensure_ascii=True))


def begin(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Log so from now on, in place of whatever was set before."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of its dialect at every start
