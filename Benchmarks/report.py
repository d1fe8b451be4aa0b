"""The report as Markdown. It states what was measured and how, not what to think of it."""
from stats import Line, spread

SHARES = ('p50', 'p90', 'p99', 'max')
MEMORY = (('Rss', 'RSS'), ('Pss', 'PSS'), ('Anonymous', 'anonymous'), ('Pss_Anon', 'anonymous, PSS'), ('Swap', 'swap'))


def table(head, rows):
    """The first column is words, the others are numbers."""
    lines = [head, ['---'] + ['---:'] * (len(head) - 1), *rows]
    return '\n'.join('| ' + ' | '.join(str(cell).replace('|', '\\|') for cell in line) + ' |' for line in lines)


def mib(kib):
    return f'{kib / 1024:.1f}'


def latency(tallies, size, rate, seconds):
    def row(name, values, errors):
        found = spread([value / 1e6 for value in values])
        return [name, len(values), errors, *(f'{found[share]:.3f}' for share in SHARES)]
    agent, peer = tallies['agent'], tallies['peer']
    counts = {who: sum(tally.errors.values()) for who, tally in tallies.items()}
    rows = [row('agent, `GET /v1/status`', agent.latencies, counts['agent']),
            row('trivial peer', peer.latencies, counts['peer']),
            row('lateness of the generator (agent)', agent.lateness, ''),
            row('lateness of the generator (peer)', peer.lateness, '')]
    if agent.latencies and peer.latencies:
        ours, theirs = spread(agent.latencies), spread(peer.latencies)
        rows.append(['agent ÷ peer', '', '', *(f'{ours[share] / theirs[share]:.2f}' for share in SHARES)])
    kinds = [f'{who}: {count} × {what}' for who, tally in tallies.items() for what, count in tally.errors.items()]
    return '\n\n'.join([
        '## Latency',
        f'`kiosk.sock`, HTTP/1.1 with keep-alive on 8 connections, body {size} bytes; open loop at {rate} requests/s '
        f'for {seconds} s each. Latency counts from the scheduled time, so the generator’s lateness is part of it. '
        'The peer is a Python loop that answers with as many bytes; both take turns of 5 s.',
        table(['ms', 'answers', 'errors', *SHARES], rows),
        '![Latency](figures-latency.svg)', *(['Errors: ' + '; '.join(kinds) + '.'] if kinds else [])])


def memory(idle):
    steady = idle.steady()
    minutes = [sample.seconds / 60 for sample in steady]
    rows = []
    for key, name in MEMORY:
        values = [sample.memory[key] for sample in steady]
        line = Line(minutes, values)
        slope = f'{line.slope:+.2f} ± {line.error:.2f}' if line.count >= 3 else 'too few samples'
        rows.append([name, *map(mib, (values[0], min(values), max(values), values[-1])), slope])
    first, last = steady[0], steady[-1]
    return '\n\n'.join([
        '## Memory of the idle agent',
        f'No device, no client, the shipped hardware profiles, connected to a hub on loopback; children apart. '
        f'{len(steady)} samples of `smaps_rollup` from minute {idle.settled / 60:.3g} to {last.seconds / 60:.3g}. '
        'Slope by least squares ± its standard error (samples taken as independent). PSS also moves when other '
        'processes begin or cease to share the same libraries.',
        table(['MiB', 'first', 'least', 'most', 'last', 'slope, KiB/min'], rows),
        f'Threads {first.threads} → {last.threads}, open files {first.files} → {last.files}.',
        '![Memory](figures-memory.svg)', *children(idle), where(idle)])


def children(idle):
    if not idle.children:
        return ['The agent had no child.']
    return ['Its children:', table(['MiB', 'RSS', 'PSS', 'anonymous'], [
        [f'`{command}`', *(mib(memory[key]) for key in ('Rss', 'Pss', 'Anonymous'))]
        for command, memory in idle.children])]


def where(idle):
    rows = [[f'{mapping.name} `{mapping.rights}`', mapping.anonymous, f'{gained:+d}', mapping.rss]
            for mapping, gained in idle.largest]
    return (f'The {len(rows)} mappings (of {idle.mappings}) with the most anonymous memory:\n\n'
            + table(['KiB', 'anonymous', 'gained since minute ' + f'{idle.settled / 60:.3g}', 'RSS'], rows))


def processor(idle):
    rates = [(name, voluntary / idle.seconds, involuntary / idle.seconds)
             for name, voluntary, involuntary in idle.switches.values()]
    rows = [['all', *(f'{sum(rate[column] for rate in rates):.2f}' for column in (1, 2))]]
    rows += [[name, f'{voluntary:.2f}', f'{involuntary:.2f}']
             for name, voluntary, involuntary in sorted(rates, key=lambda rate: -rate[1])[:6]]
    return '\n\n'.join([
        '## Idle processor time',
        f'{idle.processor:.2f} s of user and system time in {idle.seconds:.0f} s: '
        f'**{100 * idle.processor / idle.seconds:.3f} % of one core** (utime + stime, 10 ms steps, children apart). '
        'Context switches of the threads that lived at the end:',
        table(['per second', 'voluntary', 'involuntary'], rows)])


def sizes(programs):
    rows = [[f'`{name}`', f'{size / (1 << 20):.1f}', 'not measured' if bare is None else f'{bare / (1 << 20):.1f}']
            for name, size, bare in programs]
    return '## Size of the programs\n\n' + table(['MiB', 'as built', 'stripped'], rows)


def whole(title, facts, kind, parts):
    lines = [f'# {title}', 'Written by `Benchmarks/run`; see Benchmarks/README.md for the method.']
    if not kind.startswith('release'):
        lines.append('**Not a known release build: these numbers only show that the benchmark works.**')
    lines.append(table(['how', ''], [list(fact) for fact in facts]).replace('---:', '---'))
    return '\n\n'.join(lines + parts) + '\n'
