"""A USB printer on a real kernel: usblp below the agent, f_printer at the far end (guest/lp.py)."""
import hashlib
import json
import re
import shlex
import time

from hall import hall
from paper import pdf
from sandbox import printer_node
from steps import Failure
from test_agent import same
from test_hall import hall_starts, story
from zone import HUB_BOUND, eventually, plain

LP = '/run/test-lp'
SERIAL = 'SN-lp-1'
GOOD = {'presence': 'present', 'link': 'up', 'health': 'ok'}
DOCUMENT = pdf(1, '% padding of a document that only has to arrive whole\n' * 2000).encode()
GONE = ('condition.raised', 'device.removed')


def lp(zone):
    """The printer as the agent sees it, known by its serial number; {} while there is none."""
    devices = (zone.status() or {}).get('devices') or []
    return plain(next((each for each in devices if (each.get('identity') or {}).get('serial') == SERIAL), {}))


def lp_do(zone, line):
    zone.tell(LP, line)


def send(zone):
    """A document as the kiosk gives it; the job's id."""
    name = lp(zone)['id']
    out = zone.machine.check(f'runuser -u kiosk -- curl -sS -m 60 --unix-socket /run/zone-agent/kiosk.sock '
                             f'-H "Content-Type: application/pdf" --data-binary @/opt/test/document.pdf '
                             f'"http://localhost/v1/jobs?device={name}"', 90)
    zone.seen['POST /v1/jobs'] = out
    return json.loads(out)['id']


def job(zone, number):
    return hall(zone).admin('GET', f'/v1/jobs/{number}')


def took(zone):
    lp_do(zone, 'count')
    count, digest = zone.machine.check(f'cat {LP}/count').split()
    return int(count), digest


@story.step('a USB printer is plugged in: usblp takes it, the agent knows it by model and serial number', hall_starts)
def lp_found(zone):
    zone.machine.check(f'systemd-run -q --collect --unit=test-lp python3 /opt/test/lp.py {LP}')
    zone.machine.check(f'for i in $(seq 300); do grep -qs ^ready {LP}/out && exit 0; sleep 0.1; done; '
                       'journalctl -u test-lp -n 20 --no-pager; exit 1')
    zone.write('/opt/test/document.pdf', DOCUMENT.decode())
    lp_do(zone, 'plug')
    printer_node(zone)
    device = eventually(lambda: lp(zone), dict(GOOD, kind='printer', activity='idle'))
    same({key: device['identity'].get(key) for key in ('vendor', 'model', 'busId')},
         {'vendor': 'Zone', 'model': 'Laser 1', 'busId': '222a:0088'}, 'identity')
    same(device['details'].get('portStatus'), '0x18', 'port status')
    same(device['details'].get('formats'), ['application/pdf', 'text/plain'], 'formats')
    same(bool(device.get('simulated')), False, 'simulated')


@story.step('out of paper while nobody prints (0x18, then 0x38): told, and over when it is refilled', lp_found)
def lp_paper(zone):
    for status, wanted in (('0x38', {'prn.paper.out': 'fault', 'serviceable': False}),
                           ('0x18', dict(GOOD, **{'prn.paper.out': None}))):
        began = time.monotonic()
        lp_do(zone, f'status {status}')
        eventually(lambda: lp(zone), wanted, HUB_BOUND)
        print(f'        {time.monotonic() - began:.0f} s until {status} is told', flush=True)


@story.step('taken off-line, and in trouble of its own: two facts, each over when it is over', lp_paper)
def lp_other_bits(zone):
    # Held, for the agent would reset its port by itself, and lp_reset needs all that it has for a day.
    name = lp(zone)['id']
    zone.machine.check(f'timeout 20 zonectl hold {name} maintenance')
    for status, code in (('0x08', 'prn.link.down'), ('0x10', 'prn.service.required')):
        lp_do(zone, f'status {status}')
        eventually(lambda: lp(zone), {code: 'fault', 'link': 'up'}, HUB_BOUND)
        lp_do(zone, 'status 0x18')
        eventually(lambda: lp(zone), dict(GOOD, **{code: None}), HUB_BOUND)
    zone.machine.check(f'timeout 20 zonectl release {name} maintenance')


# The agent has it open for some milliseconds at a time. (A shell ends when a redirection of exec fails.)
HOLDER = '''import os, time
while True:
    try:
        os.open('{node}', os.O_RDWR)
        time.sleep(600)
    except OSError:
        time.sleep(0.1)
'''


@story.step('another program has it open, or took it from usblp as CUPS does: not known, and not gone',
            lp_other_bits)
