"""The hub under the load of its own simulator: each node sends when its last heartbeat was acknowledged."""
import os

import proc
import turn
from zone import District

SIZES = {'single': 1, 'batch': 100}


class HubLoad:
    """Both kinds share one hub, which keeps what the turns before brought."""

    def __init__(self, stack, folder):
        self.hub = stack.enter_context(District(folder))
        self.turns = 0

    def turn(self, kind):
        self.turns += 1
        # Another seed is another journal: numbers begin anew, and the hub has none of them yet.
        argv = [os.path.join(self.hub.bin, 'zone-hub'), 'simulate', '--hub', f'127.0.0.1:{self.hub.agents}', '--json',
                '--load', kind, '--ca', self.hub.hub_state + '/ca', '--nodes', str(turn.CONNECTIONS), '--threads', '1',
                '--seed', str(self.turns), '--production', '--return-within', str(turn.WARM_UP),
                '--seconds', str(turn.COUNTED)]
        seen = turn.watch(argv, lambda: proc.processor_seconds(self.hub.hub.pid),
                          lambda line: line.startswith(f'热身 warming up {turn.WARM_UP} s'),
                          lambda line: line.startswith(f'{turn.COUNTED} s'))
        told = seen.json()
        return turn.Turn(told['accepted'], told['events'], told['seconds'], seen.server, seen.generator, told)
