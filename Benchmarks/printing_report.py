"""The report of printing as Markdown, and its charts."""
import report
from charts import distribution
from printing_jobs import AGENT, AGENT_CURL, CUPSD, JOBS, LP, PER_SECOND, ROUNDS
from printing_watch import COUNTED
from printing_zone import PRINTERS
from stats import Line, spread
from svg import COLORS, Axis, Chart, Curve, decades, picture, plain, steps

AIM = 1.2
# Caches fill first.
SETTLED = JOBS // 5


def race(races):
    parts = ['## Until a document is accepted',
             f'{ROUNDS} times each, one after the other in rotating order, each on a connection of its own; a round '
             f'each {2 / PER_SECOND:.1f} s. ms.']
    for name, found in races.items():
        rows = [[way, *(f'{value:.1f}' for value in spread(times).values())] for way, times in found.items()]
        parts += [f'### {name}', report.table(['', 'p50', 'p90', 'p99', 'max'], rows), ratios(found)]
    parts += [
        'Accepted means: by us, looked through (a PDF by `pdfinfo` in a child of its own, with limits), its pages '
        'known and checked against the rules, on the disk and in the journal with fdatasync, an answer with the number '
        'of the job. By cupsd: in its spool, not flushed (SyncOnClose No, its default), and not looked at. `lp` and '
        '`curl` are programs that are started for each document; the other two are the same Python on a Unix socket. '
        'The queue of cupsd is stopped, so that nothing prints there; ten simulated printers do print what the '
        'agent has accepted.',
        '![Distribution](figures-printing.svg)']
    return '\n\n'.join(parts)


def ratios(found):
    """What a kiosk's program does with us, beside what it would do without; then like with like."""
    def times(ours, theirs):
        one, other = spread(found[ours]), spread(found[theirs])
        return f'{one["p50"] / other["p50"]:.2f} times at p50, {one["p99"] / other["p99"]:.2f} at p99'
    pairs = [(ours, theirs) for ours, theirs in ((AGENT, LP), (AGENT_CURL, LP), (AGENT, CUPSD)) if ours in found]
    reached = spread(found[AGENT])['p50'] / spread(found[LP])['p50'] <= AIM
    return ('; '.join(f'{ours} beside {theirs}: {times(ours, theirs)}' for ours, theirs in pairs)
            + f'. Aim: at most {AIM} times `lp` at p50, {"reached" if reached else "missed"}.')


def watched(found):
    idle, _ = found['none']
    rows = []
    for interval, (used, seconds) in found.items():
        looks = 0 if interval == 'none' else PRINTERS * seconds / int(interval[:-1])
        rows.append([f'{PRINTERS} printers, each {interval}' if looks else 'no printer', f'{used:.2f}',
                     f'{100 * used / seconds:.2f} %', f'{1000 * (used - idle) / looks:.1f}' if looks else ''])
    return '\n\n'.join([
        '## Watching', report.table(['', f'CPU s in {COUNTED} s', 'of a core', 'ms per look, above no printer'], rows),
        'utime + stime of the agent and of its worker, from /proc in steps of 10 ms. Nothing is wrong with the '
        'printers and nobody prints; a hub is reported to. 30 s is what the shipped profiles say.'])


def grown(found):
    steady = [row for row in found if row[0] >= SETTLED]
    lines = {name: Line([row[0] for row in steady], [row[column] for row in steady])
             for name, column in (('agent', 1), ('worker', 2))}
    rows = [[name, f'{found[0][column]:,}', f'{steady[0][column]:,}', f'{found[-1][column]:,}',
             f'{lines[name].slope * 100:+.1f} ± {lines[name].error * 100:.1f}']
            for name, column in (('agent', 1), ('worker', 2))]
    return '\n\n'.join([
        f'## Memory over {JOBS:,} jobs', report.table(
            ['', 'KiB at first', f'after {SETTLED} jobs', f'after {JOBS:,}', 'KiB per 100 jobs from there'], rows),
        f'Anonymous memory (smaps_rollup) each 20 jobs of one page, spread over {PRINTERS} printers that print them; '
        f'before these the same agent took the {4 * ROUNDS} documents above. The slope is a least-squares line from '
        f'job {SETTLED} on, with its standard error.'])


def whole(facts, kind, parts):
    return report.whole('Measured figures: printing', facts, kind, parts)


def chart(races, grown_samples):
    return picture(*(latency(name, found) for name, found in races.items()), memory(grown_samples))


def latency(name, found):
    curves = {way.replace('`', ''): distribution([ms * 1e6 for ms in times]) for way, times in found.items()}
    values = [y for points in curves.values() for _, y in points]
    up, end = decades(min(values), max(values)), max(points[-1][0] for points in curves.values())
    ticks = [(0.0, '0'), (0.301, '50'), (1.0, '90'), (2.0, '99')]
    picture_of = Chart(f'Until accepted: {name}',
                       Axis('percentile', 0, end, [tick for tick in ticks if tick[0] <= end]),
                       Axis('ms', up[0], up[-1], [(y, plain(y)) for y in up], logarithmic=True))
    for (way, points), color in zip(curves.items(), COLORS):
        picture_of.draw(Curve(way, points, color))
    return picture_of


def memory(samples):
    up = steps(0, max(max(row[1:]) for row in samples) / 1024 * 1.05)
    across = steps(0, JOBS, 10)
    found = Chart(f'Anonymous memory over {JOBS:,} jobs', Axis('jobs', 0, JOBS, [(x, plain(x)) for x in across]),
                  Axis('MiB', 0, up[-1], [(y, plain(y)) for y in up]))
    for (name, column), color in zip((('agent', 1), ('worker', 2)), COLORS):
        found.draw(Curve(name, [(row[0], row[column] / 1024) for row in samples], color))
    return found
