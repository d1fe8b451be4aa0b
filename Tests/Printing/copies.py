"""Copies: the simulated scanner by the real scanimage and sane-airscan, printed on ippeveprinter, and looked at."""
import contextlib
import json
import os
import struct

import ports
import printzone
import witness
import zone
from eveprinter import EvePrinter, EvePrinters
from printzone import FINE, SIM, PrintZone, same

DPI = 300
WIDTH, HEIGHT = 2480, 3508
HEADER = 1796
# Millimetres of a card's window, as the agent takes it.
CARD = (95.6, 64)
OVER = ('done', 'failed', 'givenUp')
PROFILE = printzone.PROFILE.replace('set:\n', 'set:\n  escl: on\n  esclPort: {port}\n')


class RasterPrinter(EvePrinter):
    """Takes PWG raster and keeps what it gets."""

    def start(self):
        self.kept = f'{self.base}/{self.name}'
        os.makedirs(self.kept, exist_ok=True)
        self.program = zone.Program(
            [witness.program('ippeveprinter'), '-v', '-r', 'off', '-n', 'localhost', '-p', str(self.port), '-k',
             '-d', self.kept, '-K', self.kept, '-M', 'Zone', '-m', self.name, '-f', 'image/pwg-raster',
             '-c', '/bin/true', self.name],
            f'{self.base}/{self.name}.log', {'DBUS_SYSTEM_BUS_ADDRESS': f'unix:path={self.base}/bus'})
        ports.await_port(self.program, self.port, 'ippeveprinter')
        self.paper(200)

    def last_document(self):
        names = [f'{self.kept}/{name}' for name in os.listdir(self.kept) if name.endswith('.pwg')]
        if not names:
            raise zone.Trouble(f'{self.name} has no document: {os.listdir(self.kept)}')
        with open(max(names, key=os.path.getmtime), 'rb') as file:
            return file.read()


class RasterPrinters(EvePrinters):
    def __init__(self, name):
        super().__init__([])
        self.printers = [RasterPrinter(name, self.base)]


class CopyZone(PrintZone):
    """Its printers have the simulator's scanner."""

    def copy_profiles(self, own):
        """Later: they name the scanner's port, which the simulator has not told yet."""

    def write_config(self, text):
        super().copy_profiles({'quick': PROFILE.format(port=self.sim_uri.split(':')[2].split('/')[0])})
        super().write_config(text)

    def start(self, what, env=None):
        self.temporary = self.root + '/tmp'
        os.makedirs(self.temporary, exist_ok=True)
        return super().start(what, {'TMPDIR': self.temporary})

    def begin(self, device, mode, key=None, **more):
        return zone.ask(self.kiosk, 'POST', '/v1/copies', json.dumps({'device': device, 'mode': mode, **more}),
                        {'Content-Type': 'application/json', **({'Idempotency-Key': key} if key else {})})

    def copy(self, device, mode, **more):
        status, copy = self.begin(device, mode, **more)
        same(status, 202, f'a copy is begun ({copy})')
        return copy['id']

    def comes(self, number, *states):
        copy = {}

        def now():
            copy.update(zone.ask(self.kiosk, 'GET', f'/v1/copies/{number}')[1])
            if copy['state'] in OVER and copy['state'] not in states:
                raise zone.Trouble(f'the copy is {copy}, not {states}')
            return copy if copy['state'] in states else None
        try:
            return zone.eventually(now, 'a copy', patience=120, pause=0.05)
        except zone.Trouble as error:
            job = self.job(copy['job']) if copy.get('job') else None
            raise zone.Trouble(f'{error}; it should be {states} and is {copy}, its job {job}') from None

    def nothing_left(self):
        """No file of any copy, anywhere that the agent may write."""
        left = [f'{folder}/{name}' for folder in (self.runtime + '/copies', self.runtime + '/scan',
                                                  self.state + '/spool', self.temporary)
                for name in (os.listdir(folder) if os.path.isdir(folder) else [])]
        same(left, [], 'files that a copy left behind')


