"""The strongest step: the ladder restarts the PC from inside the shipped unit, once a day, and everything is found again."""
import time

from test_agent import hub_hears, same
from test_kiosk import BOUND, MODE, UNIT, heal, healed, killed_between, last, story, used
from test_units import BOOT_UNITS, identities, usb_panel
from zone import HUB_BOUND, UNITS, eventually

# As docs/healing.md has it: restartApp a day, by whomever; seconds that a PC must have run before the ladder restarts it.
MOST, FRESH = 3, 600


def day(zone):
    """The zone's date, by which budgets are counted."""
    return zone.machine.check('TZ=UTC-8 date +%F').strip()


@story.step('a program that stays silent, and is not to be started anew once more today', killed_between)
def silent(zone):
    zone.machine.check('systemctl -q enable zone-agent zone-hub')
    for name, script in BOOT_UNITS.items():
        zone.write(f'/etc/systemd/system/{name}.service', script)
        zone.machine.check(f'systemctl -q enable --now {name}')
    eventually(zone.printer, {'presence': 'present', 'link': 'up'})
    eventually(lambda: usb_panel(zone), {'presence': 'present'})
    # From here on it may happen within a minute: what is to be compared comes first.
    zone.before, zone.boot, zone.day, zone.silent = identities(zone), zone.machine.boot(), day(zone), last(zone)
    zone.past = zone.journal() + '--- reboot\n'
    zone.write(MODE, 'silent')
    # With the steps before it has been started anew so often that the reboot is the only step that is left.
    while (used(zone, 'restartApp') or 0) < MOST:
        same(heal(zone, 'restartApp')['state'], 'succeeded', "restartApp on a technician's word")


@story.step('the ladder reboots the PC out of its sandbox: everything is found again under the same name', silent)
def rebooted(zone):
    began = time.monotonic()
    # On the emulated PC its own clock may be the slower one.
    zone.machine.rebooted(zone.boot, BOUND + 2 * FRESH)
    print(f'        {time.monotonic() - began:.0f} s until it had come up again', flush=True)
    eventually(lambda: usb_panel(zone), {'presence': 'present', 'health': 'ok', 'activity': 'idle'}, HUB_BOUND)
    eventually(zone.printer, {'presence': 'present', 'link': 'up', 'health': 'ok'}, HUB_BOUND)
    same(identities(zone), zone.before, 'devices')
    for unit in UNITS:
        same(zone.show(unit, 'NRestarts', 'ActiveState'), {'NRestarts': '0', 'ActiveState': 'active'}, unit)


@story.step('the hub hears it again', hub_hears, rebooted)
def heard_again(zone):
    eventually(zone.hub_zone, {'state': 'live', 'name': '机器测试专区'}, HUB_BOUND)


@story.step('the attempt was on the disk before; it is judged after the boot, and is the only one of that day', rebooted)
def rebooted_once(zone):
    healed(zone, zone.silent, 'reboot', 'app.frozen')
    if day(zone) != zone.day:
        print('        it is another day by now: it may be restarted again', flush=True)
        return
    boot = zone.machine.boot()
    same((used(zone, 'reboot'), heal(zone, 'reboot')['state']), (1, 'failed'), 'reboots of the day, and one more')
    same(zone.machine.boot(), boot, 'boot id')


@story.step('the kiosk goes again', rebooted)
def kiosk_goes(zone):
    zone.machine.check(f'systemctl -q disable --now {UNIT}; rm /etc/zone-agent/hw-profiles/90-test/pc.yaml')
