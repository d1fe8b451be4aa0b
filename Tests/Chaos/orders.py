"""Commands and jobs as a client sees them: ordered with a key, told of, and ended exactly once in the journal."""
import collections
import json
import threading
import uuid

import sample
import zone

ENDS = {'command': {'succeeded', 'failed', 'cancelled', 'expired', 'interrupted', 'rejected'},
        'job': {'printed', 'failed', 'cancelled', 'unknown'}}
ACTS = {'command': 'running', 'job': 'started'}
# May be done again by an agent that does not know whether it was done; everything else acts once at most.
HARMLESS = ('probe',)


class Order:
    """A request that is repeated with the same key until somebody answers it."""

    def __init__(self, kind, target, body, headers=None):
        self.kind, self.target, self.body = kind, target, body
        self.headers = dict(headers or {}, **{'Idempotency-Key': uuid.uuid4().hex})


class OrderBook:
    """What was ordered and what clients were told of it."""

    def __init__(self):
        self.answers = {}
        # By client: each has at most one order that nobody has answered yet.
        self.pending = {}
        self.lock = threading.Lock()

    def place(self, world, client, make):
        """Sends the client's open order, or a new one. Returns what was answered, None if nothing was."""
        with self.lock:
            order = self.pending.get(client) or make()
            self.pending[client] = order
        status, answer = zone.ask(world.admin, 'POST', order.target, order.body, headers=order.headers)
        if status in (429, 500, 503):
            return None
        with self.lock:
            del self.pending[client]
            if status in (200, 202):
                self.answers[order.kind, answer['id']] = answer['state']
                return answer
        return None

    def finish(self, world):
        """Every order gets its answer."""
        for client in list(self.pending):
            zone.eventually(lambda c=client: self.place(world, c, None) or c not in self.pending, 'an open order')


def steps(rows):
    """The rows of each order, by kind and id."""
    found = collections.defaultdict(list)
    for row in rows:
        kind, _, _ = row['name'].partition('.')
        if kind in ENDS:
            found[kind, row['data']['id']].append(row)
    return found


def word(row):
    return row['name'].partition('.')[2]


def is_open(kind, rows):
    return not any(word(row) in ENDS[kind] for row in rows)


def settled(world, patience=90):
    """Waits until every order in the journal has ended. Returns all rows."""
    def rows():
        found = world.journal()
        return None if any(is_open(kind, own) for (kind, _), own in steps(found).items()) else found
    return zone.eventually(rows, 'every command and job has ended', patience, pause=0.1)


def complaints(book, rows, must_end):
    """Each order has one beginning, at most one effect and one end, and somebody was told of it."""
    found, all_steps = [], steps(rows)
    for (kind, name), state in book.answers.items():
        if (kind, name) not in all_steps:
            found.append(f'{kind} {name}: answered ({state}) and not in the journal')
    for (kind, name), own in all_steps.items():
        wrong = fault(kind, own, book.answers.get((kind, name)), must_end)
        if wrong:
            found.append(f'{kind} {name}: {wrong}: ' + ', '.join(f'{row["seq"]} {word(row)}' for row in own))
    untold = [f'{kind} {name}' for kind, name in all_steps if (kind, name) not in book.answers]
    if len(untold) > len(book.pending):
        found.append(f'{len(untold)} orders that nobody was told of, {len(book.pending)} wait for an answer: {untold[:5]}')
    return found


def fault(kind, rows, told, must_end):
    """What is wrong with the life of one order."""
    words = [word(row) for row in rows]
    acts = [row for row in rows if word(row) == ACTS[kind]]
    ends = [name for name in words if name in ENDS[kind]]
    if words.count('accepted') != 1 or words[0] != 'accepted':
        return 'not begun once'
    if len(ends) > 1 or must_end and not ends or ends and words[-1] not in ENDS[kind]:
        return 'not ended once'
    if ends and told in ENDS[kind] and told != ends[0]:
        return f'told {told}'
    if ends and ends[0] in ('interrupted', 'unknown') and not acts:
        return 'an outcome is unknown that never began'
    return repeated(kind, acts)


def repeated(kind, acts):
    """Acting again is for harmless verbs, in another life of the agent, within the same boot."""
    if len(acts) < 2:
        return None
    if kind == 'job' or acts[0]['data']['verb'] not in HARMLESS:
        return 'done twice'
    if len({row['epoch'] for row in acts}) < len(acts):
        return 'done twice in one life'
    return 'done again after a boot' if len({row['boot'] for row in acts}) > 1 else None


def endings(rows):
    """How they ended, for people: `612 succeeded, 9 interrupted, 40 printed`."""
    counts = collections.Counter(word(row) for row in rows if word(row) in ENDS.get(row['name'].partition('.')[0], ()))
    return ', '.join(f'{count} {name}' for name, count in counts.most_common()) or 'none'


def command(device, verb='probe', args=None):
    return Order('command', f'/v1/devices/{device}/commands',
                 json.dumps({'verb': verb, 'args': args} if args else {'verb': verb}).encode())


def document(device='printer-sim'):
    return Order('job', f'/v1/jobs?device={device}', sample.pdf(), {'Content-Type': 'application/pdf'})
