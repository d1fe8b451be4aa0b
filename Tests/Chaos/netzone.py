"""A PC whose only business is its network: link, router, two name servers, one page with TLS and one without."""
import json
import os
import shutil
import subprocess

import netns
import netsite
import switchboard
import zone

CONFIG = f'''zone: {{name}}
node: pc-1
name: 网络演练专区
purpose: demo
type: hall
network:
  portals:
    - name: 门户
      url: http://{netsite.PLAIN}/
      mark: {netsite.MARK}
    - name: 安全门户
      url: https://{netsite.SAFE}/
      mark: {netsite.MARK}
'''
# Looked at when the test says so; the long interval gives each question 4 s, which is long on any machine.
PROFILES = {'network': 'kind: network\nmatch:\n  machine: "yes"\nset:\n  answerWithin: 4s\n'
                       'expect:\n  probeInterval: 20s\n  maxAge: 300s\n'}
PATIENCE = 90


class NetZone(zone.Zone):
    """The agent in the PC's own network; `room.near` is its router, first name server and pages."""

    def __init__(self, programs, number, kind=netns.Room):
        super().__init__(programs)
        self.number, self.kind, self.room = number, kind, None

    def prepare(self):
        """Its network comes later."""
        self.copy_profiles(PROFILES)

    def connect(self, stage, contexts, authority, begin):
        """`begin`: what is wrong before the agent starts."""
        shutil.copy(authority, self.root + '/ca.pem')
        self.room = self.kind(self.number, self.root)
        servers = self.room.servers()
        # The same file, because it is what is mounted.
        with open(self.root + '/resolv.conf', 'w', encoding='utf-8') as file:
            file.writelines(f'nameserver {called}\n' for _, called in servers)
        self.names = [switchboard.Names(stage, address, self.room.near) for address, _ in servers]
        self.site = netsite.Site(stage, self.room.near, contexts)
        os.makedirs(self.root + '/etc/zone-agent', exist_ok=True)
        self.write_config(CONFIG.format(name=f'net-{self.number}'))
        begin(self)
        self.start_agent()
        self.answers()

    def start(self, what, env=None):
        return zone.Program(self.room.inside + [f'{self.programs}/zone-agent', what, '--root', self.root],
                            f'{self.root}/{what}.log', env)

    def close(self):
        super().close()
        if self.room:
            self.room.close()

    def look(self):
        """The agent looks at its network now. A long look goes on by itself."""
        zone.ask(self.admin, 'POST', '/v1/devices/network-1/commands', json.dumps({'verb': 'probe'}))

    def conditions(self):
        """Code -> (severity, evidence) of the network."""
        found = [row['condition'] for row in zone.ask(self.admin, 'GET', '/v1/conditions')[1]]
        return {one['code']: (one['severity'], one.get('evidence', '')) for one in found
                if one['code'].startswith('net.')}

    def details(self):
        return zone.ask(self.admin, 'GET', '/v1/devices/network-1')[1].get('details', {})

    def table(self):
        """What a technician sees."""
        return subprocess.run([f'{self.programs}/zonectl', 'network', '--root', self.root], capture_output=True, text=True,
                              timeout=PATIENCE, check=True).stdout

    def until(self, codes, also=lambda details: True):
        """Looks again and again until exactly these are raised."""
        def is_so():
            self.look()
            return set(self.conditions()) == set(codes) and also(self.details())
        try:
            zone.eventually(is_so, 'so', PATIENCE, 0.5)
        except zone.Trouble:
            raise zone.Trouble(f'{sorted(codes) or "nothing"} expected, there is {self.conditions()}; '
                               f'{json.dumps(self.details(), ensure_ascii=False)}') from None

    def raised(self, after):
        """Codes of the network that were raised since a row of the journal, in order."""
        return [row['data']['code'] for row in self.journal(after)
                if row['name'] == 'condition.raised' and row['data'].get('code', '').startswith('net.')]

    def last_row(self):
        rows = self.journal()
        return rows[-1]['seq'] if rows else 0
