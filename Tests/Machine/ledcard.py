"""The far end of a serial line: an Onbon BX-6K font card, or a device that must be left alone. Runs on the host."""
import socket
import struct
import threading

from ledframes import ANY, HEAD, Frames, areas, crc, frame, restore

CARD, BROADCAST = 0x0001, 0xffff
MODEL = 0x62                                # BX-6K2
GROUP, COMMAND, CHECKSUM = 1, 2, 5          # error numbers of a NACK


class Card:
    """What the card knows, and its answer to each frame. Not thread-safe: its line's lock is around it."""

    def __init__(self, width=128, height=32):
        self.size = width, height
        self.is_on, self.brightness, self.texts = True, 15, {}
        self.is_silent = False
        self.seen, self.refused = [], []    # (group, command) of each good frame; those answered with NACK

    def answer(self, body):
        """The reply's bytes, empty for silence."""
        plain = restore(body)
        if self.is_silent or plain is None or len(plain) < HEAD.size + 7:
            return b''
        to, sender, *_, length = HEAD.unpack_from(plain)
        data, check = plain[HEAD.size:-2], plain[-2:]
        if to not in (CARD, ANY, BROADCAST):
            return b''
        if length != len(data) or check != struct.pack('<H', crc(plain[:-2])):
            return self.reply(bytes([0xa0, 1, CHECKSUM, 0, 0]), sender)
        self.seen.append((data[0], data[1]))
        try:
            reply = self.obey(data[0], data[1], data[5:])
        except (ValueError, IndexError, struct.error):
            reply = self.no(data, COMMAND)
        return b'' if to == BROADCAST or data[2] == 2 else self.reply(reply, sender)

    def reply(self, data, to):
        return frame(data, to, ANY, MODEL)

    def no(self, data, error):
        self.refused.append((data[0], data[1]))
        return bytes([0xa0, 1, error, 0, 0])

    def obey(self, group, command, fields):
        """The reply's data to one order."""
        actions = {(0xa1, 0x02): self.status, (0xa2, 0x00): lambda _: None, (0xa2, 0x0a): self.parameters,
                   (0xa3, 0x00): self.power, (0xa3, 0x02): self.shine, (0xa3, 0x06): self.show,
                   (0xa3, 0x10): lambda _: self.texts.clear()}
        if (group, command) not in actions:
            return self.no((group, command), COMMAND if group in (0xa1, 0xa2, 0xa3) else GROUP)
        found = actions[group, command](fields)
        return bytes([0xa0, 0, 0, 0, 0]) if found is None else bytes([group, command, 0, 0, 0]) + found

    def status(self, _):
        """2025-11-21, a Friday, 09:30; no programme, no barcode."""
        return (bytes([1 if self.is_on else 2, self.brightness]) + bytes.fromhex('2520112105093000') + b'\x01P000'
                + bytes([0, 0, len(self.texts), *sorted(self.texts)]) + b'BX6K100000000001' + bytes(12))

    def parameters(self, _):
        return struct.pack('<HBBHH', CARD, MODEL, 2, *self.size) + bytes([1]) + bytes(9) + bytes(7)

    def power(self, fields):
        if fields[0] not in (1, 2):
            raise ValueError('neither on nor off')
        self.is_on = fields[0] == 1

    def shine(self, fields):
        if fields[0] != 1 or fields[1] > 15:
            raise ValueError('not a forced level of 0 to 15')
        self.brightness = fields[1]

    def show(self, fields):
        gone, texts = areas(fields)
        for each in list(self.texts) if gone is None else gone:
            self.texts.pop(each, None)
        self.texts.update(texts)


class Line:
    """A Unix socket on which QEMU's serial port calls; what arrives is kept, and answered if there is a card."""

    def __init__(self, path, card=None):
        self.path, self.card, self.lock, self.received = path, card, threading.Lock(), bytearray()
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(path)
        self.server.listen(1)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        """One call after the other, until the socket is closed."""
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            frames = Frames()
            try:
                while chunk := connection.recv(4096):
                    connection.sendall(self.hear(frames, chunk))
            except OSError:
                continue
            finally:
                connection.close()

    def hear(self, frames, chunk):
        with self.lock:
            self.received += chunk
            return b''.join(self.card.answer(body) for body in frames.feed(chunk)) if self.card else b''

    def look(self, what):
        """`what(card)`, between two frames."""
        with self.lock:
            return what(self.card)

    def bytes_heard(self):
        with self.lock:
            return len(self.received)

    def close(self):
        self.server.close()
