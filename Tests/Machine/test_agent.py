"""The agent and the hub on a real kernel: one panel's day, told in order."""
import json

from steps import Failure
from story import Story
from zone import HUB_BOUND, PANEL, eventually, named, plain

story = Story()

# What the hub shows; the agent itself also says whether the panel is there.
HUB_PRESENT = {'health': 'ok', 'touch.absent': None}
HUB_ABSENT = {'health': 'failed', 'touch.absent': 'fault'}
PRESENT = dict(HUB_PRESENT, presence='present')
ABSENT = dict(HUB_ABSENT, presence='absent')


def same(found, wanted, what):
    if found != wanted:
        raise Failure(f'{what}: {found!r}, not {wanted!r}')


@story.step('the hub starts and says it is ready')
def hub_starts(zone):
    zone.start('zone-hub')


@story.step('the agent starts and says it is ready, without any panel', hub_starts)
def agent_starts(zone):
    zone.start('zone-agent')


@story.step('token, fingerprint, approval: the hub knows the zone and hears it', agent_starts)
def hub_hears(zone):
    zone.enrol()
    found = eventually(zone.hub_zone, {'state': 'live'}, HUB_BOUND)
    same(found.get('name'), '机器测试专区', 'name')
    same(found.get('purpose'), 'production', 'purpose')


@story.step('a printer of other hands (ippeveprinter) is heard when it is switched on', agent_starts)
def printer_heard(zone):
    eventually(zone.printer, {'presence': 'unknown', 'link': 'down', 'prn.link.down': 'fault'})
    zone.printer_on()
    device = eventually(zone.printer, {'presence': 'present', 'link': 'up', 'health': 'ok', 'prn.link.down': None})
    same(device.get('identity', {}).get('model'), 'Zone P2', 'model')
    same(bool(device.get('simulated')), False, 'simulated')


@story.step('its empty tray is paper out, a full one ends it', printer_heard)
def paper(zone):
    trays = 'media?size0=&size1=iso_a4_210x297mm&type1=stationery&level1={}&size3=iso_a4_210x297mm&level3={}'
    zone.printer_page(trays.format(0, 0))
    eventually(zone.printer, {'health': 'failed', 'prn.paper.out': 'fault'})
    zone.printer_page(trays.format(200, 25))
    eventually(zone.printer, {'health': 'ok', 'prn.paper.out': None})


@story.step('switched off again: the link is down, and the hub shows it', printer_heard, hub_hears)
def printer_off(zone):
    zone.printer_off()
    eventually(zone.printer, {'link': 'down', 'prn.link.down': 'fault'})
    eventually(lambda: plain(named(zone.hub_zone().get('devices'), 'id', 'printer-1')), {'prn.link.down': 'fault'}, HUB_BOUND)


@story.step('a panel plugged in later is found and described', agent_starts)
def panel_found(zone):
    zone.plug()
    device = eventually(zone.panel, dict(PRESENT, kind='touchPanel', activity='idle', serviceable=True))
    same(device.get('identity', {}).get('busId'), '222a:0001', 'busId')
    same(device.get('identity', {}).get('model'), 'Test Touch Panel', 'model')
    same(device.get('details', {}).get('slots'), 10, 'slots')
    axes = device.get('details', {}).get('axes', {})
    for name in 'xy':
        same((axes.get(name, {}).get('min'), axes.get(name, {}).get('max')), (0, 32767), f'range of {name}')


@story.step('a touch makes it busy, lifting makes it idle again', panel_found)
def touched(zone):
    zone.panel_do('touch 0 12000 9000')
    zone.panel_do('touch 1 20000 9000')
    eventually(zone.panel, {'activity': 'busy'})
    zone.panel_do('lift 0')
    zone.panel_do('lift 1')
    eventually(zone.panel, dict(PRESENT, activity='idle'))


