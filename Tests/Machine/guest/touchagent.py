"""The agent as the measurements of touch see it: its process, its details of the panel, its stream of contacts."""
import glob
import json
import os
import socket
import subprocess
import time

from panel import Panel

AGENT = 'zone-agent'
BOUND = 60                              # seconds


def until(what, look):
    end = time.monotonic() + BOUND
    while not (found := look()):
        if time.monotonic() > end:
            raise SystemExit(f'not within {BOUND} s: {what}')
        time.sleep(0.1)
    return found


def main_pid():
    return int(subprocess.run(['systemctl', 'show', AGENT, '-p', 'MainPID', '--value'], capture_output=True, text=True,
                              check=True).stdout)


def has_open(pid, node):
    for link in glob.glob(f'/proc/{pid}/fd/*'):
        try:
            if os.readlink(link) == node:
                return True
        except OSError:
            pass
    return False


def details():
    status = subprocess.run(['zonectl', 'status', '--json'], capture_output=True, text=True, check=True).stdout
    return next(each['details'] for each in json.loads(status)['devices'] if each['id'] == 'touch-1')


def lost():
    return details()['eventsLostTimes']


def look():
    """Asks the panel now; else its details are as old as the last probe."""
    subprocess.run(['zonectl', 'probe', 'touch-1'], capture_output=True, check=True)
    return details()


def open_contacts():
    """The stream of contacts, over HTTP on admin.sock."""
    door = socket.socket(socket.AF_UNIX)
    door.connect('/run/zone-agent/admin.sock')
    door.sendall(b'GET /v1/devices/touch-1/contacts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n')
    status = door.recv(12, socket.MSG_PEEK | socket.MSG_WAITALL).decode()
    if not status.endswith(' 200'):
        raise SystemExit(f'the agent tells no contacts: {status}')
    return door


def agents_panel():
    panel = Panel()
    until('the agent opens the panel', lambda: has_open(main_pid(), panel.node))
    return panel
