#!/usr/bin/python3
"""The program in front of the citizens, as docs/pc.md wants one: a system unit that says it lives. Runs in the guest.

One word in /run/test-kiosk makes it worse: `silent` gives no sign of life, `slow` takes its time to end. What it writes
when it ends, a browser's last words, must be gone with what the citizen left.
"""
import http.client
import signal
import socket
import sys
import time

SOCKET, MODE = '/run/zone-agent/kiosk.sock', '/run/test-kiosk'
LAST_WORDS = '/var/lib/zone-kiosk/downloads/last-words'
EVERY, SLOW = 10, 15                # seconds


def mode():
    try:
        with open(MODE) as file:
            return file.read().strip()
    except OSError:
        return ''


def say_alive():
    connection = http.client.HTTPConnection('localhost', timeout=20)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(20)
    try:
        connection.sock.connect(SOCKET)
        connection.request('POST', '/v1/app/alive')
        answer = connection.getresponse()
        if answer.status != 200:
            print(answer.status, answer.read(), flush=True)
    except (OSError, http.client.HTTPException) as error:
        print(error, flush=True)        # an agent that is away is no reason to leave the citizen alone
    finally:
        connection.close()


def end(*_):
    if mode() == 'slow':
        time.sleep(SLOW)
    with open(LAST_WORDS, 'w') as file:
        file.write('of whoever was here\n')
    sys.exit(0)


signal.signal(signal.SIGTERM, end)
while True:
    if mode() != 'silent':
        say_alive()
    time.sleep(EVERY)
