"""The hub, PostgreSQL and mosquitto in turns, so that each has the same minutes of this machine."""
import contextlib
import dataclasses

import host
from hub_load import HubLoad
from mosquitto import Mosquitto
from peers import Missing
from postgres import Postgres
from progress import say

TURNS = 5
HUB, BATCH, POSTGRES, MOSQUITTO = 'hub, single', 'hub, batches of 100', 'PostgreSQL, upserts', 'mosquitto, QoS 1'


@dataclasses.dataclass
class Race:
    turns: dict                 # name: [Turn]
    missing: dict               # name: why it did not take part
    notes: dict                 # name: version and settings
    size: int                   # bytes of a single heartbeat
    flush: float                # ms


def run(folder):
    with contextlib.ExitStack() as stack:
        hub = HubLoad(stack, folder)
        say('the first turn only tells how large a heartbeat is')
        first = hub.turn('single')
        size = round(first.notes['bytesOut'] / first.notes['sent'])
        found = Race({}, {}, {HUB: 'one `zone-hub run` for both'}, size, host.flush_ms(hub.hub.root))
        runners = {HUB: lambda: hub.turn('single'), BATCH: lambda: hub.turn('batch')}
        for name, kind in ((POSTGRES, Postgres), (MOSQUITTO, Mosquitto)):
            try:
                peer = kind(stack, found.size)
                runners[name], found.notes[name] = peer.turn, peer.notes
            except Missing as why:
                say(f'{name} is left out: {why}')
                found.missing[name] = str(why)
        take_turns(runners, found)
    return found


def take_turns(runners, found):
    """Who begins moves on by one each time, so that nobody always follows the same one."""
    names = list(runners)
    found.turns = {name: [] for name in names}
    for number in range(TURNS):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            took = runners[name]()
            found.turns[name].append(took)
            say(f'turn {number + 1} of {TURNS}: {name}: {took.rate:.0f} heartbeats/s, server {took.server:.2f} s, '
                f'generator {took.generator:.2f} s in {took.seconds:.1f} s')
