#!/usr/bin/env python3
"""Makes the machine's image once and keeps it: `folder()` gives a folder that is whole, or says why there is none.

Run as a program it only builds (for a CI stage that fills its cache) and prints the folder.
"""
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import bootfiles
import qemu
import recipe
import rootfs
from machine import Machine, obey_signals
from steps import Failure, MachineGone, Unavailable, say, step

RUN_TOOLS = {qemu.QEMU: 'qemu-system-x86', 'setpriv': 'util-linux'}
BUILD_TOOLS = {'mmdebstrap': 'mmdebstrap', 'mke2fs': 'e2fsprogs', 'dpkg-deb': 'dpkg', 'depmod': 'kmod',
               'modprobe': 'kmod'}
OLD = 14 * 86400                # seconds after which an image that nobody used goes


def cache():
    """Where images are kept."""
    home = os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')
    return os.path.abspath(os.environ.get('ZONE_MACHINE_CACHE') or os.path.join(home, 'zone-agent-machine'))


def need(tools):
    missing = sorted({package for tool, package in tools.items() if not shutil.which(tool)})
    if missing:
        raise Unavailable('missing here: apt-get install --no-install-recommends ' + ' '.join(missing))


def key():
    """Names an image by everything that shapes it; the snapshot also belongs to one version of QEMU."""
    digest = hashlib.sha256(subprocess.run([qemu.QEMU, '--version'], capture_output=True, check=True).stdout)
    for name in recipe.KEY_FILES:
        with open(os.path.join(os.path.dirname(__file__), name), 'rb') as file:
            digest.update(file.read())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def locked(path):
    with open(path, 'w') as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say('another run is building the image; waiting for it')
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def folder():
    """The image's folder, built if it is not there. Unavailable says why this host cannot have one."""
    os.environ['PATH'] = os.environ.get('PATH', os.defpath) + ':/usr/sbin:/sbin'
    need(RUN_TOOLS if shutil.which(qemu.QEMU) else RUN_TOOLS | BUILD_TOOLS)        # say all that is missing at once
    home = cache()
    whole = os.path.join(home, key())
    if not os.path.isdir(whole):
        need(BUILD_TOOLS)
        if os.geteuid() != 0:
            raise Unavailable('no image yet, and building one needs root')
        os.makedirs(home, exist_ok=True)
        with locked(os.path.join(home, 'lock')):
            if not os.path.isdir(whole):
                clean(home)
                build(home, whole)
    with contextlib.suppress(OSError):
        os.utime(whole)
    return whole


def remove(path):
    """Never crosses into another file system, in case a killed build left something mounted inside."""
    subprocess.run(['rm', '-rf', '--one-file-system', path], check=False)


def clean(home):
    """Remains of killed builds (the lock is held: none is alive), and images not used for a while. Nothing else."""
    for name in os.listdir(home):
        path = os.path.join(home, name)
        old = os.stat(path).st_mtime < time.time() - OLD
        if name.startswith('building-') or (old and re.fullmatch('[0-9a-f]{16}', name)):
            remove(path)


def build(home, whole):
    """Everything happens in a folder of its own; only a whole image gets its name."""
    began = time.monotonic()
    work = tempfile.mkdtemp(prefix='building-', dir=home)
    made = os.path.join(work, 'image')
    os.mkdir(made)
    os.chmod(work, 0o755)
    try:
        with open(os.path.join(home, 'build.log'), 'wb') as log:
            fill(work, made, log)
        snapshot(made)
        os.rename(made, whole)
    except (Failure, MachineGone) as error:
        raise Unavailable(f'the image does not boot: {error}') from None
    except Unavailable as error:
        with open(os.path.join(home, 'build.log'), errors='replace') as log:
            raise Unavailable(f'{error}\n{log.read()[-1500:]}') from None
    finally:
        remove(work)
    blocks = sum(os.stat(os.path.join(whole, name)).st_blocks for name in os.listdir(whole))
    say(f'image built in {time.monotonic() - began:.0f} s, {blocks >> 11} MiB in {whole}')


def fill(work, made, log):
    with step('packages'):
        rootfs.bootstrap(work, log)
    with step('kernel'):
        version = bootfiles.make(work, made, log)
        rootfs.configure(os.path.join(work, 'root'))
    with step('disk'):
        rootfs.pack(os.path.join(work, 'root'), os.path.join(made, 'root.img'), log)
    with open(os.path.join(made, 'image.json'), 'w') as file:
        json.dump({'kernel': version, 'libraries': rootfs.libraries(os.path.join(work, 'root'))}, file)


def snapshot(made):
    """Boots the new disk once. The snapshot's disk names root.img without a folder: both are renamed together."""
    with contextlib.ExitStack() as stack:
        with step('first boot'):
            machine = stack.enter_context(Machine(made, cold=True, life=900, base='root.img', kind='raw'))
            state = machine.sh('systemctl is-system-running --wait; systemctl --failed --no-legend; '
                               'udevadm settle; sync', 300)
        if state.out.split()[:1] != ['running']:
            say('the guest boots, but:', state.out.strip())
        with step('snapshot'):
            machine.save(os.path.join(made, 'boot.state'), os.path.join(made, 'boot.qcow2'))
            rebase(os.path.join(made, 'boot.qcow2'), 'root.img')


def rebase(disk, base):
    """Shortens the name of the base in a qcow2 file, in place."""
    with open(disk, 'r+b') as file:
        head = file.read(20)
        file.seek(int.from_bytes(head[8:16], 'big'))
        file.write(base.encode())
        file.seek(16)
        file.write(len(base).to_bytes(4, 'big'))


if __name__ == '__main__':
    obey_signals()
    try:
        print(folder())
    except Unavailable as reason:
        sys.exit(f'machine: {reason}')
    except KeyboardInterrupt:
        sys.exit(130)
