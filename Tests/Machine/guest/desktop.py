#!/usr/bin/python3
"""A desktop that shows a picture of its own, by the questions a real one asks (drm_mode.h). Runs in the guest.

  desktop.py FOLDER   one command per line in FOLDER/in, one answer in FOLDER/out: "ok COMMAND", or what went wrong

  show 1024x768   becomes the card's master and shows a picture in that mode; it goes on until `end`
  end             leaves the card to the console
  start 500       so many times: opens the card, becomes its master as a desktop that starts, leaves it. Says how often it was refused
"""
import ctypes
import fcntl
import os
import struct
import sys
import time

CARD = '/dev/dri/card0'
# _IO and _IOWR of drm.h
SET_MASTER, DROP_MASTER = 0x641E, 0x641F
GET_RESOURCES, SET_CRTC, GET_CONNECTOR = 0xC04064A0, 0xC06864A2, 0xC05064A7
ADD_FB, CREATE_DUMB = 0xC01C64AE, 0xC02064B2
MODE_BYTES = 68
PAUSE = 0.004                   # seconds between two starts


def array(count):
    """Room for numbers of 32 bits, and its address."""
    room = (ctypes.c_uint32 * max(count, 1))()
    return room, ctypes.addressof(room)


def ask(node, request, data):
    data = bytearray(data)
    fcntl.ioctl(node, request, data)
    return bytes(data)


class Desktop:
    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        os.mkfifo(os.path.join(folder, 'in'))
        self.commands = os.fdopen(os.open(os.path.join(folder, 'in'), os.O_RDWR))       # no end of file
        self.out = open(os.path.join(folder, 'out'), 'w', buffering=1)
        self.node = None

    def show(self, name):
        self.node = os.open(CARD, os.O_RDWR)
        fcntl.ioctl(self.node, SET_MASTER, 0)
        counts = struct.unpack_from('<IIII', ask(self.node, GET_RESOURCES, bytes(64)), 32)
        (pipes, pipes_at), (screens, screens_at) = array(counts[1]), array(counts[2])
        ask(self.node, GET_RESOURCES, struct.pack('<QQQQ', 0, pipes_at, screens_at, 0)
            + struct.pack('<IIII', 0, counts[1], counts[2], 0) + bytes(16))
        mode = self.mode(screens[0], name)
        width, height = struct.unpack_from('<H', mode, 4)[0], struct.unpack_from('<H', mode, 14)[0]
        handle, pitch = struct.unpack_from('<II', ask(self.node, CREATE_DUMB, struct.pack(
            '<IIIIIIQ', height, width, 32, 0, 0, 0, 0)), 16)
        picture = struct.unpack_from('<I', ask(self.node, ADD_FB, struct.pack(
            '<IIIIIII', 0, width, height, pitch, 32, 24, handle)))[0]
        # Refused with EINVAL where the card cannot; the names as in struct drm_mode_crtc.
        ask(self.node, SET_CRTC, struct.pack('<QIIIIIII', screens_at, 1, pipes[0], picture, 0, 0, 0, 1) + mode)

    def mode(self, screen, name):
        """The timing of that name, as the card lists it."""
        asked = struct.pack('<QQQQ', 0, 0, 0, 0) + struct.pack('<IIIIIII', 0, 0, 0, 0, screen, 0, 0) + bytes(20)
        count = struct.unpack_from('<I', ask(self.node, GET_CONNECTOR, asked), 32)[0]
        room, at = array(count * MODE_BYTES // 4)
        asked = struct.pack('<QQQQ', 0, at, 0, 0) + struct.pack('<IIIIIII', count, 0, 0, 0, screen, 0, 0) + bytes(20)
        ask(self.node, GET_CONNECTOR, asked)
        modes = [bytes(room)[each * MODE_BYTES:][:MODE_BYTES] for each in range(count)]
        return next(each for each in modes if each[36:].split(b'\0')[0].decode() == name)

    def end(self):
        os.close(self.node)
        self.node = None

    def start(self, times):
        refused = 0
        for _ in range(int(times)):
            node = os.open(CARD, os.O_RDWR)
            try:
                fcntl.ioctl(node, SET_MASTER, 0)
                fcntl.ioctl(node, DROP_MASTER, 0)
            except OSError:
                refused += 1
            os.close(node)
            time.sleep(PAUSE)
        return f'refused {refused} of {times}' if refused else ''

    def run(self):
        print('ready', file=self.out)
        for line in self.commands:
            verb, *rest = line.split()
            action = {'show': self.show, 'end': self.end, 'start': self.start}.get(verb)
            try:
                trouble = action(*rest) if action else 'what?'
            except (OSError, StopIteration) as error:
                trouble = repr(error)
            print(trouble or f'ok {line.strip()}', file=self.out)


if __name__ == '__main__':
    Desktop(sys.argv[1]).run()
