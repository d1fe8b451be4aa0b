"""What stands in the hall beside the kiosk: the suggestion box and the LED sign, played, and what the agent says."""
import json
import shlex
import time

import calm
from ledcard import Card, Line
from steps import Failure
from zone import CONFIGURATION, eventually, named, plain

BOX = '/run/test-box'
CARD_PORT, OTHER_PORT = 2, 3            # of the emulated PC's USB controller
BY_PATH = '/dev/serial/by-path/pci-0000:00:10.0-usb-0:{}:1.0-port0'
CARD_PATH = BY_PATH.format(CARD_PORT)
SIGN = f'  - {{id: led-1, kind: ledDisplay, uri: "onbon:{CARD_PATH}", place: 大厅入口}}\n'
HALL_CONFIGURATION = CONFIGURATION + SIGN
# The site's own layer. The emulated PC and its chip may stand still for longer than a real one: a beam that was not
# looked at for 50 ms is not counted, here it may be 400. Blocked for 600 ms is still a sheet.
HALL_PROFILES = {
    'box.yaml': '''kind: suggestionBox
match: {usb: "04d8:00dd"}
set: {pollEvery: 20ms, lateAfter: 400ms}
expect: {probeInterval: 2s, maxAge: 60s}
''',
    'led.yaml': '''kind: ledDisplay
match: {scheme: onbon}
expect: {probeInterval: 2s, maxAge: 60s}
''',
}
DEPOSIT = 'deposit 600'
SEEN = '''for i in $(seq {tries}); do
    curl -fsS -m 5 --unix-socket /run/zone-agent/kiosk.sock http://localhost/v1/devices |
        grep -Eq '"deposits" ?: ?{count}[,}}]' && {{ {then}; echo seen; exit 0; }}
    sleep 0.05
done; echo no'''


class Hall:
    """The players of both devices, and questions to the agent about them."""

    def __init__(self, zone):
        self.zone, self.machine = zone, zone.machine
        self.card = Line(self.machine.path('card.sock'), Card())
        self.other = Line(self.machine.path('other.sock'))
        for name, line in (('card', self.card), ('other', self.other)):
            self.machine.serial_line(name, line.path)
        self.machine.check(f'modprobe uhid; systemd-run -q --collect --unit=test-box python3 /opt/test/chip.py {BOX}')
        self.machine.check(f'for i in $(seq 300); do grep -qs ^ready {BOX}/out && exit 0; sleep 0.1; done; exit 1')

    # The box

    def box_do(self, line, bound=60):
        self.zone.tell(BOX, line, bound)

    def device(self, name):
        return plain(named((self.zone.status() or {}).get('devices'), 'id', name))

    def box(self):
        device = self.device('box-1')
        return dict(device, deposits=(device.get('counts') or {}).get('deposits', 0))

    def ids(self, kind):
        return sorted(each['id'] for each in (self.zone.status() or {}).get('devices') or [] if each['kind'] == kind)

    def undisturbed(self, act, succeeded, undo=lambda: None):
        """Does `act` until `succeeded()`. Only a look at the pins that came too late excuses another try: what the
        agent did not see from its beginning to its end it must not count, and it says so (`lateSamples`).
        """
        for _ in range(5):
            late = self.late()
            act()
            if succeeded():
                return
            if self.late() == late:
                raise Failure(f'it was not told: {self.box().get("counts")}, {self.box().get("details")}')
            print('        the machine stood still meanwhile: once more', flush=True)
            undo()
        raise Failure('the machine stood still during each of 5 tries')

    def late(self):
        self.admin('POST', '/v1/devices/box-1/commands', {'verb': 'probe'})
        return (self.box().get('details') or {}).get('lateSamples')

    def deposit(self, count, then=':'):
        """A sheet goes in; waits until the agent shows `count` and does `then` in the same moment."""
        seen = SEEN.format(tries=100, count=count, then=then)
        self.undisturbed(lambda: self.box_do(DEPOSIT), lambda: self.machine.check(seen, 120).strip() == 'seen')

    def open_lid(self, seq):
        """Until the journal has told it since row `seq`."""
        def act():
            self.box_do('open')
            eventually(self.box, {'box.lid.open': 'warning'})

        def undo():
            self.box_do('close')
            eventually(self.box, {'details': lambda box: (box.get('details') or {}).get('lid') == 'closed'})
        self.undisturbed(act, lambda: 'box.lid.opened' in self.instants(seq), undo)

    def complaints(self):
        return self.machine.check(f'cat {BOX}/complaints')

    def chip_driver(self):
        """Of what has the chip's ids and has been plugged in a moment ago; it must have a hidraw node."""
        return self.machine.check('''udevadm settle; d=$(echo /sys/bus/hid/devices/0003:04D8:00DD.*)
            basename $(readlink $d/driver) && [ -c /dev/$(ls $d/hidraw) ]''').strip()

    # The agent

    def admin(self, method, path, body=None):
        """The JSON at the technicians' door."""
        data = f'-H "Content-Type: application/json" -d {shlex.quote(json.dumps(body))}' if body else ''
        out = self.machine.check(f'curl -sS -m 60 --unix-socket /run/zone-agent/admin.sock -X {method} {data} '
                                 f'{shlex.quote("http://localhost" + path)}', 90)
        self.zone.seen['admin.sock'] = f'{method} {path}\n{out}'
        return json.loads(out)

    def command(self, verb, **arguments):
        """A command to the sign, as it stands when it is over."""
        command = self.admin('POST', '/v1/devices/led-1/commands', {'verb': verb, 'args': arguments})
        patience = calm.Patience(60)
        while command.get('state') in ('accepted', 'running', 'queued') and not patience.is_over():
            time.sleep(0.5)
            command = self.admin('GET', f'/v1/commands/{command["id"]}')
        return command

    def proof(self, verb, **arguments):
        """How well it is known that the sign did it; what the command says instead when it failed."""
        command = self.command(verb, **arguments)
        return (command.get('result') or {}).get('proof', command) if command.get('state') == 'succeeded' else command

    def last(self):
        """The number of the journal's newest row."""
        rows, seq = True, 0
        while rows:
            rows = self.rows(seq)
            seq = rows[-1]['seq'] if rows else seq
        return seq

    def rows(self, seq):
        return self.admin('GET', f'/v1/journal?after={seq}&limit=1000')

    def instants(self, seq, device='box-1'):
        """[the code of what happened at the device since row `seq`]"""
        return [row['data']['code'] for row in self.rows(seq)
                if row['name'] == 'instant.occurred' and device in row['subject']]

    def descriptors(self):
        return self.zone.descriptors()

    # The sign

    def plug(self, name, port, node):
        """Plugs a serial adapter in; it must become that node."""
        self.machine.plug_serial(name, port)
        path = BY_PATH.format(port)
        found = self.machine.check(f'for i in $(seq 100); do [ -e {path} ] && break; sleep 0.1; done; udevadm settle; '
                                   f'readlink -f {path}').strip()
        if found != node:
            raise Failure(f'the test wanted {node} at {path}, not {found}')

    def texts(self):
        return self.card.look(lambda card: list(card.texts.values()))


def hall(zone):
    """The zone's hall; made when it is first asked for."""
    zone.hall = zone.hall or Hall(zone)
    return zone.hall
