"""The print queue as the second source, and the healing steps: agent and cupsd about the same queue."""
import contextlib
import json
import os
import signal
import time

import ports
import printzone
import witness
import zone
from eveprinter import EvePrinters
from field import SOON
from printzone import EMPTY, FINE, REFILLED, SIM, same
from spooler import DAEMON, Spooler

# Two profiles, because two printers have two queues.
PROFILE = '''kind: {kind}
driver: ipp-printer
match:
  scheme: ipp
set:
  queue: {queue}
  cupsSocket: {socket}
  queueStuckWithin: 2s
expect:
  probeInterval: 200ms
  maxAge: 5s
'''
EVE = 'eve-1'
DEVICES = ((SIM, 'printer'), (EVE, 'copier'))
# Passes PDF on as it is, so that no filter is needed.
DRIVER = '''*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "ZONE.PPD"
*Product: "(Zone)"
*Manufacturer: "Zone"
*ModelName: "Zone P1"
*ShortNickName: "Zone P1"
*NickName: "Zone P1"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: False
*DefaultColorSpace: Gray
*FileSystem: False
*cupsFilter2: "application/pdf application/pdf 0 -"
*OpenUI *PageSize: PickOne
*DefaultPageSize: A4
*PageSize A4/A4: ""
*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*DefaultPageRegion: A4
*PageRegion A4/A4: ""
*CloseUI: *PageRegion
*DefaultImageableArea: A4
*ImageableArea A4/A4: "0 0 595 842"
*DefaultPaperDimension: A4
*PaperDimension A4/A4: "595 842"
'''
# What Debian's own policy says of the operations in use here: who is nobody may print and ask.
POLICY = '''<Policy default>
 JobPrivateAccess default
 JobPrivateValues default
 <Limit Cancel-Job Hold-Job Release-Job>
  Require user @OWNER @SYSTEM
  Order deny,allow
 </Limit>
 <Limit CUPS-Add-Modify-Printer CUPS-Delete-Printer Pause-Printer Resume-Printer CUPS-Accept-Jobs CUPS-Reject-Jobs>
  AuthType Default
  Require user @SYSTEM
  Order deny,allow
 </Limit>
 <Limit All>
  Order deny,allow
 </Limit>
</Policy>
'''
PAUSED, STUCK, DIFFERS = 'prn.queue.paused', 'prn.queue.stuck', 'prn.queue.differs'


class StrictSpooler(Spooler):
    """As on a real PC: over its socket cupsd lets root do everything, and others nothing of that."""
    DAEMON = DAEMON.partition('<Policy')[0].replace(
        'DefaultAuthType None', 'DefaultAuthType Basic\nPreserveJobFiles No') + POLICY

    @property
    def server(self):
        return self.socket


class QueueZone(printzone.PrintZone):
    """Two printers, each with its queue in one cupsd."""

    def __init__(self, programs, cups, eve):
        super().__init__(programs, [eve])
        self.cups, self.driver = cups, None

    def prepare(self):
        self.driver = self.root + '/zone.ppd'
        with open(self.driver, 'w') as file:
            file.write(DRIVER)
        self.copy_profiles({kind: PROFILE.format(kind=kind, queue=name, socket=self.cups.socket)
                            for name, kind in DEVICES})
        self.simulators = self.start('simulate')
        self.sim_uri = zone.eventually(self.addresses, 'the simulators listen')['SIM_PRINTER']
        uris = {SIM: self.sim_uri, EVE: self.others[0].uri}
        for name, uri in uris.items():
            self.cups.add(name, uri, self.driver)
        self.write_config(printzone.CONFIG + ''.join(
            f'  - {{id: {name}, kind: {kind}, uri: "{uris[name]}"}}\n' for name, kind in DEVICES))
        self.start_agent()
        self.answers()
        self.settle(uris)
        for name in uris:
            self.hold(name)

    def hold(self, name):
        """The agent watches it, and does no healing step but on somebody's word."""
        status, answer = zone.ask(self.admin, 'PUT', f'/v1/holds/{name}/maintenance', '{}')
        if status != 200:
            raise zone.Trouble(f'{name} is not held: {status} {answer}')

    def heal(self, name, step):
        """Returns how the step ended: the command's state, and why."""
        status, command = zone.ask(self.admin, 'POST', f'/v1/devices/{name}/commands',
                                   json.dumps({'verb': 'heal', 'args': {'step': step}}))
        if status not in (200, 202):
            raise zone.Trouble(f'{step}: {status} {command}')

        def over():
            found = zone.ask(self.admin, 'GET', f'/v1/commands/{command["id"]}')[1]
            return found if found['state'] not in ('accepted', 'scheduled', 'running') else None
        found = zone.eventually(over, f'{step} ends', patience=60, pause=0.05)
        return found['state'], json.dumps(found.get('result'))

    def lacks(self, name, code):
        zone.eventually(lambda: code not in self.device(name)['codes'], f'{name}: {code} is over', pause=0.05)


