"""The kiosk's program as a real unit: the sandboxed agent sees it, starts it anew, and clears what a citizen left."""
import time

from test_agent import same
from test_units import answer, by_id, restarted, story
from zone import CONFIGURATION, eventually

FOLDER, MODE = '/var/lib/zone-kiosk', '/run/test-kiosk'
UNIT = 'zone-kiosk.service'
# As docs/pc.md has it, but for Restart=: systemd is not to be quicker than the ladder.
UNIT_FILE = '''[Service]
User=kiosk
UMask=0007
TimeoutStopSec=20
ExecStart=/usr/bin/python3 /opt/test/kiosk.py
[Install]
WantedBy=multi-user.target
'''
KIOSK = '''kiosk:
  app: {unit: zone-kiosk.service, heartbeat: true, silence: 60s}
residue:
  folders: /var/lib/zone-kiosk/downloads
  clear: true
  restartApp: true
'''
# Elsewhere it is looked at once a minute; a test waits for it. (Each 5 s, the emulated PC does nothing else any more.)
PROFILE = '''kind: queryPC
match: {machine: "yes"}
expect: {probeInterval: 20s, maxAge: 90s}
'''
BOUND = 240                     # seconds: a minute for the ladder or for a use to end, and an emulated PC's own time
# In a folder of its own and in the downloads, as a browser and a viewer leave them.
CITIZEN = '''cd /var/lib/zone-kiosk/downloads && umask 007 && mkdir -p viewer &&
echo of a citizen > application.pdf && echo of a citizen > viewer/page'''
LEFT = f'find {FOLDER}/downloads -mindepth 1'
# From the program's first moment of ending on it is the agent's to start it again; then the agent dies.
KILL_BETWEEN = f'''cp /opt/test/closed.yaml /etc/zone-agent/agent.yaml; systemctl reload zone-agent
for i in $(seq 600); do
    if [ "$(systemctl show -p ActiveState --value {UNIT})" = deactivating ]; then
        cp /opt/test/open.yaml /etc/zone-agent/agent.yaml
        systemctl kill --kill-who=main -s KILL zone-agent; exit
    fi
    sleep 0.1
done
exit 1'''


def pc(zone):
    return by_id(zone, 'pc-1')


def program(zone):
    """As systemd has it."""
    return zone.show(UNIT, 'ActiveState', 'SubState', 'MainPID')


def runs_anew(zone, before):
    """Waits until another process of the unit runs than `before`; how long that took."""
    began = time.monotonic()
    eventually(lambda: program(zone), {
        'ActiveState': 'active', 'SubState': 'running',
        'MainPID': lambda now: now.get('MainPID') not in ('0', before['MainPID'])}, BOUND)
    return time.monotonic() - began


def rows(zone, seq, *names):
    """What the agent's journal has of the PC itself after row `seq`."""
    page = answer(zone, 'GET', f'/v1/journal?after={seq}&limit=1000') or []
    return [row for row in page if row['name'] in names and 'pc-1' in row['subject']]


def last(zone):
    """The number of the journal's newest row."""
    seq = 0
    while page := answer(zone, 'GET', f'/v1/journal?after={seq}&limit=1000'):
        seq = page[-1]['seq']
    return seq


def healed(zone, seq, step, code):
    """Waits for the row that claims it, and for the end of the condition; no other step was tried."""
    def look():
        found = [row['data'] for row in rows(zone, seq, 'heal.succeeded') if row['data'].get('healed')]
        return dict(pc(zone), healed=[(row['step'], row['codes']) for row in found])
    eventually(look, {'healed': [(step, [code])], code: None}, BOUND)
    tried = [row['data']['step'] for row in rows(zone, seq, 'heal.attempted') if row['data']['cause'] == code]
    same(tried, [step], f'steps against {code}')


def healing(zone):
    return answer(zone, 'GET', '/v1/devices/pc-1/healing')


def used(zone, step):
    return next((each['used'] for each in healing(zone)['steps'] if each['name'] == step), None)


def heal(zone, step):
    """A step of the PC on a technician's word; how it ended."""
    command = answer(zone, 'POST', '/v1/devices/pc-1/commands', {'verb': 'heal', 'args': {'step': step}})
    over = {'state': lambda found: found.get('state') in ('succeeded', 'failed', 'rejected', 'expired')}
    return eventually(lambda: answer(zone, 'GET', f'/v1/commands/{command["id"]}'), over, BOUND)


