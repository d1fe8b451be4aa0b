#!/usr/bin/python3
"""Runs, in the guest, the commands that the host sends as JSON lines over a virtio-serial port; one at a time.

  {"id": 1, "now": 1700000000.0, "seed": "hex"}     -> {"id": 1}                 clock set, random pool stirred
  {"id": 2, "argv": ["true"], "timeout": 5}         -> {"id": 2, "code": 0, "out": "", "err": ""}

The port's open/close state is not looked at: after a snapshot is loaded it may come later than the data.
"""
import fcntl
import json
import os
import select
import signal
import subprocess
import tempfile
import time

PORT = '/dev/virtio-ports/machine.channel'
MOST = 4 << 20              # bytes of output sent back: the last ones
RNDRESEEDCRNG = 0x5207


def wake(request):
    """All machines come from one snapshot: give this one the present time and random numbers of its own."""
    time.clock_settime(time.CLOCK_REALTIME, request['now'])
    with open('/dev/urandom', 'wb', buffering=0) as pool:
        pool.write(bytes.fromhex(request['seed']))
        fcntl.ioctl(pool, RNDRESEEDCRNG)
    return {}


def text(file):
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - MOST))
    return file.read().decode(errors='replace')


def run(request):
    """Output goes to files, not pipes: a daemon the command leaves behind must not hold up its end."""
    environment = dict(os.environ, HOME='/root', LC_ALL='C.UTF-8', TERM='dumb')
    with tempfile.TemporaryFile(dir='/run') as out, tempfile.TemporaryFile(dir='/run') as err:
        try:
            process = subprocess.Popen(request['argv'], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                       cwd='/root', env=environment, start_new_session=True)
        except OSError as error:
            return {'code': 127, 'out': '', 'err': str(error)}
        try:
            code = process.wait(request['timeout'])
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = 124
        return {'code': code if code >= 0 else 128 - code, 'out': text(out), 'err': text(err)}


def send(port, reply):
    """Gives up after 10 s without progress: then nobody listens, and the next request must not wait for it."""
    data, last = (json.dumps(reply) + '\n').encode(), time.monotonic()
    while data and time.monotonic() < last + 10:
        try:
            data, last = data[os.write(port, data):], time.monotonic()
        except OSError:
            time.sleep(0.01)


def receive(port):
    received = b''
    while True:
        try:
            chunk = os.read(port, 65536)
        except OSError:
            return received
        if not chunk:
            return received
        received += chunk


def main():
    while not os.path.exists(PORT):
        time.sleep(0.1)
    port = os.open(PORT, os.O_RDWR | os.O_NONBLOCK)
    waiter = select.epoll()
    waiter.register(port, select.EPOLLIN | select.EPOLLET)     # by edge: an absent host is a state that never ends
    pending = b''
    while True:
        waiter.poll(0.5)
        pending += receive(port)
        while b'\n' in pending:
            line, pending = pending.split(b'\n', 1)
            try:
                request = json.loads(line)
            except ValueError:
                continue
            reply = wake(request) if 'now' in request else run(request)
            send(port, dict(reply, id=request['id']))


main()
