"""What the hub holds of a fleet: its tables, read-only."""
import functools
import os
import sqlite3
import urllib.parse
import zlib
from collections import defaultdict


class Hub:
    """The tables of the hub, read-only."""

    def __init__(self, path):
        self.database = sqlite3.connect('file:' + urllib.parse.quote(os.path.abspath(path)) + '?mode=ro', uri=True)
        self.database.text_factory = lambda raw: raw.decode('utf-8', 'replace')

    def damage(self):
        found = [text for text, in self.database.execute('PRAGMA quick_check(5)')]
        return [] if found == ['ok'] else found

    def nodes(self):
        rows = self.database.execute("SELECT zone || '/' || node, id, stateHash FROM nodeNow")
        return {name: (number, state) for name, number, state in rows}

    def events(self, number):
        """(epoch, seq) -> list of (stream, name, class, at), and the openings whose oldest rows were forgotten."""
        held = defaultdict(list)
        rows = self.database.execute(
            'SELECT epoch, seq, stream, name, class, at FROM opening JOIN history ON history.opening = opening.id '
            'WHERE opening.node = ?', (number,))
        for epoch, seq, stream, name, kind, at in rows:
            held[epoch, seq].append((stream, name, kind, at))
        pruned = dict(self.database.execute(
            'SELECT epoch, max(pruned) FROM opening WHERE node = ? GROUP BY epoch', (number,)))
        return held, pruned

    def quarantine(self):
        return dict(self.database.execute(
            "SELECT zone || '/' || node, count(*) FROM quarantine GROUP BY zone, node"))

    def rollups(self):
        """(zone, day, event) where the sum of the day is not the number of its rows; forgotten rows are not missed."""
        return list(self.database.execute('''
            WITH counted AS (
                SELECT zone, strftime('%Y-%m-%d', (CASE flagged WHEN 0 THEN at ELSE received END) / 1000 + 28800,
                                      'unixepoch') AS day, name, count(*) AS rows
                FROM history JOIN opening ON opening.id = history.opening JOIN nodeNow ON nodeNow.id = opening.node
                GROUP BY 1, 2, 3),
            added AS (SELECT zone, day, name, amount FROM rollup WHERE kind = 'event')
            SELECT counted.zone, counted.day, counted.name, rows, amount FROM counted LEFT JOIN added USING (zone, day, name)
                WHERE amount IS NULL OR amount < rows
                   OR amount > rows AND NOT EXISTS (SELECT 1 FROM opening WHERE pruned > 0)
            UNION ALL
            SELECT added.zone, added.day, added.name, 0, amount FROM added LEFT JOIN counted USING (zone, day, name)
                WHERE rows IS NULL AND NOT EXISTS (SELECT 1 FROM opening WHERE pruned > 0)'''))


def checksum(epoch, seq, row):
    """As `NodeJournal.checksum` of the simulator."""
    _, name, kind, at = row
    return zlib.crc32(f'"{epoch}"{seq}{name}{kind}"{moment(at)}"'.encode())


@functools.cache
def date(days):
    """Days since 1970, after H. Hinnant: datetime ends at year 9999."""
    shifted = days + 719468
    era, day_of_era = divmod(shifted, 146097)
    year = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day = day_of_era - (365 * year + year // 4 - year // 100)
    month = (5 * day + 2) // 153
    number = day - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return f'{year + era * 400 + (month <= 2):04}-{month:02}-{number:02}'


def moment(milliseconds):
    """RFC 3339 as on the wire, for any year."""
    seconds, rest = divmod(milliseconds, 1000)
    days, second = divmod(seconds, 86400)
    return f'{date(days)}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.{rest:03}Z'
