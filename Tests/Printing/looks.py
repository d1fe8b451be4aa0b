"""A day of looks back to back: what grows in the agent and its worker that should not."""
import contextlib
import os
import time

import zone
from badprinter import BadPrinter, honest
from deadlines import Named
from endurance import descriptors, worker
from printzone import PrintZone, profile

# A look each thirty seconds, for a day; a whole run has an end: there for six hours.
LOOKS = 24 * 3600 // 30 // (4 if os.environ.get('CI') else 1)
# Caches and the journal's pages fill first.
WARM_UP = 600
PRINTERS = 12
# KiB. A leak of one look's answer (about 2 KiB) would be 6 MiB after 2,880 of them. A thread more has an arena of its
# own: the worker grew by 0.96 MiB with seven threads more, by 0.17 with none.
MOST_GROWN = {'the agent': 4096, 'the worker': 2048}
# Looks that block have a thread each, as many as happen to coincide (11 to 19 seen in the worker). A thread left behind
# by each look would be thousands.
MOST_THREADS = PRINTERS
PROFILE = profile()


def status(pid):
    """(KiB of memory that is no file's, threads)"""
    with open(f'/proc/{pid}/status') as file:
        found = dict(line.split(':', 1) for line in file)
    return int(found['RssAnon'].split()[0]), int(found['Threads'])


class Counted(PrintZone):
    PROFILES = {'quick': PROFILE}


class Footprint:
    """Of one process: the least of two seconds, for a look under way has something of its own."""

    def __init__(self, pid):
        self.descriptors = descriptors(pid)
        seen = []
        for _ in range(20):
            seen.append(status(pid))
            time.sleep(0.05)
        self.memory, self.threads = (min(column) for column in zip(*seen))

    def __str__(self):
        return f'{self.memory} KiB, {self.descriptors} descriptors, {self.threads} threads'


def no_leak(bench):
    with contextlib.ExitStack() as stack:
        printers = [stack.enter_context(BadPrinter(honest)) for _ in range(PRINTERS)]
        devices = [Named(f'office-{number}', printer.uri) for number, printer in enumerate(printers)]
        world = stack.enter_context(Counted(bench.zone.programs, devices))

        def looks():
            return sum(printer.asked for printer in printers)
        zone.eventually(lambda: looks() >= WARM_UP, 'the first looks', 120, pause=0.1)
        pids = {'the agent': world.agent.pid, 'the worker': worker(world)}
        before, begun = {name: Footprint(pid) for name, pid in pids.items()}, looks()
        zone.eventually(lambda: looks() - begun >= LOOKS, f'{LOOKS} looks', 300, pause=0.1)
        done = looks() - begun
        after = {name: Footprint(pid) for name, pid in pids.items()}
        changed = worker(world) != pids['the worker']
    for name in pids:
        bench.say(f'{done} looks: {name} had {before[name]} and has {after[name]}')
    judge(before, after, changed)


def judge(before, after, changed):
    lines = ['the worker of the beginning has died'] if changed else []
    for name, least in before.items():
        last = after[name]
        if last.memory - least.memory > MOST_GROWN[name]:
            lines.append(f'{name} has grown by {last.memory - least.memory} KiB')
        if last.descriptors > least.descriptors or last.threads > least.threads + MOST_THREADS:
            lines.append(f'{name}: {least} before, {last} now')
    if lines:
        raise zone.Trouble('\n'.join(lines))
