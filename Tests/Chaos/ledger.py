"""The tables that show the present, against the history beside them.

Both are written in one transaction: a dead agent's journal that contradicts itself was committed in halves. It is read
from a copy, before another agent looks at it.
"""
import glob
import json
import os
import shutil
import sqlite3
import tempfile


def contradictions(state):
    """What is wrong in the journal of a state directory."""
    if not os.path.exists(state + '/journal.db'):
        return []
    with tempfile.TemporaryDirectory(prefix='zone-chaos-') as folder:
        for path in glob.glob(state + '/journal.db*'):
            if not path.endswith('-shm'):
                shutil.copy(path, folder)
        database = sqlite3.connect(folder + '/journal.db')
        try:
            # The power may have gone while the tables were being made.
            if not {'event', 'command', 'condition', 'meta'} <= names(database):
                return []
            return damage(database) + numbers(database) + states(database) + conditions(database) + holds(database)
        except sqlite3.DatabaseError as error:
            return [f'SQLite: {error}']
        finally:
            database.close()


def names(database):
    return {name for name, in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def damage(database):
    found = [text for text, in database.execute('PRAGMA integrity_check(5)')]
    return [] if found == ['ok'] else found


def numbers(database):
    last = database.execute('SELECT max(seq) FROM event').fetchone()[0]
    noted = database.execute("SELECT value FROM meta WHERE key = 'lastSeq'").fetchone()
    if last is None or noted and int(noted[0]) == last:
        return []
    return [f'the last number is {last}, the note of it {noted}']


def events(database, prefix):
    rows = database.execute('SELECT name, subject, data FROM event WHERE name LIKE ? ORDER BY seq', (prefix + '.%',))
    return [(name.partition('.')[2], subject, json.loads(data)) for name, subject, data in rows]


def states(database):
    """The state of a command or job is its last event's name."""
    found = []
    for table in {'command', 'job'} & names(database):
        told = {data['id']: word for word, _, data in events(database, table)}
        stored = dict(database.execute(f'SELECT id, state FROM {table}'))
        found += [f'{table} {name}: {stored.get(name)} in the table, {told.get(name)} in the history'
                  for name in stored.keys() | told.keys() if stored.get(name) != told.get(name)]
    return found


def fold(rows, opens, closes, name):
    """What rows of history leave open."""
    open_ones = set()
    for word, subject, data in rows:
        if word in opens:
            open_ones.add((subject, data[name]))
        elif word in closes:
            open_ones.discard((subject, data[name]))
    return open_ones


def conditions(database):
    rows = events(database, 'condition')
    # After twenty changes a day single ones have no row of their own.
    counted = {(subject, data['code']) for word, subject, data in rows if word == 'updated'}
    if 'flap' in names(database):
        flaps = database.execute('SELECT device, code, content FROM flap')
        counted |= {(device, code) for device, code, content in flaps if json.loads(content).get('untold')}
    told = fold(rows, {'raised'}, {'cleared'}, 'code') - counted
    stored = set(database.execute('SELECT device, code FROM condition')) - counted
    return [f'condition {code} of {device}: only in the {"table" if (device, code) in stored else "history"}'
            for device, code in told ^ stored]


def holds(database):
    if 'hold' not in names(database):
        return []
    told = fold(events(database, 'mode'), {'held'}, {'released'}, 'mode')
    stored = set(database.execute('SELECT subject, mode FROM hold'))
    return [f'hold {mode} of {subject}: only in the {"table" if (subject, mode) in stored else "history"}'
            for subject, mode in told ^ stored]