def elsewhen(zone):
    """An hour of the day in which this test is not."""
    hour = (int(zone.machine.check('TZ=UTC-8 date +%H')) + 12) % 24
    return f'{hour:02}:00-{hour:02}:59'


@story.step("the kiosk's program runs as a unit, and the agent in its sandbox sees unit, sign of life and folder")
def kiosk_starts(zone):
    zone.machine.check('systemctl stop zone-agent; modprobe uinput')
    zone.machine.check(f'install -d -o kiosk -g zone-kiosk -m 2770 {FOLDER} {FOLDER}/downloads')
    zone.write(f'/etc/systemd/system/{UNIT}', UNIT_FILE)
    zone.write('/etc/zone-agent/hw-profiles/90-test/pc.yaml', PROFILE)
    zone.write('/etc/zone-agent/agent.yaml', CONFIGURATION + KIOSK)
    zone.machine.check('systemctl daemon-reload')
    zone.start('zone-agent')
    zone.machine.check(f'systemctl -q enable --now {UNIT}')
    eventually(lambda: (pc(zone).get('details') or {}).get('app') or {},
               {'unit': UNIT, 'state': 'active', 'lastSignMs': lambda app: app.get('lastSignMs', 99_999) < 60_000})


@story.step("a use is over: the program is stopped, the citizen's files are gone, the program runs again", kiosk_starts)
def use_over(zone):
    seq, before = last(zone), program(zone)
    zone.plug()
    eventually(zone.panel, {'presence': 'present', 'activity': 'idle'})
    zone.panel_do('touch 0 12000 9000')
    eventually(zone.panel, {'activity': 'busy'})
    zone.machine.check(f"runuser -u kiosk -- sh -c '{CITIZEN}'")
    zone.panel_do('lift 0')
    runs_anew(zone, before)
    cleared = eventually(lambda: {'rows': [row['data'] for row in rows(zone, seq, 'residue.cleared')]},
                         {'rows': lambda found: found['rows']})['rows']
    # Two of the citizen's, one that the program wrote when it was told to end.
    same(cleared, [{'occasion': 'useEnded', 'removed': 3, 'failed': 0, 'left': 0}], 'residue.cleared')
    same(zone.machine.check(LEFT), '', 'what is left')
    raised = [row['data'].get('code') for row in rows(zone, seq, 'condition.raised')]
    same([code for code in raised if code.startswith('app.')], [], 'what was told of a program that the agent stopped itself')
    zone.unplug()


@story.step('killed (kill -9): app.absent, and the ladder has systemd start it anew', use_over)
def program_killed(zone):
    seq, before = last(zone), program(zone)
    zone.machine.check(f'systemctl kill -s KILL {UNIT}')
    print(f'        {runs_anew(zone, before):.0f} s until it ran again', flush=True)
    healed(zone, seq, 'restartApp', 'app.absent')


@story.step('frozen (SIGSTOP): app.frozen, and the ladder has systemd start it anew', program_killed)
def program_frozen(zone):
    seq, before = last(zone), program(zone)
    zone.machine.check(f'systemctl kill -s STOP {UNIT}')
    print(f'        {runs_anew(zone, before):.0f} s until it ran again', flush=True)
    healed(zone, seq, 'restartApp', 'app.frozen')


@story.step('the agent dies (kill -9) while the hall closes, between stop and start: the program runs again', program_frozen)
def killed_between(zone):
    seq, before = last(zone), program(zone)
    agent, steps = zone.show('zone-agent', 'NRestarts', 'MainPID'), used(zone, 'restartApp') or 0
    zone.write('/opt/test/open.yaml', CONFIGURATION + KIOSK)
    zone.write('/opt/test/closed.yaml', (CONFIGURATION + KIOSK).replace('00:00-24:00', elsewhen(zone)))
    zone.write(MODE, 'slow')
    zone.machine.check(KILL_BETWEEN, 120)
    zone.write(MODE, '')
    restarted(zone, agent)
    seconds = runs_anew(zone, before)
    by = 'the ladder' if (used(zone, 'restartApp') or 0) > steps else 'the agent when it came up'
    print(f'        {seconds:.0f} s until it ran again, by {by}', flush=True)
    eventually(lambda: pc(zone), {'app.absent': None, 'app.frozen': None}, BOUND)
