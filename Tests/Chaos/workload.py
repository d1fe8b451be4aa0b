"""News, commands and documents without pause, and a book of everything that a client was told."""
import http.client
import json
import random
import threading

import orders
import zone

# Whatever the far end does to us while it is being killed.
BROKEN = (OSError, http.client.HTTPException)
# Seconds: who was refused comes again, and ten such clients stay below a user's share of requests.
REFUSED = 0.1
# How many sheets the simulated printer had printed before anybody asked it to.
SHEETS_BEFORE = 1200


class Book(orders.OrderBook):
    """Rows by their number, besides what became of orders."""

    def __init__(self):
        super().__init__()
        self.rows = {}
        self.position = None

    def take(self, rows):
        for row in rows:
            self.rows[row['seq']] = row

    def lost(self, rows):
        """Rows that a client saw and that are not there any more, bit for bit."""
        found = {row['seq']: row for row in rows}
        return [f'row {seq}: saw {brief(row)}, found {brief(found.get(seq))}'
                for seq, row in sorted(self.rows.items()) if found.get(seq) != row]


def brief(row):
    return f'{row["epoch"][:4]} {row["name"]} {row["subject"]} {json.dumps(row["data"])[:90]}' if row else 'nothing'


def holes(rows):
    numbers = [row['seq'] for row in rows]
    return [f'{after} follows {before}' for before, after in zip([0] + numbers, numbers) if after != before + 1]


def sheets(world, book):
    """Complaints when the printer printed more than was begun, or less than was proven."""
    world.move('printer-sim', 'power=on', 'paper=250')
    # The rows first: what is begun after them may lie in the tray or not.
    rows = orders.settled(world)
    answer = zone.eventually(
        lambda: book.place(world, 'sheets', lambda: orders.command('printer-sim')), 'the printer is looked at')
    if (answer.get('result') or {}).get('link') != 'up':
        return [f'the printer does not answer: {answer}']
    printer = zone.ask(world.admin, 'GET', '/v1/devices/printer-sim')[1]
    printed = printer['details'].get('impressionsCompleted', SHEETS_BEFORE) - SHEETS_BEFORE
    begun, proven = (sum(row['name'] == name for row in rows) for name in ('job.started', 'job.printed'))
    print(f'   {begun} jobs begun, {proven} proven to be printed, {printed} sheets in the tray', flush=True)
    return [] if proven <= printed <= begun else [f'{printed} sheets, {begun} jobs begun, {proven} printed']


class Workload:
    """Threads that keep the zone busy from `with` to its end; the agent may die under them at any moment."""

    def __init__(self, world, book, seed):
        self.world, self.book = world, book
        self.random = random.Random(seed)
        self.stop = threading.Event()
        # Two clients per device: one command runs, another waits in its queue.
        clients = [(device, number) for device in zone.DEVICES for number in (1, 2)]
        jobs = [self.follow, self.disturb, self.print, self.hold]
        jobs += [lambda c=client: self.command(c) for client in clients]
        self.threads = [threading.Thread(target=self.persist, args=(job,), daemon=True) for job in jobs]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join(zone.PATIENCE + 5)
            if thread.is_alive():
                raise zone.Trouble('a client waits for ever')

    def persist(self, job):
        while not self.stop.is_set():
            try:
                job()
            except BROKEN:
                self.stop.wait(0.01)

    def follow(self):
        """Server-sent events: the earliest moment at which a client can know a row."""
        connection = zone.UnixConnection(self.world.admin)
        try:
            headers = {'Last-Event-ID': self.book.position} if self.book.position else {}
            connection.request('GET', '/v1/events', headers=headers)
            answer, name, position = connection.getresponse(), '', None
            while not self.stop.is_set():
                field, _, value = answer.readline().decode().rstrip('\n').partition(': ')
                if not field and not value and answer.isclosed():
                    return
                if field == 'event':
                    name = value
                elif field == 'id':
                    position = value
                elif field == 'data':
                    if name == 'event':
                        self.book.take([json.loads(value)])
                    self.book.position = position
        finally:
            connection.close()

    def disturb(self):
        """Fingers, and now and then the printer's plug and its paper."""
        self.world.move('touch-sim', 'touch', 'lift')
        # A finger that comes back before the panel is idle again (50 ms) is no news.
        self.stop.wait(0.06)
        if self.random.random() < 0.1:
            self.world.move('printer-sim', self.random.choice(('power=off', 'power=on', 'power=on')), 'paper=250')

    def command(self, client):
        def make():
            heals = self.random.random() < 0.05
            return orders.command(client[0], 'heal', {'step': 'reopen'}) if heals else orders.command(client[0])
        answer = self.book.place(self.world, client, make)
        if not answer:
            self.stop.wait(REFUSED)
        elif answer['state'] in ('accepted', 'running') and self.random.random() < 0.3:
            zone.ask(self.world.admin, 'DELETE', f'/v1/commands/{answer["id"]}')

    def print(self):
        if not self.book.place(self.world, ('printer-sim', 'job'), orders.document):
            self.stop.wait(REFUSED)
        self.stop.wait(0.05)

    def hold(self):
        """A technician closes the panel and opens it again."""
        target = '/v1/holds/touch-sim/maintenance'
        zone.ask(self.world.admin, 'PUT', target, '{}')
        self.stop.wait(0.1)
        zone.ask(self.world.admin, 'DELETE', target)
        self.stop.wait(0.1)
