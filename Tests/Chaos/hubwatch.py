"""Watching a hub from outside: its wall, its pages, what it costs."""
import datetime
import http.client
import json
import os
import random
import resource
import threading
import time


class Wall(threading.Thread):
    """What somebody sees who has the wall open all the time."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.live, self.fallen, self.fresh, self.known = port, {}, {}, [], set()
        self.ended = None

    def run(self):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        try:
            connection.request('GET', '/api/v1/events')
            answer, kind = connection.getresponse(), b''
            while line := answer.readline():
                if line.startswith(b'event:'):
                    kind = line[6:].strip()
                elif line.startswith(b'data:') and kind == b'zone':
                    self.take(json.loads(line[5:]), time.time())
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.ended = repr(error)
        self.ended = self.ended or 'the stream came to its end'

    def take(self, shown, now):
        name = shown['zone']
        if shown['state'] == 'live':
            self.live.setdefault(name, now)
        elif name in self.live:
            self.fallen.setdefault(name, shown['state'])
        for device in shown['devices']:
            for one in device['conditions']:
                key = name, one['code'], one['since']
                since = datetime.datetime.fromisoformat(one['since']).timestamp()
                # What began before a zone was here could not have been seen earlier.
                if key not in self.known and name in self.live and since > self.live[name]:
                    self.known.add(key)
                    self.fresh.append(now - since)


class Pages(threading.Thread):
    """How long a page of the wall takes, once a second."""

    def __init__(self, port, zones):
        super().__init__(daemon=True)
        self.port, self.zones, self.seconds, self.over = port, zones, [], threading.Event()

    def run(self):
        chance = random.Random(1)
        while not self.over.wait(1):
            self.seconds.append(page(self.port, chance.randrange(self.zones)))


def page(port, after):
    """Seconds until all of it is there; without end when it does not come."""
    begin = time.monotonic()
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
    try:
        connection.request('GET', f'/api/v1/zones?limit=500&after=sim-{after:05}')
        answer = connection.getresponse()
        return time.monotonic() - begin if answer.read() and answer.status == 200 else float('inf')
    except (OSError, http.client.HTTPException):
        return float('inf')
    finally:
        connection.close()


class Costs:
    """Memory in MiB and seconds of processor, of one program."""

    def __init__(self, pid):
        self.pid, self.sizes, self.last = pid, [], 0

    def note(self):
        with open(f'/proc/{self.pid}/statm') as file:
            self.sizes.append((time.time(), int(file.read().split()[1]) * resource.getpagesize() / 2**20))
        with open(f'/proc/{self.pid}/stat') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        self.last = (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def between(self, begin=0, end=float('inf')):
        return [size for at, size in self.sizes if begin <= at < end]


def busy():
    """Seconds that all processors have worked and could have worked, since the machine began."""
    with open('/proc/stat') as file:
        times = [int(word) / os.sysconf('SC_CLK_TCK') for word in file.readline().split()[1:9]]
    return sum(times) - times[3] - times[4], sum(times)
