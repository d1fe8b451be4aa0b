"""The shipped units on a real kernel: sandbox, groups, sockets, hotplug, death, a full disk, a reboot."""
import json
import shlex

import sandbox
from sandbox import attempt, ask, last_exit, usb, usb_path
from steps import Failure
from test_agent import all_stop, same, story
from zone import BOUND, HUB_BOUND, UNITS, eventually, named, plain

STATE, RUN = '/var/lib/zone-agent', '/run/zone-agent'
HID = 'hid_multitouch hid_generic usbhid uhid'
PANEL_SERIAL = 'SN-panel-1'
# adjtimex(2): ADJ_STATUS with STA_UNSYNC away, and small errors so that the kernel does not set it again.
SYNCHRONISED = '''import ctypes, struct
field = ctypes.create_string_buffer(struct.pack("=I4xqqqqi", 0x1c, 0, 0, 1000, 1000, 0).ljust(208, b"\\0"))
assert ctypes.CDLL(None, use_errno=True).adjtimex(field) in range(5)'''
# Another network namespace plays the gateway 10.99.0.1; nobody is 10.99.0.9.
GATEWAY = '''set -e
ip netns add gateway
ip link add up0 type veth peer name down0 netns gateway
ip address add 10.99.0.2/24 dev up0
ip -n gateway address add 10.99.0.1/24 dev down0
ip -n gateway link set down0 up
ip link set up0 up
ip route add default via 10.99.0.9'''
BOOT_UNITS = {
    'test-panel-at-boot': '''[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c '[ -d /sys/kernel/config/usb_gadget/panel ] || exec python3 /opt/test/gadget.py plug panel'
[Install]
WantedBy=multi-user.target
''',
    'test-printer-at-boot': '''[Service]
ExecStart=ippeveprinter -r off -n localhost -p 8632 -d /var/tmp/eve -f application/pdf -M Zone -m P2 "Machine Printer"
[Install]
WantedBy=multi-user.target
''',
}


def usb_panel(zone):
    """The panel that is known by its serial number."""
    devices = (zone.status() or {}).get('devices') or []
    return plain(next((each for each in devices if (each.get('identity') or {}).get('serial') == PANEL_SERIAL), {}))


def by_id(zone, name):
    """An absent panel may have lost what it said of itself; its id it has not."""
    return plain(named((zone.status() or {}).get('devices'), 'id', name))


def identities(zone):
    """Who is who: {id: serial or model}."""
    devices = (zone.status() or {}).get('devices') or []
    return {each['id']: (each.get('identity') or {}).get('serial') or (each.get('identity') or {}).get('model')
            for each in devices}


def restarted(zone, before, bound=BOUND):
    """Waits until systemd has started the agent once more than `before` and it is ready."""
    eventually(lambda: zone.show('zone-agent', 'MainPID', 'SubState', 'NRestarts'),
               {'SubState': 'running', 'NRestarts': str(int(before['NRestarts']) + 1),
                'MainPID': lambda now: now['MainPID'] not in ('0', before['MainPID'])}, bound)


def answer(zone, method, path, body=None):
    """The JSON that root gets at the technicians' door; {} if none."""
    text = ask(zone, 'root', [(method, path, body)])['admin.sock', f'{method} {path}'][1]
    return json.loads(text) if text else {}


def last_event(zone):
    """The journal's newest row."""
    rows = answer(zone, 'GET', '/v1/journal?after=0&limit=1000')
    rows = rows.get('events') if isinstance(rows, dict) else rows
    return rows[-1] if rows else {}


def network_probe(zone):
    """{code: evidence} of a probe made now, with nothing for what is fine or unknown."""
    result = answer(zone, 'POST', '/v1/devices/network-1/commands', {'verb': 'probe'}).get('result') or {}
    return {'probed': bool(result)} | {each['code']: each['evidence'] for each in result.get('seen') or []}


