"""Lists read within bounds: small ones here, large ones in a process of their own that may take only so much.

A list is what somebody else wrote. Of a few megabytes, reading takes seconds and a few hundred megabytes at the very
worst, whatever is in it, and a new process would cost more than the reading. Of 256 MB one can be made that takes
hours or all memory there is, and then the system ends whoever is largest: the worker, and with it every school's
releases. So a large one is read by a process with bounds that the system keeps (setrlimit), in which nothing else
happens: no database, no network, no settings. It is given a file and leaves files.
"""

from .apart import Beat, Bounds, TooCostly, read_list

__all__ = ["Beat", "Bounds", "TooCostly", "read_list"]
