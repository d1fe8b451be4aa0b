"""The trivial peer: answers every HTTP request on a Unix socket with the same bytes. Usage: peer.py SOCKET SIZE."""
import selectors
import socket
import sys


def serve(path, size):
    head = f'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n'
    answer = head.encode() + b'x' * size
    watch, listener = selectors.DefaultSelector(), socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    watch.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in watch.select():
            if key.fileobj is listener:
                watch.register(listener.accept()[0], selectors.EVENT_READ, bytearray())
                continue
            data = key.fileobj.recv(65536)
            if not data:
                watch.unregister(key.fileobj)
                key.fileobj.close()
                continue
            key.data.extend(data)
            while (end := key.data.find(b'\r\n\r\n')) >= 0:
                del key.data[:end + 4]
                key.fileobj.sendall(answer)


if __name__ == '__main__':
    serve(sys.argv[1], int(sys.argv[2]))