def lp_held(zone):
    name, seq = lp(zone)['id'], hall(zone).last()
    held = {'presence': 'present', 'link': 'unknown', 'reason': 'heldByOther', 'prn.link.down': None}
    node = printer_node(zone)
    zone.machine.check(f'systemd-run -q --collect --unit=test-holder python3 -c {shlex.quote(HOLDER.format(node=node))}')
    eventually(lambda: lp(zone), held)
    zone.machine.check('systemctl stop test-holder')
    eventually(lambda: lp(zone), GOOD)
    lp_do(zone, 'claim')
    zone.machine.check(f'! [ -e {node} ]')
    eventually(lambda: lp(zone), held)
    lp_do(zone, 'release')
    eventually(lambda: lp(zone), GOOD)
    rows = [row for row in hall(zone).rows(seq) if name in row['subject'] and row['name'] in GONE]
    same(rows, [], 'what was told meanwhile')


@story.step('a document for it arrives byte by byte; the printer proves no page', lp_held)
def lp_prints(zone):
    before = took(zone)[0]
    number = send(zone)
    done = eventually(lambda: job(zone, number), {'state': 'printed'}, 120)
    same(done.get('pagesProven'), None, 'pages proven')
    same(took(zone), (before + len(DOCUMENT), hashlib.sha256(DOCUMENT).hexdigest()), 'what arrived')


@story.step('pulled out in mid-job: the job is unknown, the printer absent, and no descriptor is left', lp_prints)
def lp_pulled(zone):
    before = hall(zone).descriptors()
    name = lp(zone)['id']
    lp_do(zone, 'refuse')
    number = send(zone)
    eventually(lambda: job(zone, number), {'state': 'started'})
    eventually(lambda: hall(zone).descriptors(), {printer_node(zone): 1})
    lp_do(zone, 'unplug')
    ended = eventually(lambda: job(zone, number), {'state': 'unknown'})
    # Some is in buffers of both kernels; the whole document is not.
    told = re.search(rf'(\d+) of {len(DOCUMENT)}', ended.get('reason') or '')
    if not told or not 0 < int(told[1]) < len(DOCUMENT):
        raise Failure(f'how far it came is not told: {ended}')
    eventually(lambda: hall(zone).device(name), {'presence': 'absent', 'prn.link.down': 'fault', 'serviceable': False})
    after = hall(zone).descriptors()
    same([each for each in after if each.startswith('/dev/usb')], [], 'open nodes')
    if abs(sum(after.values()) - sum(before.values())) > 1:
        raise Failure(f'open descriptors: {sum(after.values())} {after}, before: {sum(before.values())} {before}')


@story.step('plugged in again it is the same printer, well, and prints', lp_pulled)
def lp_back(zone):
    before = sorted(hall(zone).ids('printer'))
    lp_do(zone, 'plug')
    eventually(lambda: lp(zone), dict(GOOD, **{'prn.link.down': None}))
    same(sorted(hall(zone).ids('printer')), before, 'printers')
    number = send(zone)
    eventually(lambda: job(zone, number), {'state': 'printed'}, 120)
    same(took(zone), (len(DOCUMENT), hashlib.sha256(DOCUMENT).hexdigest()), 'what arrived')


def resets(zone):
    """How often the kernel has driven reset on a port since it booted."""
    return int(zone.machine.check("dmesg | grep -c 'reset .*speed USB device' || true"))


def reset(zone, name):
    """The healing step on a technician's word; how it ended."""
    command = hall(zone).admin('POST', f'/v1/devices/{name}/commands', {'verb': 'heal', 'args': {'step': 'resetPort'}})
    over = {'state': lambda found: found.get('state') in ('succeeded', 'failed', 'rejected', 'expired')}
    return eventually(lambda: hall(zone).admin('GET', f'/v1/commands/{command["id"]}'), over, 120)


@story.step('its port is reset under the shipped unit, never under a document; it is the same printer and prints',
            lp_back)
def lp_reset(zone):
    name, before = lp(zone)['id'], resets(zone)
    lp_do(zone, 'refuse')
    number = send(zone)
    eventually(lambda: job(zone, number), {'state': 'started'})
    same(reset(zone, name)['state'], 'failed', 'a reset under a document')
    same(resets(zone), before, 'resets of a port')
    lp_do(zone, 'take')
    eventually(lambda: job(zone, number), {'state': 'printed'}, 120)
    lp_do(zone, 'claim')
    same(reset(zone, name)['state'], 'failed', 'a reset under another program')
    same(resets(zone), before, 'resets of a port')
    lp_do(zone, 'release')
    eventually(lambda: lp(zone), GOOD)
    done = reset(zone, name)
    same((done['state'], resets(zone)), ('succeeded', before + 1), f'a reset ({done})')
    same(eventually(lambda: lp(zone), GOOD)['id'], name, 'the same printer')
    count = took(zone)[0]
    number = send(zone)
    eventually(lambda: job(zone, number), {'state': 'printed'}, 120)
    same(took(zone)[0], count + len(DOCUMENT), 'bytes that arrived')
