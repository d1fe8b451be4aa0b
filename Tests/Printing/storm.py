"""cupsd falls again and again, while the same printer takes documents from the agent and from a queue."""
import itertools
import signal
import subprocess
import threading
import time

import witness
import zone
from printzone import SIM, same

# What came from us carries this name (README of the driver).
OURS = 'zone-agent'
# The most that a job of one page may take: looks come every two seconds, the counter may lag by ten.
JOB_WITHIN = 40
# A job whose document never came, as its sender was killed in between, is aborted by the printer after 60 seconds
# (multiple-operation-time-out).
EMPTY_WITHIN = 100


class Citizens(threading.Thread):
    """Somebody who prints by the queue, one page after the other, and tries again when there is no scheduler."""

    def __init__(self, bench):
        super().__init__(daemon=True)
        self.bench, self.taken, self.refused, self.over = bench, 0, 0, threading.Event()

    def run(self):
        while not self.over.wait(0.2):
            try:
                self.bench.cups.submit(SIM, self.bench.document)
                self.taken += 1
            except (zone.Trouble, subprocess.TimeoutExpired, TypeError):
                self.refused += 1


class Ours(threading.Thread):
    """Documents given to the agent, each when the one before is over."""

    def __init__(self, bench):
        super().__init__(daemon=True)
        self.bench, self.ended, self.trouble, self.over = bench, [], None, threading.Event()

    def run(self):
        try:
            while not self.over.is_set():
                job = self.bench.zone.submit(SIM)
                end = time.monotonic() + JOB_WITHIN
                while self.bench.zone.job(job)['state'] in ('accepted', 'started'):
                    if time.monotonic() > end:
                        raise zone.Trouble(f'job {job} is not over within {JOB_WITHIN} s')
                    time.sleep(0.1)
                self.ended.append(self.bench.zone.job(job))
        except Exception as error:  # noqa: BLE001 (it is told at the end, by the thread that waits)
            self.trouble = error


class Tray:
    """What the printer says of its jobs, gathered while it still remembers them; paper is refilled."""

    def __init__(self, bench):
        self.bench, self.jobs = bench, {}
        self.first = self.counter()
        self.known = {found['job-id'] for found in self.listed()}

    def counter(self):
        return witness.look(self.bench.sim.uri)['printer-impressions-completed']

    def listed(self):
        return [found for which in ('completed', 'not-completed')
                for found in witness.jobs(self.bench.sim.uri, which)]

    def look(self):
        self.bench.zone.turn('paper=250')
        self.jobs.update({found['job-id']: found for found in self.listed() if found['job-id'] not in self.known})

    def sheets(self, ours):
        """Sheets of each job of ours, or of the others."""
        return [found['job-impressions-completed'] for found in self.jobs.values()
                if (found['job-originating-user-name'] == OURS) == ours]


def storm(bench):
    """Every second or so cupsd ends, politely or by kill -9, for as long as was asked for."""
    before = bench.zone.journal()[-1]['seq']
    tray, citizens, ours = Tray(bench), Citizens(bench), Ours(bench)
    end = time.monotonic() + bench.minutes * 60
    citizens.start()
    ours.start()
    restarts = 0
    for number in itertools.cycle((signal.SIGTERM, signal.SIGKILL)):
        # The moment moves on by itself, so that no phase of a job is spared.
        citizens.over.wait(0.5 + restarts % 7 * 0.2)
        bench.cups.restart(number)
        restarts += 1
        tray.look()
        if time.monotonic() > end or ours.trouble:
            break
    for thread in (citizens, ours):
        thread.over.set()
        thread.join(JOB_WITHIN + 20)
    bench.cups.cancel_all(SIM)
    zone.eventually(lambda: not bench.zone.turn('paper=250') and not witness.jobs(bench.sim.uri, 'not-completed'),
                    'the printer has nothing to do', EMPTY_WITHIN, pause=0.2)
    tray.look()
    judge(bench, tray, citizens, ours, restarts, before)


def judge(bench, tray, citizens, ours, restarts, before):
    if ours.trouble:
        raise zone.Trouble(f'our documents: {ours.trouble!r}')
    states = [job['state'] for job in ours.ended]
    printed, sheets = states.count('printed'), tray.sheets(ours=True)
    raised = [row['data'].get('code') for row in bench.zone.journal(before)
              if row['name'] == 'condition.raised' and row.get('device') == SIM]
    bench.say(f'{restarts} restarts of cupsd, every second one by kill -9; by the queue {citizens.taken} documents '
              f'were taken and {citizens.refused} were not, and {len(tray.sheets(ours=False))} came to the printer; '
              f'by the agent {len(states)} were taken: {printed} printed, and the printer has {len(sheets)} of us')
    same(sorted(set(sheets)), [1], 'sheets of each document of ours')
    same((len(sheets), printed), (len(states), len(states)), 'our documents at the printer, and called printed')
    same(tray.counter() - tray.first, sum(tray.sheets(ours=True)) + sum(tray.sheets(ours=False)),
         'what its counter moved by is what its jobs say')
    same(raised, [], 'conditions of a printer that was well all the time')
    if len(states) < bench.minutes * 10 or restarts < bench.minutes * 20:
        raise zone.Trouble(f'too little happened: {len(states)} documents, {restarts} restarts')
