"""The report of the ingest as Markdown: tables, and how each figure came about."""
import statistics

import growth
import offline
import report
import turn
from race import BATCH, HUB, MOSQUITTO, POSTGRES, TURNS
from stats import median_of

AIMS = {HUB: ('heartbeats/s, single', 3500, lambda each: each.rate),
        BATCH: ('events/s in batches', 20000, lambda each: each.events / each.seconds)}


def race(found):
    reached = [f'{what}: at least {aim:,} wanted, {statistics.median(map(value, found.turns[name])):,.0f} measured'
               for name, (what, aim, value) in AIMS.items()]
    return '\n\n'.join([
        '## Heartbeats per second',
        f'{turn.CONNECTIONS} persistent TLS connections from one generator process on the same cores, each sends when '
        f'its last one was answered. {TURNS} turns each of {turn.COUNTED} s after {turn.WARM_UP} s of warm-up, in '
        'rotating order; median (least–most). A single heartbeat carries one event and is '
        f'{found.size} bytes of JSON; the peers’ messages carry as many bytes.',
        report.table(['', 'heartbeats/s', 'events/s', 'server, CPU ms per 1,000', 'generator, CPU ms per 1,000',
                      'cores, server + generator'], [row(name, each) for name, each in found.turns.items()]),
        'Aim: ' + '; '.join(reached) + '.', troubles(found.turns), '![Turns](figures-ingest.svg)', method(found)])


def row(name, turns):
    events = [each.events / each.seconds for each in turns]
    cores = [statistics.median(cpu / each.seconds for cpu, each in zip(cpus, turns))
             for cpus in ([each.server for each in turns], [each.generator for each in turns])]
    return [name, median_of([each.rate for each in turns]), median_of(events) if any(events) else '',
            median_of([each.per_thousand(each.server) for each in turns]),
            median_of([each.per_thousand(each.generator) for each in turns]),
            ' + '.join(f'{each:.2f}' for each in cores)]


def troubles(turns):
    """What the hub refused or lost is no heartbeat, and it would be hidden in a rate."""
    told = [each.notes for name in AIMS for each in turns[name]]
    sums = {key: sum(each[key] for each in told) for key in ('refused', 'overloaded', 'lost', 'unsettled')}
    slowest = {name: max(each.notes['latencyMs']['p99'] for each in turns[name]) for name in AIMS}
    return ('At the hub ' + ', '.join(f'{count} {what}' for what, count in sums.items()) + '. 99 % of answers within '
            + ', '.join(f'{ms:.0f} ms ({name})' for name, ms in slowest.items()) + ', worst turn.')


def method(found):
    how = {
        HUB: 'one SQLite file, synchronous=FULL: an answer means that the heartbeat is on the disk. What waits while '
             'one transaction is written becomes the next one. Load by `zone-hub simulate --load`, with a '
             'certificate per node; bodies above 4 KiB are deflated. Its database grows from turn to turn.',
        POSTGRES: '`pgbench -M prepared`, sslmode=require, one `INSERT … ON CONFLICT DO UPDATE` of one row per '
                  'transaction, a row per connection, no history table. Durable.',
        MOSQUITTO: 'QoS 1, one message under way per connection, a topic per connection, no subscriber. Confirmed from '
                   'memory: **not durable**, so it is no equal, it shows what TLS and sockets cost. The generator is '
                   'Python (`mqtt_load.py`).'}
    lines = [f'* **{name}**: {found.notes[name]}. {text[0].upper() + text[1:]}'
             for name, text in how.items() if name in found.notes]
    lines += [f'* **{name}** is left out: {why}.' for name, why in found.missing.items()]
    return '\n'.join(lines) + (
        '\n\nHandshakes fall into the warm-up. CPU is utime + stime from /proc in 10 ms steps, children included; the '
        'kernel’s own threads (disk flushes) are nobody’s. Ciphers are what each TLS library prefers.')


def grown(found):
    head = ['after', *(f'{year} y' for year in range(1, len(found.years) + 1))]
    parts = [[part, *(f'{year[part] / 1e6:.2f}' for year in found.years)] for part in found.years[0]]
    total = ['all', *(f'{(sum(year.values()) + found.standing) / 1e6:.2f}' for year in found.years)]
    rows = [[name, f'{count:.1f}', f'{size:.0f}', kept(name)] for name, (count, size) in found.classes.items()]
    return '\n\n'.join([
        '## The hub’s database, per zone',
        f'Measured: {growth.ZONES} simulated zones with one PC each brought a year of {growth.PER_DAY} events a day '
        f'(and a start and a stop of the PC a day) to a real hub, {found.fed:,} events. Scaled: in the stopped hub’s '
        'file every row was dated as if it had come when it happened, two states of the node and the count of '
        'heartbeats were added for each day, the year was repeated, and after each year what is too old was deleted by '
        'the hub’s rule. Sizes are whole pages that hold something (dbstat), indexes included.',
        report.table(['MB per zone', *head[1:]], [*parts, total]), '![Growth](figures-growth.svg)',
        report.table(['class', 'rows per zone and day', 'bytes per row', 'kept'], rows),
        'A heartbeat without events adds no row: it rewrites the node’s own, and the count of the day. What does not '
        f'grow is {found.standing / 1e3:.0f} kB per zone here. Write-ahead log and ballast (32 MiB) are beside it, per '
        'hub. A file does not shrink: freed pages are used again.'])


def kept(name):
    days = growth.KEPT.get(name)
    return f'{days} days' if days else 'for ever'


def away(found):
    days = offline.BOUND / found.day
    return '\n\n'.join([
        '## The agent’s journal without a line',
        f'Measured: a real agent with simulated panel, printer and box, its hub gone. In {offline.IDLE} s of quiet it '
        f'wrote {found.idle} rows, in {offline.BUSY} s of busy simulators {found.events}; a row is **{found.bytes:.0f} '
        f'bytes** in the file, index included. Scaled: {offline.PER_DAY} events a day make **{found.day / 1e3:.1f} kB '
        f'a day offline**; the default bound of {offline.BOUND >> 20} MiB holds {days:,.0f} days of that. Without '
        'a line only classes C and D go by age, after `journal.days` (90). Each print job makes three rows.',
        report.table(['event', 'rows'], [[f'`{name}`', count] for name, count in found.rows.items()])])


def whole(facts, kind, parts):
    return report.whole('Measured figures: ingest and storage', facts, kind, parts)
