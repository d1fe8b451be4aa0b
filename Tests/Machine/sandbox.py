"""The guest seen from inside a unit's sandbox, from the records of systemd, and through people's eyes."""
import json
import shlex

from steps import Failure

# Joins the unit's cgroup (its list of devices), its mounts and its rights; the filter of system calls is not joined.
INSIDE = '''pid=$(systemctl show -p MainPID --value {unit})
echo $$ > /sys/fs/cgroup/system.slice/{unit}.service/cgroup.procs
exec nsenter --target $pid --mount -- setpriv --bounding-set=-all,+net_raw --inh-caps=-all --no-new-privs \
    python3 /opt/test/attempt.py {attempts}
'''
PEOPLE = ('root', 'technician', 'kiosk', 'stranger')
DOORS = ('kiosk.sock', 'admin.sock')
# systemd's messages "Main process exited" and "Failed with result", named in sd-messages.h.
EXITED, FAILED = '98e322203f7a4ed290d09fe03c09fe15', 'd9b373ed55a64feb8242e02dbe79a49c'


def differences(found, wanted):
    """What differs, for a message; empty if `found` has all of `wanted`."""
    return {key: found.get(key) for key, value in wanted.items() if found.get(key) != value}


def attempt(zone, unit, wanted):
    """Tries each key of `wanted` inside the unit; the value is what the kernel must answer."""
    result = zone.machine.sh(INSIDE.format(unit=unit, attempts=' '.join(map(shlex.quote, wanted))))
    try:
        found = json.loads(result.out)
    except ValueError:
        raise Failure(f'nothing could be tried inside {unit}: {result.err.strip()}') from None
    wrong = differences(found, wanted)
    if wrong:
        raise Failure(f'inside {unit}: {wrong}, not {({key: wanted[key] for key in wrong})}')


def ask(zone, person, questions):
    """{(door, 'GET /v1/status'): (answer, body)}; each question is (method, path, body)."""
    lines = '\n'.join(json.dumps(question) for question in questions)
    out = zone.machine.check(f'printf %s {shlex.quote(lines)} | runuser -u {person} -- python3 /opt/test/asker.py '
                             + ' '.join(DOORS), 120)
    rows = [json.loads(line) for line in out.splitlines()]
    return {(row['door'], row['ask']): (row['answer'], row['body']) for row in rows}


def files(zone, *paths):
    """{path: (owner, group, mode, seconds on CLOCK_MONOTONIC at which owner, group or mode were last changed)}."""
    script = ('import grp, json, os, pwd, sys, time\n'
              'offset = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)\n'
              'def look(path):\n'
              '    it = os.stat(path)\n'
              '    return [pwd.getpwuid(it.st_uid)[0], grp.getgrgid(it.st_gid)[0], oct(it.st_mode & 0o7777),'
              ' (it.st_ctime_ns - offset) / 1e9]\n'
              'print(json.dumps({path: look(path) for path in sys.argv[1:]}))\n')
    out = zone.machine.check(f'python3 -c {shlex.quote(script)} ' + ' '.join(paths))
    return {path: tuple(each) for path, each in json.loads(out).items()}


def record(zone, unit, message):
    """The newest row of that kind about a unit in the journal of this boot."""
    out = zone.machine.check(f'journalctl -b -o json -n 1 MESSAGE_ID={message} UNIT={unit}.service')
    if not out.strip():
        raise Failure(f'systemd has no such record of {unit}')
    return json.loads(out)


def last_exit(zone, unit):
    """When the main process last ended (CLOCK_MONOTONIC, seconds), and how."""
    row = record(zone, unit, EXITED)
    return int(row['__MONOTONIC_TIMESTAMP']) / 1e6, row.get('EXIT_STATUS')


def last_failure(zone, unit):
    """Result= of its last failure."""
    return record(zone, unit, FAILED).get('UNIT_RESULT')


def usb(zone, verb, what):
    """Plugs (until udev has finished with it) or unplugs a USB device that the kernel plays."""
    zone.machine.check(f'python3 /opt/test/gadget.py {verb} {what}', 60)
    if verb == 'plug':
        zone.machine.check(f'for i in $(seq 100); do grep -qsx SN-{what}-1 /sys/bus/usb/devices/*/serial && break; '
                           'sleep 0.1; done')
    zone.machine.check('udevadm settle', 60)


def usb_path(zone, what):
    """Where sysfs has it."""
    return zone.machine.check(f'dirname $(grep -lsx SN-{what}-1 /sys/bus/usb/devices/*/serial)').strip()


def printer_node(zone):
    """usblp shares its numbers with hiddev: which one it gets depends on who comes first."""
    return zone.machine.check('for i in $(seq 100); do ls /dev/usb/lp* 2>/dev/null && exit 0; sleep 0.2; done; exit 1').strip()
