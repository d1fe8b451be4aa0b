#!/usr/bin/python3
"""A multitouch panel made through /dev/uinput, commanded by lines on a FIFO. Runs in the guest.

  panel.py FOLDER [--shift]      makes FOLDER/in (the FIFO) and FOLDER/out (one line for each command, in order)

  touch SLOT X Y     put a finger down, or move the one that is there
  lift SLOT          take it away
  flood N            lift everything, slide two fingers in N frames without a pause, lift them: a reader that stands
                     still meets SYN_DROPPED, and only a look at the device's state tells it what was lifted before
  quit               the device is destroyed: unplugged

FOLDER/out begins with "ready /dev/input/eventN". --shift makes another device first, so that a panel plugged in
again gets another N.
"""
import argparse
import fcntl
import os
import struct
import time

UI_DEV_CREATE, UI_DEV_DESTROY, UI_DEV_SETUP, UI_ABS_SETUP = 0x5501, 0x5502, 0x405c5503, 0x401c5504
UI_SET_EVBIT, UI_SET_KEYBIT, UI_SET_PHYS, UI_SET_PROPBIT = 0x40045564, 0x40045565, 0x4008556c, 0x4004556e
UI_GET_SYSNAME = 0x8040552c     # 64 bytes
EV_SYN, EV_KEY, EV_ABS, BTN_TOUCH, KEY_PROG1, INPUT_PROP_DIRECT = 0, 1, 3, 0x14a, 148, 1
ABS_X, ABS_Y, ABS_MT_SLOT, ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_MT_TRACKING_ID = 0, 1, 0x2f, 0x35, 0x36, 0x39
SLOTS, MOST = 10, 32767
RESOLUTION = 62                 # units per millimetre: about 528 mm


class Device:
    """A uinput device, there from the call of create() to destroy()."""

    def __init__(self, name, product, phys, bus=3):
        self.file = os.open('/dev/uinput', os.O_WRONLY)
        fcntl.ioctl(self.file, UI_DEV_SETUP, struct.pack('<4H80sI', bus, 0x222a, product, 0x0110, name.encode(), 0))
        fcntl.ioctl(self.file, UI_SET_PHYS, phys.encode() + b'\0')

    def key(self, code):
        fcntl.ioctl(self.file, UI_SET_EVBIT, EV_KEY)
        fcntl.ioctl(self.file, UI_SET_KEYBIT, code)

    def axis(self, code, least, most, resolution=0):
        fcntl.ioctl(self.file, UI_SET_EVBIT, EV_ABS)
        fcntl.ioctl(self.file, UI_ABS_SETUP, struct.pack('<Hxx6i', code, 0, least, most, 0, 0, resolution))

    def create(self):
        """Gives the device's node once it is there."""
        fcntl.ioctl(self.file, UI_DEV_CREATE)
        name = fcntl.ioctl(self.file, UI_GET_SYSNAME, bytes(64)).split(b'\0')[0].decode()
        for _ in range(600):
            for entry in os.listdir(f'/sys/devices/virtual/input/{name}'):
                if entry.startswith('event') and os.path.exists(f'/dev/input/{entry}'):
                    return f'/dev/input/{entry}'
            time.sleep(0.05)
        raise SystemExit('no device node')

    def frame(self, *events):
        events += ((EV_SYN, 0, 0),)
        os.write(self.file, b''.join(struct.pack('<qqHHi', 0, 0, *event) for event in events))

    def destroy(self):
        fcntl.ioctl(self.file, UI_DEV_DESTROY)


class Panel:
    def __init__(self):
        self.device = device = Device('Test Touch Panel', 1, 'machine-test/panel')
        fcntl.ioctl(device.file, UI_SET_PROPBIT, INPUT_PROP_DIRECT)
        device.key(BTN_TOUCH)
        for code in (ABS_X, ABS_Y, ABS_MT_POSITION_X, ABS_MT_POSITION_Y):
            device.axis(code, 0, MOST, RESOLUTION)
        device.axis(ABS_MT_SLOT, 0, SLOTS - 1)
        device.axis(ABS_MT_TRACKING_ID, 0, 65535)
        self.fingers, self.next = {}, 1
        self.node = device.create()

    def touch(self, slot, x, y):
        events = [(EV_ABS, ABS_MT_SLOT, slot)]
        if slot not in self.fingers:
            self.fingers[slot], self.next = self.next, self.next % 65535 + 1
            events.append((EV_ABS, ABS_MT_TRACKING_ID, self.fingers[slot]))
        events += [(EV_ABS, ABS_MT_POSITION_X, x), (EV_ABS, ABS_MT_POSITION_Y, y), (EV_KEY, BTN_TOUCH, 1)]
        if slot == min(self.fingers):                   # the oldest way of reading sees one finger
            events += [(EV_ABS, ABS_X, x), (EV_ABS, ABS_Y, y)]
        self.device.frame(*events)

    def lift(self, slot):
        if self.fingers.pop(slot, None) is not None:
            self.device.frame((EV_ABS, ABS_MT_SLOT, slot), (EV_ABS, ABS_MT_TRACKING_ID, -1),
                              (EV_KEY, BTN_TOUCH, int(bool(self.fingers))))

    def flood(self, frames):
        for slot in list(self.fingers):
            self.lift(slot)
        # Two fingers in turn: each frame then names its slot, as the kernel leaves out a slot that stays the same.
        # With one finger the last lift would pass, to a careless reader, for the lift that it has missed.
        for number in range(frames):
            self.touch(SLOTS - 1 - number % 2, number * 37 % MOST, number * 53 % MOST)
        self.lift(SLOTS - 1)
        self.lift(SLOTS - 2)

    def obey(self, line):
        """One command; gives its answer."""
        verb, *numbers = line.split()
        actions = {'touch': (self.touch, 3), 'lift': (self.lift, 1), 'flood': (self.flood, 1)}
        if verb not in actions or len(numbers) != actions[verb][1]:
            return f'what? {line}'
        actions[verb][0](*map(int, numbers))
        return f'ok {line}'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('folder')
    parser.add_argument('--shift', action='store_true')
    options = parser.parse_args()
    if options.shift:
        other = Device('Test Button', 2, 'machine-test/button')
        other.key(KEY_PROG1)
        other.create()
    os.makedirs(options.folder, exist_ok=True)
    pipe = os.path.join(options.folder, 'in')
    os.mkfifo(pipe)
    panel = Panel()
    with open(os.path.join(options.folder, 'out'), 'w', buffering=1) as out, \
            os.fdopen(os.open(pipe, os.O_RDWR), 'r', buffering=1) as commands:     # read-write: no end of file
        print('ready', panel.node, file=out)
        for line in iter(commands.readline, ''):
            if line.strip() == 'quit':
                panel.device.destroy()
                print('ok quit', file=out)
                return
            if line.strip():
                print(panel.obey(line.strip()), file=out)


if __name__ == '__main__':
    main()
