"""A private cupsd with its queues: what a kiosk's own print system says of the same devices."""
import contextlib
import grp
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile

import ports
import witness
import zone

FILES = '''User {user}
Group {group}
SystemGroup root
Sandboxing relaxed
ServerRoot {base}/etc
RequestRoot {base}/spool
TempDir {base}/spool/tmp
CacheDir {base}/cache
StateDir {base}/run
AccessLog {base}/log/access
ErrorLog {base}/log/error
PageLog {base}/log/page
'''
# No policy: whoever reaches loopback may do everything, and everything about a job is told.
DAEMON = '''LogLevel info
Listen 127.0.0.1:{port}
Listen {base}/run/cups.sock
Browsing No
WebInterface No
DefaultAuthType None
<Location />
 Order allow,deny
 Allow 127.0.0.1
</Location>
<Policy default>
 JobPrivateAccess all
 JobPrivateValues none
 <Limit All>
  Order deny,allow
 </Limit>
</Policy>
'''


class Spooler:
    DAEMON = DAEMON

    def __init__(self):
        # Not the zone's root: cupsd's user must be able to enter.
        self.base = tempfile.mkdtemp(prefix='zone-cups-')
        os.chmod(self.base, 0o755)
        self.port, self.daemon = ports.free_port(), None

    def __enter__(self):
        try:
            self.configure()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def server(self):
        """Where CUPS' own commands find it."""
        return f'127.0.0.1:{self.port}'

    @property
    def socket(self):
        return self.base + '/run/cups.sock'

    def start(self):
        etc = f'{self.base}/etc'
        self.daemon = zone.Program([witness.program('cupsd'), '-f', '-c', f'{etc}/cupsd.conf',
                                    '-s', f'{etc}/cups-files.conf'], f'{self.base}/cupsd.log')
        ports.await_port(self.daemon, self.port, 'cupsd')

    def stop(self):
        if self.daemon:
            self.daemon.end(signal.SIGTERM)

    def close(self):
        self.stop()
        # A backend goes on trying to reach its printer for seven days, whatever became of cupsd.
        for pid in strays(self.base):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.base, ignore_errors=True)

    def restart(self, number):
        """Ends it by this signal and starts it anew; its queues and jobs are on the disk."""
        self.daemon.end(number)
        self.start()

    def configure(self):
        # cupsd refuses root for what prints.
        user, group = ('lp', 'lp') if os.geteuid() == 0 else (
            pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name)
        for name in ('etc', 'spool/tmp', 'cache', 'run', 'log'):
            os.makedirs(f'{self.base}/{name}')
        for folder, _, _ in os.walk(self.base):
            shutil.chown(folder, user, group)
        for name, text in (('cups-files.conf', FILES), ('cupsd.conf', self.DAEMON)):
            with open(f'{self.base}/etc/{name}', 'w') as file:
                file.write(text.format(base=self.base, port=self.port, user=user, group=group))

    def tell(self, *words):
        """One of CUPS' own commands. Returns what it says."""
        done = subprocess.run([witness.program(words[0]), *words[1:]], capture_output=True, text=True,
                              env=dict(os.environ, CUPS_SERVER=self.server), timeout=zone.PATIENCE)
        if done.returncode != 0:
            raise zone.Trouble(f'{" ".join(words)}: {done.stderr.strip()}')
        return done.stdout

    def add(self, queue, uri, driver=None):
        """Without a driver (PPD) a queue passes documents on as they are, so that no filter is needed."""
        self.tell('lpadmin', '-p', queue, '-E', '-v', uri, *(['-P', driver] if driver else []))

    def address(self, queue):
        return f'ipp://127.0.0.1:{self.port}/printers/{queue}'

    def state(self, queue):
        """(state, [reasons]) as ipptool reads them."""
        found = witness.look(self.address(queue))
        return found['printer-state'], witness.listed(found['printer-state-reasons'])

    def submit(self, queue, path):
        return int(re.search(r'-(\d+) ', self.tell('lp', '-d', queue, path))[1])

    def job(self, queue, number):
        return witness.job(self.address(queue), number)['job-state']

    def job_becomes(self, queue, number, state):
        try:
            zone.eventually(lambda: self.job(queue, number) == state, '', pause=0.1)
        except zone.Trouble:
            raise zone.Trouble(f'job {number} of {queue} is {self.job(queue, number)}, not {state}') from None

    def cancel_all(self, queue):
        self.tell('cancel', '-a', '-x', queue)


def strays(word):
    """Processes that have this word in their environment."""
    found = []
    for name in os.listdir('/proc'):
        with contextlib.suppress(OSError):
            if name.isdigit():
                with open(f'/proc/{name}/environ', 'rb') as file:
                    if word.encode() in file.read():
                        found.append(int(name))
    return found
