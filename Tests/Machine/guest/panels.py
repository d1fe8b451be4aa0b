#!/usr/bin/python3
"""Panels by the dozen, with what the kernel says of each and what the agent says. Runs in the guest.

  panels.py survey FROM TO   panels of hid-touch-panels.json, one after the other: plugged in, touched, pulled out
  panels.py invented         the same with one that nobody ever made
  panels.py uinput           panels without slots: protocol A, and a single point as a serial panel has it
  panels.py mice             three mice with absolute axes or not, one of which a profile of the site calls a panel
  panels.py twins            two of one make at once, pulled and plugged in again the other way round
  panels.py cycle N          one panel N times
  panels.py tried            one panel, two fingers over its left half, what `zonectl touch test` says of it

One line of JSON for each panel. Judging is the caller's: nothing is compared here.
"""
import fcntl
import glob
import json
import os
import subprocess
import sys
import time

from asker import ask
from evnode import ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_X, ABS_Y, BTN_TOUCH, Node
from panel import EV_ABS, EV_KEY, UI_SET_PROPBIT, Device
from uhidpanel import Panel

DATA = '/opt/test/hid-touch-panels.json'
BOUND = 60                      # seconds that anything may take here
SYN_MT_REPORT = 2
# Four fingers, numbers of 4 bits that begin at 0, axes of 12 bits from 100 on in two bytes each; nobody's ids.
FINGER = ('05 0d 09 22 a1 02 15 00 25 01 75 01 95 01 09 42 81 02 95 03 81 03 95 01 75 04 25 0f 09 51 81 02'
          '05 01 15 64 26 b8 0b 75 10 09 30 81 02 26 d0 07 09 31 81 02 c0')
INVENTED = '05 0d 09 04 a1 01 85 09' + 4 * FINGER + '05 0d 15 00 25 0f 75 08 09 54 81 02 85 0a 25 04 09 55 b1 02 c0'
# A mouse's collection; x and y absolute (02) or relative (06).
MOUSE = ('05 01 09 02 a1 01 09 01 a1 00 05 09 19 01 29 03 15 00 25 01 75 01 95 03 81 02 75 05 95 01 81 03'
         '05 01 09 30 09 31 {} 75 10 95 02 81 {} c0 c0')
ABSOLUTE, RELATIVE = MOUSE.format('15 00 26 ff 7f', '02'), MOUSE.format('16 01 80 26 ff 7f', '06')


class Agent:
    """What it says of a panel, at the technicians' door."""

    def __init__(self, serial):
        self.serial, self.id = serial, None

    @staticmethod
    def get(path, method='GET', body=None):
        status, text = ask('admin.sock', method, path, body)
        try:
            return json.loads(text) if status in (200, 202) else {}
        except ValueError:
            return {}

    @staticmethod
    def panels():
        listed = Agent.get('/v1/devices').get('devices') or []
        return [each for each in listed if each.get('kind') == 'touchPanel']

    def listed(self):
        """[each device with this serial number]: one, if the agent is right."""
        found = [each for each in self.panels() if (each.get('identity') or {}).get('serial') == self.serial]
        self.id = found[0]['id'] if found else None
        return found

    def found(self):
        """The device, once it is there and answers."""
        self.until(lambda: any(each.get('link') == 'up' and 'contacts' in (each.get('details') or {})
                               for each in self.listed()))
        return self.now()

    def now(self):
        return self.get(f'/v1/devices/{self.id}') if self.id else {}

    def contacts(self, count):
        """How many it counts, asked anew until it is `count` or time is up; and whether the panel is busy."""
        def look():
            self.get(f'/v1/devices/{self.id}/commands', 'POST', {'verb': 'probe'})
            seen.update(self.now())
            return (seen.get('details') or {}).get('contacts') == count
        seen = {}
        self.until(look)
        return (seen.get('details') or {}).get('contacts'), seen.get('activity')

    @staticmethod
    def until(is_so, bound=BOUND):
        end = time.monotonic() + bound
        while not is_so():
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
        return True


