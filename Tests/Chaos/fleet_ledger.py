"""What a simulated fleet was told to say and what was acknowledged: the ledger of `zone-hub simulate --ledger`."""
import json
from collections import defaultdict


class Ledger:
    """What was said and what was acknowledged, by node."""

    def __init__(self, paths):
        self.acks = defaultdict(list)
        self.said = defaultdict(lambda: defaultdict(list))
        self.dropped = defaultdict(set)
        self.openings = defaultdict(set)
        self.ends = {}
        self.lowered = []
        self.streams = {}
        self.begun = set()
        self.twins = set()
        self.torn = 0
        for path in paths:
            self.read(path)

    def read(self, path):
        with open(path, encoding='utf-8') as lines:
            for text in lines:
                try:
                    line = json.loads(text)
                except ValueError:
                    # The simulator was killed in the middle of its last line: that heartbeat never went out.
                    self.torn += 1
                    continue
                self.take(line)
        if self.torn > 1:
            raise SystemExit(f'{path}: {self.torn} lines are not readable')

    def take(self, line):
        what, node = line['what'], line.get('node')
        if line.get('copy', 0):
            self.twins.add(node)
        if what == 'open':
            self.openings[node].add((line['stream'], line['epoch']))
            self.streams.setdefault((node, line['copy']), line['stream'])
        elif what == 'say':
            for epoch, first, last in line['runs']:
                self.said[node][epoch].append((first, last))
        elif what == 'ack':
            self.acks[node].append(line)
            self.begun.add((node, line['stream']))
        elif what == 'lowered':
            # Of a stream that it has never seen the hub asks for everything from the first number on: a restored image
            # goes on under a new name, and the hub cannot know that it holds the rest under the old one.
            is_new_name = line['stream'] != self.streams[node, line['copy']]
            if not is_new_name or (node, line['stream']) in self.begun:
                self.lowered.append(line)
        elif what == 'dropped':
            self.dropped[node] |= {(epoch, seq) for epoch, first, last in line['runs']
                                   for seq in range(first, last + 1)}
        elif what == 'end':
            self.ends[(node, line['copy'])] = line
