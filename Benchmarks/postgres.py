"""PostgreSQL under pgbench: an upsert of a row of a heartbeat's size per transaction, on the disk before the answer."""
import glob
import re
import signal

import peers
import proc
import turn
from workplace import free_port

SETTINGS = {'fsync': 'on', 'synchronous_commit': 'on', 'full_page_writes': 'on', 'ssl': 'on',
            'max_connections': str(turn.CONNECTIONS + 10), 'listen_addresses': '127.0.0.1', 'log_min_messages': 'fatal'}
TABLE = 'CREATE TABLE node (zone int, node int, hb bigint, heard timestamptz, content text, PRIMARY KEY (zone, node))'
# Each connection is one node, as with the hub.
UPSERT = '''INSERT INTO node VALUES (:client_id, 1, 1, now(), :content)
ON CONFLICT (zone, node) DO UPDATE SET hb = node.hb + 1, heard = excluded.heard, content = excluded.content;
'''
SHOWN = """SELECT string_agg(name || ' = ' || current_setting(name), ', ' ORDER BY name) FROM pg_settings WHERE name IN
('fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method', 'shared_buffers')"""


class Postgres:
    def __init__(self, stack, size):
        newest = max(glob.glob('/usr/lib/postgresql/*/bin'), default='', key=lambda path: float(path.split('/')[4]))
        initdb, server, self.psql, self.pgbench = peers.need('initdb', 'postgres', 'psql', 'pgbench', also=newest)
        self.content = 'x' * size
        self.place = stack.enter_context(peers.PeerPlace())
        self.port, data = free_port(), self.place.root + '/data'
        peers.run([initdb, '-D', data, '-U', 'bench', '-A', 'trust', '--no-sync', '--locale=C.UTF-8'],
                  cwd=self.place.root, **self.place.user)
        words = {**SETTINGS, 'port': str(self.port), 'unix_socket_directories': self.place.root,
                 'ssl_cert_file': self.place.cert, 'ssl_key_file': self.place.key}
        # SIGINT: it does not wait for clients.
        self.server = self.place.start('postgres', [server, '-D', data, *(f'--{k}={v}' for k, v in words.items())],
                                       end=signal.SIGINT, cwd=self.place.root, **self.place.user)
        self.place.wait('answer from postgres', self.server, lambda: self.ask('SELECT 1'))
        self.ask(TABLE)
        self.notes = f'PostgreSQL {self.ask("SHOW server_version").split()[0]}, ' + self.ask(SHOWN)
        with open(self.place.root + '/upsert.sql', 'w', encoding='utf-8') as file:
            file.write(UPSERT)

    def address(self, name):
        return f'host=127.0.0.1 port={self.port} user=bench dbname={name} sslmode=require'

    def ask(self, query):
        """The answer as text; `None` while there is none."""
        try:
            return peers.run([self.psql, '-XAtq', self.address('postgres'), '-c', query]).strip()
        except peers.Missing:
            return None

    def turn(self):
        argv = [self.pgbench, '-n', '-M', 'prepared', '-c', str(turn.CONNECTIONS), '-j', '1', '-P', '1',
                '-T', str(turn.PATIENCE), '-D', f'content={self.content}',
                '-f', self.place.root + '/upsert.sql', self.address('postgres')]
        log = Progress()
        seen = turn.watch(argv, lambda: proc.family_seconds(self.server.pid), log.opens, log.closes, cut=True)
        return turn.Turn(round(log.done), 0, log.seconds, seen.server, seen.generator, {})


class Progress:
    """Adds up pgbench's lines, each with the seconds since its start and the rate since the line before."""

    LINE = re.compile(r'progress: ([\d.]+) s, ([\d.]+) tps')

    def __init__(self):
        self.done = self.seconds = 0
        self.last = None

    def opens(self, line):
        if found := self.LINE.match(line):
            self.last = float(found[1])
        return found and self.last >= turn.WARM_UP - 0.1

    def closes(self, line):
        """On a busy machine a line may come late: it is the time it names that counts."""
        if found := self.LINE.match(line):
            now, rate = map(float, found.groups())
            self.done += rate * (now - self.last)
            self.seconds += now - self.last
            self.last = now
        return found and self.seconds >= turn.COUNTED - 0.1
