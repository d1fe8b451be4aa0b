"""Touch panels played through /dev/uhid from report descriptors; what comes of them is the kernel's own affair
(hid-core, hid-multitouch, evdev). Runs in the guest.
"""
import glob
import os
import select
import struct
import threading
import time

from hidreport import CONTACT_MAX, IN_RANGE, Descriptor, TouchReport

UHID_DESTROY, UHID_START, UHID_GET_REPORT, UHID_GET_REPORT_REPLY, UHID_CREATE2 = 1, 2, 9, 10, 11
UHID_INPUT2, UHID_SET_REPORT, UHID_SET_REPORT_REPLY = 12, 13, 14
BUS_USB, EVENT = 3, 4380        # EVENT: bytes of struct uhid_event
FEATURE = 0                     # uhid_report_type of linux/uhid.h
HOLD = 0.04                    # seconds between the reports of a finger that rests: hid-multitouch lifts one that
#                                 a Windows 8 panel has not named for 100 ms (MT_QUIRK_STICKY_FINGERS)


class Panel:
    """One panel behind /dev/uhid, from plug() to unplug(). Fingers that rest are told again and again."""

    def __init__(self, name, vendor, product, descriptor, most=None, serial=None, bus=BUS_USB):
        self.name, self.serial = name, f'SN-{name}' if serial is None else serial
        self.ids = bus, int(vendor, 16), int(product, 16)
        self.data, self.most = bytes.fromhex(descriptor), most
        self.descriptor = Descriptor(self.data)
        self.touch = TouchReport(self.descriptor)
        self.file, self.threads, self.lock = None, [], threading.Lock()
        self.contacts, self.packets, self.tick, self.is_over = [], [], 0, False
        self.started = threading.Event()

    def plug(self):
        self.file = os.open('/dev/uhid', os.O_RDWR | os.O_CLOEXEC)
        self.is_over = False
        self.started.clear()
        os.write(self.file, struct.pack('<I128s64s64sHHIIII', UHID_CREATE2, self.name.encode(), b'machine-test/panel',
                                        self.serial.encode(), len(self.data), *self.ids, 0x0110, 0)
                 + self.data.ljust(4096, b'\0'))
        self.threads = [threading.Thread(target=each, daemon=True) for each in (self.answer, self.rest)]
        for thread in self.threads:
            thread.start()

    def unplug(self):
        self.is_over = True
        for thread in self.threads:
            thread.join()
        if self.file is not None:
            os.write(self.file, struct.pack('<I', UHID_DESTROY))
            os.close(self.file)
        self.file, self.contacts = None, []

    def answer(self):
        """What the kernel asks while it sets the device up, and later."""
        while not self.is_over:
            if not select.select([self.file], [], [], 0.05)[0]:
                continue
            data = os.read(self.file, EVENT)
            kind, = struct.unpack_from('<I', data)
            if kind == UHID_START:
                self.started.set()
            if kind == UHID_GET_REPORT:
                number, report, what = struct.unpack_from('<IBB', data, 4)
                reply = self.feature(report) if what == FEATURE else b''
                os.write(self.file, struct.pack('<IIHH', UHID_GET_REPORT_REPLY, number, 0 if reply else 5, len(reply))
                         + reply)
            elif kind == UHID_SET_REPORT:
                os.write(self.file, struct.pack('<IIH', UHID_SET_REPORT_REPLY, *struct.unpack_from('<I', data, 4), 0))

    def feature(self, number):
        key = 'feature', number
        if key not in self.descriptor.sizes:
            return b''
        fields = self.descriptor.fields.get(key, [])
        most = [(field, self.most or field.most) for field in fields if field.usage == CONTACT_MAX]
        return self.descriptor.report(key, most)

    def rest(self):
        while not self.is_over:
            with self.lock:
                for packet in self.packets if self.contacts else ():
                    os.write(self.file, packet)
            time.sleep(HOLD)

    def send(self, contacts):
        self.tick = (self.tick + 100) & 0xffff
        self.packets = [struct.pack('<IH', UHID_INPUT2, len(report)) + report
                        for report in self.touch.reports(contacts, self.tick)]
        for packet in self.packets:
            os.write(self.file, packet)

    def fingers(self, count):
        """So many fingers on the glass from now on. One that goes leaves the glass first, then the range of the panel,
        as firmware does: some classes of hid-multitouch hear only the one, some only the other."""
        with self.lock:
            wanted = [(n, (n % 5 + 1) / 7, (n // 5 % 12 + 1) / 14, 1, 1) for n in range(count)]
            gone = self.contacts[count:]
            if gone:
                for in_range in (1, 0) if IN_RANGE in self.touch.usages() else (0,):
                    self.send(wanted + [(n, x, y, 0, in_range) for n, x, y, _, _ in gone])
            if wanted:
                self.send(wanted)
            self.contacts = wanted

    def glide(self, places):
        """The fingers lie at these (x, y) from now on, in shares of the glass."""
        with self.lock:
            self.contacts = [(number, x, y, 1, 1) for number, (x, y) in enumerate(places)]
            self.send(self.contacts)

    def folder(self):
        """The HID device in sysfs; '' while it is not there."""
        bus, vendor, product = self.ids
        for folder in glob.glob(f'/sys/devices/virtual/misc/uhid/{bus:04X}:{vendor:04X}:{product:04X}.*'):
            try:
                with open(f'{folder}/uevent') as file:
                    if f'HID_UNIQ={self.serial}\n' in file.read():
                        return folder
            except OSError:
                continue
        return ''

    def nodes(self):
        """Its event nodes, in the order in which the kernel made them."""
        found = glob.glob(f'{self.folder()}/input/input*/event*') if self.folder() else []
        return [f'/dev/input/event{number}' for number in sorted(int(path.rpartition('event')[2]) for path in found)]

    def driver(self):
        try:
            return os.path.basename(os.readlink(f'{self.folder()}/driver'))
        except OSError:
            return ''