class Bench:
    """Its own cupsd, for it is stopped and held up here."""

    def __init__(self, programs, say):
        self.programs, self.say, self.stack = programs, say, contextlib.ExitStack()

    def __enter__(self):
        with self.stack:
            self.cups = self.stack.enter_context(StrictSpooler() if os.geteuid() == 0 else Spooler())
            self.eve = self.stack.enter_context(EvePrinters([EVE])).printers[0]
            self.zone = self.stack.enter_context(QueueZone(self.programs, self.cups, self.eve))
            self.document = self.zone.driver.replace('zone.ppd', 'page.pdf')
            with open(self.document, 'wb') as file:
                file.write(printzone.sample.pdf())
            self.stack = self.stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def mend(self):
        """Everything as at the beginning, whatever a step left behind."""
        with contextlib.suppress(ProcessLookupError):
            self.cups.daemon.send(signal.SIGCONT)
        if not self.cups.daemon.is_running():
            self.cups.start()
        self.zone.turn('power=on', 'paper=250', 'pace=all')
        self.eve.paper(200)
        for name, uri in ((SIM, self.zone.sim_uri), (EVE, self.eve.uri)):
            self.cups.add(name, uri, self.zone.driver)
            self.cups.cancel_all(name)
            self.cups.tell('lpadmin', '-p', name, '-o', 'printer-state-reasons=none')
            self.cups.tell('cupsenable', name)
            self.zone.becomes(name, **FINE)

    def queue(self, name):
        """What the agent says of a queue."""
        return self.zone.device(name).get('details', {}).get('queue', {})

    def queue_becomes(self, name, /, **wanted):
        zone.eventually(lambda: wanted.items() <= self.queue(name).items(), f'{name}: the queue is {wanted}',
                        pause=0.05)

    def raised(self, name, code, began=None):
        self.zone.becomes(name, raised=code)
        found = next(entry for entry in self.zone.device(name)['conditions'] if entry['code'] == code)
        after = f' after {time.monotonic() - began:.1f} s' if began else ''
        self.say(f'{name}: {code}{after}: {found.get("evidence")}')
        return found.get('evidence') or ''

    def healed(self, name, step):
        state, why = self.zone.heal(name, step)
        same(state, 'succeeded', f'{step} ({why})')

    def refused(self, name, step, words):
        state, why = self.zone.heal(name, step)
        same((state, words in why), ('failed', True), f'{step}: {why}')
        self.say(f'{step} is refused: {why}')


def second_source(bench):
    """cupsd and agent say the same of a queue, and of what waits in it."""
    for name, _ in DEVICES:
        bench.queue_becomes(name, name=name, source='cupsd', state='idle', reasons=['none'], acceptingJobs=True,
                            jobsWaiting=0, sendsHere=True, hasDriver=True)
    bench.cups.tell('cupsdisable', SIM)
    jobs = [bench.cups.submit(SIM, bench.document) for _ in range(3)]
    bench.queue_becomes(SIM, state='stopped', reasons=['paused'], jobsWaiting=len(jobs))
    zone.eventually(lambda: bench.queue(SIM)['oldestSeconds'] >= 1, 'the oldest grows old')
    text = json.dumps(bench.zone.device(SIM), ensure_ascii=False)
    same(os.path.basename(bench.document) in text, False, 'the name of a document is told')


