#!/usr/bin/python3
"""A USB printer that the kernel itself plays (f_printer on dummy_hcd): usblp has the other end. Runs in the guest.

  lp.py FOLDER    one command per line in FOLDER/in, one answer in FOLDER/out: "ok COMMAND", or what went wrong

  plug, unplug    a gadget with a serial number, bound to the controller or not
  status 0x38     what the printer says about itself: 0x20 no paper, 0x10 selected, 0x08 no error
  take, refuse    whether it takes the bytes that come
  claim, release  takes the interface from usblp as libusb does for CUPS's usb backend, and gives it back
  count           writes how many bytes came since `plug` and their SHA-256 to FOLDER/count
"""
import errno
import fcntl
import glob
import hashlib
import os
import select
import struct
import subprocess
import sys
import time

GADGET = '/sys/kernel/config/usb_gadget/lp'
UDC = 'dummy_udc.1'
SERIAL = 'SN-lp-1'
NODE = '/dev/g_printer0'
SET_STATUS = 0xC0016722                 # _IOWR('g', 0x22, unsigned char), linux/usb/g_printer.h
# linux/usbdevice_fs.h: USBDEVFS_DISCONNECT_CLAIM, _RELEASEINTERFACE, _IOCTL with _CONNECT
DISCONNECT_CLAIM, RELEASE, IOCTL, CONNECT = 0x8108551B, 0x80045510, 0xC0105512, 0x5517
# The kernel of the guest cuts the last two characters off.
PNP = f'MFG:Zone;MDL:Laser 1;CMD:PJL,PDF,TEXT;CLS:PRINTER;SN:{SERIAL};;;'


def put(path, value):
    with open(path, 'wb', buffering=0) as file:
        file.write(value.encode())


def make():
    for module, *options in (('libcomposite',), ('dummy_hcd', 'num=2', 'is_high_speed=1')):
        subprocess.run(['modprobe', module, *options], check=True)
    for folder in ('', '/strings/0x409', '/configs/c.1', '/functions/printer.lp'):
        os.mkdir(GADGET + folder)
    for name, value in (('idVendor', '0x222a'), ('idProduct', '0x0088'), ('strings/0x409/manufacturer', 'Zone'),
                        ('strings/0x409/product', 'Laser 1'), ('strings/0x409/serialnumber', SERIAL),
                        ('functions/printer.lp/pnp_string', PNP)):
        put(f'{GADGET}/{name}', value)
    os.symlink(f'{GADGET}/functions/printer.lp', f'{GADGET}/configs/c.1/printer.lp')


class Printer:
    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        os.mkfifo(os.path.join(folder, 'in'))
        self.folder = folder
        self.commands = os.open(os.path.join(folder, 'in'), os.O_RDWR | os.O_NONBLOCK)      # no end of file
        self.out = open(os.path.join(folder, 'out'), 'w', buffering=1)
        self.file, self.takes = None, True
        self.pending = b''

    def plug(self):
        put(f'{GADGET}/UDC', UDC)
        end = time.monotonic() + 30
        while self.file is None:
            try:
                self.file = os.open(NODE, os.O_RDWR | os.O_NONBLOCK)
            except OSError as error:
                if time.monotonic() > end:
                    return f'no {NODE}: {error}'
                time.sleep(0.05)
        self.takes, self.bytes, self.hash = True, 0, hashlib.sha256()
        return ''

    def unplug(self):
        put(f'{GADGET}/UDC', '\n')
        os.close(self.file)
        self.file = None

    def claim(self):
        folder = next(os.path.dirname(path) for path in glob.glob('/sys/bus/usb/devices/*/serial')
                      if open(path).read().strip() == SERIAL)
        numbers = [int(open(f'{folder}/{name}').read()) for name in ('busnum', 'devnum')]
        self.claimed = os.open('/dev/bus/usb/{:03}/{:03}'.format(*numbers), os.O_RDWR)
        fcntl.ioctl(self.claimed, DISCONNECT_CLAIM, struct.pack('II256s', 0, 0, b''))

    def release(self):
        fcntl.ioctl(self.claimed, RELEASE, struct.pack('I', 0))
        fcntl.ioctl(self.claimed, IOCTL, struct.pack('iiP', 0, CONNECT, 0))
        os.close(self.claimed)

    def status(self, value):
        fcntl.ioctl(self.file, SET_STATUS, int(value, 16))

    def count(self):
        put(f'{self.folder}/count', f'{self.bytes} {self.hash.hexdigest()}\n')

    def hear(self):
        """Takes what came, if it takes anything now."""
        while self.file is not None and self.takes:
            try:
                data = os.read(self.file, 65536)
            except OSError as error:
                # ENODEV: between a reset of its port and the host's next word the interface is away (f_printer.c).
                if error.errno not in (errno.EAGAIN, errno.ENODEV):
                    raise
                return
            if not data:
                return
            self.bytes += len(data)
            self.hash.update(data)

    def obey(self, line):
        """One command; gives what went wrong, as a rule nothing."""
        verb, *rest = line.split()
        actions = {'plug': self.plug, 'unplug': self.unplug, 'status': self.status, 'count': self.count,
                   'claim': self.claim, 'release': self.release,
                   'take': lambda: setattr(self, 'takes', True), 'refuse': lambda: setattr(self, 'takes', False)}
        return actions[verb](*rest) if verb in actions else 'what?'

    def run(self):
        print('ready', file=self.out)
        while True:
            self.hear()
            if not select.select([self.commands], [], [], 0.02)[0]:
                continue
            self.pending += os.read(self.commands, 4096)
            *lines, self.pending = self.pending.split(b'\n')
            for line in lines:
                self.hear()
                try:
                    trouble = self.obey(line.decode()) or ''
                except OSError as error:
                    trouble = str(error)
                print(trouble or f'ok {line.decode()}', file=self.out)


if __name__ == '__main__':
    make()
    Printer(sys.argv[1]).run()
