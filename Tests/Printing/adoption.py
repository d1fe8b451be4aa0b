"""What a technician does to cupsd: its settings and a queue. The real cupsd, and a printer that nobody here wrote."""
import contextlib
import glob
import os
import re
import subprocess

import sample
import witness
import zone
from printzone import same
from spooler import Spooler

# What Debian's file says where our settings differ.
LOOSE = '''ErrorPolicy retry-job
Browsing Yes
WebInterface Yes
<Policy other>
 <Limit All>
  Order deny,allow
 </Limit>
</Policy>
'''
QUEUE = 'adopted'


class SetSpooler(Spooler):
    """A cupsd whose file lies where zonectl looks below a root, set by zonectl or left as it was."""

    def __init__(self, programs, is_set):
        super().__init__()
        self.programs, self.is_set = programs, is_set
        self.root = f'{self.base}/root'

    def configure(self):
        super().configure()
        os.makedirs(f'{self.root}/etc')
        os.symlink(f'{self.base}/etc', f'{self.root}/etc/cups')
        self.path = f'{self.base}/etc/cupsd.conf'
        with open(self.path) as file:
            text = file.read()
        # No final newline, and private values as Debian has them.
        self.former = (text.replace('JobPrivateValues none', 'JobPrivateValues default') + LOOSE).rstrip('\n').encode()
        with open(self.path, 'wb') as file:
            file.write(self.former)
        if self.is_set:
            self.zonectl('printers', 'cupsd', 'set', '--yes')

    def content(self):
        with open(self.path, 'rb') as file:
            return file.read()

    def zonectl(self, *words, wanted=0, root=None):
        done = subprocess.run([f'{self.programs}/zonectl', *words, '--root', root or self.root], capture_output=True,
                              text=True, timeout=90, env=dict(os.environ, CUPS_SERVER=f'127.0.0.1:{self.port}'))
        same(done.returncode, wanted, f'{" ".join(words)}: {done.stdout[-600:]} {done.stderr[-600:]}\nexit code')
        return done.stdout

    def accepts(self):
        """cupsd's own opinion of its file. It says it for a file that is wrong, too."""
        etc = f'{self.base}/etc'
        done = subprocess.run([witness.program('cupsd'), '-t', '-c', self.path, '-s', f'{etc}/cups-files.conf'],
                              capture_output=True, text=True, timeout=60)
        return done.returncode == 0 and not re.search('Unknown|Bad|Unexpected', done.stderr), done.stderr

    def documents(self):
        return glob.glob(f'{self.base}/spool/d*')


def settings(bench):
    """Set, accepted by cupsd, and taken back to the last byte."""
    with SetSpooler(bench.zone.programs, True) as cups:
        is_fine, words = cups.accepts()
        same(is_fine, True, f'cupsd of the file that was set: {words}\naccepts')
        text = cups.content().decode()
        wanted = ('PreserveJobFiles No', 'MaxJobTime 600', 'JobPrivateValues all')
        same([line for line in wanted if line not in text], [], 'what is not set')
        cups.zonectl('printers', 'cupsd', 'set', '--yes')
        same(cups.content().decode(), text, 'the file after setting it twice')
        cups.zonectl('printers', 'cupsd', 'undo', '--yes')
        same(cups.content(), cups.former, 'the file after undo')
        # The control: a mistake in the same place is one that cupsd would have told.
        with open(cups.path, 'ab') as file:
            file.write(b'\nPreserveJobFiles perhaps\n')
        same(cups.accepts()[0], False, 'a mistake is accepted')
    bench.say(f'set and undone, {len(cups.former)} and {len(text)} bytes')


def left_over(bench, is_set):
    """Documents in the spool after a job that is over."""
    with SetSpooler(bench.zone.programs, is_set) as cups:
        cups.add(bench.eve.name, bench.eve.uri)
        job = cups.submit(bench.eve.name, bench.document)
        zone.eventually(lambda: not_waiting(cups), f'job {job} is over', pause=0.1)
        if is_set:
            with contextlib.suppress(zone.Trouble):
                zone.eventually(lambda: not cups.documents(), '', patience=5, pause=0.1)
        return len(cups.documents())


def not_waiting(cups):
    return not cups.tell('lpstat', '-o').strip()


def spool(bench):
    """PreserveJobFiles: with our settings no document stays, without them it does."""
    runs = bench.eve.runs()
    with_ours, without = left_over(bench, True), left_over(bench, False)
    same(bench.eve.runs() - runs, 2, 'documents that came out')
    same((with_ours, without), (0, 1), 'documents in the spool with our settings, and without')
    bench.say('in the spool after a job: 0 documents with our settings, 1 without')


def adopted(bench):
    """A printer is found, entered in agent.yaml and gets a queue that prints; nothing stays of one that is no good."""
    with SetSpooler(bench.zone.programs, False) as cups:
        site = f'{cups.base}/site'
        os.makedirs(site + '/etc/zone-agent')
        with open(site + '/etc/zone-agent/agent.yaml', 'w') as file:
            file.write('zone: z\nnode: n\n')
        told = cups.zonectl('printers', 'adopt', bench.eve.uri, '--queue', QUEUE, '--write', root=site)
        same('zonectl test-page printer-1' in told and 'Zone eve-1' in told, True, f'{told}\ntold')
        with open(site + '/etc/zone-agent/agent.yaml') as file:
            same(bench.eve.uri in file.read(), True, 'the entry')
        same('contimeout=60' in cups.tell('lpstat', '-v', QUEUE), True, 'the queue gives up')
        options = cups.tell('lpoptions', '-p', QUEUE)
        same('Zone eve-1' in options, True, f'{options}\nthe model')
        runs = bench.eve.runs()
        job = cups.submit(QUEUE, bench.document)
        zone.eventually(lambda: not_waiting(cups) and bench.eve.runs() == runs + 1, f'job {job} of {QUEUE}', pause=0.1)
        # Not twice by one name, and nothing for an address where nobody is.
        cups.zonectl('printers', 'adopt', bench.eve.uri, '--queue', QUEUE, wanted=1, root=site)
        cups.zonectl('printers', 'adopt', 'ipp://127.0.0.1:1/', '--queue', 'nobody', wanted=1, root=site)
        same('nobody' in cups.tell('lpstat', '-v'), False, 'a queue for nobody')
    bench.say(f'{told.splitlines()[1].strip()}; its queue prints')
