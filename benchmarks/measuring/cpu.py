"""The processor time that a process and everything it has started used; waiting costs nothing."""

import contextlib

import psutil


def used(process: psutil.Process) -> float:
    """Seconds, of the living and of those that ended and were waited for."""
    own = process.cpu_times()
    total: float = own.user + own.system + own.children_user + own.children_system
    for each in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system
    return total
