"""Slow and hostile clients at a hub, and a good one that is heard meanwhile."""
import asyncio
import json
import socket
import statistics
import threading
import time

import badzone
import calm

STRANGERS, NODES = 200, 20
HEAD = 'POST /v1/heartbeats HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n'
LATEST, PACE = 1.0, 0.2
# The beginning of a TLS record that never ends.
HELLO = b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'


def beat(name, number):
    """The smallest one that a hub takes."""
    return json.dumps({
        'v': 1, 'zone': name, 'node': 'pc-1', 'stream': '0' * 15 + '1', 'epoch': '0' * 15 + '2',
        'boot': '0b0e0c8a-8a70-4a3c-9d3a-0d6f2f1a7e55', 'hb': number, 'reason': 'periodic', 'interval': 10_000,
        'sentAt': time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime()), 'mono': number * 200, 'clock': 'synced',
        'stateHash': '0' * 64, 'hoursRev': 0,
        'self': {'version': '0', 'uptimeMs': 1, 'failedHeartbeats': 0, 'workerKills': 0}}).encode()


class Times:
    def __init__(self, seconds, failures):
        self.seconds, self.failures = sorted(seconds), failures

    def __str__(self):
        if not self.seconds:
            return f'none of {len(self.failures)} taken'
        return (f'{statistics.median(self.seconds) * 1000:.0f}/{self.seconds[-1] * 1000:.0f} ms '
                f'(median, longest of {len(self.seconds)})')

    def complaints(self):
        late = [value for value in self.seconds if value > LATEST]
        return self.failures + ([f'{len(late)} took longer than {LATEST} s, {late[-1]:.1f} s'] if late else [])


class Good:
    """A node that speaks often, each time over a new connection."""

    def __init__(self, port, context):
        self.port, self.context, self.number = port, context, 0

    def measure(self, seconds):
        times, failures, end = [], [], time.monotonic() + seconds
        while (began := time.monotonic()) < end:
            watch = calm.Stopwatch()
            try:
                answer = self.speak()
                if answer.startswith(b'HTTP/1.1 200'):
                    times.append(watch.own())
                else:
                    failures.append(answer[:200].decode('latin-1'))
            except OSError as error:
                failures.append(f'{error!r} after {watch.seconds():.1f} s')
            time.sleep(max(0, began + PACE - time.monotonic()))
        return Times(times, failures)

    def speak(self):
        self.number += 1
        body = beat('good', self.number)
        head = HEAD.format(host=badzone.HOST, length=len(body)) + 'Connection: close\r\n\r\n'
        with socket.create_connection(('127.0.0.1', self.port), 10) as raw, \
                self.context.wrap_socket(raw, server_hostname=badzone.HOST) as line:
            line.sendall(head.encode() + body)
            answer = b''
            while data := line.recv(65536):
                answer += data
        return answer


class Crowd:
    """A byte a second from each: half a handshake, a head without certificate, a heartbeat with one."""

    def __init__(self, port, node, stranger):
        self.port = port
        head = HEAD.format(host=badzone.HOST, length=3000).encode()
        self.kinds = {'half a handshake': (STRANGERS // 2, None, HELLO, b'\0'),
                      'a head without certificate': (STRANGERS // 2, stranger, head, b'x'),
                      'a heartbeat with one': (NODES, node, head + b'\r\n{', b' ')}
        self.open, self.most, self.calls = ({kind: 0 for kind in self.kinds} for _ in range(3))
        self.loop = asyncio.new_event_loop()

    def __enter__(self):
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.task.cancel)
        self.thread.join(20)

    def run(self):
        self.loop.set_exception_handler(lambda *_: None)
        asyncio.set_event_loop(self.loop)
        members = [self.bother(kind) for kind, how in self.kinds.items() for _ in range(how[0])]

        async def everybody():
            await asyncio.gather(*members)
        self.task = self.loop.create_task(everybody())
        try:
            self.loop.run_until_complete(self.task)
        except asyncio.CancelledError:
            pass

    async def bother(self, kind):
        """Whoever is thrown out comes back."""
        _, context, first, again = self.kinds[kind]
        while True:
            self.calls[kind] += 1
            writer = None
            try:
                reader, writer = await asyncio.open_connection(
                    '127.0.0.1', self.port, ssl=context, server_hostname=badzone.HOST if context else None)
                self.open[kind] += 1
                self.most[kind] = max(self.most[kind], self.open[kind])
                writer.write(first)
                await asyncio.gather(self.drip(writer, again), self.listen(reader))
            except (OSError, EOFError):
                await asyncio.sleep(0.2)
            finally:
                if writer:
                    self.open[kind] -= 1
                    writer.transport.abort()

    async def drip(self, writer, byte):
        while True:
            await asyncio.sleep(1)
            writer.write(byte)
            await writer.drain()

    async def listen(self, reader):
        while await reader.read(4096):
            pass
        raise EOFError

    def settle(self):
        """Until they are all there."""
        badzone.zone.eventually(lambda: not self.complaints(), 'the crowd is there', 30, 0.1)

    def complaints(self):
        """A crowd that does not come is no test."""
        return [f'{kind}: {self.most[kind]} of {how[0]} came' for kind, how in self.kinds.items()
                if self.most[kind] < how[0] * 0.9]

    def facts(self):
        return ', '.join(f'{self.most[kind]} at a time with {kind} ({self.calls[kind]} calls)' for kind in self.kinds)
