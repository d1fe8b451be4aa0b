"""The report of touch as Markdown: ratios, because an emulated PC has no time of its own."""
import statistics

import report
from stats import spread

AGENT, LIBINPUT, EVTEST = 'zone-agent', 'libinput debug-events', 'evtest'
CPU_AIM, LATENCY_AIM = 1.0, 1.3


def verdict(ratio, aim):
    return f'aim at most {aim}, {"reached" if ratio <= aim else "missed"}'


def cost(found):
    net = {name: found['busy'][name] - found['idle'][name] * found['seconds'] / found['idleSeconds']
           for name in found['busy']}
    rows = [[name, f'{found["idle"][name]:.2f}', f'{found["busy"][name]:.2f}', f'{net[name]:.2f}',
             f'{net[name] / net[LIBINPUT]:.2f}'] for name in (AGENT, LIBINPUT, EVTEST)]
    return '\n\n'.join([
        '## Processor time',
        f'Ten fingers that move in each frame, {found["frames"]} frames in {found["seconds"]:.0f} s (33 events each, 100 '
        f'frames a second wanted); before that as long without a touch. All three at the device at once, the peers '
        'writing to /dev/null.',
        report.table(['CPU s', 'idle', 'busy', 'busy above idle', 'of libinput'], rows),
        f'The agent beside libinput: {verdict(net[AGENT] / net[LIBINPUT], CPU_AIM)}. Anonymous memory of the agent: '
        f'{found["memoryKiB"][0]:,} KiB before, {found["memoryKiB"][1]:,} KiB after.'])


def middle(turns):
    """The median of the turns: one that was held up in the emulated PC does not decide."""
    spreads = [spread(turn['seconds']) for turn in turns]
    return {share: statistics.median(each[share] for each in spreads) for share in ('p50', 'p99')}


def calm(*measured):
    """How many turns were made and count, and what the noisiest of those lost."""
    tries, kept = sum(each['tries'] for each in measured), sum(len(each['turns']) for each in measured)
    worst = max(each['stolen'] for each in measured)
    return (f'{kept} turns of {tries} count, those during which the hypervisor took least from the host: '
            f'{worst * 1000:.0f} ms of 6 s at the most.')


def latency(found):
    spreads = {name: middle(found[name]['turns']) for name in found}
    base = spreads[LIBINPUT]
    rows = [[name, f'{sum(len(turn["seconds"]) for turn in found[name]["turns"])} of '
                   f'{sum(turn["sent"] for turn in found[name]["turns"])}',
             *(f'{spreads[name][share] / base[share]:.2f}' for share in ('p50', 'p99'))] for name in found]
    return '\n\n'.join([
        '## From the kernel to a second process',
        'One finger, 50 frames a second, each reader alone in turns of 300 frames. From the write that the kernel stamps until the frame '
        'is read whole by another process: from the pipe of `libinput debug-events` and of `evtest` (`stdbuf -oL`), '
        f'from the agent by its stream of contacts, over HTTP on admin.sock. The median of the turns, times of libinput. '
        f'{calm(*found.values())}',
        report.table(['', 'frames heard', 'p50', 'p99'], rows),
        f'p50: {verdict(spreads[AGENT]["p50"] / base["p50"], LATENCY_AIM)}; '
        f'p99: {verdict(spreads[AGENT]["p99"] / base["p99"], LATENCY_AIM)}.'])


def reader(found, pipe, heard):
    base, hop, turns = middle(heard[LIBINPUT]['turns']), middle(pipe['turns']), found['turns']
    own = {share: statistics.median(turn[share + 'Us'] for turn in turns) / 1e6 for share in ('p50', 'p99')}

    def without(share):
        """libinput less the pipe; nothing where the pipe alone takes as long, as it does on a PC that is held up."""
        alone = base[share] - hop[share]
        if alone < base[share] / 10:
            return ' (libinput less a pipe: nothing is left that could be told)'
        return f', {own[share] / alone:.2f} of libinput less a pipe ({verdict(own[share] / alone, LATENCY_AIM)})'

    rows = [['the agent’s reader', *(f'{own[share] / base[share]:.2f}' for share in own)],
            ['a line through a pipe', *(f'{hop[share] / base[share]:.2f}' for share in own)],
            ['libinput debug-events, heard through a pipe', '1.00', '1.00']]
    return '\n\n'.join([
        '## From the kernel to the reader',
        f'The agent’s own reader, from the kernel’s stamp to the moment at which its source hands the frame on '
        f'(`details.reader`): {len(turns)} turns of 300 frames of one finger, 50 a second, alone at a new panel; shares are '
        'rounded up, by an eighth at most. `libinput debug-events` reads and prints: from the write that the kernel '
        'stamps until the line is at another process. A line through a pipe to the same listener is that last part alone. '
        f'The median of the turns, times of libinput. Of the reader {calm(found)} Of the pipe {calm(pipe)}',
        report.table(['', 'p50', 'p99'], rows),
        ' '.join(f'{share}: {own[share] / base[share]:.2f} of libinput with its pipe ({verdict(own[share] / base[share], LATENCY_AIM)})'
                 f'{without(share)}.'
                 for share in own) + ' Libinput’s printing is in its time still; nothing is printed in the agent’s.',
        f'SYN_DROPPED in it: {sum(turn["dropped"] for turn in turns)}. The longest wait: '
        f'{max(turn["maxUs"] for turn in turns) / 1000:.1f} ms of the emulated PC.'])


def flood(found):
    dropped = found['dropped']
    rows = [[name, dropped[name]] for name in (AGENT, LIBINPUT, EVTEST)]
    return '\n\n'.join([
        '## A flood',
        f'{found["bursts"]} times {found["frames"]} frames of ten fingers without a pause, while the peers write to a '
        'file. How often each was told that events were lost (SYN_DROPPED).',
        report.table(['', 'SYN_DROPPED'], rows),
        f'libinput’s own log says five of them in each flood at most and leaves out the rest. Anonymous memory of the agent: '
        f'{found["memoryKiB"][0]:,} KiB before, {found["memoryKiB"][1]:,} KiB after.'])


def whole(facts, kind, result):
    lines = '\n'.join(f'* {what}: {value}' for what, value in facts)
    return '\n\n'.join([
        '# Figures: touch', f'Build: {kind}. Measured in the machine of Tests/Machine, an emulated PC (QEMU, TCG): only '
        'ratios mean something, and the peers are measured in the same run.', lines,
        cost(result['cost']), reader(result['reader'], result['pipe'], result['latency']), latency(result['latency']), flood(result['flood'])]) + '\n'
