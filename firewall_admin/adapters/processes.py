"""Work for all processors: the same function for many arguments, the results in order."""

import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

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

    def __init__(self, pool: ProcessPoolExecutor, count: int):
        self._pool, self._ahead = pool, _AHEAD * count

    def map(self, function: Callable[[Argument], Result], arguments: Iterable[Argument]) -> Iterator[Result]:
        """The function of each argument, in order. Arguments are taken as they are needed."""
        waiting: deque[Future[Result]] = deque()
        for argument in arguments:
            waiting.append(self._pool.submit(function, argument))
            if len(waiting) > self._ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def workers(bytes_to_do: int, small: int = 2 << 20) -> Iterator[Here | Workers]:
    """Who does the work: this process, if it is done sooner than others have started, or one process a processor."""
    count = _processors()
    if count == 1 or bytes_to_do < small:
        yield Here()
        return
    # A fork starts in a hundredth of the time, but is sound only where no other thread may hold a lock.
    fork = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if fork else "spawn")
    with ProcessPoolExecutor(count, context) as pool:
        yield Workers(pool, count)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
