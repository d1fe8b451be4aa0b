"""A district of its own: a hub in a temporary root; and a zone: a hub with one agent."""
import contextlib
import os
import re
import subprocess
import time

from http_pool import Broken, ask_once
from workplace import START, Workplace

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CONFIGURATION = '''zone: bench
node: pc-1
purpose: production
type: hall
hours: "00:00-24:00"
'''


class District(Workplace):
    def __init__(self, bin_folder):
        super().__init__()
        self.bin = bin_folder

    def open(self):
        self.hub = self.program('zone-hub', '--port', '0', '--agent-port', '0')
        self.agents = self.wait('port from zone-hub', self.hub, self.agents_port)

    def program(self, name, *words):
        return self.start(name, [os.path.join(self.bin, name), *words, '--root', self.root])

    def agents_port(self):
        found = re.search(r'agents https://127\.0\.0\.1:(\d+)/', '\n'.join(self.lines('zone-hub')))
        return found and int(found[1])

    @property
    def hub_state(self):
        return os.path.join(self.root, 'var/lib/zone-hub')


class Zone(District):
    """`more` is called before the agent starts and gives further lines of agent.yaml."""

    def __init__(self, bin_folder, more=lambda zone: ''):
        super().__init__(bin_folder)
        self.more = more

    def open(self):
        super().open()
        self.configure()
        self.began = time.monotonic()
        self.agent = self.program('zone-agent', 'run')
        self.kiosk = os.path.join(self.root, 'run/zone-agent/kiosk.sock')
        self.wait('an answer on kiosk.sock', self.agent, self.answers)
        enrol = os.path.join(REPOSITORY, 'packaging', 'enrol')
        subprocess.run([enrol, self.bin, self.root, 'bench', 'pc-1'], check=True, timeout=START)

    def configure(self):
        shipped = os.path.join(self.root, 'usr/share/zone-agent')
        for folder in ('etc/zone-agent', 'run/zone-agent', 'var/lib/zone-agent'):
            os.makedirs(os.path.join(self.root, folder))
        os.makedirs(shipped)
        os.symlink(os.path.join(REPOSITORY, 'hw-profiles'), os.path.join(shipped, 'hw-profiles'))
        with open(os.path.join(self.root, 'etc/zone-agent/agent.yaml'), 'w', encoding='utf-8') as file:
            file.write(CONFIGURATION + self.more(self))

    def answers(self):
        with contextlib.suppress(OSError, Broken):
            return ask_once(self.kiosk, '/v1/status')[0] == 200 or None
        return None
