"""One turn of a load generator: what it got done, and what that cost server and generator, from /proc."""
import dataclasses
import json
import subprocess
import threading
import time

import proc
from workplace import STOP, Failure

CONNECTIONS = 128
WARM_UP, COUNTED = 2, 6         # seconds of a turn
PATIENCE = 60                   # seconds for everything around those


@dataclasses.dataclass
class Turn:
    heartbeats: int
    events: int
    seconds: float
    server: float               # seconds of processor time
    generator: float
    notes: dict                 # what else the generator says

    @property
    def rate(self):
        return self.heartbeats / self.seconds

    def per_thousand(self, seconds):
        """ms for 1000 heartbeats."""
        return seconds * 1e6 / max(1, self.heartbeats)


@dataclasses.dataclass
class Watched:
    lines: list
    output: str
    seconds: float              # between the two marks
    server: float
    generator: float

    def json(self):
        try:
            return json.loads(self.output)
        except ValueError as error:
            raise Failure(f'a generator gave no result: {self.lines[-3:]}') from error


def watch(argv, server, opens, closes, cut=False):
    """Runs a generator. Counting begins with the first line on its stderr that `opens`, and ends with the first that
    `closes`; `server` gives the processor seconds of the server so far. With `cut` the generator goes on and is ended
    then."""
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             start_new_session=True)
    overdue = threading.Timer(WARM_UP + COUNTED + PATIENCE, child.kill)
    overdue.start()
    lines, marks = [], []
    try:
        for line in child.stderr:
            lines.append(line)
            if len(marks) < 2 and (closes if marks else opens)(line):
                marks.append((time.monotonic(), server(), proc.processor_seconds(child.pid)))
            if len(marks) == 2 and cut:
                break
        output = '' if cut else child.stdout.read()
        if len(marks) < 2 or not cut and child.wait(STOP):
            raise Failure(f'{argv[0]} ended with {child.returncode}: ' + ''.join(lines[-5:]))
    finally:
        overdue.cancel()
        child.kill()
        child.wait()
        child.stdout.close()
        child.stderr.close()
    return Watched(lines, output, *(after - before for before, after in zip(*marks)))
