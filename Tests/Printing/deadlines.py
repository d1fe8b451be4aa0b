"""No call overruns: what the worker takes for each fault, and what the agent takes for a whole check."""
import contextlib
import json
import re
from collections import Counter

import calm
import ports
import zone
from badprinter import MANNERS, BadPrinter, BlackHole
from directworker import Worker
from printzone import PrintZone, profile

# 10 % more than it was told is allowed.
WITHIN_MS = 1000
LATEST = WITHIN_MS / 1000 * 1.1     # s
# The parent ends a worker that is half a second late; no check may need that.
GRACE = 0.5                         # s
PROFILE = profile('300s', '900s', answerWithin='1s')
TRIES = 3
# How much a printer that talks without end may make the worker grow.
MOST_GROWN = 256 << 10


def peak(pid):
    """KiB, the most that it ever had."""
    with open(f'/proc/{pid}/status') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('VmHWM'))


def faults(stack):
    """{what it does: its address}"""
    found = {name: stack.enter_context(BadPrinter(manner)).uri for name, manner in MANNERS.items()}
    found['refuses'] = f'ipp://127.0.0.1:{ports.free_port()}/ipp/print'
    found['drops SYNs'] = stack.enter_context(BlackHole()).uri
    return found


def worker_keeps_time(bench):
    lines, told = [], []
    with contextlib.ExitStack() as stack:
        for name, uri in faults(stack).items():
            took, reply, grown = best(bench, uri)
            kind = reply.get('silence', {}).get('kind', 'answered')
            told.append(f'{name} {took * 1000:.0f} ms, {kind}')
            if took > LATEST or grown > MOST_GROWN or (kind == 'answered') != (name == 'honest'):
                lines.append(f'{name}: {took:.2f} s, {kind}, {grown >> 10} MiB more')
    bench.say(f'the worker, told {WITHIN_MS} ms (less stolen time): ' + '; '.join(told))
    if lines:
        raise zone.Trouble('\n'.join(lines))


def best(bench, uri):
    """A worker that overruns does so each time; one that had to wait for a processor does not."""
    tries = []
    while not tries or (tries[-1][0] > LATEST and len(tries) < TRIES):
        with Worker(bench.zone.programs, bench.zone.root + '/worker.log') as worker:
            tries.append(measure(worker, uri))
    return min(tries, key=lambda one: one[0])


def measure(worker, uri):
    """(seconds, the worker's answer, KiB that it has grown)"""
    # The first look of a process loads what it needs.
    worker.ask('ipp://127.0.0.1:1/', WITHIN_MS, 'first')
    worker.line(10)
    before, watch = peak(worker.process.pid), calm.Stopwatch()
    worker.ask(uri, WITHIN_MS)
    try:
        line = worker.line(zone.PATIENCE)
    except zone.Trouble:
        line = b'{"silence": {"kind": "no answer at all"}}'
    took, grown = watch.own(), peak(worker.process.pid) - before
    return took, json.loads(line or b'{"silence": {"kind": "it died"}}'), grown


class Named:
    def __init__(self, name, uri):
        self.name, self.uri = name, uri


class BadZone(PrintZone):
    """An agent with one device for each fault; each is looked at when it is told to."""

    PROFILES = {'rare': PROFILE}

    def settle(self, names):
        """Until each has been looked at for the first time."""
        zone.eventually(lambda: all(self.device(name).get('link') in ('up', 'down') for name in names),
                        'each device has been looked at')


def overruns(log, stolen):
    """Addresses that cost a worker; more than once, where the host lost as long as a worker's grace: it may have waited."""
    most = 1 if stolen >= GRACE else 0
    count = Counter(re.findall(r' uri=(\S+) .* overran its deadline', log))
    return [f'{uri}: the worker was ended {times} times' for uri, times in count.items() if times > most]


def probe(world, device):
    """(seconds, status, command)"""
    watch = calm.Stopwatch()
    status, command = zone.ask(world.admin, 'POST', f'/v1/devices/{device.name}/commands', json.dumps({'verb': 'probe'}))
    return watch.own(), status, command


def agent_keeps_time(bench):
    before = calm.stolen()
    with contextlib.ExitStack() as stack:
        addresses = faults(stack)
        devices = [Named(f'bad-{number}', uri) for number, uri in enumerate(addresses.values())]
        world = stack.enter_context(BadZone(bench.zone.programs, devices))
        lines, told = [], []
        for device, name in zip(devices, addresses):
            took, status, command = probe(world, device)
            link = (command.get('result') or {}).get('link')
            told.append(f'{name} {took * 1000:.0f} ms, {link}')
            if status != 200 or took > LATEST or (link == 'up') != (name == 'honest'):
                lines.append(f'{name}: HTTP {status} after {took:.2f} s, {command}')
        lines += overruns(world.log(), calm.stolen() - before)
    bench.say('the agent with answerWithin: 1s, `probe` as its client sees it (less stolen time): ' + '; '.join(told))
    if lines:
        raise zone.Trouble('\n'.join(lines))
