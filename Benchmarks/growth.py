"""What one zone adds to the hub's database in years: a simulated year is fed to a real hub, then the file grows old.

The hub dates what it keeps by receipt, and here a year comes in a minute. So in the stopped hub's file every row is
dated as if it had come when it happened, the year is repeated, and what is too old goes by the hub's own rule.
"""
import dataclasses
import os
import sqlite3
import subprocess

from progress import say
from workplace import Failure
from zone import REPOSITORY, District

ZONES, DAYS, PER_DAY = 5, 365, 60
YEARS = 5
DAY = 86_400_000                # ms
# Class A, roll-ups and intervals stay for ever.
KEPT = {'B': 3 * 365, 'C': 365, 'D': 30}
RULE = ('Sources/Core/ZoneHubStore/RetentionBook.swift', '[.b: 3 * 365, .c: 365, .d: 30]')
# What a year adds to; the other tables hold one row per node or less.
GROWING = {'history': 'events', 'opening': 'events', 'rollup': 'roll-ups by day', 'conditionSpan': 'intervals',
           'livenessSpan': 'intervals'}
PATIENCE = 240                  # seconds


@dataclasses.dataclass
class Growth:
    fed: int                    # events
    classes: dict               # class: (rows per zone and day, bytes of a row)
    years: list                 # after each year: {part: bytes per zone}
    standing: float             # bytes per zone that do not grow


def measure(folder):
    path, rule = RULE
    with open(os.path.join(REPOSITORY, path), encoding='utf-8') as source:
        if rule not in source.read():
            raise Failure(f'{path} keeps history for other times than growth.py')
    with District(folder) as district:
        feed(district)
        district.stop('zone-hub', district.hub)
        return grow(district.hub_state + '/hub.db')


def feed(district):
    say(f'growth: {ZONES} zones bring {DAYS} days of {PER_DAY} events')
    done = subprocess.run(
        [os.path.join(district.bin, 'zone-hub'), 'simulate', '--hub', f'127.0.0.1:{district.agents}', '--json',
         '--ca', district.hub_state + '/ca', '--production', '--zones', str(ZONES), '--days-offline', str(DAYS),
         '--events-per-day', str(PER_DAY), '--return-within', '1', '--seconds', '1', '--settle', str(PATIENCE)],
        capture_output=True, text=True, timeout=PATIENCE + 60)
    if done.returncode or '"unsettled":0' not in done.stdout:
        raise Failure(f'the simulated year did not arrive: {done.stdout[-400:]}{done.stderr[-400:]}')


def grow(path):
    with sqlite3.connect(path) as db:
        start = prepare(db)
        fed = db.execute('SELECT count(*) FROM history').fetchone()[0]
        classes, years = by_class(db), []
        for year in range(YEARS):
            if year:
                repeat(db, year)
            forget(db, start + (year + 1) * DAYS * DAY)
            years.append(sizes(db))
        standing = pages(db, lambda table: table not in GROWING)
    return Growth(fed, classes, years, standing / ZONES)


def prepare(db):
    """Dates rows by what happened, and adds what only a year of days would: heartbeats of each day, two states of the
    node a day. Returns the beginning of the year."""
    db.execute('UPDATE history SET received = at')
    start, = db.execute('SELECT min(at) FROM history').fetchone()
    db.execute('DELETE FROM livenessSpan')
    nodes = db.execute('SELECT id, zone FROM nodeNow').fetchall()
    for day in range(DAYS):
        begin = start + day * DAY
        for node, zone in nodes:
            db.executemany('INSERT INTO livenessSpan (node, state, since, until) VALUES (?, ?, ?, ?)',
                           [(node, 'live', begin, begin + DAY // 3), (node, 'closed', begin + DAY // 3, begin + DAY)])
            db.execute("INSERT OR REPLACE INTO rollup VALUES (?, date(?, 'unixepoch'), 'heard', 'beats', 480)",
                       (zone, begin // 1000))
    # The first year, as later ones repeat it.
    for name in ('history', 'opening', 'conditionSpan', 'livenessSpan', 'rollup'):
        db.execute(f'CREATE TEMP TABLE first_{name} AS SELECT * FROM {name}')
    return start


def repeat(db, year):
    shift, opening = year * DAYS * DAY, db.execute('SELECT max(id) FROM first_opening').fetchone()[0] * year
    db.execute("INSERT INTO opening SELECT id + ?, node, stream, printf('%016x', id + ?), boot, hb, pruned "
               'FROM first_opening', (opening, opening))
    db.execute('INSERT INTO history SELECT NULL, opening + ?, seq, received + ?, at + ?, mono, class, clock, flagged, '
               'schema, name, subject, data FROM first_history ORDER BY id', (opening, shift, shift))
    db.execute('INSERT INTO conditionSpan SELECT NULL, node, device, code, severity, since + ?, until + ? '
               'FROM first_conditionSpan WHERE until IS NOT NULL', (shift, shift))
    db.execute('INSERT INTO livenessSpan SELECT NULL, node, state, since + ?, until + ? FROM first_livenessSpan',
               (shift, shift))
    db.execute("INSERT OR REPLACE INTO rollup SELECT zone, date(day, ?), kind, name, amount FROM first_rollup",
               (f'+{year * DAYS} days',))


def forget(db, now):
    for name, days in KEPT.items():
        db.execute('DELETE FROM history WHERE class = ? AND received < ?', (name, now - days * DAY))
    db.commit()


def pages(db, wanted):
    """Bytes of whole pages, indexes with their table; free pages of the file are none of them."""
    rows = db.execute('SELECT m.tbl_name, sum(s.pgsize) FROM main.dbstat s JOIN main.sqlite_master m USING (name) '
                      'GROUP BY m.tbl_name')
    return sum(size for table, size in rows if wanted(table))


def sizes(db):
    """{part: bytes per zone}."""
    found = {}
    for table, part in GROWING.items():
        found[part] = found.get(part, 0) + pages(db, lambda name, table=table: name == table) / ZONES
    return found


def by_class(db):
    """A row with its share of the pages and of the index, told apart by how long it is."""
    whole = pages(db, lambda name: name == 'history')
    length = 'length(name) + length(subject) + length(data) + 40'
    total, = db.execute(f'SELECT sum({length}) FROM history').fetchone()
    return {name: (count / ZONES / DAYS, whole * share / total / count) for name, count, share in db.execute(
        f'SELECT class, count(*), sum({length}) FROM history GROUP BY class ORDER BY class')}
