"""A load for an MQTT broker: connections that publish with QoS 1 over TLS, each when its last message was confirmed.

Usage: mqtt_load.py PORT CONNECTIONS BYTES WARM-UP SECONDS. A line on stderr as counting begins and one as it ends; the
count as JSON on stdout. One encoded packet per connection is sent again and again, so that no client is cheaper.
"""
import json
import select
import socket
import ssl
import sys
import time

CONFIRMED = bytes([0x40, 2, 0, 1])      # PUBACK of packet 1 (MQTT 3.1.1, 3.4)


def field(data):
    return len(data).to_bytes(2, 'big') + data


def packet(kind, body):
    """The length has seven bits in each byte, the lowest first (MQTT 3.1.1, 2.2.3)."""
    size, length = bytearray(), len(body)
    while True:
        length, low = divmod(length, 128)
        size.append(low | (0x80 if length else 0))
        if not length:
            return bytes([kind]) + bytes(size) + body


class Connection:
    """One client; its message is retained, so that the broker holds the last one of each as a hub does."""

    def __init__(self, port, number, size, context):
        plain = socket.create_connection(('127.0.0.1', port), timeout=20)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(plain)
        name = f'zones/sim-{number:05}/pc-1'.encode()
        self.message = packet(0x33, field(name) + (1).to_bytes(2, 'big') + b'x' * size)     # PUBLISH, QoS 1, retained
        # CONNECT: protocol level 4, clean session, keep-alive of an hour.
        self.socket.sendall(packet(0x10, field(b'MQTT') + bytes([4, 2]) + (3600).to_bytes(2, 'big') + field(name)))
        if self.socket.recv(4) != bytes([0x20, 2, 0, 0]):
            raise SystemExit('the broker refuses a connection')
        self.socket.setblocking(False)

    def confirmed(self):
        """Reads once. A wake-up without data is a ticket of TLS 1.3."""
        try:
            answer = self.socket.recv(64)
        except ssl.SSLWantReadError:
            return False
        if answer != CONFIRMED:
            raise SystemExit(f'not a confirmation: {answer!r}')
        return True


def publish(connections, seconds):
    """How many were confirmed, and the seconds that took."""
    poll, by_number, count = select.epoll(), {each.socket.fileno(): each for each in connections}, 0
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    now = begin = time.monotonic()
    while now < begin + seconds:
        for number, _ in poll.poll(0.1):
            connection = by_number[number]
            if connection.confirmed():
                count += 1
                connection.socket.send(connection.message)
        now = time.monotonic()
    return count, now - begin


def main():
    port, connections, size, warm_up, seconds = map(int, sys.argv[1:])
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    clients = [Connection(port, number, size, context) for number in range(connections)]
    for client in clients:
        client.socket.send(client.message)
    publish(clients, warm_up)
    print('counting begins', file=sys.stderr, flush=True)
    count, took = publish(clients, seconds)
    print('counting ends', file=sys.stderr, flush=True)
    print(json.dumps({'confirmed': count, 'seconds': took}))


if __name__ == '__main__':
    main()
