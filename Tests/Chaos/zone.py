"""One zone of real programs in a temporary root: simulators, agent, and its sockets as seen by a client."""
import glob
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import calm

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
# Long enough for a debug build on a busy machine; nothing here measures against it.
PATIENCE = 30
# Devices of the zone that answer a probe: the two simulated ones, and this machine's own two.
DEVICES = ('touch-sim', 'printer-sim', 'pc-1', 'network-1')

CONFIG = '''zone: chaos
node: pc-1
name: 故障演练专区
purpose: demo
type: hall
devices:
  - {{id: touch-sim, kind: touchPanel, uri: "{SIM_PANEL}"}}
  - {{id: printer-sim, kind: printer, uri: "{SIM_PRINTER}"}}
'''
# Quick devices make more news per second, so that more happens around each fault.
QUICK = {
    'panel': 'kind: touchPanel\nmatch:\n  scheme: sim-input\nset:\n  idleAfter: 50ms\n',
    'printer': 'kind: printer\nmatch:\n  scheme: ipp\nset:\n  answerWithin: 1500ms\n'
               'expect:\n  probeInterval: 300ms\n  maxAge: 5s\n',
}


class Trouble(Exception):
    """What was expected did not come; the text says what was seen instead."""


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path, timeout=PATIENCE):
        super().__init__('localhost', timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, method, target, body=None, headers=None, timeout=PATIENCE):
    """One request on a connection of its own. Returns (status, decoded JSON); raises OSError or HTTPException."""
    connection = UnixConnection(path, timeout)
    try:
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
    except ValueError as error:
        raise http.client.HTTPException(f'an answer that is no JSON: {error}') from error
    finally:
        connection.close()


def eventually(check, what, patience=PATIENCE, pause=0.005):
    """Asks until `check` gives something true; OSError and HTTPException count as not yet."""
    waited = calm.Patience(patience)
    while True:
        try:
            found = check()
            if found:
                return found
        except (OSError, http.client.HTTPException):
            pass
        if waited.is_over():
            raise Trouble(f'{what}: not within {patience} s')
        time.sleep(pause)


class Program:
    """A child whose output goes to a file; it ends with its owner at the latest."""

    def __init__(self, argv, log, env=None):
        self.log = log
        with open(log, 'ab') as output:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=dict(os.environ, **(env or {})))

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process.poll() is None

    def send(self, number):
        if self.is_running():
            self.process.send_signal(number)

    def end(self, number=signal.SIGKILL):
        """The signal, then waiting; what does not listen is killed."""
        self.send(number)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Zone:
    def __init__(self, programs):
        self.programs = os.path.abspath(programs)
        # Short: a socket's path has at most 107 bytes.
        self.root = tempfile.mkdtemp(prefix='zone-chaos-')
        self.state = self.root + '/var/lib/zone-agent'
        self.runtime = self.root + '/run/zone-agent'
        self.admin, self.kiosk, self.sim = (f'{self.runtime}/{name}.sock' for name in ('admin', 'kiosk', 'sim'))
        self.agent = self.simulators = None
        # What the agent is started through, such as a namespace.
        self.prefix = []

    def __enter__(self):
        try:
            self.prepare()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for program in (self.agent, self.simulators):
            if program:
                program.end()
        shutil.rmtree(self.root, ignore_errors=True)

    def prepare(self):
        self.copy_profiles(QUICK)
        self.simulators = self.start('simulate')
        self.write_config(CONFIG.format(**eventually(self.addresses, 'the simulators listen')))

    def copy_profiles(self, own):
        """The shipped ones, and those of this test by their names."""
        shutil.copytree(REPOSITORY + '/hw-profiles', self.root + '/usr/share/zone-agent/hw-profiles')
        folder = self.root + '/etc/zone-agent/hw-profiles/90-chaos'
        os.makedirs(folder)
        for name, text in own.items():
            with open(f'{folder}/{name}.yaml', 'w') as file:
                file.write(text)

    def write_config(self, text):
        with open(self.root + '/etc/zone-agent/agent.yaml', 'w') as file:
            file.write(text)

    def addresses(self):
        with open(self.runtime + '/sim.env') as file:
            return dict(line.strip().split('=', 1) for line in file)

    def start(self, what, env=None):
        argv = (self.prefix if what == 'run' else []) + [f'{self.programs}/zone-agent', what, '--root', self.root]
        return Program(argv, f'{self.root}/{what}.log', env)

    def start_agent(self, env=None):
        """Starts it without waiting for an answer."""
        self.began = time.monotonic()
        self.agent = self.start('run', env)

    def answers(self):
        """Waits for the kiosk's socket. Returns the seconds since the start."""
        def status():
            if not self.agent.is_running():
                raise Trouble(f'the agent ended with {self.agent.process.returncode}:\n{self.log_end()}')
            return ask(self.kiosk, 'GET', '/v1/status')[0] == 200
        eventually(status, 'the agent answers')
        return time.monotonic() - self.began

    def move(self, device, *moves):
        ask(self.sim, 'POST', f'/v1/sim/{device}', json.dumps(moves))

    def journal(self, after=0):
        """Every row above a number, page by page."""
        rows = []
        while True:
            status, page = ask(self.admin, 'GET', f'/v1/journal?limit=1000&after={rows[-1]["seq"] if rows else after}')
            if status != 200:
                raise Trouble(f'the journal answers {status}: {page}')
            if not page:
                return rows
            rows += page

    def log(self):
        with open(self.root + '/run.log', errors='replace') as file:
            return file.read()

    def log_end(self):
        return '\n'.join(self.log().splitlines()[-15:])

    def forget_runtime(self):
        """/run is in memory: after a power cut the agent's sockets are gone."""
        for path in (self.admin, self.kiosk):
            for found in glob.glob(path):
                os.remove(found)
