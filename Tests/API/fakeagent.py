"""An agent of bytes, for what a real one does only by accident: it ends in the middle of an event, and forgets."""
import re
import socket
import threading

OLD, NEW = '0123456789abcdef', 'fedcba9876543210'
HEAD = b'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
STATUS = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}'


def event(name, stream, number):
    return f'event: {name}\nid: {stream}-{number}\ndata: {{"name":"test.made","seq":{number}}}\n\n'.encode()


def chunk(data):
    return b'%x\r\n%s\r\n' % (len(data), data)


class FakeAgent:
    # What each connection for events is told before it breaks; the last one stays open.
    STORY = [
        [event('snapshot', OLD, 5), event('event', OLD, 6), event('event', OLD, 7)[:-12]],
        [event('event', OLD, 7)[:9], event('event', OLD, 7)[9:], b': ping\n\n', event('event', OLD, 8)[:-1]],
        [event('snapshot', NEW, 1), event('event', NEW, 2)],
    ]
    wanted = [f'{OLD}-5', f'{OLD}-6', f'{OLD}-7', f'{NEW}-1', f'{NEW}-2']
    expected = [None, f'{OLD}-6', f'{OLD}-7']

    def __init__(self, path):
        self.path, self.asked, self.open = path, [], []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(8)

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        for found in (self.listener, *self.open):
            found.close()

    def serve(self):
        while True:
            try:
                caller, _ = self.listener.accept()
                self.answer(caller)
            except OSError:
                return

    def answer(self, caller):
        caller.settimeout(5)
        request = b''
        while b'\r\n\r\n' not in request:
            request += caller.recv(65536)
        if b' /v1/events ' not in request:
            caller.sendall(STATUS)
            return caller.close()
        place = re.search(rb'(?i)last-event-id: *(\S+)', request)
        self.asked.append(place and place[1].decode())
        number = len(self.asked) - 1
        caller.sendall(HEAD)
        for piece in self.STORY[min(number, len(self.STORY) - 1)]:
            caller.sendall(chunk(piece))
        if number < len(self.STORY) - 1:
            return caller.close()
        self.open.append(caller)
