"""Printers on loopback that do what no printer should."""
import contextlib
import itertools
import socket
import threading
import time

import ippbytes

GARBAGE = bytes((number * 37 + 11) & 255 for number in range(200))
UNAUTHORIZED = b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
UPGRADE = (b'HTTP/1.1 426 Upgrade Required\r\nUpgrade: TLS/1.2,HTTP/1.1\r\nConnection: Upgrade\r\n'
           b'Content-Length: 0\r\n\r\n')


def honest(connection, request):
    connection.sendall(ippbytes.reply(ippbytes.answer(request=request)))


def silent(connection, _):
    connection.recv(1)


def stalls(connection, request):
    connection.sendall(ippbytes.reply(ippbytes.answer(request=request))[:90])
    connection.recv(1)


def drips(connection, request):
    """Defeats every time-out that is counted per read."""
    for byte in ippbytes.reply(ippbytes.answer(request=request)):
        connection.sendall(bytes([byte]))
        time.sleep(0.5)


def drops(*_):
    pass


def says(text):
    """The same words to everybody."""
    return lambda connection, _: connection.sendall(text)


def endless(start, again):
    def talk(connection, request):
        connection.sendall(start(request) if callable(start) else start)
        for number in itertools.count():
            connection.sendall(again(number))
    return talk


def long_attribute(number):
    text = ippbytes.attribute(ippbytes.TEXT, f'x-{number}', ['x' * 1000])
    return b'%x\r\n%s\r\n' % (len(text), text)


def chunked_start(request):
    text = ippbytes.answer((), request)[:-1]
    return (b'HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nTransfer-Encoding: chunked\r\n\r\n'
            b'%x\r\n%s\r\n' % (len(text), text))


MANNERS = {
    'honest': honest, 'silent': silent, 'stalls after its header': stalls, 'one byte each 0.5 s': drips,
    'hangs up': drops, 'no IPP': says(ippbytes.reply(GARBAGE)), 'no HTTP': says(GARBAGE * 50),
    'HTTP 500': says(b'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n'),
    'wants a password': says(UNAUTHORIZED * 8), 'wants TLS': says(UPGRADE * 8),
    'attributes without end': endless(chunked_start, long_attribute),
    'headers without end': endless(b'HTTP/1.1 200 OK\r\n', lambda number: b'X-%d: %s\r\n' % (number, b'x' * 500)),
    'one line without end': endless(b'HTTP/1.1 200 ', lambda _: b'O' * 4096),
    '100 Continue without end': endless(b'', lambda _: b'HTTP/1.1 100 Continue\r\n\r\n' * 50),
}


class BadPrinter:
    """Listens on a port of its own and talks to everybody in one manner."""

    def __init__(self, manner):
        self.manner, self.asked, self.open = manner, 0, True
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.uri = f'ipp://127.0.0.1:{self.listener.getsockname()[1]}/ipp/print'
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open = False
        # A thread in accept() is not woken by close().
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def listen(self):
        while self.open:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        with contextlib.suppress(OSError, ValueError), connection:
            while self.open:
                request = ippbytes.read_request(connection)
                if request is None:
                    return
                self.asked += 1
                self.manner(connection, request)
                if self.manner is not honest:
                    return


class BlackHole:
    """A port whose queue is full: the kernel drops what comes, as a filter does that says nothing."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(('127.0.0.1', 0))
        self.listener.listen(0)
        self.uri = f'ipp://127.0.0.1:{self.listener.getsockname()[1]}/ipp/print'
        self.fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(self.listener.getsockname())
            self.fillers.append(filler)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for found in [*self.fillers, self.listener]:
            found.close()
