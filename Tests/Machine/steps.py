"""What every part of the machine runner shares: progress lines, the two kinds of trouble, checked commands."""
import contextlib
import subprocess
import sys
import time


class Unavailable(Exception):
    """This host cannot run machines (a tool, a right or the image is missing): tests are skipped, not failed."""


class Failure(Exception):
    """What was expected did not come; the text says what was seen instead."""


class MachineGone(Exception):
    """The machine did not start, died or stopped answering: the test that met this has failed."""


def say(*words):
    """One progress line on stderr; stdout belongs to the results."""
    print('machine:', *words, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title):
    """Announces a step when it begins and its seconds when it ends, so that a slow one is seen while it runs."""
    say(title, '...')
    began = time.monotonic()
    yield
    say(f'{title}: {time.monotonic() - began:.1f} s')


def call(argv, log, timeout, env=None):
    """Runs a host tool with its output in `log`; True if it ended well and in time.

    The end is asked for by SIGTERM first: mmdebstrap undoes its mounts then.
    """
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)
    try:
        return process.wait(timeout) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()
