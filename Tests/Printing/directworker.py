"""`zone-agent worker printing` alone, asked by its own lines: what the agent's calls cost, without the agent."""
import json
import os
import select
import subprocess
import time

import zone


class Worker:
    def __init__(self, programs, log):
        self.programs, self.log, self.deaths, self.process = programs, log, 0, None
        self.start()

    def start(self):
        with open(self.log, 'ab') as errors:
            self.process = subprocess.Popen([f'{self.programs}/zone-agent', 'worker', 'printing'], stderr=errors,
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.pending, self.number = b'', 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def ask(self, uri, within_ms, device='p'):
        """Sends a question. Returns its number."""
        self.number += 1
        line = {'id': self.number, 'deadlineMs': within_ms,
                'query': {'device': device, 'uri': uri, 'task': {'attributes': {}}}}
        self.process.stdin.write(json.dumps(line).encode() + b'\n')
        self.process.stdin.flush()
        return self.number

    def line(self, patience):
        """The next line of an answer; None when the worker has ended. Raises Trouble when nothing comes."""
        end = time.monotonic() + patience
        while b'\n' not in self.pending:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise zone.Trouble(f'the worker says nothing for {patience} s')
            more = self.process.stdout.read()
            if more == b'':
                return None
            self.pending += more or b''
        line, _, self.pending = self.pending.partition(b'\n')
        return line

    def again(self):
        """After its death."""
        self.deaths += 1
        self.process.wait()
        self.start()