@story.step('a finger lifted in a flood that nobody read (SYN_DROPPED) is not held for ever', touched)
def flooded(zone):
    zone.panel_do('touch 0 1000 1000')
    eventually(zone.panel, {'activity': 'busy'})
    zone.machine.check('systemctl kill --kill-who=all -s STOP zone-agent')
    try:
        zone.panel_do('flood 2000')
    finally:
        zone.machine.check('systemctl kill --kill-who=all -s CONT zone-agent')
    eventually(zone.panel, dict(PRESENT, activity='idle'))
    zone.panel_do('touch 0 1000 1000')
    eventually(zone.panel, {'activity': 'busy'})
    zone.panel_do('lift 0')
    eventually(zone.panel, dict(PRESENT, activity='idle'))


def touch_api(zone, method, route, body=None):
    """The answer at the technicians' door; {} for none."""
    given = f"-H 'Content-Type: application/json' -d '{json.dumps(body)}'" if body is not None else ''
    text = zone.machine.check(f'curl -sS -m 60 --unix-socket /run/zone-agent/admin.sock -X {method} {given} '
                              f'http://localhost/v1/devices/touch-1/{route}', 90)
    return json.loads(text) if text.strip() else {}


def others_see(zone, *lines):
    """How many events reach another program that has the panel open."""
    quoted = ' '.join(f"'{line}'" for line in lines)
    return int(zone.machine.check(f'python3 /opt/test/peek.py {zone.node} {PANEL} {quoted}', 180))


def cleaning(zone):
    details = (named(zone.status().get('devices'), 'id', 'touch-1') or {}).get('details', {})
    return {'cleaning': 'cleaningEndsInMs' in details}


@story.step('cleaning keeps touches from every other program (EVIOCGRAB), and lets go when told to', panel_found)
def cleaned(zone):
    if not others_see(zone, 'touch 0 9000 9000', 'lift 0'):
        raise Failure('the other reader sees nothing without a grab')
    eventually(zone.panel, {'activity': 'idle'})
    begun = touch_api(zone, 'POST', 'cleaning', {'seconds': 120})
    same(begun.get('endsIn'), 120000, 'endsIn')
    same(others_see(zone, 'touch 0 9000 9000', 'touch 0 9500 9000', 'lift 0'), 0, 'events that others see while it is cleaned')
    touch_api(zone, 'DELETE', 'cleaning')
    same(cleaning(zone), {'cleaning': False}, 'countdown')
    if not others_see(zone, 'touch 0 9000 9000', 'lift 0'):
        raise Failure('the panel was not let go of')


@story.step('a finger held in the upper left corner ends it; one on the glass keeps it from beginning', cleaned)
def corner_held(zone):
    zone.panel_do('touch 0 9000 9000')
    eventually(zone.panel, {'activity': 'busy'})
    same(touch_api(zone, 'POST', 'cleaning', {'seconds': 120}).get('code'), 'touch.busy', 'refusal')
    zone.panel_do('lift 0')
    eventually(zone.panel, {'activity': 'idle'})
    same(touch_api(zone, 'POST', 'cleaning', {'seconds': 120}).get('endsIn'), 120000, 'endsIn')
    zone.panel_do('touch 0 900 900')
    eventually(lambda: cleaning(zone), {'cleaning': False})
    zone.panel_do('lift 0')
    if not others_see(zone, 'touch 0 9000 9000', 'lift 0'):
        raise Failure('the panel was not let go of')


@story.step('an agent that dies lets go of the panel, by the kernel', corner_held)
def killed_while_cleaning(zone):
    same(touch_api(zone, 'POST', 'cleaning', {'seconds': 120}).get('endsIn'), 120000, 'endsIn')
    zone.machine.check('systemctl kill --kill-who=main -s KILL zone-agent')
    eventually(zone.panel, dict(PRESENT, activity='idle'))
    same(cleaning(zone), {'cleaning': False}, 'countdown')
    if not others_see(zone, 'touch 0 9000 9000', 'lift 0'):
        raise Failure('the panel was not let go of')


