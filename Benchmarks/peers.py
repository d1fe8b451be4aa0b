"""What PostgreSQL and mosquitto need to run here: packages, a user who is not root, a certificate."""
import os
import shutil
import subprocess

from workplace import Workplace

NOBODY = 65534


class Missing(Exception):
    """The peer cannot run here; the text says why, and goes into the report."""


def need(*names, also=''):
    """Paths of programs, those in `also` first."""
    places = os.pathsep.join([*([also] if also else []), os.environ.get('PATH', ''), '/usr/sbin'])
    found = [shutil.which(name, path=places) for name in names]
    absent = [name for name, path in zip(names, found) if not path]
    if absent:
        raise Missing(f'{", ".join(absent)} not installed (packaging/install-dependencies bench)')
    return found


def run(argv, **more):
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, **more)
    if done.returncode:
        raise Missing(f'{os.path.basename(argv[0])} failed: {(done.stderr or done.stdout).strip()[-300:]}')
    return done.stdout


class PeerPlace(Workplace):
    """A root that belongs to whom the server runs as: both refuse root or leave it."""

    def open(self):
        self.user = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []} if os.getuid() == 0 else {}
        if self.user:
            os.chown(self.root, NOBODY, NOBODY)
        self.cert, self.key = self.root + '/cert.pem', self.root + '/key.pem'
        openssl, = need('openssl')
        # The same kind of key as the hub's authority issues.
        run([openssl, 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
             '-subj', '/CN=localhost', '-keyout', self.key, '-out', self.cert], **self.user)
