"""The agent and the hub on a real kernel: one panel's day, told in order."""
from story import Failure, Story
from zone import HUB_BOUND, eventually, named, plain

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


@story.step('the hub knows the zone and hears it', agent_starts)
def hub_hears(zone):
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