def matrix_in_udev(zone):
    """What udev's database has; None for nothing. The agent may not write below /sys/devices/virtual, where uinput is."""
    zone.machine.check(f'sleep 4; udevadm trigger --action=change {zone.node}; udevadm settle')
    lines = zone.machine.check(f'udevadm info --query=property {zone.node}').splitlines()
    return dict(line.split('=', 1) for line in lines if '=' in line).get('LIBINPUT_CALIBRATION_MATRIX')


@story.step('a check finds a mirrored panel; its calibration is in udev, and is not after it was taken back', killed_while_cleaning)
def calibrated(zone):
    same(matrix_in_udev(zone), None, 'matrix before')
    begun = touch_api(zone, 'POST', 'touch-check', {'points': 9, 'seconds': 60})
    places = [(round((1 - each['x']) * 32767), round(each['y'] * 32767)) for each in begun['targets']]
    zone.panel_play([line for x, y in places for line in (f'touch 0 {x} {y}', 'lift 0')])
    route = f"touch-check/{begun['check']}"
    check = eventually(lambda: touch_api(zone, 'GET', route), {'state': 'failed', 'shape': 'inverted'})
    written = touch_api(zone, 'POST', 'calibration', {'check': begun['check']})
    same([round(each, 2) + 0.0 for each in written['matrix']], [-1.0, 0.0, 1.0, 0.0, 1.0, 0.0], 'matrix')
    same((check['calibration'], written['canUndo']), (written['matrix'], True), 'as the check said')
    found = matrix_in_udev(zone)
    same([float(each) for each in (found or '').split()], written['matrix'], 'LIBINPUT_CALIBRATION_MATRIX')
    same(touch_api(zone, 'GET', 'calibration').get('isInForce'), True, 'isInForce')
    eventually(zone.panel, dict(PRESENT, serviceable=True))
    same('matrix' in touch_api(zone, 'DELETE', 'calibration'), False, 'a matrix after it was taken back')
    same(matrix_in_udev(zone), None, 'matrix after')


@story.step('unplugged: the panel is absent, and that is a fault', panel_found)
def unplugged(zone):
    zone.unplug()
    eventually(zone.panel, dict(ABSENT, serviceable=False))


@story.step('the hub shows the same fault', hub_hears, unplugged)
def hub_shows_fault(zone):
    device = eventually(zone.hub_panel, dict(HUB_ABSENT, node='pc-1', kind='touchPanel'), HUB_BOUND)
    same(bool(device.get('simulated')), False, 'simulated')


@story.step('plugged in again at another node: the same touch-1, the fault is over', unplugged)
def replugged(zone):
    before = zone.node
    if zone.plug('--shift') == before:
        raise Failure(f'the test wanted another node than {before}')
    eventually(zone.panel, dict(PRESENT, activity='idle', serviceable=True))
    touch_panels = [device['id'] for device in zone.status()['devices'] if device.get('kind') == 'touchPanel']
    same(touch_panels, ['touch-1'], 'touch panels')
    zone.panel_do('touch 0 5000 5000')
    eventually(zone.panel, {'activity': 'busy'})
    zone.panel_do('lift 0')
    eventually(zone.panel, {'activity': 'idle'})


@story.step('the hub follows', hub_shows_fault, replugged)
def hub_follows(zone):
    eventually(zone.hub_panel, HUB_PRESENT, HUB_BOUND)


@story.step('the agent stops within 10 s', agent_starts)
def agent_stops(zone):
    zone.stop('zone-agent', 10)


@story.step('a panel unplugged meanwhile is absent at the next start, not forgotten', replugged, agent_stops)
def not_forgotten(zone):
    zone.unplug()
    zone.start('zone-agent')
    eventually(zone.panel, ABSENT)
    eventually(zone.hub_panel, HUB_ABSENT, HUB_BOUND)


@story.step('agent and hub stop within 10 s each', not_forgotten)
def all_stop(zone):
    zone.stop('zone-agent', 10)
    zone.stop('zone-hub', 10)
