#!/usr/bin/python3
"""A suggestion box: an MCP2221A played through /dev/uhid, commanded by lines on a FIFO. Runs in the guest.

  chip.py FOLDER     makes FOLDER/in (the FIFO), FOLDER/out (one line for each command, in order) and
                     FOLDER/complaints (what was written to it and no such chip would understand)

  plug | unplug      as the chip comes from the factory: no pin is an input
  foreign            the same ids on a device of another shape (reports of 8 bytes, another serial number)
  block | clear      the slot's beam
  deposit MS         the beam is broken for so long
  open | close       the lid
  silent | speak     there, but without an answer; as before
  cycle N            N times: unplug, plug in again under another number, wait until somebody has opened it (every
                     other time: and has had an answer)
  quit

Levels, with wiring that is closed at rest: beam broken = 1 on GP0 and GP1, lid open = 1 on GP2. GP3 is free.
Chip: data sheet DS20005565; reports without number, so a writer's 65 bytes begin with 0 (usbhid takes that byte away,
uhid does not).
"""
import glob
import os
import select
import struct
import sys
import time

UHID_DESTROY, UHID_START, UHID_OPEN, UHID_OUTPUT, UHID_GET_REPORT = 1, 2, 4, 6, 9
UHID_GET_REPORT_REPLY, UHID_CREATE2, UHID_INPUT2, UHID_SET_REPORT, UHID_SET_REPORT_REPLY = 10, 11, 12, 13, 14
BUS_USB, VENDOR, PRODUCT, EIO = 3, 0x04d8, 0x00dd, 5
SIZE, EVENT = 64, 4380         # bytes of a report, of struct uhid_event
# A vendor's page, so many bytes each way (HID 1.11, section 6.2.2).
DESCRIPTOR = '0600ff0901a101' '150026ff00750895{:02x}' '09028102' '09039102' 'c0'
FACTORY = [2, 3, 1, 1]          # UART LEDs, USBCFG, I2C LED: bits 2-0 of a pin byte
EDGES, INPUT = 4, 8             # GP1's edge detector; bit 3 of a pin byte
BOUND = 60                      # seconds that a cycle waits for somebody


class Hid:
    """One device behind an open /dev/uhid, there from create() to destroy()."""

    def __init__(self):
        self.file = os.open('/dev/uhid', os.O_RDWR | os.O_CLOEXEC)
        self.is_there = self.is_started = False
        self.opened = self.outputs = 0

    def create(self, name, serial, size, product=PRODUCT):
        descriptor = bytes.fromhex(DESCRIPTOR.format(size))
        os.write(self.file, struct.pack('<I128s64s64sHHIIII', UHID_CREATE2, name.encode(), b'machine-test/chip',
                                        serial.encode(), len(descriptor), BUS_USB, VENDOR, product, 0x0100, 0)
                 + descriptor.ljust(4096, b'\0'))
        self.is_there, self.is_started, self.opened, self.outputs = True, False, 0, 0

    def destroy(self):
        """What was said to the device until now is not for the next one: it is thrown away."""
        if self.is_there:
            os.write(self.file, struct.pack('<I', UHID_DESTROY))
            self.is_there = self.is_started = False
            while select.select([self.file], [], [], 0)[0]:
                os.read(self.file, EVENT)

    def report(self, data):
        os.write(self.file, struct.pack('<IH', UHID_INPUT2, len(data)) + data)

    def event(self):
        """Handles one event; gives the bytes of an output report, else None."""
        data = os.read(self.file, EVENT)
        kind, = struct.unpack_from('<I', data)
        if kind == UHID_START:
            self.is_started = True
        elif kind == UHID_OPEN:
            self.opened += 1
        elif kind in (UHID_GET_REPORT, UHID_SET_REPORT):
            reply = UHID_GET_REPORT_REPLY if kind == UHID_GET_REPORT else UHID_SET_REPORT_REPLY
            os.write(self.file, struct.pack('<IIHH', reply, struct.unpack_from('<I', data, 4)[0], EIO, 0))
        elif kind == UHID_OUTPUT:
            self.outputs += 1
            return data[4:4 + struct.unpack_from('<H', data, 4100)[0]]
        return None


class Chip:
    """What the chip makes of its pins and of a command: no kernel here."""

    def __init__(self):
        self.levels = [0, 0, 0, 1]
        self.power_on()

    def power_on(self):
        self.pins, self.flag, self.rising, self.falling = list(FACTORY), 0, True, True

    def wire(self, level, *numbers):
        """The outside changes; an edge on GP1 is remembered if that is what GP1 is for."""
        before = self.levels[1]
        for number in numbers:
            self.levels[number] = level
        wanted = self.rising if level else self.falling
        if self.levels[1] != before and self.pins[1] & 7 == EDGES and wanted:
            self.flag = 1

    def answer(self, command):
        """The 64 bytes of the answer; None for a command that is not played here."""
        reply = bytearray(SIZE)
        reply[0] = command[0]
        actions = {0x10: self.status, 0x51: self.read, 0x60: self.setup, 0x61: self.look}
        if command[0] not in actions:
            return None
        actions[command[0]](command, reply)
        return bytes(reply)

    def status(self, _, reply):
        reply[24] = self.flag
        reply[46:50] = b'A612'

    def read(self, _, reply):
        for number, pin in enumerate(self.pins):
            is_input = bool(pin & INPUT)
            reply[2 + 2 * number:4 + 2 * number] = (
                bytes([self.levels[number] if is_input else pin >> 4 & 1, is_input]) if pin & 7 == 0 else b'\xee\xef')

    def setup(self, command, reply):
        interrupt, change = command[6], command[7]
        if interrupt & 0x80:
            self.rising = bool(interrupt & 0x08) if interrupt & 0x10 else self.rising
            self.falling = bool(interrupt & 0x02) if interrupt & 0x04 else self.falling
            self.flag = 0 if interrupt & 1 else self.flag
        if change & 0x80:
            self.pins = list(command[8:12])

    def look(self, _, reply):
        reply[2], reply[3] = 18, 4
        reply[22:26] = bytes(self.pins)


