"""How long a frame takes from the kernel to whoever reads it: in the agent, through a pipe, in a second process."""
import os
import socket
import subprocess
import time

from touchagent import AGENT, agents_panel, has_open, look, main_pid, open_contacts, until
from touchears import FORMS, PEERS, STEP, Ear, arrivals
from touchturns import TRIES, calmest, is_enough, stolen

TURN, HERTZ = 300, 50                   # frames


def paced(act):
    """Does `act(number)` for each frame of a turn. ({number: when, by CLOCK_MONOTONIC}, seconds that the host lost)"""
    sent, before = {}, stolen()
    for number in range(1, TURN + 1):
        due = time.monotonic() + 1 / HERTZ
        sent[number] = time.clock_gettime(time.CLOCK_MONOTONIC)
        act(number)
        time.sleep(max(0, due - time.monotonic()))
    return sent, stolen() - before


def touching(panel):
    return lambda number: panel.touch(0, number * STEP, 500 + number % 2)


def waits(sent, came):
    return [came[number] - sent[number] for number in sent if number in came]


class Peer:
    """Prints for another process, line by line."""

    def __init__(self, name, node):
        self.child = subprocess.Popen(['stdbuf', '-oL', *PEERS[name], node], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.ear = Ear(self.child.stdout.fileno())
        until(name, lambda: has_open(self.child.pid, node))

    def end(self):
        self.child.terminate()
        self.child.wait()
        self.child.stdout.close()


class Agent:
    """Tells another process over HTTP."""

    def __init__(self, node):
        self.door = open_contacts()
        self.ear = Ear(self.door.fileno())
        until('the agent has the panel', lambda: has_open(main_pid(), node))

    def end(self):
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()


def one_turn(panel, name, node):
    """One finger; seconds from the write that the kernel stamps until the line is at a second process."""
    teller = Agent(node) if name == AGENT else Peer(name, node)
    time.sleep(3)
    sent, lost = paced(touching(panel))
    panel.lift(0)
    time.sleep(1.5)
    teller.end()
    return {'sent': len(sent), 'stolen': lost, 'seconds': waits(sent, arrivals(teller.ear.heard(), *FORMS[name]))}


def own_reader():
    """What the agent says of its own reading, of frames that nobody else reads: the panel is new, and so is the count."""
    panel = agents_panel()
    counted = look()['reader']['frames']
    sent, lost = paced(touching(panel))
    panel.lift(0)
    wanted = counted + len(sent) + 1
    found = until('the agent has read all', lambda: (now := look()['reader'])['frames'] >= wanted and now)
    panel.device.destroy()
    until('the panel is gone', lambda: not has_open(main_pid(), panel.node))
    return dict(found, sent=len(sent) + 1, stolen=lost)


def pipe_hop():
    """What a pipe to another process costs at the same pace: it lies behind the peers and not behind the agent's reader."""
    out, mine = os.pipe()
    ear = Ear(out, mine)
    os.close(out)
    time.sleep(1)
    sent, lost = paced(lambda number: os.write(mine, b'%d.\n' % number))
    os.close(mine)
    return {'stolen': lost,
            'seconds': waits(sent, arrivals(ear.heard(), r'(\d+)\.\n', lambda match: int(match[1])))}


def latency(panel, node, rounds):
    """Each reader alone, in turns."""
    names = [AGENT, *PEERS]
    turns = {name: [] for name in names}
    for number in range(rounds * TRIES):
        for name in names[number % 3:] + names[:number % 3]:
            if not is_enough(turns[name], rounds):
                turns[name].append(one_turn(panel, name, node))
    return {name: calmest(turns[name], rounds) for name in names}
