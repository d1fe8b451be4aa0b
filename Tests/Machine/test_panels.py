"""Touch panels of every kind on a real kernel: 43 real report descriptors by uhid, hid-multitouch above them."""
import datetime
import json
import os

from paneltable import KINDS, row, rows
from steps import Failure
from test_agent import same
from test_documents import story
from zone import CONFIGURATION, eventually

STATE = '/var/lib/zone-agent'
REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# A panel that enumerates as a mouse: the site says which one. By its name, because udev tells ids of USB devices only,
# and a uhid device is none.
MOUSE_PROFILE = '''kind: touchPanel
driver: touch-panel
match: {udev.NAME: "Mouse Panel*", udev.ID_INPUT_MOUSE: "1"}
evidence: field-report
'''
# A whole run has an end: there a sample of them.
SAMPLE = bool(os.environ.get('CI'))
CYCLES = 30 if SAMPLE else 100
ALL, BLOCK = 43, 8


def blocks():
    """Where the panels of a survey begin. A sample is another one each day, so that a week has seen all."""
    every = list(range(0, ALL, BLOCK))
    first = datetime.date.today().toordinal()
    return [every[(first + number) % len(every)] for number in (0, 3)] if SAMPLE else every


def panels(zone, verb, bound):
    """What guest/panels.py saw."""
    result = zone.machine.sh(f'python3 /opt/test/panels.py {verb}', bound)
    zone.seen[verb] = result.out + result.err
    if result.code:
        raise Failure(f'panels.py {verb}: exit code {result.code}: {result.err[-1500:]}')
    return [json.loads(line) for line in result.out.splitlines()]