def paused_is_healed(bench):
    """OpenPrinting/cups 278: the printer was off for a moment, and the queue stays paused when it is back."""
    bench.cups.tell('lpadmin', '-p', SIM, '-v', bench.zone.sim_uri + '?contimeout=2', '-o',
                    'printer-error-policy=stop-printer')
    bench.zone.turn('power=off')
    bench.zone.becomes(SIM, SOON, link='down')
    job = bench.cups.submit(SIM, bench.document)
    zone.eventually(lambda: bench.cups.state(SIM)[0] == 'stopped', 'the backend gives up', pause=0.2)
    bench.refused(SIM, 'resumeQueue', 'does not answer')
    paper = bench.zone.truth()['paper']
    bench.zone.turn('power=on')
    began = time.monotonic()
    bench.raised(SIM, PAUSED, began)
    same(bench.cups.state(SIM), ('stopped', ['paused']), 'the queue')
    bench.zone.becomes(SIM, link='up', raised=PAUSED)
    bench.zone.turn('paper=0')
    bench.zone.becomes(SIM, empty=True)
    bench.refused(SIM, 'resumeQueue', 'media-empty')
    bench.zone.turn(f'paper={paper}')
    bench.zone.becomes(SIM, empty=False)
    bench.healed(SIM, 'resumeQueue')
    bench.cups.job_becomes(SIM, job, 'completed')
    zone.eventually(lambda: bench.zone.truth()['paper'] == paper - 1, 'the sheet that waited is out')
    bench.zone.lacks(SIM, PAUSED)
    bench.cups.tell('lpadmin', '-p', SIM, '-o', 'printer-error-policy=retry-job')


def stuck(bench):
    """A queue that sends to an address where nobody is: its job says processing for seven days."""
    dead = ports.free_port()
    bench.cups.tell('lpadmin', '-p', SIM, '-v', f'ipp://127.0.0.1:{dead}/ipp/print')
    same(bench.raised(SIM, DIFFERS).count(f':{dead}'), 1, 'it names the address')
    job = bench.cups.submit(SIM, bench.document)
    began = time.monotonic()
    bench.cups.job_becomes(SIM, job, 'processing')
    same(f'job {job} ' in bench.raised(SIM, STUCK, began), True, 'the evidence names the job')
    zone.eventually(lambda: 'unavailable' in bench.queue(SIM).get('message', ''), "cupsd's word is told", pause=0.05)
    same(bench.cups.state(SIM)[0], 'processing', 'the queue')
    bench.healed(SIM, 'cancelStuckJob')
    same(bench.cups.job(SIM, job) in ('processing', 'pending'), True, 'nothing was printed: it is sent once more')
    bench.raised(SIM, STUCK)
    bench.healed(SIM, 'cancelStuckJob')
    same(bench.cups.job(SIM, job), 'canceled', 'the second time it is taken out')
    bench.refused(SIM, 'cancelStuckJob', 'no document waits')
    spool = os.listdir(bench.cups.base + '/spool')
    same([name for name in spool if name.startswith('d')], [], 'documents in the spool')
    bench.zone.lacks(SIM, STUCK)
    bench.cups.tell('lpadmin', '-p', SIM, '-v', bench.zone.sim_uri)
    bench.zone.lacks(SIM, DIFFERS)


