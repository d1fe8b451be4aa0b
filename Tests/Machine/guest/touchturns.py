"""Turns of a measurement, and which of them count: only the host knows when its hypervisor ran somebody else."""

# What the hypervisor took from the host, in seconds: touch_bench.py keeps it there. A turn that lost more is no verdict; for
# each calm one so many are tried.
STOLEN, CALM, TRIES = '/mnt/share/stolen', 0.03, 4


def stolen():
    with open(STOLEN) as file:
        return float(file.read())


def calmest(turns, wanted):
    """Of all turns those that lost least, and what is to be told of them."""
    kept = sorted(turns, key=lambda turn: turn['stolen'])[:wanted]
    return {'turns': kept, 'tries': len(turns), 'stolen': max(turn['stolen'] for turn in kept)}


def is_enough(turns, wanted):
    return sum(turn['stolen'] <= CALM for turn in turns) >= wanted or len(turns) >= TRIES * wanted


def in_turns(measure, wanted):
    turns = []
    while not is_enough(turns, wanted):
        turns.append(measure())
    return calmest(turns, wanted)
