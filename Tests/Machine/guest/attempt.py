#!/usr/bin/python3
"""Tries things and says what the kernel answered. Runs in the guest, inside a unit's sandbox.

  attempt.py 'open PATH' 'read PATH' 'write PATH TEXT' 'node PATH' 'run PATH' 'raw' 'packet' ...

Prints one JSON object: {"open PATH": "ok", "write PATH TEXT": "EROFS", ...}.
"""
import errno
import json
import os
import socket
import stat
import subprocess
import sys


def opened(path):
    os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY))


def readable(path):
    os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))


def written(path, text):
    file = os.open(path, os.O_WRONLY)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def created(path):
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    os.unlink(path)


def node(path):
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 1))
    os.unlink(path)


def run(path):
    """A program of our own at a place where files can be written."""
    with open(path, 'w') as file:
        file.write('#!/bin/sh\n')
    os.chmod(path, 0o700)
    try:
        subprocess.run([path], check=True)
    finally:
        os.unlink(path)


def made(*arguments):
    socket.socket(*arguments).close()


VERBS = {
    'open': opened, 'read': readable, 'write': written, 'create': created, 'node': node, 'run': run,
    'echo': lambda: made(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP),
    'raw': lambda: made(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    'packet': lambda: made(socket.AF_PACKET, socket.SOCK_RAW),
}


def attempt(words):
    try:
        VERBS[words[0]](*words[1:])
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    return 'ok'


print(json.dumps({line: attempt(line.split()) for line in sys.argv[1:]}))
