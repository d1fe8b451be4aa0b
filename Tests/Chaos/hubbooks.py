"""What a hub holds of its zones, read from its database while it runs, and whether that is what they have said."""
import contextlib
import json
import os
import sqlite3
import urllib.parse
import urllib.request

import fleet_damage

# The oldest row of whoever came first.
VICTIM = 'SELECT min(id) FROM history'
DAMAGES = {
    'a row is gone': fleet_damage.gone(VICTIM),
    'a row says something else': f"UPDATE history SET subject = 'x' WHERE id = ({VICTIM})",
    'a row is there twice': fleet_damage.twice(VICTIM),
}


class reading:
    """A database of a running program, read-only."""

    def __init__(self, path):
        self.database = sqlite3.connect('file:' + urllib.parse.quote(path) + '?mode=ro', uri=True, timeout=5)

    def __enter__(self):
        return self.database

    def __exit__(self, *_):
        self.database.close()


class Books:
    """What the hub holds of a zone."""

    def __init__(self, hub):
        self.path, self.wall = hub.state + '/hub.db', f'http://127.0.0.1:{hub.people}/api/v1/zones/'

    def held(self, name, path=None):
        """(epoch, number) -> [(name, subject)]."""
        rows = {}
        with reading(path or self.path) as database:
            for epoch, number, *row in database.execute(
                    'SELECT opening.epoch, seq, history.name, subject FROM nodeNow '
                    'JOIN opening ON opening.node = nodeNow.id JOIN history ON history.opening = opening.id '
                    'WHERE nodeNow.zone = ?', (name,)):
                rows.setdefault((epoch, number), []).append(tuple(row))
        return rows

    def position(self, name, stream):
        with reading(self.path) as database:
            found = database.execute('SELECT ack FROM position WHERE zone = ? AND stream = ?', (name, stream))
            return next(found, (0,))[0]

    def complaints(self, name, rows, path=None):
        """What is missing of these rows, other than said, there twice, or never said."""
        held = self.held(name, path)
        said = {(row['epoch'], row['seq']): (row['name'], row['subject']) for row in rows}
        last = max(row['seq'] for row in rows)
        return ([f'{name} {key} {row}: the hub has {held.get(key)}' for key, row in said.items()
                 if held.get(key) != [row]]
                + [f'{name} {key}: never said' for key in held if key not in said and key[1] <= last]
                + [f'{name}: {key} is held {len(found)} times' for key, found in held.items() if len(found) > 1])

    def shown(self, name):
        with urllib.request.urlopen(self.wall + name, timeout=10) as answer:
            return json.load(answer)

    def damaged(self, folder, damage):
        """A copy of the database in which something is wrong."""
        path = folder + '/damaged.db'
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)
        target = sqlite3.connect(path)
        with reading(self.path) as source:
            source.backup(target)
        target.executescript(damage)
        target.close()
        return path