@contextlib.contextmanager
def copying(bench):
    with RasterPrinters('eve-copier') as eves, CopyZone(bench.zone.programs, eves.printers) as world:
        yield world, eves.printers[0]


def pages(document):
    """PWG raster (PWG 5102.4) as [(channels, rows)]: the third reader, beside the agent's own and the printer's."""
    same(document[:4], b'RaS2', 'the beginning of the document')
    found, at = [], 4
    while at < len(document):
        across, along, width, height = struct.unpack_from('>II', document, at + 276) + \
            struct.unpack_from('>II', document, at + 372)
        bits, = struct.unpack_from('>I', document, at + 388)
        same((across, along, width, height), (DPI, DPI, WIDTH, HEIGHT), 'resolution and size of a page')
        rows, at = rows_of(document, at + HEADER, bits // 8)
        found.append((bits // 8, rows))
    return found


def rows_of(document, at, unit):
    rows, length = [], WIDTH * unit
    while len(rows) < HEIGHT:
        times, at, row = document[at] + 1, at + 1, bytearray()
        while len(row) < length:
            code, at = document[at], at + 1
            count = 257 - code if code > 128 else 1
            row += document[at:at + count * unit] * (code + 1 if code < 128 else 1)
            at += count * unit
        rows += [bytes(row)] * times
    same((len(rows), {len(row) for row in rows}), (HEIGHT, {length}), 'rows of a page')
    return rows, at


def pixel(rows, x, y, unit=1):
    """The middle of the square millimetre (x, y)."""
    column, line = int((x + 0.5) * DPI / 25.4), int((y + 0.5) * DPI / 25.4)
    return tuple(rows[line][column * unit:column * unit + unit])


def looks(rows, wanted, what, unit=1):
    seen = {place: pixel(rows, *place, unit) for place in wanted}
    same(seen, wanted, what)


def page(bench):
    with copying(bench) as (world, eve):
        number = world.copy(eve.name, 'page', key='lost-answer', copies=2)
        done = world.comes(number, 'done')
        # Its answer was lost: who repeats it gets the first one, and who means something else is told so.
        same(world.copy(eve.name, 'page', key='lost-answer', copies=2), number, 'the same copy once more')
        status, refusal = world.begin(eve.name, 'page', key='lost-answer', copies=3)
        same((status, refusal['code']), (422, 'key.reused'), 'the key of another copy')
        same((done['pages'], done['fee']['free'], world.job(done['job'])['state']), (1, True, 'printed'), 'the copy')
        (unit, rows), = pages(eve.last_document())
        # Black frame, chequered square, one bar, and paper that is not quite white to the scanner.
        looks(rows, {(5, 150): (0,), (204, 150): (0,), (20, 20): (0,), (25, 20): (160,), (82, 30): (40,),
                     (92, 30): (255,), (2, 2): (255,)}, 'the page', unit)
        colour = world.comes(world.copy(eve.name, 'page', color=True, brightness=20), 'done')
        (unit, rows), = pages(eve.last_document())
        looks(rows, {(82, 30): (65, 115, 225), (5, 150): (25, 25, 25), (2, 2): (255, 255, 255)}, 'in colour', unit)
        same(world.job(colour['job'])['options']['color'], 'color', 'its job')
        # The device's own counter proves it, where there is one.
        proven = world.comes(world.copy(SIM, 'page', copies=2), 'done')
        same(world.job(proven['job'])['pagesProven'], 2, 'pages that the counter proves')
        world.nothing_left()


def card_place(x, y, half):
    """Where a millimetre of a card lies on the page: its window in the middle of its half."""
    return 105 - CARD[0] / 2 + x, 297 * (1 + 2 * half) / 4 - CARD[1] / 2 + y


def id_card(bench):
    with copying(bench) as (world, eve):
        world.turn('glass=front')
        number = world.copy(eve.name, 'idCard')
        waiting = world.comes(number, 'waitingForSecondSide')
        same(0 < waiting['waitsMs'] <= 60_000, True, f'the time for the second side ({waiting["waitsMs"]} ms)')
        busy, refusal = world.begin(eve.name, 'page')
        same((busy, refusal['code']), (409, 'copy.busy'), 'another copy at the same time')
        world.turn('glass=back')
        same(zone.ask(world.kiosk, 'POST', f'/v1/copies/{number}/next')[1]['state'], 'scanning', 'the second side')
        same(world.comes(number, 'done')['pages'], 1, 'pages')
        (unit, rows), = pages(eve.last_document())
        front = {card_place(70, 24, 0): (120,), card_place(10, 12, 0): (20,), card_place(5, 5, 0): (200,)}
        back = {card_place(18, 18, 1): (180,), card_place(60, 38, 1): (20,), card_place(5, 48, 1): (235,)}
        looks(rows, {**front, **back, (105, 148): (255,), (10, 70): (255,)}, 'both sides on one page', unit)
        keep(bench, rows)
        cancelled = world.copy(eve.name, 'idCard')
        world.comes(cancelled, 'waitingForSecondSide')
        zone.ask(world.kiosk, 'DELETE', f'/v1/copies/{cancelled}')
        same(world.comes(cancelled, 'givenUp')['problem']['code'], 'copy.cancelled', 'cancelled')
        world.nothing_left()


def keep(bench, rows):
    """For whoever wants to look at it: ZONE_KEEP=FILE takes the page as PGM."""
    path = os.environ.get('ZONE_KEEP')
    if path:
        with open(path, 'wb') as file:
            file.write(b'P5\n%d %d\n255\n' % (WIDTH, HEIGHT) + b''.join(rows))
        bench.say(f'the page is in {path}')


def feeder(bench):
    with copying(bench) as (world, eve):
        world.turn('feeder=3')
        same(world.comes(world.copy(eve.name, 'feeder'), 'done')['pages'], 3, 'pages of the feeder')
        sheets = pages(eve.last_document())
        same(len(sheets), 3, 'pages that are printed')
        for number, (unit, rows) in enumerate(sheets, 1):
            # As many bars as its number.
            looks(rows, {(82 + 10 * (number - 1), 30): (40,), (82 + 10 * number, 30): (255,)}, f'sheet {number}', unit)
        empty = world.comes(world.copy(eve.name, 'feeder'), 'failed')
        same((empty['problem']['code'], empty['problem']['fixer']), ('scan.feederEmpty', 'none'), 'an empty feeder')
        same(world.device(eve.name)['codes'], [], 'nobody is to blame')
        world.nothing_left()


def silent(bench):
    with copying(bench) as (world, eve):
        same(world.device(SIM)['details']['scanner'],
             {'state': 'idle', 'adf': 'ScannerAdfEmpty', 'source': 'escl'}, 'the scanner in the details')
        world.turn('scanner=http500')
        world.becomes(SIM, link='up', raised='scan.failed')
        failed = world.comes(world.copy(eve.name, 'page'), 'failed')
        same(failed['problem']['code'], 'scan.noAnswer', 'a copy without a scanner')
        world.becomes(eve.name, link='up', raised='copy.failed')
        world.turn('scanner=silent')
        world.comes(world.copy(eve.name, 'page'), 'failed')
        world.turn('scanner=honest')
        world.comes(world.copy(eve.name, 'page'), 'done')
        world.becomes(SIM, **FINE)
        world.becomes(eve.name, patience=60, codes=[])
        world.nothing_left()


def dies(bench):
    with copying(bench) as (world, eve):
        world.turn('scanner=dies')
        failed = world.comes(world.copy(eve.name, 'page'), 'failed')
        same(failed['problem']['code'] in ('scan.noAnswer', 'scan.broken'), True, f'half a page ({failed["problem"]})')
        same(eve.runs(), 0, 'documents that came out')
        world.nothing_left()
        world.turn('scanner=honest')
        world.comes(world.copy(eve.name, 'page'), 'done')
        world.nothing_left()
