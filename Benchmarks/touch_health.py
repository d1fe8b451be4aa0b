"""How often a healthy panel is called ill, how soon an ill one is, and pictures of what is learned.

Runs Tests/TouchTests/PanelWeeksTests.swift in an optimised build with many seeds:

    python3 Benchmarks/touch_health.py [--seeds 20] [--pictures docs]

`--from FILE` draws from the lines of an earlier run.
"""
import argparse
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COLUMNS, ROWS, CELL = 32, 18, 11
TITLES = {
    'none': 'A healthy panel in a busy hall, after a week',
    'deadColumn': 'Columns 50 to 54 % dead for two weeks',
    'deadCorner': 'The upper right corner dead for two weeks',
    'ghostPlace': 'A ghost at one place for two weeks',
}


def run(seeds):
    environment = dict(os.environ, ZONE_SEEDS=str(seeds), ZONE_HEALTH_LONG='1')
    command = ['Tests/Fuzz/reduced', '.build-health', '1', 'test', '-c', 'release', '--disable-xctest',
               '--filter', 'PanelWeeksTests']
    result = subprocess.run(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, timeout=6 * 3600)
    figures = [line for line in result.stdout.splitlines() if line.startswith('figure ')]
    if result.returncode:
        # An alarm before the illness is no figure, and must not be lost among them.
        print('\n'.join(line for line in result.stdout.splitlines() if 'recorded an issue' in line) or result.stdout[-3000:],
              file=sys.stderr)
        sys.exit(f'swift test ended with {result.returncode}')
    return figures


def colour(share):
    """White for none, over yellow and red to black."""
    stops = [(255, 255, 255), (254, 217, 118), (227, 26, 28), (60, 0, 20)]
    place = min(1.0, max(0.0, share)) ** 0.6 * (len(stops) - 1)
    low = min(int(place), len(stops) - 2)
    mixed = [round(a + (b - a) * (place - low)) for a, b in zip(stops[low], stops[low + 1])]
    return '#%02x%02x%02x' % tuple(mixed)


def picture(name, cells):
    width, height = COLUMNS * CELL, ROWS * CELL
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 20}" height="{height + 62}" '
             f'viewBox="0 0 {width + 20} {height + 62}" font-family="sans-serif">',
             f'<rect width="{width + 20}" height="{height + 62}" fill="#fff"/>',
             f'<text x="10" y="20" font-size="14" font-weight="bold">{TITLES[name]}</text>']
    for index, value in enumerate(cells):
        x, y = 10 + index % COLUMNS * CELL, 30 + index // COLUMNS * CELL
        parts.append(f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{colour(value / 1000)}"/>')
    parts.append(f'<rect x="10" y="30" width="{width}" height="{height}" fill="none" stroke="#555"/>')
    for step in range(11):
        parts.append(f'<rect x="{10 + step * 16}" y="{height + 38}" width="16" height="8" fill="{colour(step / 10)}"/>')
    parts.append(f'<text x="192" y="{height + 46}" font-size="10">0 to 100 % of the spells of use</text></svg>')
    return '\n'.join(parts) + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--seeds', type=int, default=20)
    parser.add_argument('--pictures', help='the folder for touch-map-NAME.svg')
    parser.add_argument('--from', dest='earlier')
    options = parser.parse_args()
    if options.earlier:
        with open(options.earlier, encoding='utf-8') as file:
            lines = [line.rstrip('\n') for line in file if line.startswith('figure ')]
    else:
        lines = run(options.seeds)
    for line in lines:
        kind, *rest = line.split(' ')[1:]
        if kind != 'map':
            print(line)
        elif options.pictures and rest[0] in TITLES:
            path = os.path.join(options.pictures, f'touch-map-{rest[0]}.svg')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(picture(rest[0], [int(value) for value in rest[1].split(',')]))
    if not lines:
        sys.exit('no figures: the tests did not run')


if __name__ == '__main__':
    main()