@story.step('started before any HID module: a USB panel plugged in later brings its modules and is found', all_stop)
def late_modules(zone):
    zone.machine.check(f'modprobe -r {HID}; modprobe -r hid; ! grep -q hidraw /proc/devices')
    zone.start('zone-hub')
    zone.start('zone-agent')
    zone.machine.check('lsmod | grep -q "^hid " && ! lsmod | grep -qE "^(usbhid|usblp|cdc_acm) "')
    usb(zone, 'plug', 'panel')
    device = eventually(lambda: usb_panel(zone), {'presence': 'present', 'health': 'ok', 'activity': 'idle'})
    same(device['identity'].get('busId'), '222a:0055', 'busId')
    usb(zone, 'plug', 'desk')
    zone.machine.check('for i in $(seq 100); do [ -e /dev/ttyACM0 -a -e /dev/hidraw1 ] && exit 0; '
                       'sleep 0.2; done; ls /dev; exit 1')


@story.step('the closed list of devices has what was plugged after the start, and nothing else', late_modules)
def closed_list(zone):
    node = zone.machine.check(f'sed -n s/^DEVNAME=//p {usb_path(zone, "desk")}/uevent').strip()
    open_ones = ['/dev/hidraw0', '/dev/hidraw1', sandbox.printer_node(zone), '/dev/ttyACM0', f'/dev/{node}', '/dev/null']
    closed = ['/dev/vda', '/dev/mem', '/dev/uinput', '/dev/fuse', '/dev/hidg0', '/dev/rtc0']
    # A class whose module was never loaded is on the list by its number: ENXIO comes from behind the list.
    zone.machine.check('mknod /dev/test-ttyUSB0 c 188 0; mknod /dev/test-ttyS9 c 4 73')
    attempt(zone, 'zone-agent', {f'open {path}': 'ok' for path in open_ones}
            | {f'open {path}': 'EPERM' for path in closed}
            | {'open /dev/test-ttyUSB0': 'ENXIO', 'open /dev/test-ttyS9': 'ENXIO'})


@story.step('inside its sandbox the agent can switch USB devices, and nothing else of the system', closed_list)
def sandboxed(zone):
    path = usb_path(zone, 'panel')
    panel = usb_panel(zone)['id']
    attempt(zone, 'zone-agent', {
        f'write {path}/authorized 0': 'ok', 'raw': 'ok', 'create /var/lib/zone-agent/x': 'ok',
        'create /run/zone-agent/x': 'ok', 'create /tmp/x': 'ok',
        'echo': 'EACCES', 'packet': 'ok',               # RestrictAddressFamilies belongs to the filter, not joined here
        'write /proc/sys/kernel/core_pattern core': 'EROFS', 'write /proc/sysrq-trigger h': 'EROFS',
        'write /sys/kernel/uevent_seqnum 1': 'EACCES', 'write /sys/module/hid/parameters/debug 0': 'EROFS',
        'write /sys/devices/system/cpu/cpu1/online 1': 'EROFS', 'create /sys/fs/cgroup/x': 'EROFS',
        'create /etc/x': 'EROFS', 'create /etc/udev/x': 'EROFS', f'write {path}/uevent change': 'ok', 'create /usr/x': 'EROFS', 'create /run/x': 'EROFS', 'create /root' + '/x': 'EACCES',
        'run /var/lib/zone-agent/x': 'EACCES', 'run /tmp/x': 'EACCES', 'create /dev/x': 'EROFS',
        'node /var/lib/zone-agent/x': 'EPERM', 'open /dev/kmsg': 'EACCES',
    })
    eventually(lambda: by_id(zone, panel), {'presence': 'absent'})
    attempt(zone, 'zone-agent', {f'write {path}/authorized 1': 'ok'})
    eventually(lambda: usb_panel(zone), {'id': panel, 'presence': 'present', 'health': 'ok'})


@story.step('of root it has CAP_NET_RAW and its two groups, and a filter of system calls', late_modules)
def process_rights(zone):
    status = zone.machine.check('cat /proc/$(systemctl show -p MainPID --value zone-agent)/status')
    facts = dict(line.split(':\t', 1) for line in status.splitlines() if ':\t' in line)
    same({key: facts.get(key) for key in ('CapEff', 'CapPrm', 'CapBnd', 'NoNewPrivs', 'Seccomp')},
         {'CapEff': '0000000000002000', 'CapPrm': '0000000000002000', 'CapBnd': '0000000000002000',
          'NoNewPrivs': '1', 'Seccomp': '2'}, 'the process')
    groups = zone.machine.check('getent group zone-kiosk zone-tech | cut -d: -f3').split()
    same(sorted(facts.get('Groups', '').split()), sorted(groups), 'groups')


