"""Documents: how long until each is accepted, by us and by cupsd in turns; then a thousand of them, and memory."""
import itertools
import os
import shutil
import socket
import struct
import subprocess
import time

import printing_cups
import printing_zone
import proc
from printing_zone import PRINTERS, Printers, ask
from progress import say
from workplace import Failure
from zone import Zone

ROUNDS = 240                    # of each document
JOBS = 1000
# As many as the printers get done: a job is looked at each two seconds, and the agent keeps no more than 16 waiting.
PER_SECOND = 4
TEXT = ('政府信息公开申请表\n' * 40).encode()
DOCUMENTS = {'PDF, one page': ('application/pdf', printing_zone.sample()), 'text, 40 lines': ('text/plain', TEXT)}
AGENT_CURL, LP, AGENT, CUPSD = '`curl` to `POST /v1/jobs`', '`lp`', '`POST /v1/jobs`', 'Print-Job to cupsd'


class Race:
    """The same document by four ways, one after the other, who begins moves on."""

    def __init__(self, zone, scheduler, media_type, path):
        self.zone, self.scheduler, self.type, self.path = zone, scheduler, media_type, path
        with open(path, 'rb') as file:
            self.body = file.read()
        self.devices = itertools.cycle(range(PRINTERS))
        ways = {AGENT: self.agent, CUPSD: self.cupsd, LP: self.lp}
        self.ways = {AGENT_CURL: self.curl, **ways} if shutil.which('curl') else ways
        self.found = {name: [] for name in self.ways}

    def run(self):
        names, began = list(self.ways), time.monotonic()
        for number in range(ROUNDS):
            # Two of each round are ours.
            time.sleep(max(0, began + number * 2 / PER_SECOND - time.monotonic()))
            for name in names[number % len(names):] + names[:number % len(names)]:
                start = time.monotonic()
                self.ways[name]()
                self.found[name].append((time.monotonic() - start) * 1000)
        return self.found

    def target(self):
        return f'/v1/jobs?device=p-{next(self.devices)}'

    def agent(self):
        status, told = ask(self.zone.kiosk, 'POST', self.target(), self.body, {'Content-Type': self.type})
        if status != 202:
            raise Failure(f'the agent: {status} {told}')

    def curl(self):
        self.command(['curl', '-sS', '--fail', '-o', os.devnull, '--unix-socket', self.zone.kiosk, '-H',
                      f'Content-Type: {self.type}', '--data-binary', f'@{self.path}',
                      'http://localhost' + self.target()])

    def lp(self):
        self.command([printing_cups.program('lp'), '-d', printing_cups.QUEUE, '-o', f'document-format={self.type}',
                      self.path], self.scheduler.environment())

    def command(self, words, environment=None):
        subprocess.run(words, env=environment, check=True, timeout=60, stdout=subprocess.DEVNULL)

    def cupsd(self):
        request = print_job(self.type)
        head = (f'POST /printers/{printing_cups.QUEUE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ipp\r\n'
                f'Content-Length: {len(request) + len(self.body)}\r\n\r\n')
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(self.scheduler.socket)
            connection.sendall(head.encode() + request + self.body)
            text = b''
            while b'\r\n\r\n' not in text or len(text.partition(b'\r\n\r\n')[2]) < 8:
                more = connection.recv(65536)
                if not more:
                    raise Failure(f'cupsd: {text[:200]}')
                text += more
        body = text.partition(b'\r\n\r\n')[2]
        if not text.startswith(b'HTTP/1.1 200') or body[2:4] != b'\0\0':
            raise Failure(f'cupsd: {text[:300]}')


def print_job(media_type):
    """RFC 8010, by hand: what lp sends, without its questions before."""
    def attribute(tag, name, value):
        return (bytes([tag]) + struct.pack('>H', len(name)) + name.encode() + struct.pack('>H', len(value))
                + value.encode())
    return (b'\x02\x00\x00\x02\x00\x00\x00\x01\x01' + attribute(0x47, 'attributes-charset', 'utf-8')
            + attribute(0x48, 'attributes-natural-language', 'en')
            + attribute(0x45, 'printer-uri', f'ipp://localhost/printers/{printing_cups.QUEUE}')
            + attribute(0x42, 'requesting-user-name', 'root') + attribute(0x42, 'job-name', 'bench')
            + attribute(0x49, 'document-format', media_type) + b'\x03')


def measure(folder):
    """({document: {way: [ms]}}, samples of memory, notes)"""
    missing = printing_cups.missing()
    if missing:
        raise Failure(f'no {", ".join(missing)} (packaging/install-dependencies printing)')
    races = {}
    with Printers(folder) as printers, printing_cups.Scheduler() as scheduler, \
            Zone(folder, lambda _: printing_zone.devices(printers)) as zone:
        for name, (media_type, body) in DOCUMENTS.items():
            path = os.path.join(zone.root, media_type.replace('/', '.'))
            with open(path, 'wb') as file:
                file.write(body)
            printers.refill()
            races[name] = Race(zone, scheduler, media_type, path).run()
            say(f'{name}: ' + ', '.join(f'{way} {sorted(found)[len(found) // 2]:.1f} ms'
                                        for way, found in races[name].items()))
        version = scheduler.version()
        settle(zone)
        grown = many(zone, printers)
    return races, grown, [('beside', version)]


def states(zone):
    return [job['state'] for job in ask(zone.kiosk, 'GET', '/v1/jobs')[1]]


def settle(zone):
    end = time.monotonic() + 120
    while any(state in ('accepted', 'started') for state in states(zone)):
        if time.monotonic() > end:
            raise Failure('jobs do not end')
        time.sleep(0.5)


def many(zone, printers):
    """[(jobs so far, KiB of the agent, KiB of its worker)] of memory that is no file's."""
    found, waiting, done = [sample(zone, 0)], [[] for _ in range(PRINTERS)], 0
    while done < JOBS:
        printers.refill()
        for device, mine in enumerate(waiting):
            mine[:] = [job for job in mine if under_way(zone, job)]
            while len(mine) < 3 and done < JOBS:
                status, told = ask(zone.kiosk, 'POST', f'/v1/jobs?device=p-{device}', printing_zone.sample(),
                                   {'Content-Type': 'application/pdf'})
                if status != 202:
                    raise Failure(f'job {done}: {status} {told}')
                mine.append(told['id'])
                done += 1
                if done % 20 == 0:
                    found.append(sample(zone, done))
        say(f'{done} of {JOBS} jobs')
        time.sleep(1)
    settle(zone)
    return found


def under_way(zone, job):
    state = ask(zone.kiosk, 'GET', f'/v1/jobs/{job}')[1]['state']
    if state not in ('accepted', 'started', 'printed'):
        raise Failure(f'job {job}: {state}')
    return state != 'printed'


def sample(zone, done):
    workers = [pid for pid, words in proc.children(zone.agent.pid) if words.endswith('worker printing')]
    return done, proc.memory(zone.agent.pid)['Anonymous'], sum(proc.memory(pid)['Anonymous'] for pid in workers)
