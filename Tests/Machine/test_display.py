"""A display on a real kernel: QEMU's bochs-display behind the kernel's own bochs driver, and a desktop that changes its mode."""
import json

from sandbox import attempt
from test_agent import same
from test_panels import panels_start, story
from zone import eventually, named, plain

DESKTOP = '/run/test-desktop'
# What the display's EDID says is best, and another mode of its list.
OWN, OTHER = '1280x800', '1024x768'
STARTS = 500


def display(zone):
    """The display as the agent sees it; {} while there is none."""
    return plain(named((zone.status() or {}).get('devices'), 'kind', 'display'))


def looked(zone):
    """It is looked at each half minute by itself: here at once, and then how it is."""
    zone.machine.sh('timeout 30 zonectl probe display-1 >/dev/null')
    found = display(zone)
    return dict(found, mode=(found.get('details') or {}).get('mode'))


@story.step('a card appears: its display is known by its EDID, and under the shipped unit its mode is the real one',
            panels_start)
def display_found(zone):
    zone.machine.check('modprobe bochs; udevadm settle', 120)
    found = eventually(lambda: looked(zone), {'presence': 'present', 'link': 'up', 'health': 'ok', 'mode': OWN})
    same(bool(found.get('simulated')), False, 'simulated')
    details = found['details']
    same((details.get('edid'), details.get('wantedMode'), details.get('source')), ('read', OWN, 'sysfs'), 'details')
    zone.machine.check(f'systemd-run -q --collect --unit=test-desktop python3 /opt/test/desktop.py {DESKTOP}')
    zone.machine.check(f'for i in $(seq 300); do grep -qs ^ready {DESKTOP}/out && exit 0; sleep 0.1; done; '
                       'journalctl -u test-desktop -n 20 --no-pager; exit 1')


@story.step('a desktop shows another mode: told as a warning, and over when it is gone', display_found)
def display_mode(zone):
    zone.tell(DESKTOP, f'show {OTHER}')
    eventually(lambda: looked(zone), {'mode': OTHER, 'display.mode': 'warning', 'serviceable': True})
    zone.tell(DESKTOP, 'end')
    eventually(lambda: looked(zone), {'mode': OWN, 'display.mode': None, 'health': 'ok'})


@story.step(f'while the agent looks and looks, a desktop that starts {STARTS} times is never refused, and no card stays open',
            display_mode)
def display_masters(zone):
    # The unit is over when the file is gone, whatever becomes of this step.
    zone.machine.check('touch /run/looking; systemd-run -q --collect --unit=test-looking /bin/sh -c '
                       "'while [ -e /run/looking ]; do timeout 20 zonectl probe display-1; done >/dev/null 2>&1'")
    try:
        before = zone.machine.check('systemctl is-active test-looking').strip()
        zone.tell(DESKTOP, f'start {STARTS}', 300)
    finally:
        zone.machine.check('rm -f /run/looking; while systemctl -q is-active test-looking; do sleep 0.2; done', 60)
    same(before, 'active', 'looking')
    same([name for name in zone.descriptors() if 'dri' in name], [], 'open cards')


@story.step('its cable is pulled: absent at once, and there again with it', display_masters)
def display_pulled(zone):
    connector = f'/sys/class/drm/{looked(zone)["details"]["connector"]}'
    for word, wanted in (('off', {'presence': 'absent', 'display.absent': 'fault', 'serviceable': False}),
                         ('detect', {'presence': 'present', 'link': 'up', 'display.absent': None, 'mode': OWN})):
        # As the kernel tells of a cable: the connector's state, and a change of the card.
        zone.machine.check(f'echo {word} > {connector}/status; udevadm trigger --action=change /sys/class/drm/card0')
        eventually(lambda: looked(zone), wanted)
    rows = json.loads(zone.machine.check('timeout 20 zonectl status --json'))['devices']
    same(len([each for each in rows if each['kind'] == 'display']), 1, 'displays')


@story.step('inside its sandbox the agent may read a card, and not write to it', display_pulled)
def display_readonly(zone):
    attempt(zone, 'zone-agent', {'read /dev/dri/card0': 'ok', 'open /dev/dri/card0': 'EPERM'})
