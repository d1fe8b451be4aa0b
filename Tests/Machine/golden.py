#!/usr/bin/env python3
"""Checks the test's own LED card against printed frames. `vendor`: printed in the vendor's document (BX-5K/6K, 1.4).

Run as a program it says how many it checked.
"""
import struct

from ledcard import Card
from ledframes import ANY, HEAD, PC, Frames, crc, frame, restore

OPEN = 'A5 ' * 8
TO_ANY = OPEN + 'FE FF 00 80 00 00 00 00 00 00 FE 02 '
TO_PC = OPEN + '00 80 FE FF 00 00 00 00 00 00 FE 02 '
AREA = 'A3 06 01 00 00 00 01 '
BOX = ' 00 00 00 80 00 00 80 80 20 00 00 00 00 0A 00 00 00 '       # at 0, 128 x 32; alignment comes next
# Each is (the bytes on the line, to, from, the data field).
FRAMES = [
    # ping to card 1 (vendor), to any card, to card 25 (an escape in the CRC), to card 90 (one in the header)
    (OPEN + '01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F8 5A', 1, PC, 'A2 00 01 00 00'),
    (TO_ANY + '05 00 A2 00 01 00 00 4C DC 5A', ANY, PC, 'A2 00 01 00 00'),
    (OPEN + '19 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 4E 5B 02 5A', 25, PC, 'A2 00 01 00 00'),
    (OPEN + '5B 02 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 1F D1 5A', 90, PC, 'A2 00 01 00 00'),
    # ACK (vendor), NACK for a checksum (vendor), NACK busy
    (TO_PC + '05 00 A0 00 00 00 00 14 AC 5A', PC, ANY, 'A0 00 00 00 00'),
    (TO_PC + '05 00 A0 01 05 00 00 05 51 5A', PC, ANY, 'A0 01 05 00 00'),
    (TO_PC + '05 00 A0 01 03 00 00 E5 50 5A', PC, ANY, 'A0 01 03 00 00'),
    # status, parameters, power off, brightness 8, clear
    (TO_ANY + '05 00 A1 02 01 00 00 09 64 5A', ANY, PC, 'A1 02 01 00 00'),
    (TO_ANY + '05 00 A2 0A 01 00 00 4F 04 5A', ANY, PC, 'A2 0A 01 00 00'),
    (TO_ANY + '06 00 A3 00 01 00 00 02 1D F0 5A', ANY, PC, 'A3 00 01 00 00 02'),
    (TO_ANY + '07 00 A3 02 01 00 00 01 08 3D 4D 5A', ANY, PC, 'A3 02 01 00 00 01 08'),
    (TO_ANY + '05 00 A3 10 01 00 00 75 DC 5A', ANY, PC, 'A3 10 01 00 00'),
    (TO_ANY + '07 00 A3 06 01 00 00 FF 00 7D 6F 5A', ANY, PC, 'A3 06 01 00 00 FF 00'),
    # text 欢迎光临 (vendor), and one with escapes in it
    (TO_ANY + '2C 00 ' + AREA + '23' + BOX + '00 02 01 01 00 02 0A 08 00 00 00 '
     'BB B6 D3 AD B9 E2 C1 D9 3C 49 5A', ANY, PC,
     AREA + '23' + BOX + '00 02 01 01 00 02 0A 08 00 00 00 BB B6 D3 AD B9 E2 C1 D9'),
    (TO_ANY + '2B 00 ' + AREA + '22' + BOX + '00 02 01 01 00 02 0A 07 00 00 00 '
     '5C 43 31 B0 A6 02 B0 A6 01 FE 1B 5A', ANY, PC,
     AREA + '22' + BOX + '00 02 01 01 00 02 0A 07 00 00 00 5C 43 31 B0 A5 B0 A6'),
]
# 政务公开, centred: what the agent is asked to show.
SHOW = (TO_ANY + '2C 00 ' + AREA + '23' + BOX + '0A 02 01 01 00 02 0A 08 00 00 00 '
        'D5 FE CE F1 B9 AB BF AA 8A 23 5A')
STATUS = ('A1 02 00 00 00 01 0F 25 20 11 21 05 09 30 00 01 50 30 30 30 00 00 01 00 '
          '42 58 36 4B 31 30 30 30 30 30 30 30 30 30 30 31' + ' 00' * 12)


def expect(found, wanted, what):
    if found != wanted:
        raise AssertionError(f'{what}: {found!r}, not {wanted!r}')


def talk(card, line, step=None):
    """The data field of the card's reply to a frame that comes in pieces of `step` bytes."""
    data, frames, reply = bytes.fromhex(line), Frames(), b''
    for at in range(0, len(data), step or len(data)):
        reply += b''.join(map(card.answer, frames.feed(data[at:at + (step or len(data))])))
    bodies = [restore(body) for body in Frames().feed(reply)]
    return bodies[0][HEAD.size:-2] if bodies else None


def check():
    """How many frames there were; AssertionError names the first that is wrong."""
    expect(crc(b'123456789'), 0xbb3d, 'the check value of CRC-16/ARC')
    for line, to, sender, data in FRAMES:
        line, data = bytes.fromhex(line), bytes.fromhex(data)
        expect(frame(data, to, sender).hex(' '), line.hex(' '), 'a frame made')
        body = restore(Frames().feed(line)[0])
        expect((HEAD.unpack_from(body)[:2], body[HEAD.size:-2]), ((to, sender), data), 'a frame read')
        expect(struct.unpack('<H', body[-2:])[0], crc(body[:-2]), 'its CRC')
    card = Card()
    expect(talk(card, SHOW, 1), bytes.fromhex('A0 00 00 00 00'), 'the reply to a text, byte by byte')
    expect(card.texts, {0: '政务公开'.encode('gb2312')}, 'the text')
    reply = frame(bytes.fromhex(STATUS), PC, ANY, 0x63)
    expect(reply[-3:], bytes.fromhex('E1 74 5A'), 'the CRC of a status reply')
    expect(talk(card, FRAMES[7][0]), bytes.fromhex(STATUS), 'the status')
    expect(len(talk(card, FRAMES[8][0])), 5 + 25, 'bytes of the parameters')
    for number, reply in ((9, (False, 15)), (10, (False, 8))):
        talk(card, FRAMES[number][0])
        expect((card.is_on, card.brightness), reply, 'power and brightness')
    talk(card, FRAMES[12][0])
    expect(card.texts, {}, 'texts after deleting all')
    broken = SHOW.replace('D5 FE', 'D5 FF')
    expect(talk(card, broken), bytes.fromhex('A0 01 05 00 00'), 'the reply to a wrong checksum')
    expect(talk(card, FRAMES[2][0]), None, 'the reply to what is for another card')
    expect(talk(card, frame(bytes.fromhex('A2 01 01 00 00'), 1, PC).hex()), bytes.fromhex('A0 01 02 00 00'), 'reset')
    return len(FRAMES) + 2


if __name__ == '__main__':
    print(f'{check()} frames are as printed')
