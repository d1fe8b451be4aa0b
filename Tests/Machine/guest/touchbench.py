#!/usr/bin/python3
"""Plays the same touches to the agent, libinput debug-events and evtest, and measures all three. Runs in the guest.

  touchbench.py SECONDS ROUNDS     one JSON object on standard output

The panel is panel.py's (a uinput device), made here. The agent runs as a unit and has found the panel by itself.
"""
import glob
import json
import os
import re
import socket
import subprocess
import sys
import time

from panel import (ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_MT_SLOT, ABS_MT_TRACKING_ID, ABS_X, ABS_Y, BTN_TOUCH,
                   EV_ABS, EV_KEY, MOST, SLOTS, Panel)

PEERS = {'libinput debug-events': ['/opt/test/libinput-debug-events', '--device'], 'evtest': ['/opt/test/evtest']}
TELLING = '--verbose'                   # else libinput does not say that events were lost
AGENT = 'zone-agent'
# evtest also names the code when it lists what the device can send.
DROPPED = {'libinput debug-events': 'SYN_DROPPED event', 'evtest': '>+ SYN_DROPPED'}
HERTZ, BURST, BURSTS, STEP = 100, 2000, 4, 100
BOUND = 60


def until(what, look):
    end = time.monotonic() + BOUND
    while not (found := look()):
        if time.monotonic() > end:
            raise SystemExit(f'not within {BOUND} s: {what}')
        time.sleep(0.1)
    return found


def main_pid():
    return int(subprocess.run(['systemctl', 'show', AGENT, '-p', 'MainPID', '--value'], capture_output=True, text=True,
                              check=True).stdout)


def has_open(pid, node):
    for link in glob.glob(f'/proc/{pid}/fd/*'):
        try:
            if os.readlink(link) == node:
                return True
        except OSError:
            pass
    return False


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


def details():
    status = subprocess.run(['zonectl', 'status', '--json'], capture_output=True, text=True, check=True).stdout
    return next(each['details'] for each in json.loads(status)['devices'] if each['id'] == 'touch-1')


def lost():
    return details()['eventsLostTimes']


def look():
    """Asks the panel now; else its details are as old as the last probe."""
    subprocess.run(['zonectl', 'probe', 'touch-1'], capture_output=True, check=True)
    return details()


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


def from_recording(match):
    data = bytes.fromhex(match[1]) + bytes(int(match[2] or 0))
    for at in range(0, len(data) - 23, 24):
        kind, code = int.from_bytes(data[at + 16:at + 18], 'little'), int.from_bytes(data[at + 18:at + 20], 'little')
        if (kind, code) == (EV_ABS, ABS_MT_POSITION_X):
            return round(int.from_bytes(data[at + 20:at + 24], 'little', signed=True) / STEP)
    return None


FORMS = {
    # The end of the frame, after the place in it.
    'evtest': (r'ABS_MT_POSITION_X\), value (\d+)(?:(?!SYN_REPORT).)*SYN_REPORT[^\n]*\n',
               lambda match: round(int(match[1]) / STEP)),
    'libinput debug-events': (r'TOUCH_(?:MOTION|DOWN)[^\n]*?\)\s*([\d.]+)/[^\n]*\n'
                              r'(?:(?!TOUCH_FRAME).)*TOUCH_FRAME[^\n]*\n',
                              lambda match: round(float(match[1]) / 100 * (MOST + 1) / STEP)),
    'recording': (r'\{"d":"in","h":"([0-9a-f]+)","t":\d+(?:,"z":(\d+))?\}\n', from_recording),
    'contacts': (r'"changes":\[\{[^}]*"x":([\d.]+)[^\n]*\n\n', lambda match: round(float(match[1]) * MOST / STEP)),
}


def ask_agent(line):
    door = socket.socket(socket.AF_UNIX)
    door.connect('/run/zone-agent/admin.sock')
    door.sendall(f'{line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n'.encode())
    return door, door.recv(12, socket.MSG_PEEK | socket.MSG_WAITALL).decode()


