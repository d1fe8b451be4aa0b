"""A printer whose answers are damaged on purpose, each in another way: the worker may die of it, nobody else."""
import contextlib
import json
import random
import re
import struct
import unicodedata

import calm
import ippbytes
import zone
from badprinter import BadPrinter
from deadlines import Named
from directworker import Worker
from endurance import is_worker, children
from printzone import PrintZone, profile

ANSWERS = 5000
BESIDE = 20                     # seconds
NASTY = ('\x00', '\x1b[2J', '\r\n', '\x07', '\x7f', '\x9b', '\u2028', '\u2029', '\u202e', '\u2066', '\ufeff', '\\u0000',
         '"', '<script>', '%s%n', '\udcff'.encode('utf-8', 'surrogatepass').decode('latin-1'), 'x' * 2000)
PROFILE = profile('100ms', answerWithin='1s')
QUICK = 2                       # seconds


class Damage:
    """Answers by a number: the same number is the same answer."""

    def __init__(self, seed):
        self.seed, self.number = seed, 0

    def __call__(self, connection, request):
        self.number += 1
        connection.sendall(self.reply(self.number, request))

    def reply(self, number, request):
        dice = random.Random(f'{self.seed}-{number}')
        body = bytearray(dice.choice((worded, worded, nested, plain))(dice, request))
        for _ in range(dice.choice((0, 0, 1, 1, 2, 8))):
            dice.choice((flip, cut, double, lengthen))(dice, body)
        text = bytearray(dice.choice((ippbytes.reply, ippbytes.reply, chunked))(bytes(body)))
        for _ in range(dice.choice((0,) * 9 + (1, 3))):
            flip(dice, text)
        return bytes(text)


def plain(_, request):
    return ippbytes.answer(request=request)


def worded(dice, request):
    """Well made, with words that belong on no screen; sometimes with another syntax, or many values."""
    def attribute(tag, name, values):
        if isinstance(values[0], str) and dice.random() < 0.5:
            word = dice.choice(NASTY)
            values = [word + value if dice.random() < 0.5 else value + word for value in values]
        elif dice.random() < 0.2:
            values, tag = [struct.pack('>i', dice.choice((-2 ** 31, -1, 0, 101, 2 ** 31 - 1)))], dice.randrange(256)
        return tag, name, values * dice.choice((1, 1, 1, 1, 70))
    return ippbytes.answer([attribute(*entry) for entry in ippbytes.HEALTHY], request)


def nested(dice, request):
    """Collections in collections, further than anybody looks."""
    begin, member, end = 0x34, 0x4A, 0x37
    depth = dice.choice((1, 5, 50, 500))
    text = b''.join(ippbytes.attribute(begin, 'media-col' if not level else '', [b''])
                    + ippbytes.attribute(member, '', [b'x']) for level in range(depth))
    text += ippbytes.attribute(end, '', [b'']) * dice.choice((depth, depth, 0, depth + 3))
    return ippbytes.answer(ippbytes.HEALTHY, request)[:-1] + text + b'\x03'


def flip(dice, body):
    if body:
        body[dice.randrange(len(body))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))


def cut(dice, body):
    del body[dice.randrange(len(body) + 1):]


def double(dice, body):
    start = dice.randrange(len(body) + 1)
    body[start:start] = body[start:start + dice.choice((1, 4, 40, 400))]


def lengthen(dice, body):
    """Two bytes that may be a length."""
    if len(body) > 20:
        start = dice.randrange(9, len(body) - 2)
        body[start:start + 2] = struct.pack('>H', dice.choice((0, 1, 0x7FFF, 0x8000, 0xFFFF, min(len(body), 0xFFFF))))


def chunked(body):
    text = b''.join(b'%x\r\n%s\r\n' % (len(body[at:at + 100]), body[at:at + 100]) for at in range(0, len(body), 100))
    return (b'HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nTransfer-Encoding: chunked\r\n\r\n'
            + text + b'0\r\n\r\n')


