"""Becomes another program on one core, with as many open files as it may have: ``python pinned.py CORE PROGRAM …``.

A program of its own, because whoever has imported eventlet had better not fork.
"""

import os
import sys


def pin(core: int) -> None:
    """Stay on one core, counted among those we may use.

    Where cores cannot be chosen, or there is but one, the run is disturbed; the waits will show it.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})


def allow_many_files() -> None:
    """As many open sockets as the system lets us have."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    pin(int(sys.argv[1]))
    allow_many_files()
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the very program we were given
