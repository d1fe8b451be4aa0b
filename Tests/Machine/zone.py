"""The zone under test, inside a machine: its units, what it says about itself, and the panel's hands."""
import json
import shlex
import time

import calm
from steps import Failure

BOUND = 60                      # seconds for what takes a real PC a few; the machine is emulated and the host busy
HUB_BOUND = 90                  # the agent damps, then gathers changes before it tells the hub
PANEL = '/run/test-panel'

CONFIGURATION = '''zone: machine-test
node: pc-1
name: 机器测试专区
purpose: production
type: hall
hours: "00:00-24:00"
devices:
  - {id: printer-1, kind: printer, uri: "ipp://127.0.0.1:8632/ipp/print"}
'''
# The site's own layer: in the machine nobody has half an hour.
QUICK_PROFILE = '''# Probe the printer often: a test waits for it.
kind: printer
match: {scheme: ipp}
expect: {probeInterval: 2s, maxAge: 60s}
'''
UNITS = ('zone-hub', 'zone-agent')
# The shipped files lie where the package puts them and are not changed by any drop-in.
INSTALL = '''set -e
cd /mnt/share
mkdir -p /usr/share/zone-agent /etc/zone-agent/hw-profiles/90-test /opt/test /usr/local/lib/zone
cp -a bin/. /usr/bin/
cp -a test/. /opt/test/
cp -a lib/. /usr/local/lib/zone/
echo /usr/local/lib/zone > /etc/ld.so.conf.d/zone.conf
ldconfig
cp -a hw-profiles calendars policy /usr/share/zone-agent/
cp systemd/*.service /usr/lib/systemd/system/
cp sysusers.d/*.conf /usr/lib/sysusers.d/
cp udev/*.rules /usr/lib/udev/rules.d/
cp modprobe.d/*.conf /usr/lib/modprobe.d/
systemd-sysusers
for each in technician:zone-tech kiosk:zone-kiosk stranger:nogroup; do
    useradd --no-create-home --groups ${each#*:} ${each%:*}
done
systemctl daemon-reload
udevadm control --reload
'''


