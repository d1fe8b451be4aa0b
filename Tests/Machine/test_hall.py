"""The suggestion box and the LED sign on a real kernel: hid-generic, hidraw, ftdi_sio, udev's names by path."""
import os
import time

import golden
from hall import CARD_PORT, DEPOSIT, HALL_CONFIGURATION, HALL_PROFILES, OTHER_PORT, hall
from steps import Failure
from test_agent import same
from test_units import restarted, story
from zone import eventually

# A whole run has an end: there a sample of them.
CYCLES = 15 if os.environ.get('CI') else 50
THERE = {'presence': 'present', 'link': 'up'}
UP = dict(THERE, health='ok')
SIGN_DARK = {'link': 'down', 'led.noanswer': 'fault'}


@story.step("the sign of these tests speaks as its vendor's printed frames do")
def printed_frames(_):
    golden.check()


@story.step('the agent starts with a sign that is not plugged in')
def hall_starts(zone):
    zone.machine.check('systemctl stop zone-agent')
    zone.write('/etc/zone-agent/agent.yaml', HALL_CONFIGURATION)
    for name, text in HALL_PROFILES.items():
        zone.write(f'/etc/zone-agent/hw-profiles/90-test/{name}', text)
    zone.start('zone-hub')
    zone.start('zone-agent')
    hall(zone)
    eventually(lambda: hall(zone).device('led-1'), {'kind': 'ledDisplay', 'presence': 'absent', 'link': 'down'})


@story.step('a box is plugged in: by the shipped blacklist it is a hidraw node at once, and it is found', hall_starts)
def box_found(zone):
    it, seq = hall(zone), hall(zone).last()
    it.box_do('plug')
    same(it.chip_driver(), 'hid-generic', 'the driver of the chip')
    zone.machine.check('! lsmod | grep -q ^hid_mcp2221')
    device = eventually(it.box, dict(UP, kind='suggestionBox', deposits=0,
                                     details=lambda box: (box.get('details') or {}).get('lid') == 'closed'))
    same(device['identity'].get('serial'), 'SN-BOX-1', 'serial')
    same(device['identity'].get('busId'), '04d8:00dd', 'busId')
    same(bool(device.get('simulated')), False, 'simulated')
    zone.machine.check('sleep 4')               # the lid must have been closed for 3 s
    same(it.instants(seq), [], 'what happened by being plugged in')


@story.step('a sheet in the slot is one detected deposit, in the list and in the journal', box_found)
def deposit(zone):
    it, seq = hall(zone), hall(zone).last()
    it.deposit(1)
    same(it.box()['deposits'], 1, 'deposits')
    same(it.instants(seq), ['box.deposit'], 'what happened')


@story.step('kill -9 in the moment in which a deposit is shown: it is counted once, before and after', deposit)
def deposit_kept(zone):
    it, seq = hall(zone), hall(zone).last()
    before = zone.show('zone-agent', 'NRestarts', 'MainPID')
    it.deposit(2, then='systemctl kill --kill-who=main -s KILL zone-agent')
    restarted(zone, before)
    eventually(it.box, dict(UP, deposits=2))
    same(it.instants(seq), ['box.deposit'], 'what happened')


@story.step('a slot that stays blocked is a warning and no deposit', deposit_kept)
def slot_blocked(zone):
    it = hall(zone)
    it.box_do('block')
    eventually(it.box, {'box.slot.blocked': 'warning', 'health': 'degraded'})
    it.box_do('clear')


@story.step('the lid opened: a warning, told once; what is done at the slot meanwhile is no deposit', slot_blocked)
def lid_opened(zone):
    it, seq = hall(zone), hall(zone).last()
    it.open_lid(seq)
    it.box_do(DEPOSIT)
    same(it.instants(seq), ['box.lid.opened'], 'what happened')


@story.step('closed again: both warnings are over, 10 s later', lid_opened)
def lid_closed(zone):
    it, seq = hall(zone), hall(zone).last()
    closed = float(zone.machine.check('cut -d" " -f1 /proc/uptime'))
    it.box_do('close')
    eventually(it.box, dict(UP, deposits=2, **{'box.lid.open': None, 'box.slot.blocked': None}))
    rows = [row for row in it.rows(seq) if row['name'] == 'condition.cleared' and row['data']['code'] == 'box.lid.open']
    same(len(rows), 1, 'rows that say so')
    if rows[0]['mono'] / 1000 < closed + 10:
        raise Failure(f'cleared {rows[0]["mono"] / 1000 - closed:.1f} s after it was closed')
    same(it.instants(seq), [], 'what happened')


@story.step('a chip that does not answer any more is told; when it answers again that is over', box_found)
def box_silent(zone):
    it = hall(zone)
    it.box_do('silent')
    eventually(it.box, {'link': lambda box: box.get('link') in ('down', 'unknown'), 'box.sensor.dead': 'fault'})
    it.box_do('speak')
    eventually(it.box, dict(THERE, **{'box.sensor.dead': None}))


