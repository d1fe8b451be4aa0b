"""Arithmetic: percentiles and a straight line through points."""
import math
import statistics


def percentile(ordered, share):
    """Nearest rank: the smallest value that `share` (0…1) of all values do not exceed. `ordered` ascends."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def spread(values):
    """What is told of each distribution."""
    ordered = sorted(values)
    return {'p50': percentile(ordered, 0.5), 'p90': percentile(ordered, 0.9), 'p99': percentile(ordered, 0.99),
            'max': percentile(ordered, 1)}


def median_of(values):
    """`median (least–most)` as text, in whole numbers."""
    return f'{statistics.median(values):,.0f} ({min(values):,.0f}–{max(values):,.0f})'


class Line:
    """y = start + slope · x by least squares; `error` is the slope's standard error."""

    def __init__(self, xs, ys):
        count = len(xs)
        self.count, self.slope, self.start, self.error = count, math.nan, math.nan, math.nan
        if count < 3:
            return
        middle_x, middle_y = sum(xs) / count, sum(ys) / count
        width = sum((x - middle_x) ** 2 for x in xs)
        self.slope = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys)) / width
        self.start = middle_y - self.slope * middle_x
        rest = sum((y - self.at(x)) ** 2 for x, y in zip(xs, ys))
        self.error = math.sqrt(rest / (count - 2) / width)

    def at(self, x):
        return self.start + self.slope * x