class Zone:
    """Every question is answered by the programs under test; nothing here knows how they work."""

    def __init__(self, machine):
        self.machine, self.seen = machine, {}
        self.node = self.panels = None
        self.hall = None
        self.past = ''                  # journals of earlier boots: the guest keeps none

    def install(self):
        """Programs go to the guest's own disk: the share is read-only and not for sockets or databases."""
        self.machine.check(INSTALL, 180)
        self.write('/etc/zone-agent/agent.yaml', CONFIGURATION)
        self.write('/etc/zone-agent/hw-profiles/90-test/quick.yaml', QUICK_PROFILE)

    def write(self, path, text):
        result = self.machine.run(['/bin/sh', '-c', 'printf %s "$1" > "$2"', 'sh', text, path])
        if result.code:
            raise Failure(f'cannot write {path}: {result.err}')

    def ask(self, name, script):
        """JSON from a command; None while there is none. What was seen last is kept for the report of a failure."""
        result = self.machine.sh(script)
        self.seen[name] = result.out or f'exit code {result.code}: {result.err}'
        try:
            return json.loads(result.out) if result.code == 0 else None
        except ValueError:
            return None

    def status(self):
        return self.ask('zonectl status --json', 'timeout 20 zonectl status --json')

    def panel(self):
        """The panel as the agent sees it; {} while the agent does not name it."""
        return plain(named((self.status() or {}).get('devices'), 'id', 'touch-1'))

    def printer(self):
        return plain(named((self.status() or {}).get('devices'), 'id', 'printer-1'))

    def printer_on(self):
        """ippeveprinter: a printer that nobody of this project wrote."""
        self.machine.check('mkdir -p /var/tmp/eve; systemctl reset-failed test-printer 2>/dev/null; '
                           'systemd-run -q --collect --unit=test-printer ippeveprinter -r off -n localhost -p 8632 '
                           '-d /var/tmp/eve -f application/pdf -M Zone -m P2 "Machine Printer"')

    def printer_off(self):
        self.machine.check('systemctl stop test-printer')

    def printer_page(self, query):
        """Its web forms are its trays and supplies."""
        self.machine.check(f"for i in $(seq 50); do curl -fsS -m 10 -o /dev/null 'http://localhost:8632/{query}' "
                           '&& exit 0; sleep 0.2; done; exit 1', 90)

    def enrol(self):
        """As a technician and an officer do it together."""
        self.machine.check('/opt/test/enrol /usr/bin "" machine-test pc-1', 180)

    def hub_zone(self):
        zones = self.ask('/api/v1/zones', 'curl -fsS -m 20 http://127.0.0.1:8080/api/v1/zones')
        return named(zones, 'zone', 'machine-test')

    def hub_panel(self):
        return plain(named(self.hub_zone().get('devices'), 'id', 'touch-1'))

    def show(self, unit, *properties):
        lines = self.machine.check(f'systemctl show {unit} ' + ' '.join(f'-p {name}' for name in properties))
        return dict(line.split('=', 1) for line in lines.splitlines() if '=' in line)

    def start(self, unit):
        """Type=notify: the command ends when the program has said READY=1."""
        result = self.machine.sh(f'systemctl start {unit}', 150)
        state = self.show(unit, 'ActiveState', 'SubState', 'NRestarts')
        if result.code or state != {'ActiveState': 'active', 'SubState': 'running', 'NRestarts': '0'}:
            raise Failure(f'{unit} did not become ready: {state} {result.err.strip()}')

    def stop(self, unit, bound):
        """Stops a unit; it must end by itself, in time and without complaint."""
        seconds = float(self.machine.check(f'''a=$(cut -d" " -f1 /proc/uptime); systemctl stop {unit}
            b=$(cut -d" " -f1 /proc/uptime); echo "$a $b" | awk '{{print $2 - $1}}' ''', 120))
        state = self.show(unit, 'ActiveState', 'Result', 'ExecMainStatus')
        if seconds > bound or state != {'ActiveState': 'inactive', 'Result': 'success', 'ExecMainStatus': '0'}:
            raise Failure(f'{unit} stopped after {seconds:.1f} s (bound {bound} s): {state}')

    def plug(self, *options):
        """A panel appears; gives its node."""
        self.machine.check(f'rm -rf {PANEL}; systemctl reset-failed test-panel 2>/dev/null; systemd-run -q --collect '
                           f'--unit=test-panel python3 /opt/test/panel.py {" ".join(options)} {PANEL}')
        out = self.machine.check(f'for i in $(seq 300); do grep -s ^ready {PANEL}/out && exit 0; sleep 0.1; done; '
                                 'journalctl -u test-panel -n 20 --no-pager; exit 1')
        self.node = out.split()[1]
        self.machine.check('udevadm settle')
        return self.node

    def panel_do(self, line):
        self.tell(PANEL, line)

    def tell(self, folder, line, bound=60):
        """Gives the player of a device one command and waits until it has been carried out."""
        answer = self.machine.check(f'''cd {folder}; n=$(wc -l < out); echo "{line}" > in
            for i in $(seq {20 * bound}); do
                if [ $(wc -l < out) -gt $n ]; then tail -n 1 out; exit 0; fi; sleep 0.05
            done; echo nothing''', 2 * bound).strip()
        if answer != f'ok {line}':
            raise Failure(f'{folder} answers {answer!r} to {line!r}')

    def panel_play(self, lines, pause=0.3):
        """Several in one go, for what has to be quick: each waits for the one before and then so many seconds."""
        words = ' '.join(shlex.quote(line) for line in lines)
        last = self.machine.check(f'''cd {PANEL}; for line in {words}; do
            n=$(wc -l < out); echo "$line" > in
            for i in $(seq 400); do [ $(wc -l < out) -gt $n ] && break; sleep 0.02; done; sleep {pause}
        done; tail -n 1 out''', 120).strip()
        if last != f'ok {lines[-1]}':
            raise Failure(f'the panel answers {last!r} to {lines[-1]!r}')

    def unplug(self):
        self.panel_do('quit')
        self.machine.check('while systemctl -q is-active test-panel; do sleep 0.1; done; udevadm settle')

    def descriptors(self):
        """{what: how many} of the agent's open descriptors, with numbers left out; a device's node by its name."""
        out = self.machine.check('''ls -l /proc/$(systemctl show -p MainPID --value zone-agent)/fd |
            sed -n 's/.* -> //p' | sed -E '/^.dev/!s/[0-9]+/N/g' | sort | uniq -c''')
        return {name.strip(): int(count) for count, name in (line.split(None, 1) for line in out.splitlines())}

    def journal(self):
        return self.past + self.machine.sh('journalctl -b --no-pager -o short-precise', 120).out

    def reboot(self):
        self.past = self.journal() + '--- reboot\n'
        self.machine.check('sync')
        self.machine.reboot()

    def explain(self):
        """Evidence for a failure."""
        parts = [f'--- {name}, last seen\n{text.strip()[-6000:]}' for name, text in self.seen.items()]
        for unit in UNITS:
            journal = self.machine.sh(f'journalctl -u {unit} -n 80 --no-pager').out
            parts.append(f'--- journal of {unit}\n{journal.strip()}')
        return '\n'.join(parts)


def named(items, key, value):
    """The first of a JSON array's objects with this value; {} if there is none, or no such array."""
    items = items if isinstance(items, list) else []
    return next((item for item in items if isinstance(item, dict) and item.get(key) == value), {})


def plain(device):
    """The device with each open condition's severity under its code, as one more value to ask for."""
    return dict(device, **{each['code']: each.get('severity') for each in device.get('conditions') or []})


def eventually(look, wanted, bound=BOUND):
    """Polls until `look()` has all of `wanted`; gives how it looked then. A value may be a function of it."""
    waited = calm.Patience(bound)
    while True:
        found = look()
        wrong = {key: found.get(key) for key, value in wanted.items()
                 if not (value(found) if callable(value) else found.get(key) == value)}
        if not wrong:
            return found
        if waited.is_over():
            hoped = {key: 'something else' if callable(wanted[key]) else wanted[key] for key in wrong}
            raise Failure(f'after {bound} s still {wrong}, not {hoped}')
        time.sleep(0.5)
