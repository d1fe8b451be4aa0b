"""ippeveprinter of CUPS: an IPP Everywhere printer that nobody here wrote."""
import http.client
import os
import shutil
import signal
import tempfile

import ports
import witness
import zone


class EvePrinters:
    """Some of them, and the bus that they want."""

    def __init__(self, names):
        self.base = tempfile.mkdtemp(prefix='zone-eve-')
        self.bus, self.printers = None, [EvePrinter(name, self.base) for name in names]

    def __enter__(self):
        try:
            # Without a system bus it does not start, also when it is to announce nothing. Nobody is on this one.
            self.bus = zone.Program(['dbus-daemon', '--session', '--nofork', f'--address=unix:path={self.base}/bus'],
                                    f'{self.base}/bus.log')
            zone.eventually(lambda: os.path.exists(f'{self.base}/bus'), 'the bus listens')
            for printer in self.printers:
                printer.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for program in [printer.program for printer in self.printers] + [self.bus]:
            if program:
                program.end()
        shutil.rmtree(self.base, ignore_errors=True)


class EvePrinter:
    def __init__(self, name, base):
        self.name, self.base, self.port, self.program = name, base, ports.free_port(), None
        self.uri = f'ipp://127.0.0.1:{self.port}/ipp/print'

    def start(self):
        os.makedirs(f'{self.base}/{self.name}', exist_ok=True)
        self.program = zone.Program(
            [witness.program('ippeveprinter'), '-v', '-r', 'off', '-n', 'localhost', '-p', str(self.port),
             '-d', f'{self.base}/{self.name}', '-K', f'{self.base}/{self.name}', '-M', 'Zone', '-m', self.name,
             '-f', 'application/pdf', '-c', '/bin/true', self.name],
            f'{self.base}/{self.name}.log', {'DBUS_SYSTEM_BUS_ADDRESS': f'unix:path={self.base}/bus'})
        ports.await_port(self.program, self.port, 'ippeveprinter')
        self.paper(200)

    def cycle(self):
        """Off and on: it forgets its jobs and its clock begins anew."""
        self.program.end(signal.SIGKILL)
        self.start()

    def form(self, target):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=zone.PATIENCE)
        connection.request('GET', target)
        connection.getresponse().read()
        connection.close()

    def paper(self, sheets):
        # An empty tray of the two is an empty printer to it; the second one holds 25 sheets.
        trays = ''.join(f'&size{tray}=iso_a4_210x297mm&type{tray}=stationery&level{tray}={level}'
                        for tray, level in ((1, sheets), (3, min(sheets, 25))))
        self.form('/media?size0=' + trays)

    def supplies(self, waste, toner):
        self.form(f'/supplies?supply0={waste}&supply1={toner}')

    def looks(self):
        """How often somebody has asked for its state."""
        return self.said('Get-Printer-Attributes successful-ok')

    def runs(self):
        """How many documents came out: its command runs once for each."""
        return self.said('Running command')

    def said(self, words):
        with open(f'{self.base}/{self.name}.log', errors='replace') as file:
            return sum(words in line for line in file)
