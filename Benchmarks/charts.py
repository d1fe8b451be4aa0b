"""The two charts of the report."""
import math

from stats import Line
from svg import COLORS, Axis, Chart, Curve, decades, picture, plain, steps

MEMORY = (('Rss', 'RSS'), ('Pss', 'PSS'), ('Anonymous', 'anonymous'))
SHARES = ((0, '0'), (0.5, '50'), (0.9, '90'), (0.99, '99'), (0.999, '99.9'), (0.9999, '99.99'))


def memory(idle):
    """Memory over time, and how it changed since the agent settled: a leak shows in the second."""
    return picture(amounts(idle), changes(idle))


def minutes_axis(idle):
    last = idle.samples[-1].seconds / 60
    return Axis('minutes since the agent was started', 0, last,
                [(x, plain(x)) for x in steps(0, last, 10) if x <= last])


def amounts(idle):
    columns = [[sample.memory[key] / 1024 for sample in idle.samples] for key, _ in MEMORY]
    up = steps(0, max(map(max, columns)) * 1.05)
    chart = Chart('Memory of the idle agent', minutes_axis(idle), Axis('MiB', 0, up[-1], [(y, plain(y)) for y in up]))
    chart.mark(idle.settled / 60, 'figures count from here')
    for (_, name), column, color in zip(MEMORY, columns, COLORS):
        chart.draw(Curve(name, [(sample.seconds / 60, y) for sample, y in zip(idle.samples, column)], color))
    return chart


def changes(idle):
    steady = idle.steady()
    xs = [sample.seconds / 60 for sample in steady]
    own = [each for each in zip(MEMORY, COLORS) if each[0][0] != 'Pss']    # PSS also moves with other processes
    columns = [[sample.memory[key] - steady[0].memory[key] for sample in steady] for (key, _), _ in own]
    up = steps(min(map(min, columns)), max(*map(max, columns), 1))
    chart = Chart(f'Change since minute {idle.settled / 60:.3g}, with fitted lines', minutes_axis(idle),
                  Axis('KiB', up[0], up[-1], [(y, plain(y)) for y in up]))
    for ((_, name), color), column in zip(own, columns):
        line, slope = Line(xs, column), ''
        if line.count >= 3:
            slope = f' {line.slope:+.1f} KiB/min'
            chart.draw(Curve('', [(x, line.at(x)) for x in (xs[0], xs[-1])], color, thin=True))
        chart.draw(Curve(name + slope, list(zip(xs, column)), color))
    return chart


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
    return picture(chart)
