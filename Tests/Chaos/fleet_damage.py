"""Damages of a hub's database that `fleet_check.py --control` must see."""
import os
import sqlite3
import tempfile
import urllib.parse


def gone(victim):
    return f'DELETE FROM history WHERE id = ({victim})'


def twice(victim):
    """Under another stream: the hub's own key lets no row in twice."""
    return f"""
        INSERT INTO opening (node, stream, epoch, boot, hb, pruned)
            SELECT node, 'ffffffffffffffff', epoch, boot, -1, 0 FROM opening
            WHERE id = (SELECT opening FROM history WHERE id = ({victim}));
        INSERT INTO history (opening, seq, received, at, mono, class, clock, flagged, schema, name, subject, data)
            SELECT last_insert_rowid(), seq, received, at, mono, class, clock, flagged, schema, name, subject, data
            FROM history WHERE id = ({victim})"""


# One row that was acknowledged, of a node that is not forgotten.
VICTIM = 'SELECT max(id) FROM history'
DAMAGES = {
    'a row is gone': gone(VICTIM),
    'a row has another moment': f'UPDATE history SET at = at + 1 WHERE id = ({VICTIM})',
    'a row is there twice': twice(VICTIM),
    'a sum is one too high': """
        UPDATE rollup SET amount = amount + 1
        WHERE (zone, day, name) IN (SELECT zone, day, name FROM rollup WHERE kind = 'event' LIMIT 1) AND kind = 'event'""",
    'a state is another': "UPDATE nodeNow SET stateHash = 'x' || stateHash",
}


def control(path, compare):
    """A check that cannot fail is worth nothing: `compare` gets a damaged copy and returns 0 if it found nothing."""
    blind = []
    for title, damage in DAMAGES.items():
        with tempfile.TemporaryDirectory(prefix='fleet-check-') as folder:
            copy = sqlite3.connect(folder + '/hub.db')
            source = sqlite3.connect('file:' + urllib.parse.quote(os.path.abspath(path)) + '?mode=ro', uri=True)
            source.backup(copy)
            source.close()
            copy.executescript(damage)
            copy.close()
            print(f'-- control: {title}', flush=True)
            if compare(folder + '/hub.db') == 0:
                blind.append(title)
    print('-- control: ' + (f'not seen: {", ".join(blind)}' if blind else 'every damage was seen'), flush=True)
    return 1 if blind else 0
