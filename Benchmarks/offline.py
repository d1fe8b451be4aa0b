"""What a zone without a line keeps: a real agent whose hub went away, busy simulators, and what its journal gained."""
import dataclasses
import http.client
import json
import os
import socket
import sqlite3
import time

from progress import say
from workplace import Failure
from zone import Zone

IDLE, BUSY = 15, 40             # seconds
ROUND = 2                       # seconds: more than six deposits in 10 s are not believed
PER_DAY = 60                    # events of a typical zone, as the simulator has them
BOUND = 64 << 20                # journal.sizeMiB of docs/configuration.md
DEVICES = '''devices:
  - {{id: touch-sim, kind: touchPanel, uri: "{SIM_PANEL}"}}
  - {{id: printer-sim, kind: printer, uri: "{SIM_PRINTER}"}}
  - {{id: box-sim, kind: suggestionBox, uri: "{SIM_BOX}"}}
'''


@dataclasses.dataclass
class Offline:
    idle: int                   # rows in IDLE seconds in which nothing happened
    rows: dict                  # name: count, of the busy time
    bytes: float                # of a row, its indexes with it

    @property
    def events(self):
        return sum(self.rows.values())

    @property
    def day(self):
        return self.bytes * PER_DAY


def ask(path, target, body, kind):
    connection = http.client.HTTPConnection('localhost', timeout=20)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(20)
    try:
        connection.sock.connect(path)
        connection.request('POST', target, body, {'Content-Type': kind})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise Failure(f'{target}: {answer.status} {text[:200]}')
    finally:
        connection.close()


def simulators(zone):
    """Starts them; the devices' lines of agent.yaml."""
    child, path = zone.program('zone-agent', 'simulate'), zone.root + '/run/zone-agent/sim.env'
    zone.wait('addresses from the simulators', child, lambda: os.path.exists(path) or None)
    with open(path, encoding='utf-8') as file:
        return DEVICES.format(**dict(line.strip().split('=', 1) for line in file))


def busy(zone):
    """What citizens do, quicker: a sheet into the box, a document printed; now and then the panel's plug is pulled."""
    sim, begin, number = zone.root + '/run/zone-agent/sim.sock', time.monotonic(), 0
    while (due := begin + number * ROUND) < begin + BUSY:
        time.sleep(max(0, due - time.monotonic()))
        ask(sim, '/v1/sim/box-sim', json.dumps(['deposit']), 'application/json')
        ask(zone.kiosk, '/v1/jobs?device=printer-sim', b'benchmark\n', 'text/plain')
        if number % 5 == 0:
            ask(sim, '/v1/sim/touch-sim', json.dumps(['unplug' if number % 10 == 0 else 'plug']), 'application/json')
        number += 1


def last(path):
    with sqlite3.connect(f'file:{path}?mode=ro', uri=True) as db:
        return db.execute('SELECT max(seq) FROM event').fetchone()[0]


def measure(folder):
    with Zone(folder, simulators) as zone:
        zone.stop('zone-hub', zone.hub)
        journal = zone.root + '/var/lib/zone-agent/journal.db'
        say(f'offline: the hub is gone; {IDLE} s of quiet, then {BUSY} s of busy simulators')
        before = settled(journal)
        time.sleep(IDLE)
        start = last(journal)
        busy(zone)
        settled(journal)
        zone.stop('zone-agent', zone.agent)
        return weigh(journal, start, start - before)


def settled(path):
    """The last number, once nothing has been added for 5 s."""
    since, number, end = time.monotonic(), last(path), time.monotonic() + 60
    while time.monotonic() < since + 5 and time.monotonic() < end:
        time.sleep(0.2)
        if (now := last(path)) != number:
            since, number = time.monotonic(), now
    return number


def weigh(path, start, idle):
    with sqlite3.connect(path) as db:
        used, = db.execute("SELECT sum(s.pgsize - s.unused) FROM dbstat s JOIN sqlite_master m USING (name) "
                           "WHERE m.tbl_name = 'event'").fetchone()
        every, = db.execute('SELECT count(*) FROM event').fetchone()
        rows = dict(db.execute('SELECT name, count(*) FROM event WHERE seq > ? GROUP BY name ORDER BY 2 DESC',
                               (start,)))
    return Offline(idle, rows, used / every)
