"""An event node as the kernel itself describes it (linux/input.h): no library between, so a second opinion."""
import fcntl
import os
import struct

EVIOCGNAME, EVIOCGID, EVIOCGPROP = 0x80ff4506, 0x80084502, 0x80084509
ABS_X, ABS_Y, ABS_MT_SLOT, ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_MT_TRACKING_ID = 0, 1, 0x2f, 0x35, 0x36, 0x39
BTN_LEFT, BTN_TOUCH = 0x110, 0x14a
EV_KEY, EV_ABS = 1, 3


class Node:
    """An event node as the kernel describes it: no library between."""

    def __init__(self, path):
        self.path = path
        self.file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        self.name = fcntl.ioctl(self.file, EVIOCGNAME, bytes(255)).split(b'\0')[0].decode(errors='replace')
        self.axes = self.bits(EV_ABS, 64)
        self.keys = self.bits(EV_KEY, 768)

    def bits(self, kind, count):
        data = fcntl.ioctl(self.file, 0x80004520 + kind | count // 8 << 16, bytes(count // 8))
        return {n for n in range(count) if data[n // 8] >> n % 8 & 1}

    def axis(self, code):
        if code not in self.axes:
            return None
        _, least, most, _, _, resolution = struct.unpack('6i', fcntl.ioctl(self.file, 0x80184540 + code, bytes(24)))
        return {'min': least, 'max': most, 'resolution': resolution}

    def facts(self):
        slots = self.axis(ABS_MT_SLOT)
        many = ABS_MT_POSITION_X in self.axes
        x, y = (ABS_MT_POSITION_X, ABS_MT_POSITION_Y) if many else (ABS_X, ABS_Y)
        return {'node': self.path, 'name': self.name, 'marks': self.marks(),
                'manner': 'slots' if slots else 'anonymous' if many else 'point' if ABS_X in self.axes else 'none',
                'slots': slots['max'] + 1 if slots else 0,
                'x': self.axis(x), 'y': self.axis(y)}

    def marks(self):
        """udev's own words about it."""
        number = os.fstat(self.file).st_rdev
        try:
            with open(f'/run/udev/data/c{os.major(number)}:{os.minor(number)}') as file:
                return sorted(line[11:].split('=')[0].strip() for line in file if line.startswith('E:ID_INPUT_'))
        except OSError:
            return []

    def down(self):
        """How many fingers the kernel says are down now."""
        slots = self.axis(ABS_MT_SLOT)
        if not slots:
            keys = fcntl.ioctl(self.file, 0x80004518 | 96 << 16, bytes(96))
            return int(any(keys[code // 8] >> code % 8 & 1 for code in (BTN_TOUCH, BTN_LEFT)))
        count = slots['max'] + 1
        question = struct.pack('i', ABS_MT_TRACKING_ID) + bytes(4 * count)
        data = fcntl.ioctl(self.file, 0x8000450a | len(question) << 16, question)
        return sum(value >= 0 for value in struct.unpack(f'{count}i', data[4:]))

    def close(self):
        os.close(self.file)