def opened():
    """The event nodes that the agent has open: not by its own word."""
    number = subprocess.run(['systemctl', 'show', '-p', 'MainPID', '--value', 'zone-agent'],
                            capture_output=True, text=True).stdout.strip()
    found = []
    for path in glob.glob(f'/proc/{number}/fd/*'):
        try:
            found.append(os.readlink(path))
        except OSError:
            continue
    return [path for path in found if path.startswith('/dev/input/event')]


def settled(panel):
    """Waits until the kernel has bound a driver and udev has been through with every node."""
    panel.started.wait(BOUND)
    Agent.until(panel.nodes)
    subprocess.run(['udevadm', 'settle'])


def touched(panel, nodes, agent):
    """One, two, as many as there can be (ten at most), one less, none: rows of fingers, the kernel's count, the
    agent's, and whether it is busy."""
    node = next((each for each in nodes if each.path in opened()), None)
    if node is None:
        return []
    most = min(10, node.facts()['slots'] or 1)
    rows = []
    for count in sorted({1, min(2, most), most}) + [most - 1] * (most > 2) + [0]:
        panel.fingers(count)
        Agent.until(lambda: node.down() == count, 5)
        rows.append([count, node.down(), *agent.contacts(count)])
        if rows[-1][2] != count:                # it would be waited for in vain again
            break
    return rows


def told(panel):
    """Plugs a panel in, touches it, pulls it out; all that was seen."""
    began = time.monotonic()
    panel.plug()
    agent = Agent(panel.serial)
    try:
        settled(panel)
        device = agent.found()
        nodes = [Node(path) for path in panel.nodes()]
        seen = {'panel': panel.name, 'ids': f'{panel.ids[1]:04x}:{panel.ids[2]:04x}', 'driver': panel.driver(),
                'together': len(panel.touch.fingers), 'nodes': [node.facts() for node in nodes],
                'opened': [path for path in opened() if path in panel.nodes()], 'device': device,
                'listed': [each['id'] for each in agent.listed()], 'touched': touched(panel, nodes, agent)}
        for node in nodes:
            node.close()
    finally:
        panel.unplug()
    agent.until(lambda: agent.now().get('presence') == 'absent')
    seen['after'] = agent.now().get('presence')
    seen['seconds'] = round(time.monotonic() - began, 1)
    return seen


def survey(start, end):
    with open(DATA) as file:
        for each in json.load(file)['panels'][int(start):int(end)]:
            yield told(Panel(each['name'], each['vid'], each['pid'], each['reportDescriptor'], each['maxContacts']))


def invented():
    yield told(Panel('Nobody Panel', '1209', '77e1', INVENTED))


class Glass:
    """A uinput panel without slots, as a Panel."""

    def __init__(self, name, axes, bus):
        self.name, self.axes, self.bus = name, axes, bus
        self.device = self.node = None

    def plug(self):
        self.device = device = Device(self.name, 3, 'machine-test/glass', self.bus)
        fcntl.ioctl(device.file, UI_SET_PROPBIT, 1)
        device.key(BTN_TOUCH)
        for code in self.axes:
            device.axis(code, 0, 4095)
        self.node = device.create()

    def fingers(self, count):
        events = []
        for number in range(count):
            events += [(EV_ABS, self.axes[-2], 100 + 900 * number), (EV_ABS, self.axes[-1], 700)]
            events += [(0, SYN_MT_REPORT, 0)] * (self.axes[-2] == ABS_MT_POSITION_X)
        if not count and self.axes[-2] == ABS_MT_POSITION_X:
            events.append((0, SYN_MT_REPORT, 0))
        self.device.frame(*events, (EV_KEY, BTN_TOUCH, int(count > 0)))


