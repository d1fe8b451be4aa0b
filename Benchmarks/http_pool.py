"""One keep-alive HTTP/1.1 connection over a Unix socket, with at most one request under way."""
import socket


class Broken(Exception):
    """The connection ended, or what it carries is not HTTP with a Content-Length."""


class Connection:
    def __init__(self, path, target):
        self.request = f'GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n'.encode()
        self.buffer, self.due = bytearray(), None
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(10)
        self.socket.connect(path)

    def fileno(self):
        return self.socket.fileno()

    def close(self):
        self.socket.close()

    def send(self, due):
        """`due` is when the request should have been sent, kept for the one who reads the answer."""
        self.due = due
        try:
            self.socket.sendall(self.request)
        except OSError as error:
            raise Broken(str(error)) from error

    def receive(self):
        """Reads once. Gives (status, size of the body) when the answer is whole, else None."""
        try:
            data = self.socket.recv(1 << 18)
        except OSError as error:
            raise Broken(str(error)) from error
        if not data:
            raise Broken('closed by the server')
        self.buffer += data
        end = self.buffer.find(b'\r\n\r\n')
        if end < 0:
            return None
        first, *fields = self.buffer[:end].decode('latin-1').split('\r\n')
        sizes = [field.split(':')[1] for field in fields if field.lower().startswith('content-length:')]
        if len(sizes) != 1:
            raise Broken('an answer without Content-Length')
        size = int(sizes[0])
        if len(self.buffer) < end + 4 + size:
            return None
        del self.buffer[:end + 4 + size]
        return int(first.split()[1]), size


def ask_once(path, target):
    """(status, size of the body) of one request on its own connection."""
    connection = Connection(path, target)
    try:
        connection.send(None)
        while (answer := connection.receive()) is None:
            pass
        return answer
    finally:
        connection.close()
