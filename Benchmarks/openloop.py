"""The open loop: requests leave by the clock, however the server is doing, and latency counts from when they were due.

A request that finds no free connection waits here, and that wait is part of its latency (no coordinated omission).
"""
import collections
import ctypes
import dataclasses
import gc
import select
import time

from http_pool import Broken, Connection

POOL = 8
PATIENCE = 10_000_000_000       # ns after the last due time; what is unanswered then is an error
PR_SET_TIMERSLACK = 29


@dataclasses.dataclass
class Tally:
    """Everything in nanoseconds."""
    latencies: list = dataclasses.field(default_factory=list)
    lateness: list = dataclasses.field(default_factory=list)
    errors: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def add(self, other):
        self.latencies += other.latencies
        self.lateness += other.lateness
        self.errors += other.errors


def prepare():
    """Wakes this process within a microsecond of the time asked for, and keeps the collector out of the measurement."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0)
    except (OSError, AttributeError):
        pass
    gc.collect()
    gc.freeze()
    gc.disable()


class OpenLoop:
    """`count` requests at `rate` each second. Connections are opened before the first is due."""

    def __init__(self, path, target, rate, count):
        self.path, self.target, self.count = path, target, count
        self.gap = 1_000_000_000 // rate
        self.tally, self.waiting, self.busy = Tally(), collections.deque(), set()
        self.free = collections.deque(Connection(path, target) for _ in range(POOL))

    def run(self):
        try:
            self.send_all(time.monotonic_ns() + 20_000_000)
            self.tally.errors['unanswered'] += len(self.waiting) + len(self.busy)
        finally:
            for connection in [*self.free, *self.busy]:
                connection.close()
        self.tally.errors = +self.tally.errors
        return self.tally

    def send_all(self, begin):
        sent, end = 0, begin + (self.count - 1) * self.gap + PATIENCE
        while sent < self.count or self.waiting or self.busy:
            now = time.monotonic_ns()
            if now > end:
                break
            while sent < self.count and (due := begin + sent * self.gap) <= now:
                self.tally.lateness.append(now - due)
                self.waiting.append(due)
                sent += 1
            self.send_waiting()
            alarm = begin + sent * self.gap if sent < self.count else end
            pause = max(0, alarm - time.monotonic_ns()) / 1e9
            for connection in select.select(list(self.busy), [], [], pause)[0]:
                self.receive(connection)

    def send_waiting(self):
        while self.waiting and self.free:
            connection = self.free.popleft()
            self.busy.add(connection)
            try:
                connection.send(self.waiting.popleft())
            except Broken as error:
                self.replace(connection, error)

    def receive(self, connection):
        try:
            answer = connection.receive()
        except Broken as error:
            return self.replace(connection, error)
        if answer is None:
            return None
        if answer[0] == 200:
            self.tally.latencies.append(time.monotonic_ns() - connection.due)
        else:
            self.tally.errors[f'status {answer[0]}'] += 1
        self.busy.discard(connection)
        self.free.append(connection)
        return None

    def replace(self, connection, error):
        """Its request is an error and is not sent again; the next one gets a new connection, if there is one."""
        self.tally.errors[str(error)] += 1
        self.busy.discard(connection)
        connection.close()
        try:
            self.free.append(Connection(self.path, self.target))
        except OSError:
            self.tally.errors['reconnecting failed'] += 1
