"""The kernel, its modules and a small initrd, taken from Debian's packages without installing them."""
import glob
import lzma
import os
import shutil
import struct
import subprocess

import recipe
from steps import Unavailable, call

INIT = '''#!/bin/busybox sh
B=/bin/busybox
$B mount -t devtmpfs d /dev; $B mount -t proc p /proc; $B mount -t sysfs s /sys
while read m; do $B insmod /m/$m; done < /m/order
n=0; while [ ! -b /dev/vda ] && [ $n -lt 400 ]; do $B usleep 10000; n=$((n+1)); done
$B mount -t ext4 -o noatime /dev/vda /new || exec $B sh
$B mount --move /dev /new/dev; $B umount /sys; $B umount /proc
exec $B switch_root /new /lib/systemd/systemd
'''


def unpack(work, log):
    """Unpacks work/debs to work/kernel, thins the modules out, copies them to work/root; gives the version."""
    kernel = os.path.join(work, 'kernel')
    for deb in sorted(glob.glob(os.path.join(work, 'debs', '*.deb'))):
        if not call(['dpkg-deb', '-x', deb, kernel], log, 120):
            raise Unavailable(f'cannot unpack {os.path.basename(deb)}')
    versions = glob.glob(os.path.join(kernel, 'lib/modules/*'))
    if len(versions) != 1:
        raise Unavailable('the kernel package was not downloaded')
    version = os.path.basename(versions[0])
    thin(os.path.join(versions[0], 'kernel'))
    if not call(['depmod', '-b', kernel, version], log, 120):
        raise Unavailable('depmod failed')
    shutil.copytree(versions[0], os.path.join(work, 'root/usr/lib/modules', version), symlinks=True)
    return version


def thin(modules):
    """Takes away what recipe.DROP_MODULES names, but for what recipe.KEEP_MODULES names."""
    kept = {name: read(os.path.join(modules, name)) for name in recipe.KEEP_MODULES}
    for folder in recipe.DROP_MODULES:
        shutil.rmtree(os.path.join(modules, folder), ignore_errors=True)
    for name, body in kept.items():
        os.makedirs(os.path.dirname(os.path.join(modules, name)), exist_ok=True)
        with open(os.path.join(modules, name), 'wb') as file:
            file.write(body)


def read(path):
    try:
        with open(path, 'rb') as file:
            return file.read()
    except FileNotFoundError:
        raise Unavailable(f'the kernel package has no {os.path.basename(path)}') from None


def bare_kernel(path):
    """The ELF inside a bzImage. QEMU starts it directly, which spares the slow unpacking under emulation."""
    with open(path, 'rb') as file:
        data = file.read()
    start = (data[0x1f1] + 1) * 512 + struct.unpack_from('<I', data, 0x248)[0]
    body = data[start:start + struct.unpack_from('<I', data, 0x24c)[0]]
    if not body.startswith(b'\xfd7zXZ\0'):
        return data                         # another packing: QEMU takes the whole bzImage as well
    return lzma.LZMADecompressor().decompress(body)


def entry(number, name, mode, body):
    """One entry of a 'newc' cpio archive, owned by root."""
    raw = name.encode() + b'\0'
    fields = (number, mode, 0, 0, 1, 0, len(body), 0, 0, 0, 0, len(raw), 0)
    head = b'070701' + b''.join(b'%08X' % field for field in fields) + raw
    return head + b'\0' * (-len(head) % 4) + body + b'\0' * (-len(body) % 4)


def initrd(work, version):
    """The archive's bytes: busybox, a script, and the modules that reach the disk, in the order of their needs."""
    kernel = os.path.join(work, 'kernel')
    with open(os.path.join(kernel, 'bin/busybox'), 'rb') as file:
        entries = [(name, 0o40755, b'') for name in ('bin', 'dev', 'm', 'new', 'proc', 'sys')]
        entries += [('bin/busybox', 0o100755, file.read()), ('init', 0o100755, INIT.encode())]
    order = []
    for module in recipe.BOOT_MODULES:
        lines = subprocess.run(['modprobe', '-d', kernel, '-S', version, '--show-depends', module],
                               check=True, capture_output=True, text=True).stdout.splitlines()
        for words in map(str.split, lines):
            name = os.path.basename(words[1])
            if words[0] == 'insmod' and name not in order:
                order.append(name)
                with open(words[1], 'rb') as file:
                    entries.append((f'm/{name}', 0o100644, file.read()))
    entries += [('m/order', 0o100644, ('\n'.join(order) + '\n').encode()), ('TRAILER!!!', 0, b'')]
    return b''.join(entry(number, *each) for number, each in enumerate(entries, 1))


def make(work, folder, log):
    """Writes folder/vmlinux and folder/initrd.img; the modules are in work/root afterwards."""
    version = unpack(work, log)
    with open(os.path.join(folder, 'vmlinux'), 'wb') as file:
        file.write(bare_kernel(os.path.join(work, 'kernel/boot', f'vmlinuz-{version}')))
    with open(os.path.join(folder, 'initrd.img'), 'wb') as file:
        file.write(initrd(work, version))
    return version
