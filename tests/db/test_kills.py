"""What was acknowledged is there after kill -9: rows and entries alike, one gapless chain, nothing by half."""

import os
import select
import signal
import subprocess
import sys
import time

from sqlalchemy import func
from sqlalchemy import select as select_rows

from firewall_admin.core import trail
from firewall_admin.db.chain import exported
from firewall_admin.db.tables import RuleRow
from tests.thoroughness import examples

KILLS = examples(28)
WRITER = """
import sys
from uuid import UUID
from firewall_admin.adapters import clock
from firewall_admin.core.events import RuleAdded
from firewall_admin.core.people import system
from firewall_admin.db.change import Database
from firewall_admin.db.tables import RuleRow

database, school, number = Database(sys.argv[1], clock.now), UUID(sys.argv[2]), int(sys.argv[3])
while True:
    domain = f"n{number}.example"
    with database.change(system(school)) as change:
        row = RuleRow(school_id=school, action="block", domain=domain, made_by="w", made_at=change.now)
        change.session.add(row)
        change.did(RuleAdded("block", domain, None, "a test"))
    print(number, flush=True)
    number += 1
"""


def acknowledged(process, seconds):
    """Kill the writer after a while; the last number that it said was written, if any."""
    os.set_blocking(process.stdout.fileno(), False)
    said, end = b"", None
    while end is None or time.monotonic() < end:
        ready, _, _ = select.select([process.stdout], [], [], 0.01 if end else 60)
        piece = process.stdout.read() if ready else None
        if ready and not piece:
            break
        said += piece or b""
        end = end or time.monotonic() + seconds  # from the first one on
    process.send_signal(signal.SIGKILL)
    process.wait()
    os.set_blocking(process.stdout.fileno(), True)
    said += process.stdout.read()
    process.stdout.close()
    whole = said[: said.rfind(b"\n") + 1].split()
    return int(whole[-1]) if whole else None


def test_no_acknowledged_change_is_lost(world, database_url):
    number = 0
    for kill in range(KILLS):
        command = [sys.executable, "-c", WRITER, database_url, str(world.oakfield.id), str(number)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        last = acknowledged(process, 0.005 + 0.0137 * (kill % 7))
        with world.db.look() as session:
            there = set(session.scalars(select_rows(RuleRow.domain)))
            rules = session.scalar(select_rows(func.count()).select_from(RuleRow))
            found = list(exported(session, world.oakfield.id))
        assert last is not None
        assert {f"n{n}.example" for n in range(last + 1)} <= there
        assert rules == len(there) == len(found) - 1, "a rule and its entry are both there, or neither is"
        checked = trail.check(trail.line(entry).encode() for entry in found)
        assert (checked.entries, checked.bad) == (len(found), None)
        number = rules
    assert number > KILLS
