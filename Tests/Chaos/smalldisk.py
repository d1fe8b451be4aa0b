"""A small disk that nobody else sees, a file that takes the rest of it, and a program that lives through that."""
import contextlib
import errno
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

import tally
import zone

INSIDE = 'ZONE_CHAOS_OWN_MOUNTS'
WAYS = (['unshare', '--mount'], ['unshare', '--user', '--map-root-user', '--mount'])
WORDS = re.compile('disk is full|no space left', re.IGNORECASE)


def own_mounts():
    """Starts the script once more in a mount namespace of its own: what is mounted there goes with its last process."""
    if os.environ.get(INSIDE):
        return
    for way in WAYS if shutil.which('unshare') else ():
        if subprocess.run(way + ['mount', '-t', 'tmpfs', 'none', '/tmp'], capture_output=True).returncode == 0:
            os.environ[INSIDE] = 'yes'
            sys.stdout.flush()
            os.execvp(way[0], way + [sys.executable] + sys.argv)
    raise tally.Skip('nothing may be mounted here, neither by root nor in a user namespace')


class SmallDisk:
    """Mounted at `path` from `with` to its end."""

    def __init__(self, path, mebibytes):
        self.path, self.filler, self.size = path, path + '/filler', f'size={mebibytes}m,mode=750'

    def __enter__(self):
        os.makedirs(self.path, exist_ok=True)
        subprocess.run(['mount', '-t', 'tmpfs', '-o', self.size, 'none', self.path], check=True)
        return self

    def __exit__(self, *_):
        # Lazily: whatever still works on it is ended by its owner, a moment later.
        subprocess.run(['umount', '--lazy', self.path], check=False)

    @property
    def has_reserve(self):
        return os.path.exists(self.path + '/ballast')

    def fill(self):
        """Takes what is free now, and not what is given up while that is taken."""
        with open(self.filler, 'ab') as file:
            free = os.statvfs(self.path)
            left = free.f_bavail * free.f_frsize
            while left > 0:
                try:
                    os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, left)
                    return
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                # Others took some of it meanwhile.
                left -= max(4096, left // 64)

    def give_back(self):
        os.remove(self.filler)

    @contextlib.contextmanager
    def kept_full(self):
        """Takes also what is given up meanwhile; at the end all of it is given back."""
        over = threading.Event()

        def keep():
            while not over.wait(0.01):
                self.fill()
        self.fill()
        thread = threading.Thread(target=keep, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self.give_back()


class Answers:
    """Asks ten times a second for a while; what does not come, or comes late, is a complaint."""

    BOUND = 10.0

    def __init__(self):
        self.seconds, self.complaints = [], []

    def collect(self, ask, seconds=2.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.monotonic()
            try:
                wrong = ask()
            except (OSError, http.client.HTTPException) as error:
                wrong = repr(error)
            self.seconds.append(time.monotonic() - began)
            late = f'{self.seconds[-1]:.1f} s' if self.seconds[-1] > Answers.BOUND else None
            self.complaints += [complaint for complaint in (wrong, late) if complaint]
            time.sleep(0.1)

    def __str__(self):
        return f'{len(self.seconds)} answers, the longest took {max(self.seconds, default=0) * 1000:.0f} ms'


def size(path):
    return os.path.getsize(path) if os.path.exists(path) else 0


def text(path, known=0):
    if not os.path.exists(path):
        return ''
    with open(path, encoding='utf-8', errors='replace') as file:
        file.seek(known)
        return file.read()


class Rounds:
    """What happens to a program on its small disk, and what was wrong.

    `it` has: disk, log, program(), launch(), listens(known), ask(), kept(), REFUSED.
    """

    def __init__(self, it):
        self.it, self.people = it, Answers()
        self.lives, self.words, self.seconds = [], [], []

    def start(self):
        """Until it listens or ends. Returns whether it runs, and what it said."""
        known = size(self.it.log)
        self.it.launch()
        zone.eventually(lambda: not self.it.program().is_running() or self.it.listens(known), 'it listens or ends',
                        pause=0.1)
        return self.it.program().is_running(), text(self.it.log, known)

    def start_with_room(self):
        runs, said = self.start()
        if not runs:
            raise zone.Trouble(f'with room on the disk it ends at once: {said[-600:]}')
        zone.eventually(lambda: self.it.disk.has_reserve, 'the reserve is there')

    def stop(self):
        """As a service is stopped."""
        self.it.program().end(signal.SIGTERM)
        if self.it.program().process.returncode == -signal.SIGKILL:
            self.lives.append('it does not stop when it is told to')

    def goes_on(self):
        """Until something new is kept. Returns the seconds."""
        before, began = self.it.kept(), time.monotonic()
        zone.eventually(lambda: self.it.kept() > before, 'something new is kept', pause=0.1)
        return time.monotonic() - began

    def refuses(self):
        known = size(self.it.log)
        zone.eventually(lambda: self.it.REFUSED in text(self.it.log, known), 'what does not fit is refused', pause=0.1)
        if not WORDS.search(text(self.it.log, known)):
            self.words.append(text(self.it.log, known)[-600:])

    def once(self, ending):
        """The disk fills up, is full for good, has room again. `ending`: a signal, and a start on the full disk."""
        self.it.disk.fill()
        zone.eventually(lambda: not self.it.disk.has_reserve, 'the reserve is given up', pause=0.05)
        self.goes_on()
        with self.it.disk.kept_full():
            self.refuses()
            self.people.collect(self.it.ask)
            if not self.it.program().is_running():
                self.lives.append(f'it ended with {self.it.program().process.returncode}')
            elif ending:
                self.again_while_full(ending)
        if not self.it.program().is_running():
            self.start_with_room()
        self.seconds.append(self.goes_on())

    def again_while_full(self, ending):
        if ending == signal.SIGTERM:
            self.stop()
        else:
            self.it.program().end(ending)
        runs, said = self.start()
        code = self.it.program().process.returncode
        if not runs and not (code > 0 and WORDS.search(said)):
            self.lives.append(f'started on the full disk after {ending.name} it ended with {code}: {said[-600:]}')

    def full_before(self):
        """The disk fills up while nobody runs. Returns what is wrong with the start."""
        self.stop()
        self.start_with_room()
        self.stop()
        # Once: what the program gives up is its own to live on.
        self.it.disk.fill()
        runs, said = self.start()
        reserve = 'untouched' if self.it.disk.has_reserve else 'given up'
        self.it.disk.give_back()
        if not runs:
            self.start_with_room()
        return [] if runs else [f'it ended, the reserve is {reserve}', said[-600:]]
