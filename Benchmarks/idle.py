"""The idle agent, watched from its start: memory every ten seconds, and what it did after it had settled."""
import dataclasses
import time

import mappings
import proc
from progress import say

INTERVAL = 10                   # seconds
SETTLING = 120                  # seconds of start-up that no figure is taken from, unless told otherwise
TOP = 12


@dataclasses.dataclass
class Sample:
    seconds: float              # since the agent was started
    memory: dict                # KiB
    threads: int
    files: int


@dataclasses.dataclass
class Idle:
    settled: float = 0          # seconds since the start
    samples: list = dataclasses.field(default_factory=list)
    seconds: float = 0          # from settled to the end
    processor: float = 0        # seconds of processor time in those
    switches: dict = dataclasses.field(default_factory=dict)    # thread: (name, voluntary, involuntary) in those
    largest: list = dataclasses.field(default_factory=list)
    mappings: int = 0
    children: list = dataclasses.field(default_factory=list)    # [(command, memory)]

    def steady(self):
        return [sample for sample in self.samples if sample.seconds >= self.settled - 0.5]


class Snapshot:
    """Counters that only mean something as a difference."""

    def __init__(self, pid):
        self.time, self.processor = time.monotonic(), proc.processor_seconds(pid)
        self.switches = proc.switches(pid)


def settling(minutes):
    """Seconds; less of a short run."""
    return min(SETTLING, minutes * 60 // 5 // INTERVAL * INTERVAL)


def watch(pid, begin, minutes, settled):
    """`begin` is when the agent was started, on the monotonic clock; figures count from `settled` seconds later."""
    idle, last = Idle(settled=settled), minutes * 60
    before, earlier = None, []
    for second in range(0, last + 1, INTERVAL):
        time.sleep(max(0, begin + second - time.monotonic()))
        if second == 0:
            continue
        sample = Sample(time.monotonic() - begin, proc.memory(pid), len(proc.threads(pid)), proc.open_files(pid))
        idle.samples.append(sample)
        if before is None and second >= idle.settled:
            earlier, before = mappings.look(pid), Snapshot(pid)
        say(f'idle: {second} of {last} s: ' + ', '.join(f'{key} {value} KiB' for key, value in sample.memory.items()))
    compare(idle, before, Snapshot(pid))
    now = mappings.look(pid)
    idle.largest, idle.mappings = mappings.largest(earlier, now, TOP), len(now)
    idle.children = [(command, proc.memory(child)) for child, command in proc.children(pid)]
    return idle


def compare(idle, before, after):
    idle.seconds, idle.processor = after.time - before.time, after.processor - before.processor
    for thread, (name, voluntary, involuntary) in after.switches.items():
        _, voluntary_then, involuntary_then = before.switches.get(thread, (name, 0, 0))
        idle.switches[thread] = (name, voluntary - voluntary_then, involuntary - involuntary_then)
