#!/usr/bin/env python3
"""The control API with Python's standard library: status, a command, and every event without losing one.

Usage: client.py [KIOSK-SOCKET [ADMIN-SOCKET]]; Ctrl-C ends it. A kiosk app has the first socket only.
"""
import http.client
import json
import os
import socket
import sys
import time
import uuid

KIOSK = sys.argv[1] if len(sys.argv) > 1 else '/run/zone-agent/kiosk.sock'
ADMIN = sys.argv[2] if len(sys.argv) > 2 else None
DEVICE = os.environ.get('DEVICE', 'printer-sim')


class Connection(http.client.HTTPConnection):
    """HTTP over a Unix socket. `localhost` is for the Host header only."""

    def __init__(self, path, timeout):
        super().__init__('localhost', timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, method, target, body=None, headers=None):
    """An error has a body, too: {"code", "message", "zh", "fixer"}; decide by `code`, show `zh`."""
    connection = Connection(path, timeout=10)
    try:
        connection.request(method, target, json.dumps(body) if body is not None else None, headers or {})
        answer = connection.getresponse()
        found = json.loads(answer.read() or 'null')
        if answer.status >= 400:
            raise RuntimeError(f'{method} {target}: {answer.status} {found}')
        return found
    finally:
        connection.close()


def patiently(act):
    """The agent may be away; it is back within seconds."""
    while True:
        try:
            return act()
        except (OSError, http.client.HTTPException) as error:
            print(f'once more: {error}', file=sys.stderr)
            time.sleep(1)


def command(path, device, verb):
    """With a key of our own it may be sent again after a lost answer: it is done once."""
    key = {'Idempotency-Key': str(uuid.uuid4())}
    found = patiently(lambda: ask(path, 'POST', f'/v1/devices/{device}/commands', {'verb': verb}, key))
    # Answered within 2 s, it is over (200); else it goes on (202) and we ask what became of it.
    while found['state'] in ('accepted', 'running'):
        time.sleep(1)
        found = patiently(lambda: ask(path, 'GET', f'/v1/commands/{found["id"]}'))
    return found


def events(path):
    """Every event as (name, id, data), for ever.

    `last` is where we are; sent back after a broken connection it brings everything since, also what happened while the
    agent was restarted. Where that is not possible a `snapshot` comes instead: start again from it.
    """
    last = None
    while True:
        # A comment comes every 15 s: 45 s of silence is a dead connection.
        connection = Connection(path, timeout=45)
        try:
            connection.request('GET', '/v1/events', headers={'Last-Event-ID': last} if last else {})
            answer = connection.getresponse()
            if answer.status != 200:
                raise http.client.HTTPException(f'{answer.status} {answer.read()}')
            fields = {}
            for line in answer:
                name, _, value = line.decode().rstrip('\n').partition(': ')
                if line != b'\n':
                    fields[name] = value
                    continue
                # An empty line ends the event, and only now its id counts: one that was cut off must come again.
                if 'id' in fields:
                    last = fields['id']
                    yield fields['event'], last, json.loads(fields['data'])
                fields = {}
        except (OSError, http.client.HTTPException) as error:
            print(f'once more: {error}', file=sys.stderr)
        finally:
            connection.close()
        time.sleep(1)


def main():
    print('status', json.dumps(patiently(lambda: ask(KIOSK, 'GET', '/v1/status'))), flush=True)
    if ADMIN:
        print('command', json.dumps(command(ADMIN, DEVICE, 'probe')), flush=True)
    for name, place, data in events(KIOSK):
        print(name, place, json.dumps(data, ensure_ascii=False), flush=True)


try:
    main()
except KeyboardInterrupt:
    pass
