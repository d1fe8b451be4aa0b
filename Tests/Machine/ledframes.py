"""Frames of Onbon's BX-5K/6K font cards, written from the vendor's document alone (version 1.4): on purpose a second
opinion, not the agent's code.
"""
import struct

PC, ANY = 0x8000, 0xfffe                    # addresses
ESCAPE = {0xa5: b'\xa6\x02', 0xa6: b'\xa6\x01', 0x5a: b'\x5b\x02', 0x5b: b'\x5b\x01'}
RESTORE = {code: byte for byte, code in ESCAPE.items()}
HEAD = struct.Struct('<HH3xBBBBBH')         # to, from, barcode option, check, display, device type, version, length
AREA = struct.Struct('<BHHHHBBBHBBBBBBBBBI')
MOST = 4096                                 # bytes of a frame; a card's own buffer is smaller


def crc(data):
    """CRC-16/ARC: polynomial 8005 reflected, from 0. Not Modbus's, which begins with FFFF."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xa001 if value & 1 else 0)
    return value


def frame(data, to=PC, sender=ANY, model=0xfe):
    """The bytes on the line; lengths and CRC are those of the unescaped fields."""
    body = HEAD.pack(to, sender, 0, 0, 0, model, 2, len(data)) + data
    body += struct.pack('<H', crc(body))
    return b'\xa5' * 8 + b''.join(ESCAPE.get(byte, bytes([byte])) for byte in body) + b'\x5a'


def restore(body):
    """Undoes the escapes; None for an escape that is none."""
    plain, at = bytearray(), 0
    while at < len(body):
        size = 2 if body[at] in (0xa6, 0x5b) else 1
        piece = bytes(body[at:at + size])
        if size == 2 and piece not in RESTORE:
            return None
        plain.append(RESTORE.get(piece, piece[0]))
        at += size
    return bytes(plain)


class Frames:
    """A stream cut into frames: a run of A5 opens one, the next 5A ends it, whatever the reads were like."""

    def __init__(self):
        self.body = None                    # None: between frames

    def feed(self, chunk):
        """[the body of each frame that ended, still escaped]"""
        whole = []
        for byte in chunk:
            if byte == 0xa5:
                self.body = bytearray()
            elif self.body is not None and byte == 0x5a:
                whole.append(bytes(self.body))
                self.body = None
            elif self.body is not None and len(self.body) < MOST:
                self.body.append(byte)
        return whole


def areas(fields):
    """(ids to delete or None for all, {id: text bytes}) of a dynamic-area order."""
    count, at = fields[0], 1
    gone = None if count == 0xff else list(fields[at:at + count])
    at += 0 if gone is None else count
    texts, number = {}, fields[at]
    at += 1
    for _ in range(number):
        length, = struct.unpack_from('<H', fields, at)
        values = AREA.unpack_from(fields, at + 2)
        text = fields[at + 2 + AREA.size:at + 2 + length]
        if len(text) != values[-1]:
            raise ValueError('the lengths of area and text do not agree')
        texts[values[5]] = bytes(text)
        at += 2 + length
    return gone, texts
