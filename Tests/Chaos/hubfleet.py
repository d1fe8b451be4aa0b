"""A hub that dies again and again while a simulated fleet reports, and the comparison of what was said with what is held."""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import zone

HERE = os.path.dirname(os.path.abspath(__file__))
ZONES = 30
FAULTS = ('lost 3%', 'reboot 10% every 15s', 'poison 5%', 'rewind 3%')


class Hub:
    """The real program in `root`, always on the same ports."""

    def __init__(self, programs, root):
        self.program, self.root, self.log = os.path.abspath(programs) + '/zone-hub', root, root + '/hub.log'
        self.state, self.running = root + '/var/lib/zone-hub', None
        self.people = self.agents = 0
        self.seconds = []

    def start(self, environment=None):
        """Returns when it says where it listens."""
        begin, known = time.monotonic(), os.path.getsize(self.log) if os.path.exists(self.log) else 0
        ports = ['--port', str(self.people), '--agent-port', str(self.agents)]
        self.running = zone.Program([self.program, 'run', '--root', self.root, *ports], self.log, environment)

        def listens():
            with open(self.log, encoding='utf-8', errors='replace') as file:
                file.seek(known)
                return re.search(r'wall http://127\.0\.0\.1:(\d+)/  agents https://127\.0\.0\.1:(\d+)/', file.read())
        found = zone.eventually(listens, 'the hub listens')
        self.people, self.agents = int(found[1]), int(found[2])
        self.seconds.append(time.monotonic() - begin)

    def fleet(self, seconds, seed):
        """Reports for so long, then as long as it takes to tell the rest."""
        faults = [word for fault in FAULTS for word in ('--fault', fault)]
        # A copy: what simulates must not die with the hub's disk.
        shutil.copytree(self.state + '/ca', self.root + '/ca')
        return zone.Program(
            [self.program, 'simulate', '--hub', f'127.0.0.1:{self.agents}', '--zones', str(ZONES), '--seed', str(seed),
             '--seconds', str(int(seconds)), '--settle', '60', '--return-within', '2', '--events-per-day', '400000',
             '--ca', self.root + '/ca', '--ledger', self.root + '/ledger', *faults], self.root + '/fleet.log')


@contextlib.contextmanager
def hub_in_a_root(options, name):
    root = tempfile.mkdtemp(prefix=f'zone-{name}-')
    hub = Hub(options.bin, root)
    try:
        yield hub
    finally:
        if hub.running:
            hub.running.end()
        shutil.rmtree(root, ignore_errors=True)


def live_and_die(hub, options, chance, die, environment=lambda: None):
    """The hub's lives; `die(number)` ends one."""
    hub.start(environment())
    span = options.rounds * 1.6 + 15
    fleet = hub.fleet(span, options.seed)
    try:
        for number in range(options.rounds):
            time.sleep(chance.uniform(0.3, 1.6))
            die(number)
            hub.start(environment())
            if number % 10 == 9:
                print(f'{number + 1} of {options.rounds}', flush=True)
        fleet.process.wait(span + 120)
    finally:
        fleet.end()


def compare(hub, tests):
    with open(hub.root + '/fleet.log', encoding='utf-8', errors='replace') as file:
        print('\n'.join(file.read().splitlines()[-14:]), flush=True)
    found = subprocess.run(
        [sys.executable, HERE + '/fleet_check.py', hub.root + '/ledger', '--hub-db', hub.state + '/hub.db',
         '--wall', f'http://127.0.0.1:{hub.people}', '--control'], capture_output=True, text=True, timeout=300)
    print(found.stdout.split('-- control')[0] + found.stderr, end='', flush=True)
    print(f'start to ready: max {max(hub.seconds) * 1000:.0f} ms, {len(hub.seconds)} starts', flush=True)
    tests.check('nothing acknowledged is lost, nothing is there twice, every state is on the wall; the check can fail',
                [] if found.returncode == 0 else [f'fleet_check.py ended with {found.returncode}, see above'])
    with open(hub.log, encoding='utf-8', errors='replace') as file:
        tests.check('the database was never damaged', [line for line in file if 'damage' in line.lower()])