def unfit(value, path=''):
    """Where in an answer is a character that no screen, log or terminal may get."""
    if isinstance(value, dict):
        return [found for key, part in value.items() for found in unfit(key, path) + unfit(part, f'{path}.{key}')]
    if isinstance(value, list):
        return [found for part in value for found in unfit(part, path)]
    if not isinstance(value, str):
        return []
    # Cc controls, Cs halves of pairs, Zl and Zp separators; the marks that turn the direction of writing.
    bad = [letter for letter in value if unicodedata.category(letter) in ('Cc', 'Cs', 'Zl', 'Zp')
           or re.match('[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]', letter)]
    return [f'{path}: {value!r:.80}'] if bad else []


def answers(bench):
    """The worker alone, asked as quickly as it answers."""
    damage, kinds, lines, slowest = Damage('answers'), {}, [], 0
    with BadPrinter(damage) as printer, Worker(bench.zone.programs, bench.zone.root + '/worker.log') as worker:
        for _ in range(ANSWERS):
            watch = calm.Stopwatch()
            worker.ask(printer.uri, 1000)
            line = worker.line(zone.PATIENCE)
            slowest = max(slowest, watch.own())
            if line is None:
                kinds['death'] = kinds.get('death', 0) + 1
                worker.again()
                continue
            reply = json.loads(line)
            kind = reply.get('silence', {}).get('kind', 'answer')
            kinds[kind] = kinds.get(kind, 0) + 1
            lines += [f'answer {damage.number}: {found}' for found in unfit(reply)]
    bench.say(f'{ANSWERS} answers: ' + ', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))
              + f'; the slowest {slowest * 1000:.0f} ms of 1000')
    if slowest > 1.1:
        lines.append(f'an answer took {slowest:.2f} s')
    if lines:
        raise zone.Trouble('\n'.join(lines))
    if min(kinds.get('answer', 0), ANSWERS - kinds.get('answer', 0)) < ANSWERS // 10:
        raise zone.Trouble(f'the damage is too little or too much to show anything: {kinds}')


class Beside(PrintZone):
    PROFILES = {'quick': PROFILE}

    def settle(self, names):
        pass


def beside(bench):
    """The whole agent with ten such printers and a good one."""
    with contextlib.ExitStack() as stack:
        damages = [Damage(f'beside-{number}') for number in range(10)]
        bad = [Named(f'bad-{number}', stack.enter_context(BadPrinter(damage)).uri)
               for number, damage in enumerate(damages)]
        world = stack.enter_context(Beside(bench.zone.programs, bad))
        lines, workers, slowest, span = [], set(), 0, calm.Patience(BESIDE)
        while not span.is_over() and not lines:
            watch = calm.Stopwatch()
            status, told = zone.ask(world.kiosk, 'GET', '/v1/status')
            slowest = max(slowest, watch.own())
            lines += [] if status == 200 else [f'/v1/status: {status}']
            for target in ('/v1/devices', '/v1/journal?limit=200'):
                lines += [f'{target}{found}' for found in unfit(zone.ask(world.admin, 'GET', target)[1])]
            workers |= {pid for pid in children(world.agent.pid) if is_worker(pid)}
        zone.eventually(lambda: world.device('printer-sim').get('link') == 'up', 'the good printer is heard')
        lines += unfit({'log': [line for line in world.log().splitlines()]})
        good = world.job_ends(world.submit('printer-sim'))
    count = sum(damage.number for damage in damages)
    bench.say(f'{count} answers beside a good printer: /v1/status within {slowest * 1000:.0f} ms, '
              f'{len(workers)} workers; a job on the good one: {good["state"]}')
    if good['state'] != 'printed':
        lines.append(f'the job on the good printer: {good}')
    if slowest > QUICK:
        lines.append(f'/v1/status took {slowest:.1f} s')
    if count < 20 * BESIDE:
        lines.append(f'only {count} answers')
    if lines:
        raise zone.Trouble('\n'.join(lines[:20]))
