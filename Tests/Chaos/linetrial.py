"""One fault of one zone, from health to health: what must hold meanwhile, and what afterwards."""
import re
import time

import zone

# From the end of a fault until the hub has everything; until net.hub has to be raised.
BOUND, PATIENCE = 60, 45
SHARE, MORE_FILES, MORE_MEMORY, MOST_OPEN = 0.2, 16, 48 << 20, 6


class Trial:
    """One fault of one zone."""

    def __init__(self, world, books, fault):
        self.world, self.books, self.fault = world, books, fault
        self.complaints, self.figures = [], []
        # What net.hub says of it, when it begins and later. The history keeps the first words, the status the latest.
        self.said = set()

    def run(self):
        world, watch = self.world, self.world.watch
        before = len(world.journal())
        zone.eventually(lambda: not self.is_raised(), 'the zone is healthy', BOUND, 0.2)
        files, memory = watch.at_rest()
        watch.begin()
        self.fault.begin(world)
        self.suffer(watch.since)
        self.judge(files, memory)
        self.fault.mend(world)
        self.recover(world.journal(), before)

    def is_raised(self):
        return 'net.hub' in self.world.conditions()

    def suffer(self, began):
        """Until it is told what is wrong, and at least for a while."""
        wanted = set(self.fault.codes) or ({'net.hub'} if self.fault.words else set())
        lied = False

        def is_over():
            nonlocal lied
            lied = self.is_ahead() or lied
            found = self.world.conditions()
            # Where the line is to blame, that is told and nothing beside it, not even the hub.
            told = {code for code in found if code.startswith('net.')}
            self.said |= {text for code, text in found.items() if code == 'net.hub'}
            is_told = (told == wanted if self.fault.codes else wanted <= told) and lied >= self.fault.lies
            # On a busy host the first try may end otherwise (a handshake that takes too long); a later one says it.
            return is_told and self.is_worded() and time.monotonic() - began > self.fault.least
        try:
            zone.eventually(is_over, 'over', PATIENCE, 0.5)
        except zone.Trouble:
            self.complaints.append(f'{", ".join(wanted)} expected, there is {self.world.conditions()}')
        # The control of this very check: a lie must be seen as one.
        if lied != self.fault.lies:
            self.complaints.append('confirmed without the hub' if lied else 'the liar was not believed: no test')

    def is_ahead(self):
        """The journal first: the hub's number only grows."""
        stream, number = self.world.acknowledged()
        return number > self.books.position(self.world.name, stream)

    def judge(self, files, memory):
        watch, board = self.world.watch, self.world.board
        share, seconds = watch.share(), time.monotonic() - watch.since
        self.figures += [f'{seconds:.0f} s', f'CPU {share * 100:.0f} %', f'{watch.files} files (before {files})',
                         f'{watch.threads} threads', f'{watch.memory >> 20} MiB (before {memory >> 20})',
                         f'{board.calls} calls, {board.most} open, {board.bytes_to_pc >> 10} KiB taken',
                         f'sockets within {watch.slowest * 1000:.0f} ms']
        self.complaints += watch.trouble + self.fault.also(self.world)
        bounds = ((share > SHARE, 'a busy loop'), (watch.files > files + MORE_FILES, 'descriptors pile up'),
                  (watch.memory > memory + MORE_MEMORY, 'memory grows'),
                  (board.most > MOST_OPEN, 'connections pile up'), (board.calls > 6 + seconds, 'it hammers'))
        self.complaints += [text for is_broken, text in bounds if is_broken]

    def recover(self, rows, before):
        """Everything that was said until now is at the hub, once."""
        began, world = time.monotonic(), self.world
        self.complaints += self.unsaid(rows[before:])
        try:
            zone.eventually(lambda: not self.books.complaints(world.name, rows), 'told', BOUND, 0.2)
            zone.eventually(lambda: self.books.shown(world.name)['state'] == 'live', 'live', BOUND, 0.2)
            self.figures.append(f'all {len(rows)} events at the hub after {time.monotonic() - began:.1f} s')
            zone.eventually(lambda: not self.is_raised(), 'net.hub is over', BOUND, 0.2)
        except zone.Trouble as trouble:
            self.complaints += [str(trouble), *self.books.complaints(world.name, rows), str(world.conditions())]
        if self.is_ahead():
            self.complaints.append('confirmed without the hub, also afterwards')

    def unsaid(self, rows):
        """It was said what was wrong with the line, in the right words."""
        history = {row['data'].get('evidence', '') for row in rows
                   if row['name'].startswith('condition.') and row['data'].get('code') == 'net.hub'}
        self.said |= history
        self.figures += [f'“{text}”' for text in sorted(self.said)]
        if self.fault.words and not self.fault.codes and not any(history):
            return ['the history has no words of it']
        return [] if self.is_worded() else [f'“{self.fault.words}” is not said']

    def is_worded(self):
        """Where the line is to blame, net.hub need not say anything."""
        words = None if self.fault.codes else self.fault.words
        return words is None or any(re.search(words, text) for text in self.said)
