"""A temporary root and the programs in it: each has a log there, and all end whatever happens."""
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from progress import say

START, STOP = 60, 20            # seconds


class Failure(Exception):
    """A program did not start, did not do its work, or ended when nobody asked it to."""


def free_port():
    """For programs that cannot be told to choose one themselves."""
    with socket.create_server(('127.0.0.1', 0)) as listener:
        return listener.getsockname()[1]


class Workplace(contextlib.ExitStack):
    def __enter__(self):
        super().__enter__()
        try:
            # Socket addresses hold about 100 bytes, so the root's own path must be short.
            self.root = tempfile.mkdtemp(prefix='zb-', dir='/tmp')
            self.callback(shutil.rmtree, self.root, ignore_errors=True)
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def open(self):
        """Starts what belongs to this place."""

    def start(self, name, argv, end=signal.SIGTERM, **more):
        """A session of its own: Ctrl-C is for this script, which then ends its children in order."""
        with open(self.log(name), 'ab') as log:
            child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                     **more)
        self.callback(self.stop, name, child, end)
        return child

    def log(self, name):
        return os.path.join(self.root, f'{name}.log')

    def lines(self, name):
        with open(self.log(name), encoding='utf-8', errors='replace') as file:
            return file.read().splitlines()

    def stop(self, name, child, end=signal.SIGTERM):
        """Also twice: a program that this already ended is left alone."""
        if getattr(child, 'was_stopped', False):
            return
        child.was_stopped = True
        if child.poll() is not None:
            say(f'{name} had ended by itself with {child.returncode}:\n' + '\n'.join(self.lines(name)[-20:]))
            return
        child.send_signal(end)
        try:
            child.wait(STOP)
        except subprocess.TimeoutExpired:
            say(f'{name} does not end {STOP} s after {end.name}: killed')
            child.kill()
            child.wait()
        if child.returncode != 0:
            say(f'{name} ended with {child.returncode}:\n' + '\n'.join(self.lines(name)[-20:]))

    def wait(self, what, child, look):
        end = time.monotonic() + START
        while (found := look()) is None:
            if child.poll() is not None or time.monotonic() > end:
                raise Failure(f'no {what}')
            time.sleep(0.05)
        return found