@story.step('the sockets have owner, group and mode before READY', late_modules)
def sockets(zone):
    wanted = {f'{RUN}/kiosk.sock': ('root', 'zone-kiosk', '0o660'), f'{RUN}/admin.sock': ('root', 'zone-tech', '0o660'),
              RUN: ('root', 'root', '0o755'), STATE: ('root', 'root', '0o700')}
    found = sandbox.files(zone, *wanted)
    same({path: each[:3] for path, each in found.items()}, wanted, 'files')
    ready = int(zone.show('zone-agent', 'ActiveEnterTimestampMonotonic')['ActiveEnterTimestampMonotonic']) / 1e6
    late = {path: each[3] - ready for path, each in found.items() if path.endswith('.sock') and each[3] > ready}
    same(late, {}, 'seconds after READY')


@story.step('root, technician, kiosk and stranger get through the doors that are theirs, and no other', sockets)
def people(zone):
    probe = f'/v1/devices/{usb_panel(zone)["id"]}/commands'
    questions = [('GET', '/v1/status', None), ('GET', '/v1/journal?after=0', None), ('POST', probe, {'verb': 'probe'})]
    kiosk, technician, shut = (200, 403, 403), (200, 200, 200), ('EACCES',) * 3
    wanted = {
        'root': (kiosk, technician), 'technician': (shut, technician),
        'kiosk': (kiosk, shut), 'stranger': (shut, shut),
    }
    for person in sandbox.PEOPLE:
        found = ask(zone, person, questions)
        rows = [tuple(found[door, f'{method} {path}'][0] for method, path, _ in questions) for door in sandbox.DOORS]
        # A probe that takes longer than two seconds goes on after its 202.
        rows = [tuple(200 if answer == 202 else answer for answer in row) for row in rows]
        same(tuple(rows), wanted[person], f'{person} at {" and ".join(sandbox.DOORS)}')


@story.step('a USB device for HID reports does not go to sleep, whoever else wants it to; a keyboard is left alone', late_modules)
def awake(zone):
    zone.write('/etc/udev/rules.d/60-a-saver.rules', 'ACTION=="add", SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", '
               'ATTR{power/control}="auto"\n')
    zone.machine.check('udevadm control --reload')
    before = identities(zone)
    usb(zone, 'unplug', 'desk')
    for what, control in (('keyboard', 'auto'), ('panel', 'on')):
        if what == 'panel':
            usb(zone, 'unplug', what)
        usb(zone, 'plug', what)
        path = usb_path(zone, what)
        same(zone.machine.check(f'cat {path}/power/control').strip(), control, f'power/control of the {what}')
    usb(zone, 'unplug', 'keyboard')
    eventually(lambda: usb_panel(zone), {'presence': 'present'})
    same(identities(zone), before, 'devices')
    complaints = zone.machine.check('journalctl -b -u systemd-udevd -o cat | grep zone-agent.rules || true')
    same(complaints, '', 'udev about the rules')


@story.step('the agent reads that the clock is synchronised, though it may not set it', late_modules)
def clock_quality(zone):
    zone.machine.check(f'python3 -c {shlex.quote(SYNCHRONISED)}')
    usb(zone, 'unplug', 'panel')
    usb(zone, 'plug', 'panel')
    eventually(lambda: last_event(zone), {'clockQuality': 'synced'})


@story.step('the gateway is asked by ICMP echo, with CAP_NET_RAW alone', late_modules)
def gateway(zone):
    zone.machine.check(GATEWAY)
    eventually(lambda: network_probe(zone), {'net.link': None, 'net.gateway': '10.99.0.9: neither echo nor ARP answer'})
    zone.machine.check('ip route replace default via 10.99.0.1')
    eventually(lambda: network_probe(zone), {'net.link': None, 'net.gateway': None})


@story.step('kill -9: by the records of systemd it is back after its restart delay', late_modules)
def killed_by_record(zone):
    before = zone.show('zone-agent', 'NRestarts', 'MainPID')
    zone.machine.check('systemctl kill --kill-who=main -s KILL zone-agent')
    restarted(zone, before)
    ended, status = last_exit(zone, 'zone-agent')
    same(status, '9', 'exit status')
    began = int(zone.show('zone-agent', 'ExecMainStartTimestampMonotonic')['ExecMainStartTimestampMonotonic']) / 1e6
    if not 0.4 < began - ended < 6:
        raise Failure(f'{began - ended:.2f} s from the end to the next start; RestartSec says 0.5')
    print(f'        {began - ended:.2f} s from the end to the next start', flush=True)
    eventually(lambda: usb_panel(zone), {'presence': 'present', 'activity': 'idle'})


