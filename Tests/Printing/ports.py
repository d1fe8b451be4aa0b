"""Ports of loopback for programs that cannot choose one themselves."""
import socket

import zone


def free_port():
    """A port that nobody has now. Whoever is given it fails at once if somebody else was quicker."""
    with socket.socket() as found:
        found.bind(('127.0.0.1', 0))
        return found.getsockname()[1]


def await_port(program, port, what):
    """Until the program listens; its log tells why when it ends instead."""
    def listens():
        if not program.is_running():
            with open(program.log, errors='replace') as file:
                raise zone.Trouble(f'{what} ended with {program.process.returncode}:\n{file.read()[-1000:]}')
        socket.create_connection(('127.0.0.1', port), 1).close()
        return True
    zone.eventually(listens, f'{what} listens', pause=0.02)
