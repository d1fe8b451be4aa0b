"""Many looks at a printer, and many deaths of the child that does the looking."""
import os
import signal
import threading
import time

import calm
import zone
from printzone import FINE, SIM, same

POLLS = 300
# A whole run has an end: there a sample of them.
KILLS = 30 if os.environ.get('CI') else 100
# A demo's heartbeats are ten seconds apart, and sooner when there is news.
HEARTBEAT, LATE = 10, 5
# The kiosk's page asks each second or two.
QUICK = 2


def stat(pid):
    """(parent, state) of a process; None when it is gone."""
    try:
        with open(f'/proc/{pid}/stat') as file:
            state, parent = file.read().rpartition(')')[2].split()[:2]
            return int(parent), state
    except OSError:
        return None


def children(pid):
    """{pid: state}"""
    found = {int(name): stat(name) for name in os.listdir('/proc') if name.isdigit()}
    return {child: entry[1] for child, entry in found.items() if entry and entry[0] == pid}


def is_worker(pid):
    try:
        with open(f'/proc/{pid}/cmdline', 'rb') as file:
            return file.read().split(b'\0')[1:3] == [b'worker', b'printing']
    except OSError:
        return False


def worker(world):
    """The pid of the printing worker, as soon as there is one."""
    def found():
        return next((pid for pid in children(world.agent.pid) if is_worker(pid)), None)
    return zone.eventually(found, 'there is a printing worker', pause=0.02)


def descriptors(pid):
    """The fewest of two seconds: a look under way has some of its own."""
    seen, end = [], time.monotonic() + 2
    while time.monotonic() < end:
        seen.append(len(os.listdir(f'/proc/{pid}/fd')))
        time.sleep(0.02)
    return min(seen)


class Descriptors:
    """How many the agent and its worker had at first."""

    def __init__(self, world):
        self.world, self.worker = world, worker(world)
        self.first = self.now()

    def now(self):
        return descriptors(self.world.agent.pid), descriptors(self.worker)


def no_leak(bench):
    quiet, count = bench.quiet, bench.descriptors
    looks = zone.eventually(lambda: quiet.looks() >= bench.looks + POLLS and quiet.looks(), f'{POLLS} looks',
                            patience=120, pause=0.1) - bench.looks
    same(worker(bench.zone), count.worker, 'the worker of the beginning still lives')
    last = count.now()
    bench.say(f'{looks} looks at {quiet.name}; agent and worker had {count.first} descriptors and have {last}')
    over = [f'{who} had {before} descriptors and has {after}'
            for who, before, after in zip(('the agent', 'the worker'), count.first, last) if after > before]
    if over:
        raise zone.Trouble('\n'.join(over))
    control(bench.zone, last[0] + 5)


def control(world, more):
    """Five idle connections are five descriptors more, and are seen."""
    held = [zone.UnixConnection(world.kiosk) for _ in range(5)]
    for connection in held:
        connection.connect()
    zone.eventually(lambda: descriptors(world.agent.pid) >= more, f'the control: {more} descriptors')
    for connection in held:
        connection.close()


class Heartbeats(threading.Thread):
    """Looks at the hub all the time: what was the longest silence?"""

    def __init__(self, world):
        super().__init__(daemon=True)
        self.world, self.count, self.longest, self.over = world, 0, 0, threading.Event()

    def run(self):
        last, watch = self.world.heard(), calm.Stopwatch()
        while not self.over.wait(0.1):
            heard = self.world.heard()
            self.longest = max(self.longest, watch.own())
            if heard != last:
                self.count, last, watch = self.count + 1, heard, calm.Stopwatch()


def killed_worker(bench):
    """Its socket is the agent's only bond to it: no death of it may be felt by who asks the agent, or by the hub."""
    bench.zone.report()
    heartbeats = Heartbeats(bench.zone)
    heartbeats.start()
    slowest, heard, before = 0, 0, bench.zone.journal()[-1]['seq']
    deaths = 0
    # Long enough that a heartbeat is due meanwhile.
    while deaths < KILLS or not heartbeats.count:
        answered, back = one_death(bench, deaths)
        deaths, slowest, heard = deaths + 1, max(slowest, answered), max(heard, back)
    heartbeats.over.set()
    heartbeats.join()
    called_down = [row for row in bench.zone.journal(before) if row['data'].get('code') == 'prn.link.down'
                   and row['name'] == 'condition.raised']
    bench.zone.becomes(SIM, **FINE)
    dead = [pid for pid, state in children(bench.zone.agent.pid).items() if state == 'Z']
    same(dead, [], 'children that nobody buried')
    same(called_down, [], 'prn.link.down of printers that were well')
    job = bench.zone.job_ends(bench.zone.submit(SIM))
    same(job['state'], 'printed', f'a job afterwards ({job.get("reason")})')
    bench.say(f'{deaths} deaths; /v1/status within {slowest * 1000:.0f} ms, the printer heard again within '
              f'{heard:.1f} s; {heartbeats.count} heartbeats meanwhile, {heartbeats.longest:.1f} s apart at the most')
    if slowest > QUICK:
        raise zone.Trouble(f'/v1/status took {slowest:.1f} s')
    if heartbeats.longest > HEARTBEAT + LATE or heartbeats.count == 0:
        raise zone.Trouble(f'the hub heard nothing for {heartbeats.longest:.1f} s')


def one_death(bench, number):
    """Returns the seconds until the status was told, and until the printer was heard again."""
    old = worker(bench.zone)
    os.kill(old, signal.SIGKILL)
    watch = calm.Stopwatch()
    same(zone.ask(bench.zone.kiosk, 'GET', '/v1/status')[0], 200, '/v1/status')
    answered = watch.own()
    # News that only a living worker can bring.
    level = 20 + number % 80
    bench.zone.turn(f'toner={level}')
    zone.eventually(lambda: toner(bench) == level, f'the printer is heard after death {number + 1}')
    same(worker(bench.zone) != old, True, 'another worker')
    return answered, watch.own()


def toner(bench):
    supplies = bench.zone.device(SIM)['details'].get('supplies') or [{}]
    return supplies[0].get('level')
