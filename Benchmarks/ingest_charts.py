"""The two charts of the ingest."""
import turn
from svg import COLORS, Axis, Chart, Curve, decades, picture, plain, steps


def race(found):
    curves = {name: [(number, each.rate) for number, each in enumerate(turns, 1)]
              for name, turns in found.turns.items()}
    rates = [rate for points in curves.values() for _, rate in points]
    up, last = decades(min(rates), max(rates)), max(map(len, curves.values()))
    chart = Chart(f'Heartbeats confirmed per second, {turn.CONNECTIONS} TLS connections',
                  Axis('turn', 1, max(2, last), [(number, plain(number)) for number in range(1, last + 1)]),
                  Axis('heartbeats/s', up[0], up[-1], [(y, f'{y:,.0f}') for y in up], logarithmic=True))
    for (name, points), color in zip(curves.items(), COLORS):
        chart.draw(Curve(name, points, color))
    return picture(chart)


def growth(found):
    parts = {'all': [sum(year.values()) + found.standing for year in found.years],
             **{part: [year[part] for year in found.years] for part in found.years[0]}}
    up, last = steps(0, max(parts['all']) / 1e6), len(found.years)
    chart = Chart('The hub’s database per zone, 60 events a day',
                  Axis('years', 0, last, [(x, plain(x)) for x in range(last + 1)]),
                  Axis('MB', 0, up[-1], [(y, plain(y)) for y in up]))
    for (part, values), color in zip(parts.items(), COLORS):
        begin = found.standing if part == 'all' else 0
        chart.draw(Curve(part, [(x, y / 1e6) for x, y in enumerate([begin, *values])], color))
    return picture(chart)
