"""One virtual machine: started from the image's snapshot (or booted), obeying commands, surely ended."""
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

import calm
import qemu
from steps import Failure, MachineGone

WARM, COLD = 60, 300            # seconds until the guest must answer: from the snapshot, from a boot
BOOT = 'cat /proc/sys/kernel/random/boot_id'


@dataclass
class Result:
    code: int
    out: str
    err: str


def obey_signals():
    """SIGTERM and a closed terminal end a run like Ctrl-C does: through every `finally`, with QEMU stopped."""
    def interrupt(number, frame):
        raise KeyboardInterrupt
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


class Machine:
    """`with Machine(image, share) as m: m.sh('systemctl --failed')`. Its disk is thrown away at the end."""

    def __init__(self, image, share=None, cold=False, life=3000, base='boot.qcow2', kind='qcow2'):
        self.image, self.share, self.cold, self.life = os.path.abspath(image), share, cold, life
        self.base, self.kind = base, kind
        self.folder = self.process = self.channel = self.timer = self.monitor = None
        self.number, self.pending = 0, b''

    def __enter__(self):
        # Unix socket names are short (107 bytes), temporary folders are not always.
        self.folder = tempfile.mkdtemp(prefix='zone-machine-', dir='/tmp' if len(tempfile.gettempdir()) > 60 else None)
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        qemu.overlay(self.path('disk.qcow2'), os.path.join(self.image, self.base), self.kind)
        os.mkdir(self.path('empty'))
        argv = qemu.command(self.image, self.folder, os.path.abspath(self.share or self.path('empty')), self.cold)
        with open(self.path('qemu.log'), 'wb') as log:
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True)
        self.timer = threading.Timer(self.life, self.process.kill)
        self.timer.daemon = True
        self.timer.start()
        self.channel = self._connect(calm.Patience(20))
        self._wake(calm.Patience(COLD if self.cold else WARM))
        if self.share:
            self._mount()

    def _mount(self):
        self.check('for i in $(seq 50); do mount /mnt/share && exit 0; sleep 0.2; done; exit 1')

    def boot(self):
        """The id of the guest's present boot."""
        return self.check(BOOT)

    def reboot(self):
        """systemctl reboot, until the guest answers from another boot. The disk keeps what was synced."""
        before = self.boot()
        with contextlib.suppress(TimeoutError):         # the channel may be ended before it has answered
            self._ask({'argv': ['systemctl', 'reboot', '--no-block'], 'timeout': 5}, 5)
        self.rebooted(before, 0)

    def rebooted(self, before, bound=COLD):
        """Waits until the guest, which restarts by itself within `bound` seconds, answers from another boot."""
        patience = calm.Patience(bound + COLD)
        while True:
            with contextlib.suppress(TimeoutError):     # the channel may be ended before it has answered
                answer = self._ask({'argv': ['sh', '-c', BOOT], 'timeout': 5}, 5)
                if answer.get('out') not in (None, '', before):
                    break
            if patience.is_over():
                raise Failure('the guest was not restarted: ' + self.tail('console.log'))
            time.sleep(0.5)
        self._wake(patience)
        if self.share:
            self._mount()

    def _connect(self, patience):
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(self.path('channel.sock'))
                return connection
            except OSError:
                connection.close()
            if self.process.poll() is not None or patience.is_over():
                raise MachineGone('QEMU did not start: ' + self.tail('qemu.log'))
            time.sleep(0.02)

    def _wake(self, patience):
        """Asks again and again: what is sent before the guest listens may be lost."""
        while True:
            try:
                return self._ask({'now': time.time(), 'seed': os.urandom(64).hex()}, 2 if not self.cold else 5)
            except TimeoutError:
                if patience.is_over():
                    raise MachineGone('the guest does not answer: ' + self.tail('console.log')) from None

    def _ask(self, request, timeout):
        self.number += 1
        patience = calm.Patience(timeout)
        try:
            self.channel.settimeout(timeout)
            self.channel.sendall(b'\n' + json.dumps(dict(request, id=self.number)).encode() + b'\n')
            while True:
                while b'\n' in self.pending:
                    line, self.pending = self.pending.split(b'\n', 1)
                    with contextlib.suppress(ValueError):
                        reply = json.loads(line)
                        if reply.get('id') == self.number:      # not a late answer to an earlier question
                            return reply
                chunk = self._heard(patience)
                if not chunk:
                    raise MachineGone('QEMU ended: ' + self.tail('qemu.log'))
                self.pending += chunk
        except TimeoutError:
            raise
        except OSError as error:
            raise MachineGone(f'QEMU ended ({error.strerror}): ' + self.tail('qemu.log')) from None

    def _heard(self, patience):
        while True:
            self.channel.settimeout(patience.left())
            try:
                return self.channel.recv(65536)
            except TimeoutError:
                if patience.is_over():
                    raise

    def run(self, argv, timeout=60):
        """Runs one command as root. 124: it was killed after `timeout` seconds of the guest's clock."""
        try:
            # The guest keeps the time; the host's own bound is only for a guest that hangs altogether.
            reply = self._ask({'argv': argv, 'timeout': timeout}, timeout + 30)
        except TimeoutError:
            raise MachineGone(f'no answer within {timeout + 30} s: ' + self.tail('console.log')) from None
        return Result(reply['code'], reply['out'], reply['err'])

    def sh(self, script, timeout=60):
        return self.run(['/bin/sh', '-c', script], timeout)

    def check(self, script, timeout=60):
        """Like sh, for what must not fail: gives stdout."""
        result = self.sh(script, timeout)
        if result.code:
            raise Failure(f'{script}: exit code {result.code}: {result.out[-500:]}{result.err[-500:]}')
        return result.out

    def qmp(self, name, **arguments):
        """One command to QEMU itself."""
        self.monitor = self.monitor or qemu.Monitor(self.path('qmp.sock'))
        return self.monitor.ask(name, **arguments)

    def serial_line(self, name, path):
        """A cable that ends at a Unix socket of this host, where somebody listens."""
        address = {'type': 'unix', 'data': {'path': path}}
        self.qmp('chardev-add', id=name, backend={'type': 'socket', 'data': {'addr': address, 'server': False}})

    def plug_serial(self, line, port):
        """An FTDI adapter (0403:6001) at a port of the USB controller, with that line behind it."""
        self.qmp('device_add', driver='usb-serial', id=f'usb-{line}', bus='xhci.0', port=str(port), chardev=line,
                 **{'always-plugged': True})

    def unplug_serial(self, line):
        self.qmp('device_del', id=f'usb-{line}')

    def save(self, state, disk):
        """Makes the snapshot: memory to `state`, the disk to `disk`. The machine has ended then."""
        qemu.Monitor(self.path('qmp.sock')).save(state)
        self.process.wait(30)
        shutil.move(self.path('disk.qcow2'), disk)

    def path(self, name):
        return os.path.join(self.folder, name)

    def tail(self, name, size=1500):
        try:
            with open(self.path(name), errors='replace') as file:
                return file.read()[-size:]
        except OSError:
            return ''

    def __exit__(self, *_):
        if self.timer:
            self.timer.cancel()
        if self.process:
            self.process.kill()
            self.process.wait()
        if self.channel:
            self.channel.close()
        shutil.rmtree(self.folder, ignore_errors=True)
