"""A line chart as SVG text: axes with units, a grid, lines with their names beside them. Nothing but lines."""
import dataclasses
import math
from html import escape

WIDTH, HEIGHT = 820, 420
LEFT, RIGHT, TOP, BOTTOM = 76, 196, 48, 60
STYLE = ('text{font:13px sans-serif;fill:#333}.title{font-size:16px;font-weight:bold}.grid{stroke:#e3e3e3}'
         '.axis{stroke:#555}.line{fill:none;stroke-width:2;stroke-linejoin:round}.thin{stroke-width:1.2;'
         'stroke-dasharray:6 4}')
COLORS = ('#0072b2', '#d55e00', '#009e73', '#8a4f9e')


@dataclasses.dataclass
class Axis:
    label: str
    low: float
    high: float
    ticks: list                 # [(value, text)]
    logarithmic: bool = False

    def share(self, value):
        """0 at the axis's beginning, 1 at its end."""
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclasses.dataclass
class Curve:
    name: str                   # '' for none
    points: list                # [(x, y)]
    color: str
    thin: bool = False


def steps(low, high, about=6):
    """Round values with 0 among them, from `low` or less to `high` or more."""
    raw = max(high - low, 1e-9) / about
    size = 10 ** math.floor(math.log10(raw))
    step = next(factor * size for factor in (1, 2, 2.5, 5, 10) if factor * size >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * index for index in range(first, last + 1)]


def decades(low, high):
    """1, 2, 5 times powers of ten around `low` to `high`."""
    values = [factor * 10.0 ** power for power in range(-6, 7) for factor in (1, 2, 5)]
    first = max((value for value in values if value <= low), default=values[0])
    last = min((value for value in values if value >= high and value > first), default=values[-1])
    return [value for value in values if first <= value <= last]


def plain(value):
    return f'{value:.10g}'


class Chart:
    def __init__(self, title, x, y):
        self.x, self.y, self.parts, self.labels = x, y, [], []
        self.text(LEFT, 26, title, 'class="title"')
        self.frame()

    def at(self, x, y):
        return (LEFT + self.x.share(x) * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - self.y.share(y) * (HEIGHT - TOP - BOTTOM))

    def text(self, x, y, words, more=''):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(words)}</text>')

    def line(self, one, other, kind):
        self.parts.append(f'<line class="{kind}" x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{other[0]:.1f}" '
                          f'y2="{other[1]:.1f}"/>')

    def frame(self):
        right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
        for value, words in self.x.ticks:
            x = self.at(value, self.y.low)[0]
            self.line((x, TOP), (x, bottom), 'grid')
            self.text(x, bottom + 19, words, 'text-anchor="middle"')
        for value, words in self.y.ticks:
            y = self.at(self.x.low, value)[1]
            self.line((LEFT, y), (right, y), 'grid')
            self.text(LEFT - 9, y + 4.5, words, 'text-anchor="end"')
        self.line((LEFT, bottom), (right, bottom), 'axis')
        self.line((LEFT, TOP), (LEFT, bottom), 'axis')
        self.text((LEFT + right) / 2, HEIGHT - 16, self.x.label, 'text-anchor="middle"')
        middle = (TOP + bottom) / 2
        self.text(12, middle, self.y.label, f'text-anchor="middle" transform="rotate(-90 12 {middle:.1f})"')

    def draw(self, curve):
        points = ' '.join('{:.1f},{:.1f}'.format(*self.at(*point)) for point in curve.points)
        kind = 'line thin' if curve.thin else 'line'
        self.parts.append(f'<polyline class="{kind}" stroke="{curve.color}" points="{points}"/>')
        if curve.name:
            self.labels.append((self.at(*curve.points[-1])[1], curve))

    def mark(self, x, words):
        """A vertical line with words at its foot."""
        place = self.at(x, self.y.low)[0]
        self.parts.append(f'<line class="axis" stroke-dasharray="2 4" x1="{place:.1f}" y1="{TOP}" x2="{place:.1f}" '
                          f'y2="{HEIGHT - BOTTOM}"/>')
        self.text(place + 6, HEIGHT - BOTTOM - 8, words)

    def name_curves(self):
        """Names at the right, each beside its curve's end, 17 px apart at least."""
        below = TOP
        for y, curve in sorted(self.labels, key=lambda label: label[0]):
            below = max(below, y + 4.5)
            self.text(WIDTH - RIGHT + 8, below, curve.name, f'style="fill:{curve.color}"')
            below += 17

    def body(self):
        self.name_curves()
        return '\n'.join(self.parts)


def picture(*charts):
    """One SVG, the charts below each other."""
    height = HEIGHT * len(charts)
    bodies = '\n'.join(f'<g transform="translate(0 {HEIGHT * index})">\n{chart.body()}\n</g>'
                       for index, chart in enumerate(charts))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}">\n<style>{STYLE}</style>\n<rect width="100%" height="100%" fill="#fff"/>\n'
            f'{bodies}\n</svg>\n')
