"""mosquitto under publishes of a heartbeat's size with QoS 1: confirmed, retained, in memory only."""
import os
import re
import socket
import subprocess
import sys

import peers
import proc
import turn
from workplace import free_port

CONFIGURATION = '''listener {port} 127.0.0.1
allow_anonymous true
certfile {cert}
keyfile {key}
persistence false
log_type error
'''


class Mosquitto:
    def __init__(self, stack, size):
        program, = peers.need('mosquitto')
        self.size, self.port = size, free_port()
        self.place = stack.enter_context(peers.PeerPlace())
        path = self.place.root + '/mosquitto.conf'
        with open(path, 'w', encoding='utf-8') as file:
            file.write(CONFIGURATION.format(port=self.port, cert=self.place.cert, key=self.place.key))
        # Its help ends with an exit code that is no success.
        text = subprocess.run([program, '-h'], capture_output=True, text=True, timeout=20).stdout
        self.notes = f'mosquitto {re.search("version ([0-9.]+)", text)[1]}, persistence off, messages retained'
        self.server = self.place.start('mosquitto', [program, '-c', path], **self.place.user)
        self.place.wait('mosquitto', self.server, self.listens)

    def listens(self):
        try:
            socket.create_connection(('127.0.0.1', self.port), timeout=1).close()
            return True
        except OSError:
            return None

    def turn(self):
        argv = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'mqtt_load.py'),
                *map(str, (self.port, turn.CONNECTIONS, self.size, turn.WARM_UP, turn.COUNTED))]
        seen = turn.watch(argv, lambda: proc.processor_seconds(self.server.pid),
                          lambda line: 'counting begins' in line, lambda line: 'counting ends' in line)
        told = seen.json()
        return turn.Turn(told['confirmed'], 0, told['seconds'], seen.server, seen.generator, {})
