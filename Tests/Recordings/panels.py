"""Recordings of simulated panels that are ill: `python3 Tests/Recordings/panels.py`, then the stories by `zonectl replay`.

The bytes are those of `struct input_event`; the places are made up, so nobody's finger is in them.
"""
import json
import os
import random
import struct

FOLDER = os.path.dirname(os.path.abspath(__file__))
SYN, KEY, ABS = 0, 1, 3
SLOT, TRACKING, X, Y = 0x2F, 0x39, 0x35, 0x36
GREETING = {
    'name': 'Simulated Touch Panel', 'vendor': 0x5A41, 'product': 1, 'version': 256, 'bus': 3, 'slots': 10,
    'x': {'minimum': 0, 'maximum': 32767, 'resolution': 23}, 'y': {'minimum': 0, 'maximum': 32767, 'resolution': 41},
    'simulated': True, 'serial': 'SIM-PANEL-1', 'physicalPath': 'sim/panel'}


class Panel:
    def __init__(self, name):
        self.name, self.number, self.last = name, 0, 0
        self.lines = [json.dumps({
            'recording': 1, 'kind': 'touchPanel', 'driver': 'touch-panel', 'settings': {}, 'probeMs': 2000,
            'maxAgeMs': 10000, 'address': 'sim-input:panel.sock', 'at': '2026-11-21T09:00:00.000Z',
            'simulated': True, 'contacts': True})]
        self.line(0, 'greeting', s=json.dumps(GREETING))

    def line(self, ms, direction, **more):
        self.last = ms = max(self.last, ms)
        self.lines.append(json.dumps({'t': ms, 'd': direction, **more}))

    def frame(self, ms, *events):
        stamp = 1_000_000_000 + ms * 1000
        data = b''.join(struct.pack('<qqHHi', stamp // 10**6, stamp % 10**6, *event)
                        for event in events + ((SYN, 0, 0),))
        self.line(ms, 'in', h=data.hex())

    def down(self, ms, slot, x, y):
        self.number += 1
        self.frame(ms, (ABS, SLOT, slot), (ABS, TRACKING, self.number), (ABS, X, x), (ABS, Y, y))

    def up(self, ms, slot):
        self.frame(ms, (ABS, SLOT, slot), (ABS, TRACKING, -1))

    def write(self, ms):
        self.line(ms, 'end', h='')
        with open(os.path.join(FOLDER, self.name + '.jsonl'), 'w', encoding='utf-8') as file:
            file.write('\n'.join(self.lines) + '\n')


def stuck():
    """Something lies on the glass from the beginning; a person taps beside it; it is wiped off after 80 s."""
    panel = Panel('panel-stuck-then-wiped')
    panel.down(300, 0, 31000, 20000)
    for tap in range(20):
        panel.down(3000 + tap * 3000, 1, 8000 + tap, 9000)
        panel.up(3090 + tap * 3000, 1)
    panel.up(80_000, 0)
    panel.write(100_000)


def ghost():
    """Interference: 60 contacts of one or two reports anywhere, then a person."""
    panel, chance = Panel('panel-ghost-touches'), random.Random(7)
    at = 2000
    for _ in range(60):
        panel.down(at, 0, chance.randrange(32768), chance.randrange(32768))
        panel.up(at + chance.choice((10, 20)), 0)
        at += chance.randrange(25, 60)
    for tap in range(3):
        panel.down(20_000 + tap * 1500, 0, 16000, 16000)
        panel.up(20_110 + tap * 1500, 0)
    panel.write(40_000)


if __name__ == '__main__':
    stuck()
    ghost()
