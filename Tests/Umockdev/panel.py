"""A touch panel as umockdev wants it described: its place in sysfs, its answers to ioctls, its events."""
import struct

# linux/input-event-codes.h
EV_SYN, EV_KEY, EV_ABS = 0, 1, 3
SYN_REPORT, SYN_DROPPED = 0, 3
BTN_TOUCH = 0x14A
ABS_X, ABS_Y, ABS_MT_SLOT, ABS_MT_X, ABS_MT_Y, ABS_MT_ID = 0x00, 0x01, 0x2F, 0x35, 0x36, 0x39
INPUT_PROP_DIRECT = 1
# What libevdev 1.13 asks with; an entry of another length would not be found (libevdev.c, libevdev_set_fd).
TEXT_BYTES = 255
SLOT_BYTES = 4 + 4 * 256
BIT_BYTES = {0: 8, 1: 96, 2: 8, 3: 8, 4: 8, 5: 8, 17: 8, 18: 8, 21: 16}


def bits(codes, size):
    return sum(1 << code for code in codes).to_bytes(size, 'little')


def event(kind, code, value):
    """struct input_event of 64-bit Linux."""
    return struct.pack('<qqHHi', 0, 0, kind, code, value)


class Panel:
    def __init__(self, number, port, name='Test Touch Panel', slots=10, vendor=0x222A, product=0x0001, serial=''):
        self.number, self.port, self.name, self.slots, self.serial = number, port, name, slots, serial
        self.vendor, self.product = vendor, product
        self.node = f'/dev/input/event{number}'
        self.usb = f'/devices/pci0000:00/0000:00:14.0/usb1/{port}'
        self.parent = f'{self.usb}/{port}:1.0/input/input{number}'
        self.device = f'{self.parent}/event{number}'
        self.mouse = f'{self.parent}/mouse{number}'
        self.tracking = 0
        self.axes = {ABS_X: (0, 32767, 34), ABS_Y: (0, 32767, 60)}
        if slots:
            self.axes.update({ABS_MT_SLOT: (0, slots - 1, 0), ABS_MT_X: (0, 32767, 34), ABS_MT_Y: (0, 32767, 60),
                              ABS_MT_ID: (0, 65535, 0)})

    def paths(self):
        """In sysfs, children first."""
        return self.device, self.mouse, self.parent, self.usb

    def properties(self):
        """What udev's rules have found out about both nodes of the panel (input_id, usb_id, path_id)."""
        found = {'ID_INPUT': '1', 'ID_INPUT_TOUCHSCREEN': '1', 'ID_BUS': 'usb', 'ID_VENDOR_ID': f'{self.vendor:04x}',
                 'ID_MODEL_ID': f'{self.product:04x}', 'ID_PATH': f'pci-0000:00:14.0-usb-0:{self.port[2:]}:1.0'}
        if self.serial:
            found['ID_SERIAL_SHORT'] = self.serial
        return [f'E: {key}={value}' for key, value in found.items()]

    def record(self):
        """The .umockdev file: the evdev node, the mouse node of the same panel, and their parents."""
        nodes = []
        for path, name, minor in ((self.device, f'event{self.number}', 64 + self.number),
                                  (self.mouse, f'mouse{self.number}', 32 + self.number)):
            nodes += [f'P: {path}', f'N: input/{name}', f'E: DEVNAME=/dev/input/{name}', 'E: MAJOR=13',
                      f'E: MINOR={minor}', 'E: SUBSYSTEM=input', *self.properties(), f'A: dev=13:{minor}',
                      f'L: device=../../input{self.number}', '']
        parents = [
            f'P: {self.parent}', 'E: SUBSYSTEM=input', f'E: NAME="{self.name}"', *self.properties(),
            f'A: name={self.name}', 'A: uniq=', f'A: id/vendor={self.vendor:04x}', f'A: id/product={self.product:04x}',
            '', f'P: {self.usb}', 'E: SUBSYSTEM=usb', 'E: DEVTYPE=usb_device', f'A: idVendor={self.vendor:04x}', '']
        return '\n'.join(nodes + parents)

    def ioctls(self):
        """The .ioctl file: every question that libevdev asks when it opens the node, and after lost events."""
        def line(name, value, content):
            return f'{name} {value} {content.hex().upper()}'

        def text(name, words):
            return line(f'{name}(0)', len(words) + 1, words.encode().ljust(TEXT_BYTES, b'\0'))

        held = {kind: [] for kind in BIT_BYTES}
        held.update({0: [EV_SYN, EV_KEY, EV_ABS], EV_KEY: [BTN_TOUCH], EV_ABS: list(self.axes)})
        lines = [f'@DEV {self.node}', text('EVIOCGNAME', self.name), text('EVIOCGPHYS', f'usb-{self.port}/input0'),
                 text('EVIOCGUNIQ', self.serial),
                 line('EVIOCGID', 0, struct.pack('<4H', 3, self.vendor, self.product, 0x0110)),
                 line('EVIOCGVERSION', 0, struct.pack('<i', 0x010001)),
                 line('EVIOCGPROP(0)', 8, bits([INPUT_PROP_DIRECT], 8))]
        lines += [line(f'EVIOCGBIT({kind})', size, bits(held[kind], size)) for kind, size in BIT_BYTES.items()]
        lines += [line('EVIOCGKEY(0)', 96, bytes(96)), line('EVIOCGLED(0)', 8, bytes(8)),
                  line('EVIOCGSW(0)', 8, bytes(8))]
        for axis, (low, high, resolution) in self.axes.items():
            name = f'EVIOCGABS({axis})' if axis else 'EVIOCGABS'
            lines.append(line(name, 0, struct.pack('<6i', 0, low, high, 0, 0, resolution)))
        # No finger is down, whenever the kernel is asked: a resync lifts whatever was.
        for axis in [axis for axis in self.axes if axis > ABS_MT_SLOT]:
            empty = -1 if axis == ABS_MT_ID else 0
            slots = struct.pack(f'<I{self.slots}i', axis, *[empty] * self.slots)
            lines.append(line('EVIOCGMTSLOTS(0)', 0, slots.ljust(SLOT_BYTES, b'\0')))
        return '\n'.join(lines) + '\n'

    def touch(self, slot=0, x=16000, y=9000):
        if not self.slots:
            return event(EV_KEY, BTN_TOUCH, 1) + event(EV_ABS, ABS_X, x) + event(EV_SYN, SYN_REPORT, 0)
        self.tracking += 1
        return (event(EV_ABS, ABS_MT_SLOT, slot) + event(EV_ABS, ABS_MT_ID, self.tracking)
                + event(EV_ABS, ABS_MT_X, x) + event(EV_ABS, ABS_MT_Y, y) + event(EV_SYN, SYN_REPORT, 0))

    def lift(self, slot=0):
        if not self.slots:
            return event(EV_KEY, BTN_TOUCH, 0) + event(EV_SYN, SYN_REPORT, 0)
        return event(EV_ABS, ABS_MT_SLOT, slot) + event(EV_ABS, ABS_MT_ID, -1) + event(EV_SYN, SYN_REPORT, 0)

    def dropped(self):
        return event(EV_SYN, SYN_DROPPED, 0) + event(EV_SYN, SYN_REPORT, 0)