def wrong(seen):
    """What the agent made of a panel, held against what the kernel says of the node that it has opened."""
    device, details = seen['device'], seen['device'].get('details') or {}
    node = next((each for each in seen['nodes'] if each['node'] in seen.get('opened', [each['node']])), {})
    axes = {name: node.get(name) for name in 'xy'}
    pairs = {
        'presence': (device.get('presence'), 'present'), 'link': (device.get('link'), 'up'),
        'devices': (len(seen.get('listed', [0])), 1), 'open nodes': (len(seen.get('opened', [0])), 1),
        'manner': (details.get('manner'), node.get('manner')), 'slots': (details.get('slots'), node.get('slots')),
        'axes': (details.get('axes'), axes), 'model': ((device.get('identity') or {}).get('model'), node.get('name')),
        'simulated': (bool(device.get('simulated')), False), 'after': (seen['after'], 'absent'),
        'fingers': ([each[1:3] for each in seen['touched']], [[each[0]] * 2 for each in seen['touched']]),
        'busy': (seen['touched'] and seen['touched'][0][3], 'busy'),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def judged(seen):
    """Fails with everything that is wrong of any panel."""
    faults = {each['panel']: wrong(each) for each in seen if wrong(each)}
    if faults:
        raise Failure('found, not wanted:\n' + '\n'.join(f'{name}: {fault}' for name, fault in faults.items()))


@story.step('the agent starts anew: it knows no panel, and one profile of the site for a panel that says it is a mouse')
def panels_start(zone):
    zone.machine.check(f'modprobe uhid; modprobe uinput; systemctl stop zone-agent; rm -rf {STATE}/*')
    zone.write('/etc/zone-agent/agent.yaml', CONFIGURATION)
    zone.write('/etc/zone-agent/hw-profiles/90-test/mouse.yaml', MOUSE_PROFILE)
    zone.start('zone-agent')


@story.step('a panel that says it is a mouse is one by a profile; any other mouse is left alone', panels_start)
def panels_mice(zone):
    panel, *others = panels(zone, 'mice', 300)
    judged([panel])
    same([node['marks'] for node in panel['nodes']], [['MOUSE']], 'marks of udev')
    same([each[0] for each in panel['touched']], [1, 0], 'fingers')
    for other in others:
        same((other['nodes'][0]['marks'], other['listed'], other['opened']), (['MOUSE'], [], []), other['panel'])


@story.step('a panel that is in no list works as well', panels_start)
def panel_invented(zone):
    seen = panels(zone, 'invented', 300)
    judged(seen)
    same([each[0] for each in seen[0]['touched']], [1, 2, 4, 3, 0], 'fingers')


@story.step('panels without slots: protocol A and a single point, each as its kind', panels_start)
def panels_slotless(zone):
    seen = panels(zone, 'uinput', 300)
    judged(seen)
    same([each['device']['details']['manner'] for each in seen], KINDS[1:], 'kinds')


@story.step('zonectl touch test counts the fingers on a panel, and names the half of the glass that none of them touched',
            panels_start)
def panel_tried(zone):
    seen = panels(zone, 'tried', 600)[0]
    summary = seen['summary']
    same((seen['code'], summary.get('contactsMost'), summary.get('contactsAtEnd'), summary.get('simulated')),
         (0, 2, 0, False), seen['told'])
    same(summary['untouchedColumns'], [{'fromPercent': 46.9, 'toPercent': 100}], 'columns')
    same([each['fromPercent'] for each in summary['untouchedRows']], [0, 27.8, 77.8], 'rows')


@story.step('two panels of one make keep their ids, whichever is plugged in first', panels_start)
def panels_twins(zone):
    seen = panels(zone, 'twins', 600)
    same(len(set(seen[0]['ids'])), 2, 'ids of two')
    same([each['ids'] for each in seen[1:]], [seen[0]['ids']] * 2, 'ids in another order')
    same([each['contacts'] for each in seen], [[2, 0]] * 3, 'contacts of the one touched and the other')


@story.step(f'{"a sample of " if SAMPLE else ""}{ALL} real panels behind hid-multitouch: found, described, touched by up to ten fingers',
            panels_start)
def panels_all(zone):
    seen = []
    for start in blocks():
        surveyed = panels(zone, f'survey {start} {start + BLOCK}', 600)
        for each in surveyed:
            print(f'        {each["seconds"]:4.1f} s  {row(each)}', flush=True)
        seen += surveyed
    zone.panels = [row(each) for each in seen]
    same(len(seen), sum(min(BLOCK, ALL - start) for start in blocks()), 'panels')
    judged(seen)
    same({each['driver'] for each in seen}, {'hid-multitouch'}, 'drivers')
    ten = [each['panel'] for each in seen if each['touched'] and max(row[0] for row in each['touched']) == 10]
    print(f'        ten fingers on {len(ten)} of them', flush=True)


@story.step('docs/touch-panels.md says of them what was seen', panels_all)
def panels_told(zone):
    with open(os.path.join(REPOSITORY, 'docs', 'touch-panels.md')) as file:
        written = rows(file.read())
    missing = [line for line in zone.panels if line not in written]
    if missing or len(written) != ALL:
        raise Failure(f'{len(written)} rows there; these were seen and are not there:\n' + '\n'.join(missing))


@story.step(f'{CYCLES} times plugged in and pulled: one id, and no descriptor of the agent is left over', panels_start)
def panel_cycled(zone):
    def nodes():
        return {name for name in zone.descriptors() if name.startswith('/dev/input')}
    # In a whole run a panel of an earlier step is still plugged in.
    others = nodes()
    panels(zone, 'cycle 2', 300)
    before = zone.descriptors()
    seen = panels(zone, f'cycle {CYCLES}', 900)[0]
    print(f'        {seen["seconds"]:.0f} s for {seen["cycles"]} times', flush=True)
    same((seen['cycles'], len(seen['ids'])), (CYCLES, 1), 'cycles and ids')
    # An absence is told at once; what was open is closed right after.
    eventually(lambda: {'nodes': sorted(nodes() - others)}, {'nodes': []})
    after = zone.descriptors()
    if abs(sum(after.values()) - sum(before.values())) > 1:
        raise Failure(f'open descriptors: {sum(after.values())} {after}, before: {sum(before.values())} {before}')
