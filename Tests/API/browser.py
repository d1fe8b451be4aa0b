"""A real Chromium, for a test that looks at what a citizen leaves in it."""
import contextlib
import json
import os
import select
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'Chaos'))

import calm                                                     # noqa: E402

# A cold start of the browser on a busy machine.
PATIENCE = 120


class Browser:
    """A Chromium that is spoken to over two pipes (--remote-debugging-pipe: JSON, a zero byte after each message)."""

    def __init__(self, profile, home, output, *ways):
        down, self.up = os.pipe()
        self.down, up = os.pipe()
        command = ['chromium', '--no-sandbox', '--disable-gpu', '--no-first-run', '--remote-debugging-pipe',
                   f'--user-data-dir={profile}', *(ways or ['--headless=new']), 'about:blank']

        def place():
            # By way of high numbers: one of the two may be 3 or 4 itself.
            os.dup2(os.dup2(down, 100), 3)
            os.dup2(os.dup2(up, 101), 4)

        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, close_fds=False, preexec_fn=place,
            env={**os.environ, 'HOME': home, 'XDG_DOWNLOAD_DIR': home})
        os.close(down)
        os.close(up)
        self.number, self.rest, self.patience = 0, b'', calm.Patience(PATIENCE)

    def send(self, method, session=None, **params):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': params}
        if session:
            message['sessionId'] = session
        os.write(self.up, json.dumps(message).encode() + b'\0')
        while True:
            answer = self.read()
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError(f'{method}: {answer["error"]}')
                return answer['result']

    def read(self):
        while b'\0' not in self.rest:
            ready, _, _ = select.select([self.down], [], [], self.patience.left())
            chunk = os.read(self.down, 65536) if ready else b''
            if not chunk:
                raise RuntimeError('the browser does not answer')
            self.rest += chunk
        line, self.rest = self.rest.split(b'\0', 1)
        return json.loads(line)

    def page(self, url):
        """The session of a new page."""
        target = self.send('Target.createTarget', url=url)['targetId']
        return self.send('Target.attachToTarget', targetId=target, flatten=True)['sessionId']

    def evaluate(self, page, expression):
        """As if a citizen's touch had asked for it."""
        answer = self.send('Runtime.evaluate', page, expression=expression, userGesture=True)
        return answer['result'].get('value')

    def close(self):
        with contextlib.suppress(RuntimeError, OSError):
            self.send('Browser.close')
        self.ended()

    def ended(self):
        """Waits for its end, whoever has asked for it."""
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.up)
        os.close(self.down)


def wait(holds, seconds=PATIENCE):
    patience = calm.Patience(seconds)
    while not patience.is_over():
        if holds():
            return True
        time.sleep(0.1)
    return False
