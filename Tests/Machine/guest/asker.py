#!/usr/bin/python3
"""Asks the agent's control sockets as whoever runs it. Runs in the guest.

  asker.py DOOR...    questions come as JSON lines [METHOD, PATH, BODY or null] on standard input

One JSON line for each door and question: {"door", "ask": "GET /v1/status", "answer": 200 or "EACCES", "body": text}.
"""
import errno
import http.client
import json
import os
import socket
import sys

FOLDER = '/run/zone-agent'


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(door, method, path, body):
    """Status and body, or the name of the error that came instead."""
    connection = Connection(os.path.join(FOLDER, door))
    try:
        headers = {'Content-Type': 'application/json'} if body is not None else {}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = connection.getresponse()
        if response.headers.get('Content-Type', '').startswith('text/event-stream'):
            return response.status, ''              # it never ends
        return response.status, response.read(1 << 20).decode(errors='replace')
    except TimeoutError:
        return 'timeout', ''
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error)), ''
    finally:
        connection.close()


def main():
    questions = [json.loads(line) for line in sys.stdin if line.strip()]
    for door in sys.argv[1:]:
        for method, path, body in questions:
            answer, text = ask(door, method, path, body)
            print(json.dumps({'door': door, 'ask': f'{method} {path}', 'answer': answer, 'body': text}))


if __name__ == '__main__':
    main()
