"""What came out of each reader, and when: a process that reads, and where a frame ends in what it has read."""
import json
import os
import re
import time

from panel import MOST
from touchagent import AGENT

PEERS = {'libinput debug-events': ['/opt/test/libinput-debug-events', '--device'], 'evtest': ['/opt/test/evtest']}
STEP = 100                              # from one place of the finger to the next


class Ear:
    """Reads a descriptor and keeps when each piece came; a process of its own, the same for all."""

    def __init__(self, descriptor, *others):
        self.out, mine = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            # An end of the pipe that it keeps open itself never ends.
            for each in (self.out, *others):
                os.close(each)
            self.listen(descriptor, mine)
        os.close(mine)

    @staticmethod
    def listen(descriptor, out):
        pieces = []
        try:
            while data := os.read(descriptor, 65536):
                pieces.append((time.clock_gettime(time.CLOCK_MONOTONIC), data.decode(errors='replace')))
        except OSError:
            pass
        with os.fdopen(out, 'w') as file:
            json.dump(pieces, file)
        os._exit(0)

    def heard(self):
        with os.fdopen(self.out) as file:
            pieces = json.load(file)
        os.waitpid(self.child, 0)
        return pieces


def arrivals(pieces, pattern, number):
    """{number of the frame: when the piece came that has its last character}."""
    text, ends = '', []
    for at, piece in pieces:
        text += piece
        ends.append((len(text), at))
    found, place = {}, 0
    for match in re.finditer(pattern, text, re.S):
        while ends[place][0] < match.end():
            place += 1
        found.setdefault(number(match), ends[place][1])
    return found


FORMS = {
    # The end of the frame, after the place in it.
    'evtest': (r'ABS_MT_POSITION_X\), value (\d+)(?:(?!SYN_REPORT).)*SYN_REPORT[^\n]*\n',
               lambda match: round(int(match[1]) / STEP)),
    'libinput debug-events': (r'TOUCH_(?:MOTION|DOWN)[^\n]*?\)\s*([\d.]+)/[^\n]*\n'
                              r'(?:(?!TOUCH_FRAME).)*TOUCH_FRAME[^\n]*\n',
                              lambda match: round(float(match[1]) / 100 * (MOST + 1) / STEP)),
    AGENT: (r'"changes":\[\{[^}]*"x":([\d.]+)[^\n]*\n\n', lambda match: round(float(match[1]) * MOST / STEP)),
}
