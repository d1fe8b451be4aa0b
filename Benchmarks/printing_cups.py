"""A private cupsd with one raw queue that is stopped: what is accepted stays where it is, and no backend runs."""
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess

from workplace import START, Workplace, free_port

FILES = '''User {user}
Group {group}
SystemGroup root
ServerRoot {root}/etc
RequestRoot {root}/spool
TempDir {root}/spool/tmp
CacheDir {root}/cache
StateDir {root}/state
AccessLog {root}/access.log
ErrorLog {root}/error.log
PageLog {root}/page.log
'''
# As it comes, but for the port, and for a limit that a test of its speed would run into.
DAEMON = '''LogLevel warn
Listen 127.0.0.1:{port}
Listen {root}/state/cups.sock
Browsing No
WebInterface No
MaxJobs 0
<Location />
 Order allow,deny
 Allow 127.0.0.1
</Location>
'''
QUEUE = 'office'
NEEDED = ('cupsd', 'lpadmin', 'lp', 'cupsdisable')


def program(name):
    return shutil.which(name, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')


def missing():
    return [name for name in NEEDED if not program(name)]


class Scheduler(Workplace):
    def open(self):
        self.port, user = free_port(), pwd.getpwnam('lp') if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        os.chmod(self.root, 0o755)
        for name in ('etc', 'spool/tmp', 'cache', 'state'):
            os.makedirs(f'{self.root}/{name}')
        for folder, _, _ in os.walk(self.root):
            shutil.chown(folder, user.pw_uid, user.pw_gid)
        group = subprocess.run(['id', '-gn', user.pw_name], capture_output=True, text=True, check=True).stdout.strip()
        for name, text in (('cups-files.conf', FILES), ('cupsd.conf', DAEMON)):
            with open(f'{self.root}/etc/{name}', 'w', encoding='utf-8') as file:
                file.write(text.format(root=self.root, port=self.port, user=user.pw_name, group=group))
        self.socket = self.root + '/state/cups.sock'
        self.daemon = self.start('cupsd', [program('cupsd'), '-f', '-c', f'{self.root}/etc/cupsd.conf', '-s',
                                           f'{self.root}/etc/cups-files.conf'], signal.SIGTERM)
        self.wait('cupsd', self.daemon, self.listens)
        self.tell('lpadmin', '-p', QUEUE, '-E', '-v', 'ipp://127.0.0.1:9/ipp/print')
        self.tell('cupsdisable', QUEUE)

    def listens(self):
        try:
            socket.create_connection(('127.0.0.1', self.port), 1).close()
            return True
        except OSError:
            return None

    def environment(self):
        return dict(os.environ, CUPS_SERVER=self.socket)

    def tell(self, *words):
        return subprocess.run([program(words[0]), *words[1:]], env=self.environment(), check=True, timeout=START,
                              capture_output=True, text=True).stdout

    def version(self):
        told = subprocess.run(['cups-config', '--version'], capture_output=True, text=True) \
            if shutil.which('cups-config') else None
        found = told and re.search(r'[\d.]+', told.stdout)
        return f'CUPS {found[0]}' if found else 'CUPS'
