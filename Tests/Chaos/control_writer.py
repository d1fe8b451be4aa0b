"""A writer whose durability is known: `synchronous` NORMAL loses committed rows in a power cut, FULL must not.

Arguments: database, synchronous. Says each row's number on a line of its own after its COMMIT; runs until it is killed.
"""
import sqlite3
import sys

database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute('PRAGMA journal_mode = WAL')
database.execute(f'PRAGMA synchronous = {sys.argv[2]}')
database.execute('CREATE TABLE IF NOT EXISTS row (number INTEGER PRIMARY KEY, text TEXT)')
number = database.execute('SELECT coalesce(max(number), 0) FROM row').fetchone()[0]
while True:
    number += 1
    database.execute('INSERT INTO row VALUES (?, ?)', (number, 'x' * 200))
    print(number, flush=True)
