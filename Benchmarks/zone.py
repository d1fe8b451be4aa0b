"""A zone of its own: hub and agent in a temporary root, ended by SIGTERM whatever happens."""
import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time

from http_pool import Broken, ask_once
from progress import say

START, STOP = 60, 20            # seconds
CONFIGURATION = '''zone: bench
node: pc-1
purpose: production
type: hall
hours: "00:00-24:00"
hub:
  url: http://127.0.0.1:{agents}
'''


class ZoneFailure(Exception):
    """A program did not start, or ended when nobody asked it to."""


class Zone(contextlib.ExitStack):
    def __init__(self, bin_folder, profiles):
        super().__init__()
        self.bin, self.profiles = bin_folder, profiles

    def __enter__(self):
        super().__enter__()
        try:
            # Socket addresses hold about 100 bytes, so the root's own path must be short.
            self.root = tempfile.mkdtemp(prefix='zb-', dir='/tmp')
            self.callback(shutil.rmtree, self.root, ignore_errors=True)
            self.hub = self.start('zone-hub', '--port', '0', '--agent-port', '0')
            self.configure(self.agents_port())
            self.began = time.monotonic()
            self.agent = self.start('zone-agent', 'run')
            self.kiosk = os.path.join(self.root, 'run/zone-agent/kiosk.sock')
            self.wait('an answer on kiosk.sock', self.agent, self.answers)
        except BaseException:
            self.close()
            raise
        return self

    def configure(self, port):
        shipped = os.path.join(self.root, 'usr/share/zone-agent')
        for folder in ('etc/zone-agent', 'run/zone-agent', 'var/lib/zone-agent'):
            os.makedirs(os.path.join(self.root, folder))
        os.makedirs(shipped)
        os.symlink(self.profiles, os.path.join(shipped, 'hw-profiles'))
        with open(os.path.join(self.root, 'etc/zone-agent/agent.yaml'), 'w', encoding='utf-8') as file:
            file.write(CONFIGURATION.format(agents=port))

    def start(self, program, *words):
        """A session of its own: Ctrl-C is for this script, which then ends its children in order."""
        with open(self.log(program), 'wb') as log:
            child = subprocess.Popen([os.path.join(self.bin, program), *words, '--root', self.root],
                                     stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.callback(self.stop, program, child)
        return child

    def log(self, program):
        return os.path.join(self.root, f'{program}.log')

    def lines(self, program):
        with open(self.log(program), encoding='utf-8', errors='replace') as file:
            return file.read().splitlines()

    def stop(self, program, child):
        if child.poll() is not None:
            say(f'{program} had ended by itself with {child.returncode}:\n' + '\n'.join(self.lines(program)[-20:]))
            return
        child.terminate()
        try:
            child.wait(STOP)
        except subprocess.TimeoutExpired:
            say(f'{program} does not end {STOP} s after SIGTERM: killed')
            child.kill()
            child.wait()
        if child.returncode != 0:
            say(f'{program} ended with {child.returncode}:\n' + '\n'.join(self.lines(program)[-20:]))

    def wait(self, what, child, look):
        end = time.monotonic() + START
        while (found := look()) is None:
            if child.poll() is not None or time.monotonic() > end:
                raise ZoneFailure(f'no {what}')
            time.sleep(0.05)
        return found

    def agents_port(self):
        def look():
            found = re.search(r'agents http://127\.0\.0\.1:(\d+)/', '\n'.join(self.lines('zone-hub')))
            return found and int(found[1])
        return self.wait('port from zone-hub', self.hub, look)

    def answers(self):
        with contextlib.suppress(OSError, Broken):
            return ask_once(self.kiosk, '/v1/status')[0] == 200 or None
        return None