@story.step(f'pulled and plugged in {CYCLES} times under changing numbers: the same box-1, and no descriptor is left over',
            box_silent)
def box_replugged(zone):
    it = hall(zone)
    counts, before = it.box()['deposits'], it.descriptors()
    began = time.monotonic()
    it.box_do(f'cycle {CYCLES}', 400)
    print(f'        {time.monotonic() - began:.0f} s for {CYCLES} times', flush=True)
    eventually(it.box, dict(THERE, deposits=counts, **{'box.sensor.dead': None}))
    same(it.ids('suggestionBox'), ['box-1'], 'boxes')
    after = it.descriptors()
    if abs(sum(after.values()) - sum(before.values())) > 1:
        raise Failure(f'open descriptors: {sum(after.values())} {after}, before: {sum(before.values())} {before}')
    same(sum(count for name, count in after.items() if name.startswith('/dev/hidraw')), 1, 'open hidraw nodes')
    same(it.complaints(), '', 'what no chip would understand')


@story.step("another device with the chip's ids is not taken for a box, and not one byte is sent to it", box_replugged)
def foreign_device(zone):
    it = hall(zone)
    it.box_do('foreign')
    same(it.chip_driver(), 'hid-generic', 'its driver')
    eventually(lambda: it.device('box-2'), {'reason': 'wrongHardware', 'link': lambda box: box.get('link') != 'up',
                                            'serviceable': False})
    same(it.device('box-1').get('presence'), 'absent', 'presence of box-1')
    same(it.complaints(), '', 'what was written to it')
    it.box_do('unplug')


@story.step('a sign is plugged in at the port that the configuration names: it is up', hall_starts, printed_frames)
def sign_up(zone):
    it = hall(zone)
    it.plug('card', CARD_PORT, '/dev/ttyUSB0')
    device = eventually(lambda: it.device('led-1'), dict(UP, **{'led.noanswer': None}))
    same(device['identity'].get('vendor'), 'Onbon', 'vendor')
    same({name: device['details'].get(name) for name in ('width', 'height')}, {'width': 128, 'height': 32}, 'details')


@story.step('a text is shown in GB2312, brightness and darkness are read back from the card', sign_up)
def sign_shows(zone):
    it = hall(zone)
    same(it.proof('show', text='政务公开'), 'accepted', 'show')
    same([text[-8:] for text in it.texts()], ['政务公开'.encode('gb2312')], 'on the card')
    same(it.proof('brightness', percent=50), 'verified', 'brightness')
    same(it.card.look(lambda card: card.brightness in (7, 8)), True, 'half of 15 on the card')
    for on in (True, False):
        same(it.proof('blank', on=on), 'verified', 'blank')
        same(it.card.look(lambda card: card.is_on), not on, 'lit')
    same(len(it.texts()), 1, 'texts on the card')


@story.step('after a power cut of the card its text is sent again', sign_shows)
def sign_reminded(zone):
    it = hall(zone)
    it.card.look(lambda card: card.texts.clear())
    eventually(lambda: {'texts': [text[-8:] for text in it.texts()]}, {'texts': ['政务公开'.encode('gb2312')]})


@story.step('pulled, and its number taken by another device: the sign is found at its port, the other is left alone',
            sign_shows)
def sign_renumbered(zone):
    it = hall(zone)
    zone.machine.unplug_serial('card')
    eventually(lambda: it.device('led-1'), {'link': 'down'})
    zone.machine.check('for i in $(seq 300); do [ -e /dev/ttyUSB0 ] || exit 0; sleep 0.1; done; exit 1')
    it.plug('other', OTHER_PORT, '/dev/ttyUSB0')
    it.plug('card', CARD_PORT, '/dev/ttyUSB1')
    eventually(lambda: it.device('led-1'), dict(UP, **{'led.noanswer': None}))
    same([name for name in it.descriptors() if name.startswith('/dev/tty')], ['/dev/ttyUSB1'], 'open lines')
    same(it.proof('show', text='便民服务'), 'accepted', 'show')
    same([text[-8:] for text in it.texts()], ['便民服务'.encode('gb2312')], 'on the card')
    same(it.other.bytes_heard(), 0, 'bytes to the other device')


@story.step('a card that falls silent does not answer, and that is a fault until it speaks again', sign_renumbered)
def sign_silent(zone):
    it = hall(zone)
    it.card.look(lambda card: setattr(card, 'is_silent', True))
    eventually(lambda: it.device('led-1'), SIGN_DARK)
    it.card.look(lambda card: setattr(card, 'is_silent', False))
    eventually(lambda: it.device('led-1'), dict(UP, **{'led.noanswer': None}))
    same(it.other.bytes_heard(), 0, 'bytes to the other device')
