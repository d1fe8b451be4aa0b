#!/usr/bin/python3
"""Plays the same touches to the agent, libinput debug-events and evtest, and measures all three. Runs in the guest.

  touchbench.py SECONDS ROUNDS     one JSON object on standard output

The panel is panel.py's (a uinput device), made here. The agent runs as a unit and has found the panel by itself.
"""
import json
import os
import re
import subprocess
import sys
import time

from panel import (ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_MT_SLOT, ABS_MT_TRACKING_ID, ABS_X, ABS_Y, BTN_TOUCH,
                   EV_ABS, EV_KEY, MOST, SLOTS)
from touchagent import AGENT, agents_panel, has_open, look, lost, main_pid, until
from touchears import PEERS
from touchlatency import latency, own_reader, pipe_hop
from touchturns import in_turns

TELLING = '--verbose'                   # else libinput does not say that events were lost
# evtest also names the code when it lists what the device can send.
DROPPED = {'libinput debug-events': 'SYN_DROPPED event', 'evtest': '>+ SYN_DROPPED'}
HERTZ, BURST, BURSTS = 100, 2000, 4


def processor(pid):
    """Seconds; in the kernel's sum to the nanosecond, told in steps of 10 ms."""
    with open(f'/proc/{pid}/stat') as file:
        fields = file.read().rsplit(') ', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def anonymous(pid):
    with open(f'/proc/{pid}/smaps_rollup') as file:
        return int(re.search(r'^Anonymous:\s+(\d+)', file.read(), re.M)[1])


class Hands:
    """Ten fingers that move in one frame."""

    def __init__(self, panel):
        self.panel, self.number = panel, 0

    def down(self):
        self.panel.device.frame(*[event for slot in range(SLOTS) for event in (
            (EV_ABS, ABS_MT_SLOT, slot), (EV_ABS, ABS_MT_TRACKING_ID, slot + 1),
            (EV_ABS, ABS_MT_POSITION_X, slot * 300), (EV_ABS, ABS_MT_POSITION_Y, slot * 300))], (EV_KEY, BTN_TOUCH, 1))

    def move(self):
        self.number += 1
        events = []
        for slot in range(SLOTS):
            events += [(EV_ABS, ABS_MT_SLOT, slot),
                       (EV_ABS, ABS_MT_POSITION_X, (self.number * 37 + slot * 3000) % MOST),
                       (EV_ABS, ABS_MT_POSITION_Y, (self.number * 53 + slot * 3000) % MOST)]
        events += [(EV_ABS, ABS_X, self.number * 37 % MOST), (EV_ABS, ABS_Y, self.number * 53 % MOST)]
        self.panel.device.frame(*events)

    def up(self):
        self.panel.device.frame(*[event for slot in range(SLOTS) for event in (
            (EV_ABS, ABS_MT_SLOT, slot), (EV_ABS, ABS_MT_TRACKING_ID, -1))], (EV_KEY, BTN_TOUCH, 0))

    def stream(self, seconds):
        """Frames by the clock; says how many came when they were due."""
        begin, sent = time.monotonic(), 0
        self.down()
        while (now := time.monotonic()) < begin + seconds:
            self.move()
            sent += 1
            time.sleep(max(0, begin + sent / HERTZ - now))
        self.up()
        return sent

    def burst(self, frames):
        self.down()
        for _ in range(frames):
            self.move()
        self.up()


class Readers:
    """The peers at the device, writing to a file each."""

    def __init__(self, node, folder):
        self.files = {name: os.path.join(folder, name.split()[0]) if folder else '/dev/null' for name in PEERS}
        self.children = {}
        for name, argv in PEERS.items():
            if folder and name.startswith('libinput'):
                argv = [argv[0], TELLING, *argv[1:]]
            with open(self.files[name], 'wb') as out:
                self.children[name] = subprocess.Popen([*argv, node], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        for name, child in self.children.items():
            until(name, lambda: has_open(child.pid, node))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in self.children.values():
            child.terminate()
            child.wait()

    def text(self, name):
        with open(self.files[name], errors='replace') as file:
            return file.read()


def used(pids):
    return {name: processor(pid) for name, pid in pids.items()}


def cost(hands, node, seconds):
    """CPU of the three while nothing is touched, then while ten fingers move."""
    with Readers(node, None) as readers:
        pids = {AGENT: main_pid(), **{name: child.pid for name, child in readers.children.items()}}
        time.sleep(3)
        first, begin = used(pids), time.monotonic()
        time.sleep(seconds)
        idle, middle, memory = used(pids), time.monotonic(), [anonymous(pids[AGENT])]
        sent = hands.stream(seconds)
        time.sleep(1)
        last, end = used(pids), time.monotonic()
        memory.append(anonymous(pids[AGENT]))
    return {'frames': sent, 'seconds': end - middle, 'idleSeconds': middle - begin, 'memoryKiB': memory,
            'idle': {name: idle[name] - first[name] for name in pids},
            'busy': {name: last[name] - idle[name] for name in pids}}


def flood(hands, node):
    """How often each was told that events were lost: SYN_DROPPED."""
    before, memory = lost(), [anonymous(main_pid())]
    dropped = dict.fromkeys(DROPPED, 0)
    for _ in range(BURSTS):
        # New ones each time: libinput says five of them and then no more for half a minute (evdev.c, syn_drop_limit).
        with Readers(node, '/run') as readers:
            time.sleep(2)
            hands.burst(BURST)
            time.sleep(4)
            for name, pattern in DROPPED.items():
                dropped[name] += len(re.findall(pattern, readers.text(name)))
    look()
    memory.append(anonymous(main_pid()))
    return {'bursts': BURSTS, 'frames': BURST, 'memoryKiB': memory, 'dropped': {AGENT: lost() - before, **dropped}}


def main():
    seconds, rounds = int(sys.argv[1]), int(sys.argv[2])
    result = {'reader': in_turns(own_reader, rounds), 'pipe': in_turns(pipe_hop, rounds)}
    panel = agents_panel()
    node, hands = panel.node, Hands(panel)
    result['cost'] = cost(hands, node, seconds)
    result['latency'] = latency(panel, node, rounds)
    result['flood'] = flood(hands, node)
    panel.device.destroy()
    print(json.dumps(result))


main()
