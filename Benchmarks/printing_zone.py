"""Simulated printers, each in a process of its own, and what a printing agent's configuration says of them."""
import http.client
import json
import os
import signal
import socket

from workplace import Failure, Workplace

PRINTERS = 10


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, method, target, body=None, headers=None):
    """(status, decoded JSON) on a connection of its own."""
    connection = Unix(path)
    try:
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b'null')
    finally:
        connection.close()


class Printers(Workplace):
    def __init__(self, bin_folder):
        super().__init__()
        self.bin = bin_folder

    def open(self):
        self.roots = [os.path.join(self.root, str(number)) for number in range(PRINTERS)]
        children = []
        for number, root in enumerate(self.roots):
            os.makedirs(root + '/run/zone-agent')
            children.append(self.start(f'simulate-{number}', [os.path.join(self.bin, 'zone-agent'), 'simulate',
                                                              '--root', root], signal.SIGTERM))
        self.addresses = [self.wait('simulated printer', child, lambda root=root: self.address(root))
                          for root, child in zip(self.roots, children)]

    def address(self, root):
        try:
            with open(root + '/run/zone-agent/sim.env', encoding='utf-8') as file:
                return dict(line.strip().split('=', 1) for line in file)['SIM_PRINTER']
        except (OSError, KeyError):
            return None

    def refill(self):
        for root in self.roots:
            status, told = ask(root + '/run/zone-agent/sim.sock', 'POST', '/v1/sim/printer-sim', '["paper=250"]')
            if status != 200:
                raise Failure(f'refill: {told}')


def sample():
    """One empty page of A4."""
    bodies = [b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
              b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>']
    text, table = b'%PDF-1.4\n', b'0000000000 65535 f \n'
    for number, body in enumerate(bodies, 1):
        table += b'%010d 00000 n \n' % len(text)
        text += b'%d 0 obj\n%s\nendobj\n' % (number, body)
    return text + (b'xref\n0 4\n%strailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % (table, len(text)))


def devices(printers):
    """Lines of agent.yaml."""
    return 'devices:\n' + ''.join(f'  - {{id: p-{number}, kind: printer, uri: "{uri}"}}\n'
                                  for number, uri in enumerate(printers.addresses))


def profile(root, interval):
    """A profile of the site: all IPP printers are looked at so often."""
    path = os.path.join(root, 'etc/zone-agent/hw-profiles/90-bench')
    os.makedirs(path)
    with open(path + '/printer.yaml', 'w', encoding='utf-8') as file:
        file.write(f'kind: printer\nmatch:\n  scheme: ipp\nexpect:\n  probeInterval: {interval}\n')