def waits_for_paper(bench):
    """OpenPrinting/cups 1298: processing while the tray is empty is the device's fault, and no stuck job."""
    bench.eve.paper(0)
    bench.zone.becomes(EVE, **EMPTY)
    job = bench.cups.submit(EVE, bench.document)
    bench.cups.job_becomes(EVE, job, 'processing')
    bench.queue_becomes(EVE, jobsWaiting=1)
    looks = bench.eve.looks()
    zone.eventually(lambda: bench.eve.looks() >= looks + 25, '25 looks', pause=0.05)
    same(STUCK in bench.zone.device(EVE)['codes'], False, f'{STUCK} is raised')
    bench.refused(EVE, 'cancelStuckJob', 'not idle')
    bench.eve.paper(200)
    bench.cups.job_becomes(EVE, job, 'completed')
    bench.zone.becomes(EVE, **REFILLED)


def leftovers(bench):
    """What cupsd keeps of a fault that is over (here set by hand, as after a power cycle in mid-job)."""
    bench.cups.tell('lpadmin', '-p', SIM, '-o', 'printer-state-reasons=media-empty-error,cups-ipp-missing-job-history')
    evidence = bench.raised(SIM, DIFFERS)
    same(('media-empty-error' in evidence, 'missing-job-history' in evidence), (True, True), evidence)
    bench.healed(SIM, 'resumeQueue')
    same(bench.cups.state(SIM), ('idle', ['none']), 'the queue')
    bench.zone.lacks(SIM, DIFFERS)


def scheduler_off(bench):
    """cupsd is gone, and then hangs: unknown is not fine, and the device is told as before."""
    bench.cups.tell('cupsdisable', SIM)
    bench.raised(SIM, PAUSED)
    bench.cups.stop()
    bench.raised(SIM, DIFFERS)
    same(PAUSED in bench.zone.device(SIM)['codes'], True, 'what was raised stays')
    bench.cups.start()
    bench.zone.lacks(SIM, DIFFERS)
    bench.cups.tell('cupsenable', SIM)
    bench.zone.lacks(SIM, PAUSED)
    bench.cups.daemon.send(signal.SIGSTOP)
    began = time.monotonic()
    bench.raised(SIM, DIFFERS, began)
    bench.zone.turn('paper=0')
    bench.zone.becomes(SIM, **EMPTY)
    bench.say(f'cupsd hangs, and the agent tells of the empty tray {time.monotonic() - began:.1f} s after that')
    bench.refused(SIM, 'restartScheduler', 'leaves the services')
    bench.zone.turn('paper=250')
    bench.cups.daemon.send(signal.SIGCONT)
    bench.zone.lacks(SIM, DIFFERS)


def recreated(bench):
    """A queue without its driver, as `-m everywhere` leaves it behind when the printer is off."""
    bench.refused(EVE, 'recreateQueue', 'has its driver')
    bench.cups.tell('lpadmin', '-x', EVE)
    bench.raised(EVE, DIFFERS)
    bench.cups.add(EVE, bench.eve.uri)
    bench.queue_becomes(EVE, hasDriver=False)
    began = time.monotonic()
    bench.healed(EVE, 'recreateQueue')
    bench.say(f'made anew in {time.monotonic() - began:.1f} s: '
              f'{witness.look(bench.cups.address(EVE))["printer-make-and-model"]}')
    bench.queue_becomes(EVE, hasDriver=True, sendsHere=True)
    bench.zone.lacks(EVE, DIFFERS)


def step(action):
    def run(bench):
        own = bench.queues
        own.mend()
        action(own)
    return run


CUPS = ('cupsd', 'lpadmin', 'lp', 'cancel', 'cupsenable', 'cupsdisable', 'ipptool', 'dbus-daemon', 'ippeveprinter')
STEPS = (
    ('queue-is-the-second-source', CUPS, step(second_source)),
    ('cups-278-paused-queue-is-healed', CUPS, step(paused_is_healed)),
    ('stuck-behind-a-dead-address', CUPS, step(stuck)),
    ('cups-1298-waiting-for-paper-is-not-stuck', CUPS, step(waits_for_paper)),
    ('queue-keeps-an-old-fault', CUPS, step(leftovers)),
    ('cupsd-off-is-unknown-not-fine', CUPS, step(scheduler_off)),
    ('queue-without-driver-is-made-anew', CUPS + ('driverless',), step(recreated)),
)
