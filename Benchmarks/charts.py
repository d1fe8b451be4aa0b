"""The two charts of the report."""
import math

from stats import Line
from svg import COLORS, Axis, Chart, Curve, decades, plain, steps

MEMORY = (('Rss', 'RSS'), ('Pss', 'PSS'), ('Anonymous', 'anonymous'))
SHARES = ((0, '0'), (0.5, '50'), (0.9, '90'), (0.99, '99'), (0.999, '99.9'), (0.9999, '99.99'))


def memory(idle):
    """Memory over time, with the fitted lines of the part that counts."""
    minutes = [sample.seconds / 60 for sample in idle.samples]
    columns = {key: [sample.memory[key] / 1024 for sample in idle.samples] for key, _ in MEMORY}
    across, up = steps(max(minutes)), steps(max(map(max, columns.values())) * 1.05)
    chart = Chart('Memory of the idle agent',
                  Axis('minutes since the agent was started', 0, max(across), [(x, plain(x)) for x in across]),
                  Axis('MiB', 0, max(up), [(y, plain(y)) for y in up]))
    chart.mark(idle.settled / 60, 'figures count from here')
    steady = [sample.seconds / 60 for sample in idle.steady()]
    for (key, name), color in zip(MEMORY, COLORS):
        line = Line(steady, columns[key][-len(steady):])
        slope = f' {line.slope * 1024:+.1f} KiB/min' if line.count >= 3 else ''
        if slope:
            chart.draw(Curve('', [(x, line.at(x)) for x in (steady[0], steady[-1])], '#222', thin=True))
        chart.draw(Curve(name + slope, list(zip(minutes, columns[key])), color))
    return chart.svg()


def distribution(latencies):
    """[(percentile's place on the axis, ms)]; the axis gives each further nine the same room."""
    ordered = sorted(latencies)
    count, points, last = len(ordered), [], -1.0
    for index, latency in enumerate(ordered):
        place = -math.log10(1 - (index + 0.5) / count)
        if place - last >= 0.005 or index == count - 1:
            points.append((place, latency / 1e6))
            last = place
    return points


def latency(tallies, rate):
    curves = {who: distribution(tally.latencies) for who, tally in tallies.items() if tally.latencies}
    curves['generator'] = distribution([max(1000, late) for late in tallies['agent'].lateness])
    names = {'agent': 'agent, /v1/status', 'peer': 'trivial peer', 'generator': "generator's lateness"}
    values = [y for points in curves.values() for _, y in points]
    up, end = decades(min(values), max(values)), max(points[-1][0] for points in curves.values())
    ticks = [(-math.log10(1 - share) if share else 0.0, words) for share, words in SHARES]
    chart = Chart(f'Latency since the scheduled time, open loop at {rate} requests/s',
                  Axis('percentile', 0, end, [tick for tick in ticks if tick[0] <= end]),
                  Axis('ms', up[0], up[-1], [(y, plain(y)) for y in up], logarithmic=True))
    for (who, points), color in zip(curves.items(), COLORS):
        chart.draw(Curve(names[who], points, color))
    return chart.svg()
