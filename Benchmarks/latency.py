"""The agent and a trivial peer under the same open loop, taking turns in the same minutes."""
import contextlib
import os
import subprocess
import sys
import time

import openloop
from http_pool import Broken, ask_once
from progress import say

TARGET = '/v1/status'
SLICE = 5                       # seconds until the other's turn
WARM_UP = 2                     # seconds, not counted


@contextlib.contextmanager
def trivial_peer(path, size):
    child = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), 'peer.py'), path, str(size)],
                             start_new_session=True)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError, Broken):
                ask_once(path, TARGET)
                break
            time.sleep(0.05)
        yield child
    finally:
        child.terminate()
        child.wait()


def slices(seconds):
    """Pairs of turns, e.g. 5 s each; who begins alternates, so that neither always follows the other."""
    done = 0
    while done < seconds:
        length = min(SLICE, seconds - done)
        order = ('agent', 'peer') if (done // SLICE) % 2 == 0 else ('peer', 'agent')
        yield done + length, [(who, length) for who in order]
        done += length


def measure(socket, folder, rate, seconds):
    """Gives {'agent': Tally, 'peer': Tally} and the size of the answer."""
    status, size = ask_once(socket, TARGET)
    if status != 200:
        raise Broken(f'{TARGET} answers {status}')
    paths = {'agent': socket, 'peer': os.path.join(folder, 'peer.sock')}
    tallies = {who: openloop.Tally() for who in paths}
    with trivial_peer(paths['peer'], size):
        openloop.prepare()
        for path in paths.values():
            openloop.OpenLoop(path, TARGET, rate, WARM_UP * rate).run()
        for done, turns in slices(seconds):
            for who, length in turns:
                tallies[who].add(openloop.OpenLoop(paths[who], TARGET, rate, length * rate).run())
            counts = ', '.join(f'{who} {len(tally.latencies)} answers {sum(tally.errors.values())} errors'
                               for who, tally in tallies.items())
            say(f'latency: {done} of {seconds} s each: {counts}')
    return tallies, size
