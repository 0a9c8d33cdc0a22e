"""Work for all processors: the same function for many arguments, the results in order."""

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from firewall_admin.core.refusals import Refusal

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Argument = TypeVar("Argument")
Result = TypeVar("Result")
_AHEAD = 2  # arguments in hand for every process, so that none waits, and no more lie in memory


class Here:
    """Does the work in this process."""

    def map(self, function: Callable[[Argument], Result], arguments: Iterable[Argument]) -> Iterator[Result]:
        """The function of each argument, in order."""
        return map(function, arguments)


class Workers:
    """Does the work in as many processes as there are processors."""

    def __init__(self, pool: "ProcessPoolExecutor", count: int):
        self._pool, self._ahead = pool, _AHEAD * count

    def map(self, function: Callable[[Argument], Result], arguments: Iterable[Argument]) -> Iterator[Result]:
        """The function of each argument, in order. Arguments are taken as they are needed.

        Raises Refusal where the system ended a process.
        """
        from concurrent.futures import BrokenExecutor

        waiting: deque[Future[Result]] = deque()
        try:
            for argument in arguments:
                waiting.append(self._pool.submit(function, argument))
                if len(waiting) > self._ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenExecutor:
            raise Refusal("the system ended one of the processes at work: perhaps memory is short") from None


@contextmanager
def workers(bytes_to_do: int, small: int = 2 << 20) -> Iterator[Here | Workers]:
    """Who does the work: this process, if it is done sooner than others have started, or one process a processor."""
    count = processors()
    if count == 1 or bytes_to_do < small:
        yield Here()
        return
    import multiprocessing  # 25 ms with the next, which a short list need not wait for
    from concurrent.futures import ProcessPoolExecutor

    # A fork starts in a hundredth of the time, but is sound only where no other thread may hold a lock.
    fork = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if fork else "spawn")
    with ProcessPoolExecutor(count, context, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        yield Workers(pool, count)


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
