"""A zone at the end of a line of its own, and somebody who looks at it all the time."""
import http.client
import os
import resource
import subprocess
import threading
import time

import calm
import hubbooks
import liars
import netns
import switchboard
import zone

HOST = 'hub.test'
CONFIG = '''zone: {name}
node: pc-1
name: 坏线路专区
purpose: demo
type: hall
network:
  portals:
    - name: 门户
      url: http://portal.test/
      mark: 政府信息公开
devices:
  - {{id: touch-sim, kind: touchPanel, uri: "{SIM_PANEL}"}}
  - {{id: printer-sim, kind: printer, uri: "{SIM_PRINTER}"}}
'''
PROFILES = {'network': 'kind: network\nmatch:\n  machine: "yes"\nset:\n  answerWithin: 1500ms\n'
                       'expect:\n  probeInterval: 3s\n  maxAge: 20s\n'}
TICK = 1 / os.sysconf('SC_CLK_TCK')
BROKEN = (OSError, http.client.HTTPException)


class BadZone(zone.Zone):
    """Real programs in the PC's own network, and everything on its way to the hub."""

    def __init__(self, programs, number):
        super().__init__(programs)
        self.number, self.name = number, f'line-{number}'
        self.room = self.board = self.watch = self.liar = None

    def prepare(self):
        """Its network comes later."""
        self.copy_profiles(PROFILES)

    def connect(self, stage, hub, contexts):
        """Simulators, agent, line; `contexts`: what liars show, by name."""
        self.stage, self.contexts = stage, contexts
        self.room = netns.Room(self.number, self.root)
        self.names, self.page = switchboard.Names(stage, self.room.near), switchboard.Page(stage, self.room.near)
        self.board = switchboard.Switchboard(stage, self.room.near, hub.agents)
        self.simulators = self.start('simulate')
        self.write_config(CONFIG.format(name=self.name, **zone.eventually(self.addresses, 'the simulators listen')))
        os.symlink(hub.root + '/run/zone-hub', self.root + '/run/zone-hub')
        self.start_agent()
        self.answers()
        self.enrol()
        self.watch = Watch(self)
        self.watch.start()

    def close(self):
        if self.watch:
            self.watch.end()
        super().close()
        if self.room:
            self.room.close()

    def lie(self, answer, certificate=None):
        """Who is called from now on is not the hub."""
        self.liar = liars.Liar(self.stage, answer, self.contexts.get(certificate))
        self.board.turn(self.liar.port)

    def mend(self):
        """The line is as it was."""
        self.room.heal()
        self.names.answer, self.page.is_captive = True, False
        self.board.turn()
        if self.liar:
            self.liar.close()
            self.liar = None

    def start(self, what, env=None):
        return zone.Program(self.room.inside + [f'{self.programs}/zone-agent', what, '--root', self.root],
                            f'{self.root}/{what}.log', env)

    def enrol(self):
        done = subprocess.run([zone.REPOSITORY + '/packaging/enrol', self.programs, self.root, self.name, 'pc-1'],
                              capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise zone.Trouble(f'{self.name} does not come in: {done.stderr}\n{self.log_end()}')

    def conditions(self):
        """Code -> evidence of what is open."""
        found = [row['condition'] for row in zone.ask(self.admin, 'GET', '/v1/conditions')[1]]
        return {condition['code']: condition.get('evidence', '') for condition in found}

    def acknowledged(self):
        """What this journal believes that the hub holds: (stream, number)."""
        with hubbooks.reading(self.state + '/journal.db') as database:
            found = dict(database.execute("SELECT key, value FROM meta WHERE key IN ('stream', 'acknowledged')"))
        return found['stream'], int(found.get('acknowledged', 0))


class Watch(threading.Thread):
    """Asks both sockets, weighs the agent, and takes the printer out of service and back, so that there is news."""

    PAUSE, NEWS, SILENCE = 0.5, 4, 10

    def __init__(self, world):
        super().__init__(daemon=True)
        self.world, self.ended, self.is_resting = world, threading.Event(), False
        self.begin()

    def begin(self):
        self.since, self.ticks = time.monotonic(), self.used()
        self.slowest = self.files = self.memory = self.threads = self.weighed = 0
        self.trouble = []

    def at_rest(self):
        """What the healthy agent has: (files, bytes). Weighed twice however late this thread is let on; nothing
        weighed is not nothing held."""
        self.begin()
        zone.eventually(lambda: self.weighed >= 2, 'the agent is weighed', 2 * self.SILENCE, 0.1)
        return self.files, self.memory

    def used(self):
        with open(f'/proc/{self.world.agent.pid}/stat', encoding='utf-8') as file:
            return sum(int(word) for word in file.read().rpartition(')')[2].split()[11:13]) * TICK

    def share(self):
        """Of one core, since `begin`."""
        return (self.used() - self.ticks) / (time.monotonic() - self.since)

    def run(self):
        count = 0
        while not self.ended.wait(self.PAUSE):
            if self.is_resting:
                continue
            count += 1
            for path in (self.world.kiosk, self.world.admin):
                self.ask(path)
            try:
                self.weigh()
                if count % self.NEWS == 0:
                    # In and out of maintenance: two events of class B, and a state that is worth a heartbeat.
                    zone.ask(self.world.admin, 'PUT' if count // self.NEWS % 2 else 'DELETE',
                             '/v1/holds/printer-sim/maintenance', timeout=5)
            except BROKEN:
                pass

    def ask(self, path):
        watch = calm.Stopwatch()
        try:
            status = zone.ask(path, 'GET', '/v1/status', timeout=self.SILENCE)[0]
            took = watch.own()
            self.slowest = max(self.slowest, took)
            if status != 200 or took > 2:
                self.trouble.append(f'{os.path.basename(path)} answered {status} after {took:.1f} s')
        except BROKEN as error:
            if not self.is_resting:
                self.trouble.append(f'{os.path.basename(path)}: {error!r} after {watch.seconds():.1f} s')

    def weigh(self):
        process = f'/proc/{self.world.agent.pid}'
        self.files = max(self.files, len(os.listdir(process + '/fd')))
        self.threads = max(self.threads, len(os.listdir(process + '/task')))
        with open(process + '/statm', encoding='utf-8') as file:
            self.memory = max(self.memory, int(file.read().split()[1]) * resource.getpagesize())
        self.weighed += 1

    def end(self):
        self.ended.set()
        self.join(20)