def uinput():
    """They have neither serial number nor place, so the agent is asked by their names."""
    many = (ABS_X, ABS_Y, ABS_MT_POSITION_X, ABS_MT_POSITION_Y)
    for name, axes, bus, counts in (('Protocol A Panel', many, 3, (1, 4, 2, 0)),
                                    ('Serial Panel', (ABS_X, ABS_Y), 0x13, (1, 0))):
        glass = Glass(name, axes, bus)
        glass.plug()
        agent = Agent(None)
        agent.listed = lambda: [each for each in Agent.panels() if (each.get('identity') or {}).get('model') == name]
        agent.until(lambda: any(each.get('link') == 'up' for each in agent.listed()))
        agent.id = agent.listed()[0]['id'] if agent.listed() else None
        seen = {'panel': name, 'device': agent.now(), 'nodes': [Node(glass.node).facts()], 'touched': []}
        for count in counts:
            glass.fingers(count)
            seen['touched'].append([count, count, *agent.contacts(count)])
        glass.device.destroy()
        agent.until(lambda: agent.now().get('presence') == 'absent')
        yield dict(seen, after=agent.now().get('presence'))


def mice():
    """One of which the site says that it is a panel, one of that name which only says how far it was moved, and one
    with absolute axes of which nobody says anything. Those two have to be left alone, and come first:
    what is plugged in later is found later, so that nobody has to wait for what must not happen."""
    others = [Panel('Absolute Mouse', '1209', '77e3', ABSOLUTE), Panel('Mouse Panel 2', '1209', '77e2', RELATIVE)]
    for other in others:
        other.plug()
        settled(other)
    yield told(Panel('Mouse Panel', '1209', '77e2', ABSOLUTE))
    for other in others:
        yield {'panel': other.name, 'nodes': [Node(path).facts() for path in other.nodes()],
               'listed': [each['id'] for each in Agent(other.serial).listed()],
               'opened': [path for path in opened() if path in other.nodes()]}
        other.unplug()


def twins():
    """Who is called what, in three orders."""
    pair = [Panel('Twin Panel', '1209', '77e4', INVENTED, serial=f'SN-twin-{number}') for number in (1, 2)]
    for order in (pair, pair[::-1], pair[::-1]):
        for panel in order:
            panel.plug()
            settled(panel)
        agents = [Agent(panel.serial) for panel in pair]
        for agent in agents:
            agent.found()
        pair[1].fingers(2)
        yield {'ids': [agent.id for agent in agents], 'contacts': [agents[1].contacts(2)[0], agents[0].contacts(0)[0]]}
        for panel in order:
            panel.unplug()
        for agent in agents:
            agent.until(lambda: agent.now().get('presence') == 'absent')


def cycle(count):
    """Each time until the agent has opened it; every tenth time until it has counted a finger."""
    panel = Panel('Cycled Panel', '1209', '77e5', INVENTED)
    agent, ids, began = Agent(panel.serial), set(), time.monotonic()
    for number in range(int(count)):
        panel.plug()
        seen = agent.until(lambda: set(panel.nodes()) & set(opened()))
        if seen and number % 10 == 0:
            ids.add(agent.found().get('id'))
            panel.fingers(1)
            seen = agent.contacts(1)[0] == 1
        node = panel.nodes()
        panel.unplug()
        seen = seen and agent.until(lambda: not set(node) & set(opened()))
        if not seen:
            break
    agent.until(lambda: agent.now().get('presence') == 'absent')
    yield {'cycles': number + bool(seen), 'ids': sorted(ids), 'seconds': round(time.monotonic() - began, 1)}


def tried():
    """Until its time is over: what has not come by then never comes."""
    panel = Panel('Tried Panel', '1209', '77e6', INVENTED)
    panel.plug()
    settled(panel)
    agent = Agent(panel.serial)
    agent.found()
    test = subprocess.Popen(['zonectl', 'touch', 'test', str(agent.id), '--json', '--seconds', '30'],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    told = test.stderr.readline()               # it listens
    for step in range(21):
        panel.glide([(0.45 * step / 20, 0.25), (0.45 * step / 20, 0.75)])
        time.sleep(0.05)
    panel.fingers(0)
    out, errors = test.communicate(timeout=300)
    panel.unplug()
    agent.until(lambda: agent.now().get('presence') == 'absent')
    yield {'code': test.returncode, 'told': told + errors, 'summary': json.loads(out or '{}')}


if __name__ == '__main__':
    for line in globals()[sys.argv[1]](*sys.argv[2:]):
        print(json.dumps(line), flush=True)
