"""Time as programs had it: on a shared host the hypervisor runs somebody else for seconds, and nobody here is late by that."""
import os
import time

TICKS = os.sysconf('SC_CLK_TCK')
CORES = os.cpu_count()


def stolen():
    """Seconds since the boot, over all cores, that the hypervisor gave to somebody else (proc_stat(5), `steal`)."""
    with open('/proc/stat', encoding='ascii') as file:
        return int(file.readline().split()[8]) / TICKS


class Stopwatch:
    """Starts when it is made."""

    def __init__(self):
        self.began, self.before = time.monotonic(), stolen()

    def seconds(self):
        return time.monotonic() - self.began

    def own(self):
        """The least that programs which wait for each other can have needed: whatever any core lost may have been theirs."""
        return max(0.0, self.seconds() - (stolen() - self.before))


class Patience:
    """So many seconds, made longer by what each core lost meanwhile."""

    def __init__(self, seconds):
        self.total, self.watch = seconds, Stopwatch()

    def left(self):
        """Seconds, a moment at least."""
        return max(0.01, self.total - self._waited())

    def is_over(self):
        return self._waited() > self.total

    def _waited(self):
        return self.watch.seconds() - (stolen() - self.watch.before) / CORES
