"""A local user who bothers a socket with everything that a connection can do wrong."""
import json
import os
import resource
import select
import socket
import time

NOBODY = 65534
SOMEBODY = 65533

HEAD = b'Host: localhost\r\n'
STATUS = b'GET /v1/devices HTTP/1.1\r\n' + HEAD + b'\r\n'
# Not the kiosk's to do: it is refused, and a refusal is written down.
DENIED = b'GET /v1/journal HTTP/1.1\r\n' + HEAD + b'\r\n'
DOCUMENT = (b'POST /v1/jobs?device=printer-sim HTTP/1.1\r\n' + HEAD + b'Content-Type: application/pdf\r\n'
            b'Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n')
BODY = b'POST /v1/devices/printer-sim/commands HTTP/1.1\r\n' + HEAD

# How many connections, what each says first, what it says again and again and how often (0: as fast as it is taken),
# whether it reads the answers, whether it says that nothing more will come, whether it leaves after the first answer.
# All of them come as a program of the kiosk's group, which gets further than somebody without any.
ATTACKS = {
    'connect flood': dict(size=4000),
    'slow headers': dict(size=1000, first=b'GET /v1/status HTTP/1.1\r\n' + HEAD + b'X-Slow: ', again=b'x', every=1),
    'slow bodies': dict(size=1000, first=BODY + b'Content-Length: 1000\r\n\r\n', again=b'{', every=1),
    'giant headers': dict(size=20, first=b'GET /v1/status HTTP/1.1\r\n' + HEAD + b'X-Giant: ', again=b'x' * 65536),
    'giant bodies': dict(size=20, first=BODY + b'Content-Length: 1099511627776\r\n\r\n', again=b'x' * 65536),
    'request flood': dict(size=50, again=STATUS * 20, reads=True),
    'refusal flood': dict(size=50, again=DENIED * 20, reads=True),
    'answers never read': dict(size=200, again=STATUS * 20),
    'event streams never read': dict(size=1000, first=b'GET /v1/events HTTP/1.1\r\n' + HEAD + b'\r\n'),
    'half-open': dict(size=1000, first=b'GET /v1/status HTTP/1.1\r\nHo', half=True),
    'request flood without any right': dict(size=50, again=STATUS * 20, reads=True, member=False),
    'documents that never end': dict(size=20, first=DOCUMENT, again=b'x' * 65536),
    'reconnect flood': dict(size=200, first=STATUS, once=True, reads=True),
}


class Crowd:
    """Many connections to one socket; whoever is thrown out comes back."""

    def __init__(self, path, size, first=b'', again=b'', every=0, reads=False, half=False, once=False):
        self.path, self.size, self.first, self.again, self.every = path, size, first, again, every
        self.reads, self.half, self.once = reads, half, once
        self.members, self.pending = {}, {}
        self.poll = select.epoll()
        self.facts = {'opened': 0, 'ended': 0, 'most': 0, 'megabytes': 0}

    def run(self, seconds):
        end, due = time.monotonic() + seconds, 0
        while (now := time.monotonic()) < end:
            self.fill()
            if self.every and self.again and now >= due:
                due = now + self.every
                for number in list(self.members):
                    self.say(number, self.again)
            for number, events in self.poll.poll(0.02, 256):
                self.serve(number, events)
        for member in self.members.values():
            member.close()
        self.facts['megabytes'] //= 1 << 20
        return self.facts

    def fill(self):
        while len(self.members) < self.size:
            member = socket.socket(socket.AF_UNIX)
            member.setblocking(False)
            try:
                member.connect(self.path)
            except OSError:
                # The backlog is full, or nobody may come in: again in the next turn.
                member.close()
                return
            number = member.fileno()
            self.members[number], self.pending[number] = member, b''
            self.facts['opened'] += 1
            self.facts['most'] = max(self.facts['most'], len(self.members))
            writes = select.EPOLLOUT if self.again and not self.every else 0
            self.poll.register(number, writes | (select.EPOLLIN if self.reads else 0))
            self.say(number, self.first)
            if self.half and number in self.members:
                member.shutdown(socket.SHUT_WR)

    def say(self, number, text):
        """What is not taken at once is cut for drips and kept for requests: those must stay well-formed."""
        try:
            sent = self.members[number].send(text) if text else 0
            self.facts['megabytes'] += sent
            self.pending[number] = text[sent:]
        except BlockingIOError:
            self.pending[number] = text
        except OSError:
            self.lose(number)

    def serve(self, number, events):
        if number not in self.members:
            return
        if events & (select.EPOLLHUP | select.EPOLLERR):
            return self.lose(number)
        if events & select.EPOLLIN:
            try:
                if not self.members[number].recv(1 << 18) or self.once:
                    return self.lose(number)
            except BlockingIOError:
                pass
            except OSError:
                return self.lose(number)
        if events & select.EPOLLOUT:
            self.say(number, self.pending[number] or self.again)

    def lose(self, number):
        self.facts['ended'] += 1
        del self.pending[number]
        self.members.pop(number).close()


class Child:
    """A function in a process of its own, as another user. Its answer comes back as JSON."""

    def __init__(self, user, group, function):
        self.output, output = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
                os.setgroups([])
                os.setgid(group)
                os.setuid(user)
                os.write(output, json.dumps(function()).encode())
            finally:
                os._exit(0)
        os.close(output)

    def result(self):
        with os.fdopen(self.output) as file:
            text = file.read()
        os.waitpid(self.pid, 0)
        return json.loads(text) if text else {}


def attack(path, name, seconds, group):
    how = dict(ATTACKS[name])
    group = group if how.pop('member', True) else NOBODY
    return Child(NOBODY, group, lambda: Crowd(path, **how).run(seconds))


def may_enter(path):
    """Whether somebody without any right reaches the socket: a test in which he does not proves nothing."""
    def enter():
        with socket.socket(socket.AF_UNIX) as member:
            return member.connect_ex(path)
    return Child(NOBODY, NOBODY, enter).result() == 0