def node():
    """The name of the chip's hidraw node, with its number."""
    found = glob.glob(f'/sys/devices/virtual/misc/uhid/0003:{VENDOR:04X}:{PRODUCT:04X}.*/hidraw/hidraw*')
    return os.path.basename(found[0]) if found else ''


class Box:
    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        os.mkfifo(os.path.join(folder, 'in'))
        self.commands = os.open(os.path.join(folder, 'in'), os.O_RDWR | os.O_NONBLOCK)      # no end of file
        self.out = open(os.path.join(folder, 'out'), 'w', buffering=1)
        self.complaints = open(os.path.join(folder, 'complaints'), 'w', buffering=1)
        self.hid, self.chip = Hid(), Chip()
        self.is_silent = self.is_foreign = False
        self.answered, self.pending = 0, b''

    def serve(self, until, bound):
        """Answers reports until `until()` is true (True) or the bound is over (False)."""
        end = time.monotonic() + bound
        while not until():
            left = end - time.monotonic()
            if left <= 0:
                return False
            if select.select([self.hid.file], [], [], min(left, 0.1))[0]:
                self.hear(self.hid.event())
        return True

    def hear(self, data):
        if data is None or self.is_silent or not self.hid.is_there:
            return
        is_report = not self.is_foreign and len(data) == 1 + SIZE and data[0] == 0
        reply = self.chip.answer(data[1:]) if is_report else None
        if reply is None:
            why = 'no command' if is_report else 'a foreign device' if self.is_foreign else 'no report'
            print(f'{why}: {data.hex()}', file=self.complaints)
            return
        self.hid.report(reply)
        self.answered += 1

    def plug(self, is_foreign=False):
        self.unplug()
        self.is_foreign, self.answered = is_foreign, 0
        self.chip.power_on()
        if is_foreign:
            self.hid.create('Somebody Else', 'SN-BOX-2', 8)
        else:
            self.hid.create('Microchip Technology Inc. MCP2221 USB-I2C/UART Combo', 'SN-BOX-1', SIZE)
        return '' if self.serve(lambda: self.hid.is_started, BOUND) else 'the kernel did not start it'

    def unplug(self):
        self.hid.destroy()

    def deposit(self, milliseconds):
        self.chip.wire(1, 0, 1)
        self.serve(lambda: False, int(milliseconds) / 1000)
        self.chip.wire(0, 0, 1)

    def move(self):
        """Plugs it in again under another number: these are given out from the lowest, so others take the old one."""
        before, others, trouble = node(), [], ''
        while not trouble and (not others or node() == before):
            self.unplug()                   # whoever has it open may hold its number a moment longer
            others.append(Hid())
            others[-1].create('Other', '', 8, 0x0001)
            while not others[-1].is_started:
                others[-1].event()
            trouble = self.plug() or ('' if self.serve(node, BOUND) else 'no node')
        for other in others:
            other.destroy()
            os.close(other.file)
        return trouble

    def cycle(self, count):
        for number in range(int(count)):
            trouble = self.move()
            if not trouble and not self.serve(lambda: self.hid.opened and (number % 2 or self.answered), BOUND):
                trouble = 'nobody asked it'
            if trouble:
                return f'{number}: {trouble}'
        return ''

    def obey(self, line):
        """One command; gives what went wrong, as a rule nothing."""
        verb, *rest = line.split()
        actions = {'plug': self.plug, 'unplug': self.unplug, 'foreign': lambda: self.plug(True),
                   'block': lambda: self.chip.wire(1, 0, 1), 'clear': lambda: self.chip.wire(0, 0, 1),
                   'open': lambda: self.chip.wire(1, 2), 'close': lambda: self.chip.wire(0, 2),
                   'deposit': self.deposit, 'cycle': self.cycle,
                   'silent': lambda: setattr(self, 'is_silent', True),
                   'speak': lambda: setattr(self, 'is_silent', False)}
        return actions[verb](*rest) if verb in actions else 'what?'

    def run(self):
        print('ready', file=self.out)
        while True:
            ready = select.select([self.hid.file, self.commands], [], [])[0]
            if self.hid.file in ready:
                self.hear(self.hid.event())
            if self.commands in ready:
                self.pending += os.read(self.commands, 4096)
            while b'\n' in self.pending:
                line, self.pending = self.pending.split(b'\n', 1)
                line = line.decode().strip()
                if line == 'quit':
                    self.unplug()
                    print('ok quit', file=self.out)
                    return
                if line:
                    trouble = self.obey(line)
                    print(trouble or f'ok {line}', file=self.out)


if __name__ == '__main__':
    Box(sys.argv[1]).run()