@story.step('standing still, it is killed by the watchdog and started again', killed_by_record)
def watchdog(zone):
    before = zone.show('zone-agent', 'NRestarts', 'MainPID')
    zone.machine.check('systemctl kill --kill-who=main -s STOP zone-agent')
    restarted(zone, before, 120)
    same(sandbox.last_failure(zone, 'zone-agent'), 'watchdog', 'Result')
    eventually(lambda: usb_panel(zone), {'presence': 'present', 'activity': 'idle'})


@story.step('a process of its own that eats all memory is ended, the agent is not', late_modules)
def memory(zone):
    before = zone.show('zone-agent', 'NRestarts', 'MainPID')
    zone.machine.sh('echo $$ > /sys/fs/cgroup/system.slice/zone-agent.service/cgroup.procs; '
                    'exec python3 -c "bytearray(range(1, 129)) * (4 << 20)"', 90)
    kills = zone.machine.check('grep "^oom_kill " /sys/fs/cgroup/system.slice/zone-agent.service/memory.events').split()
    same(kills, ['oom_kill', '1'], 'killed for memory')
    same(zone.show('zone-agent', 'NRestarts', 'MainPID'), before, 'the agent')
    same(usb_panel(zone).get('presence'), 'present', 'presence')


@story.step('a full disk: the agent lives, answers and follows its devices; with room again it goes on', late_modules)
def disk_full(zone):
    zone.stop('zone-agent', 10)
    zone.machine.check(f'mount -t tmpfs -o size=4m,mode=0700 full {STATE}')
    try:
        zone.start('zone-agent')
        panel = eventually(lambda: usb_panel(zone), {'presence': 'present'})['id']
        zone.machine.sh(f'cat /dev/zero > {STATE}/filler 2>/dev/null')
        for _ in range(3):
            usb(zone, 'unplug', 'panel')
            usb(zone, 'plug', 'panel')
        # What cannot be written is not told either; but it answers.
        same(zone.show('zone-agent', 'NRestarts', 'ActiveState'), {'NRestarts': '0', 'ActiveState': 'active'}, 'unit')
        same(ask(zone, 'kiosk', [('GET', '/v1/status', None)])['kiosk.sock', 'GET /v1/status'][0], 200, 'status')
        zone.machine.check(f'rm {STATE}/filler')
        usb(zone, 'unplug', 'panel')
        eventually(lambda: by_id(zone, panel), {'presence': 'absent'})
        usb(zone, 'plug', 'panel')
        eventually(lambda: usb_panel(zone), {'presence': 'present', 'health': 'ok'})
        same(zone.show('zone-agent', 'NRestarts'), {'NRestarts': '0'}, 'unit')
    finally:
        zone.stop('zone-agent', 10)
        zone.machine.check(f'umount {STATE}')
    zone.start('zone-agent')


@story.step('a real reboot: everything is found again under the same name', disk_full)
def rebooted(zone):
    zone.machine.check('systemctl -q enable zone-agent zone-hub')
    for name, script in BOOT_UNITS.items():
        zone.write(f'/etc/systemd/system/{name}.service', script)
        zone.machine.check(f'systemctl -q enable --now {name}')
    eventually(zone.printer, {'presence': 'present', 'link': 'up'})
    eventually(lambda: usb_panel(zone), {'presence': 'present'})
    before = identities(zone)
    zone.reboot()
    eventually(lambda: usb_panel(zone), {'presence': 'present', 'health': 'ok', 'activity': 'idle'}, HUB_BOUND)
    eventually(zone.printer, {'presence': 'present', 'link': 'up', 'health': 'ok'}, HUB_BOUND)
    same(identities(zone), before, 'devices')
    for unit in UNITS:
        same(zone.show(unit, 'NRestarts', 'ActiveState'), {'NRestarts': '0', 'ActiveState': 'active'}, unit)
    eventually(zone.hub_zone, {'state': 'live', 'name': '机器测试专区'}, HUB_BOUND)
