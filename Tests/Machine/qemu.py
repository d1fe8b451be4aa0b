"""QEMU's side of a machine: its command line, its throwaway disk, the two commands that make a snapshot."""
import json
import os
import shlex
import socket
import struct
import time

import recipe
from steps import MachineGone

QEMU = 'qemu-system-x86_64'


def command(image, run, share, cold):
    """The argument list. setpriv: the kernel ends QEMU when this process ends, however it ends."""
    argv = ['setpriv', '--pdeathsig', 'KILL', '--', QEMU, '-name', 'zone-machine', *recipe.HARDWARE,
            '-kernel', f'{image}/vmlinux', '-initrd', f'{image}/initrd.img', '-append', recipe.KERNEL_LINE,
            '-drive', f'file={run}/disk.qcow2,format=qcow2,if=none,id=root,cache=unsafe',
            '-fsdev', f'local,id=share,path={share},security_model=none,readonly=on,multidevs=remap',
            '-chardev', f'socket,id=channel,path={run}/channel.sock,server=on,wait=off',
            '-serial', f'file:{run}/console.log', '-qmp', f'unix:{run}/qmp.sock,server=on,wait=off']
    return argv if cold else argv + ['-incoming', f'exec:cat {shlex.quote(image + "/boot.state")}']


def overlay(path, base, kind):
    """An empty qcow2 on top of `base` (qemu-img would be one more package). A relative base is seen from `path`."""
    real = os.path.join(os.path.dirname(path), base)
    size = os.path.getsize(real)
    if kind == 'qcow2':
        with open(real, 'rb') as file:
            size = struct.unpack('>Q', file.read(32)[24:32])[0]
    cluster = 65536
    table = -(-size // (cluster * (cluster // 8)))
    name = base.encode()
    extension = struct.pack('>II', 0xE2792ACA, len(kind)) + kind.encode().ljust(8, b'\0') + bytes(8)
    head = struct.pack('>4sIQIIQIIQQIIQQQQII', b'QFI\xfb', 3, 104 + len(extension), len(name), 16, size, 0, table,
                       3 * cluster, cluster, 1, 0, 0, 0, 0, 0, 4, 104)
    with open(path, 'wb') as file:
        file.write(head + extension + name)
        file.seek(cluster)
        file.write(struct.pack('>Q', 2 * cluster))              # reference table: one block
        file.seek(2 * cluster)
        file.write(struct.pack('>4H', 1, 1, 1, 1))              # in use: header, table, block, first-level table
        file.seek(3 * cluster)
        file.write(bytes(cluster))


class Monitor:
    """A QMP connection; asynchronous events are passed over."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.file = self.socket.makefile('rw')
        self.file.readline()
        self.ask('qmp_capabilities')

    def ask(self, name, **arguments):
        self.file.write(json.dumps({'execute': name, 'arguments': arguments}) + '\n')
        self.file.flush()
        while True:
            line = self.file.readline()
            if not line:
                raise MachineGone('QEMU closed its monitor')
            reply = json.loads(line)
            if 'error' in reply:
                raise MachineGone(f'QEMU: {reply["error"]["desc"]}')
            if 'return' in reply:
                return reply['return']

    def save(self, state):
        """Writes the running machine's memory and devices to a file; it stands still afterwards.

        It is not stopped beforehand: a machine saved while it runs goes on by itself when it is loaded.
        """
        self.ask('migrate-set-parameters', **{'max-bandwidth': 1 << 40})
        self.ask('migrate', uri=f'exec:cat > {shlex.quote(state)}')
        end = time.monotonic() + 300
        while time.monotonic() < end:
            report = self.ask('query-migrate')
            if report['status'] == 'completed':
                self.ask('quit')
                return
            if report['status'] in ('failed', 'cancelled'):
                raise MachineGone(f'snapshot: {report.get("error-desc", "failed")}')
            time.sleep(0.1)
        raise MachineGone('the snapshot did not end')
