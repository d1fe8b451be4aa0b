"""The agent with printers that are looked at five times a second, and what it says of them."""
import json
import os
import re
import subprocess
import urllib.request

import sample
import zone

CONFIG = 'zone: press\nnode: pc-1\nname: 打印测试专区\npurpose: demo\ntype: hall\ndevices:\n'
DEVICE = '  - {{id: {name}, kind: printer, uri: "{uri}"}}\n'


def profile(interval='200ms', age='5s', **settings):
    """A hw-profile of the site: how often IPP printers are looked at, and what is set."""
    lines = ''.join(f'  {key}: {value}\n' for key, value in settings.items())
    head = 'kind: printer\nmatch:\n  scheme: ipp\n' + ('set:\n' + lines if lines else '')
    return head + f'expect:\n  probeInterval: {interval}\n  maxAge: {age}\n'


PROFILE = profile(jobStalledWithin='3s')
SIM = 'printer-sim'
FINE = {'link': 'up', 'activity': 'idle', 'codes': []}
# What is over is on the list of conditions for ten seconds more, so a refill is told by the reasons.
EMPTY = {'link': 'up', 'empty': True, 'raised': 'prn.paper.out'}
REFILLED = {'link': 'up', 'activity': 'idle', 'empty': False}
UNDER_WAY = ('accepted', 'started')


class PrintZone(zone.Zone):
    """With the simulated printer, and with others by name and address."""

    PROFILES = {'quick': PROFILE}

    def __init__(self, programs, others=()):
        super().__init__(programs)
        self.others, self.hub = others, None

    def prepare(self):
        self.copy_profiles(self.PROFILES)
        self.simulators = self.start('simulate')
        self.sim_uri = zone.eventually(self.addresses, 'the simulators listen')['SIM_PRINTER']
        devices = [(SIM, self.sim_uri), *((other.name, other.uri) for other in self.others)]
        self.write_config(CONFIG + ''.join(DEVICE.format(name=name, uri=uri) for name, uri in devices))
        self.start_agent()
        self.answers()
        self.settle([name for name, _ in devices])

    def settle(self, names):
        for name in names:
            self.becomes(name, **FINE)

    def report(self):
        """From now on it reports to a hub of its own."""
        self.hub = zone.Program([f'{self.programs}/zone-hub', '--port', '0', '--agent-port', '0', '--root', self.root],
                                self.root + '/hub.log')
        zone.eventually(self.wall, 'the hub listens')
        subprocess.run([zone.REPOSITORY + '/packaging/enrol', self.programs, self.root, 'press', 'pc-1'], check=True,
                       timeout=zone.PATIENCE * 2, stdout=subprocess.DEVNULL)
        zone.eventually(self.heard, 'the hub hears the agent', pause=0.1)

    def wall(self):
        if not os.path.exists(self.root + '/hub.log'):
            return None
        with open(self.root + '/hub.log') as file:
            found = re.search(r'wall (http://127\.0\.0\.1:\d+)/', file.read())
        return found and found[1]

    def heard(self):
        """When the hub heard it last, as the hub writes it; None before the first time."""
        with urllib.request.urlopen(self.wall() + '/api/v1/zones', timeout=10) as answer:
            return next((node['lastHeard'] for found in json.load(answer) for node in found['nodes']), None)

    def close(self):
        if self.hub:
            self.hub.end()
        super().close()

    def device(self, name):
        devices = zone.ask(self.admin, 'GET', '/v1/devices')[1]['devices']
        found = next((device for device in devices if device['id'] == name), {})
        found['codes'] = [condition['code'] for condition in found.get('conditions', [])]
        found['empty'] = any(reason.startswith('media-empty') for reason in found.get('details', {}).get('reasons', []))
        return found

    def becomes(self, name, patience=zone.PATIENCE, **wanted):
        """Waits until the device is so; `raised` is one of its codes. Returns it."""
        found = {}

        def same():
            device = self.device(name)
            device['raised'] = wanted.get('raised') if wanted.get('raised') in device['codes'] else None
            found.update({key: device.get(key) for key in wanted})
            return device if found == wanted else None
        try:
            return zone.eventually(same, '', patience, pause=0.02)
        except zone.Trouble:
            raise zone.Trouble(f'{name}: {found}, not {wanted}, within {patience} s') from None

    def truth(self):
        """The inside of the simulated printer."""
        return zone.ask(self.sim, 'GET', '/v1/sim')[1][SIM]

    def turn(self, *moves):
        """Moves of the simulated printer."""
        status, answer = zone.ask(self.sim, 'POST', f'/v1/sim/{SIM}', json.dumps(moves))
        if status != 200:
            raise zone.Trouble(f'{moves}: {answer}')

    def submit(self, name, copies=1):
        """A document of one page. Returns the job's id."""
        status, job = zone.ask(self.admin, 'POST', f'/v1/jobs?device={name}&copies={copies}', sample.pdf(),
                               {'Content-Type': 'application/pdf'})
        if status != 202:
            raise zone.Trouble(f'a document for {name}: {status} {job}')
        return job['id']

    def job(self, number):
        return zone.ask(self.admin, 'GET', f'/v1/jobs/{number}')[1]

    def job_ends(self, number):
        """Returns the job as it ended."""
        def ended():
            job = self.job(number)
            return job if job['state'] not in UNDER_WAY else None
        return zone.eventually(ended, f'job {number} ends', pause=0.05)


class SimPrinter:
    """The simulated printer, moved like the others."""

    def __init__(self, world):
        self.world, self.name, self.uri = world, SIM, world.sim_uri

    def paper(self, sheets):
        self.world.turn(f'paper={sheets}')


def same(found, wanted, what):
    if found != wanted:
        raise zone.Trouble(f'{what}: {found!r}, not {wanted!r}')
