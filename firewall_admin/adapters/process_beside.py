"""A process that works beside this one for as long as this one lasts, and gives way to it."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

WAITS = (1.0, 5.0, 60.0)  # seconds before it is started again, the more often it has ended, the longer
STEADY = 300.0  # seconds after which it counts as having started well
LAST_WORDS = 5.0  # seconds for it to end
GLANCE = 0.2  # seconds between two looks whether it is there
NICENESS = 10  # a tenth of a processor, where both want the whole of it
FIRST_TO_GO = "500"  # where memory is short, the system ends this one, and not whoever people wait for (proc(5))
_log = logging.getLogger(__name__)


@contextmanager
def beside(command: Sequence[str]) -> Iterator[None]:
    """The command runs while the block lasts, and no longer than this process: it ends with its standard input
    (`ending_with_input`). Where it ends by itself, it is started again."""
    stop = threading.Event()
    thread = threading.Thread(target=_keep, args=(command, stop), name="beside", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(2 * LAST_WORDS)


def ending_with_input() -> threading.Event:
    """Set when the standard input ends: whoever held its other end is gone. Signals that a terminal or a service
    manager sends to all processes alike are left to that one."""
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.SIG_IGN)
    ended = threading.Event()

    def wait() -> None:
        while os.read(0, 1):  # past sys.stdin, whose lock would be held when the interpreter ends
            pass
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    return ended


def give_way() -> None:
    """Let other processes go first, where the system knows how."""
    with suppress(OSError, AttributeError):
        os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)


def _keep(command: Sequence[str], stop: threading.Event) -> None:
    pauses = iter(WAITS)
    while not stop.is_set():
        began = time.monotonic()
        why = _once(command, stop)
        if stop.is_set():
            return
        if time.monotonic() - began > STEADY:
            pauses = iter(WAITS)
        pause = next(pauses, WAITS[-1])
        _log.error("the process beside this one %s; it is started again in %d s", why, pause)
        stop.wait(pause)


def _once(command: Sequence[str], stop: threading.Event) -> str:
    """Until it ends, or is to. How it ended."""
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE)
    except OSError as problem:
        return f"can't be started ({problem.strerror})"
    while process.poll() is None and not stop.wait(GLANCE):
        pass
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(LAST_WORDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return f"ended with status {process.returncode}"