def open_agent(seconds):
    """The stream of contacts where the agent has one; else its recorder, which stands behind one more queue."""
    door, status = ask_agent('GET /v1/devices/touch-1/contacts')
    if status.endswith(' 200'):
        return door, 'contacts'
    door.close()
    door, status = ask_agent(f'POST /v1/devices/touch-1/recording?seconds={seconds}&contacts=true')
    if not status.endswith(' 200'):
        raise SystemExit(f'the agent does not record: {status}')
    return door, 'recording'


def one_turn(panel, name, node, frames):
    """One finger at 50 Hz; seconds from the write that the kernel stamps until the line is at a second process."""
    child = door = None
    if name == AGENT:
        door, form = open_agent(frames // 50 + 20)
        ear = Ear(door.fileno())
        time.sleep(3)                   # for a recording the device is opened anew
        until('the agent has the panel', lambda: has_open(main_pid(), node))
    else:
        child = subprocess.Popen(['stdbuf', '-oL', *PEERS[name], node], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        form, ear = name, Ear(child.stdout.fileno())
        until(name, lambda: has_open(child.pid, node))
        time.sleep(3)
    sent = {}
    for number in range(1, frames + 1):
        due = time.monotonic() + 0.02
        sent[number] = time.clock_gettime(time.CLOCK_MONOTONIC)
        panel.touch(0, number * STEP, 500 + number % 2)
        time.sleep(max(0, due - time.monotonic()))
    panel.lift(0)
    time.sleep(1.5)
    if child:
        child.terminate()
        child.wait()
        child.stdout.close()
    else:
        door.shutdown(socket.SHUT_RDWR)
    came = arrivals(ear.heard(), *FORMS[form])
    if door:
        door.close()
    return form, [came[number] - sent[number] for number in sent if number in came], len(sent)


def own_reader(panel, frames):
    """What the agent says of its own reading, of frames that nobody else reads: the panel is new, and so is the count."""
    before = look()['reader']['frames']
    begin = time.monotonic()
    for number in range(1, frames + 1):
        panel.touch(0, number % 300 * STEP, 500 + number % 2)
        time.sleep(max(0, begin + number * 0.02 - time.monotonic()))
    panel.lift(0)
    found = until('the agent has read all', lambda: (now := look()['reader'])['frames'] >= before + frames + 1 and now)
    return dict(found, before=before, sent=frames + 1)


def pipe_hop(frames):
    """What a pipe to another process costs at the same pace: it lies behind the peers and not behind the agent's reader."""
    out, mine = os.pipe()
    ear = Ear(out, mine)
    os.close(out)
    time.sleep(1)
    sent = {}
    for number in range(1, frames + 1):
        due = time.monotonic() + 0.02
        sent[number] = time.clock_gettime(time.CLOCK_MONOTONIC)
        os.write(mine, b'%d.\n' % number)
        time.sleep(max(0, due - time.monotonic()))
    os.close(mine)
    came = arrivals(ear.heard(), r'(\d+)\.\n', lambda match: int(match[1]))
    return [came[number] - sent[number] for number in sent if number in came]


def latency(panel, node, rounds, frames=300):
    names = [AGENT, *PEERS]
    found = {name: {'seconds': [], 'sent': 0} for name in names}
    for turn in range(rounds):
        for name in names[turn % 3:] + names[:turn % 3]:
            form, seconds, sent = one_turn(panel, name, node, frames)
            found[name]['seconds'] += seconds
            found[name]['sent'] += sent
            found[name]['form'] = form
    return found


def main():
    seconds, rounds = int(sys.argv[1]), int(sys.argv[2])
    panel = Panel()
    node = panel.node
    until('the agent opens the panel', lambda: has_open(main_pid(), node))
    hands = Hands(panel)
    result = {'reader': own_reader(panel, 300 * rounds), 'pipe': pipe_hop(300)}
    result['cost'] = cost(hands, node, seconds)
    result['latency'] = latency(panel, node, rounds)
    result['flood'] = flood(hands, node)
    panel.device.destroy()
    print(json.dumps(result))


main()
