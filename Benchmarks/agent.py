"""The agent: memory and processor time when it idles, latency of its socket, sizes of the programs."""
import time

import charts
import idle
import latency
import programs
import report
from progress import say
from zone import Zone


def measure(options, folder, occasion):
    """{file's name: content}."""
    with Zone(folder) as zone:
        say(f'the zone is up after {time.monotonic() - zone.began:.1f} s')
        settled = options.settled * 60 if options.settled else idle.settling(options.minutes)
        calm = idle.watch(zone.agent.pid, zone.began, options.minutes, settled)
        tallies, size = latency.measure(zone.kiosk, zone.root, options.rate, options.seconds)
        lines = {name: len(zone.lines(name)) for name in programs.NEEDED}
    facts = [*occasion.facts(), ('lines logged', ', '.join(f'{name} {count}' for name, count in lines.items()))]
    parts = [report.latency(tallies, size, options.rate, options.seconds), report.memory(calm), report.processor(calm),
             report.sizes(programs.sizes(folder))]
    return {'figures.md': report.whole('Measured figures', facts, occasion.kind, parts),
            'figures-memory.svg': charts.memory(calm), 'figures-latency.svg': charts.latency(tallies, options.rate)}
