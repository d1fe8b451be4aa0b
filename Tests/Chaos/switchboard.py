"""What stands on the way to a hub: a name server and a TCP relay whose manners change while they run."""
import asyncio
import ipaddress
import logging
import socket
import struct
import threading

PATIENCE = 30
# A block that waits to be dripped is small, so that little is under way.
BLOCK, DRIP = 1 << 16, 1 << 10
LINGER = struct.pack('ii', 1, 0)
REFUSED, NO_NAME = 5, 3
LOGIN = (b'HTTP/1.1 302 Found\r\nLocation: http://login.test/?next=1\r\nContent-Length: 0\r\n'
         b'Connection: close\r\n\r\n')


class Stage:
    """One event loop in a thread of its own, for everything that pretends."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        # A connection that breaks in the middle is what this is for.
        logging.getLogger('asyncio').setLevel(logging.CRITICAL)
        self.loop.set_exception_handler(lambda *_: None)
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)


def reset(writer):
    """RST instead of FIN, as from a machine that knows nothing of the connection."""
    try:
        writer.transport.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
    except OSError:
        pass
    writer.transport.abort()


class Switchboard:
    """A zone's PC knows this address as its hub. Manners: pass, drip (a byte a second each way), mute, refuse."""

    def __init__(self, stage, host, port):
        self.stage, self.host, self.port = stage, host, port
        self.target, self.manner, self.server = port, 'pass', None
        self.writers = set()
        self.calls = self.most = self.bytes_to_pc = 0
        stage.do(self.listen())

    async def listen(self):
        if not self.server:
            self.server = await asyncio.start_server(self.serve, self.host, self.port, limit=BLOCK)

    def turn(self, target=None, manner='pass', reset_first=True):
        """From now on: the hub's own port, or another one; what is open is broken."""
        self.stage.do(self.change(target or self.port, manner, reset_first))

    async def change(self, target, manner, reset_first):
        self.target, self.manner = target, manner
        self.calls = self.most = self.bytes_to_pc = 0
        if manner == 'refuse' and self.server:
            self.server.close()
            self.server = None
        if reset_first:
            for writer in list(self.writers):
                reset(writer)
        if manner != 'refuse':
            await self.listen()

    async def serve(self, reader, writer):
        self.calls += 1
        self.writers.add(writer)
        self.most = max(self.most, len(self.writers))
        away = None
        # What was handed to the kernel is soon what the PC took.
        writer.transport.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BLOCK)
        try:
            if self.manner == 'mute':
                return await reader.read()
            inward, away = await asyncio.open_connection('127.0.0.1', self.target, limit=BLOCK)
            await asyncio.gather(self.pump(reader, away), self.pump(inward, writer, is_answer=True))
        except OSError:
            reset(writer)
        finally:
            self.writers.discard(writer)
            writer.close()
            if away:
                away.close()

    async def pump(self, reader, writer, is_answer=False):
        while data := await reader.read(DRIP if self.manner == 'drip' else BLOCK):
            for piece in [data[at:at + 1] for at in range(len(data))] if self.manner == 'drip' else [data]:
                writer.write(piece)
                await writer.drain()
                self.bytes_to_pc += len(piece) * is_answer
                if self.manner == 'drip':
                    await asyncio.sleep(1)
        writer.close()

    def close(self):
        self.turn(manner='refuse')


class Page:
    """The page that citizens read, on port 80; or the login page of somebody in between."""

    def __init__(self, stage, address):
        self.is_captive = False
        stage.do(asyncio.start_server(self.serve, address, 80))

    async def serve(self, reader, writer):
        try:
            await reader.readuntil(b'\r\n\r\n')
            body = '政府信息公开'.encode()
            writer.write(LOGIN if self.is_captive else
                         b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n' % len(body) + body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        writer.close()


class Names(asyncio.DatagramProtocol):
    """The PC's name server: every name is `named`, or itself. `answer`: True, None (says nothing), or a code of refusal."""

    def __init__(self, stage, address, named=None):
        self.address, self.answer, self.asked = ipaddress.ip_address(named or address).packed, True, 0
        stage.do(stage.loop.create_datagram_endpoint(lambda: self, (address, 53)))

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, sender):
        self.asked += 1
        if self.answer is None or len(data) < 17:
            return
        end = data.index(0, 12) + 5
        # A or AAAA, whichever the address is.
        kind = 1 if len(self.address) == 4 else 28
        is_address = data[end - 4:end - 2] == struct.pack('>H', kind)
        code = 0 if self.answer is True else self.answer
        found = b''
        if is_address and not code:
            found = b'\xc0\x0c' + struct.pack('>HHIH', kind, 1, 0, len(self.address)) + self.address
        head = struct.pack('>HHHHHH', struct.unpack('>H', data[:2])[0], 0x8180 | code, 1, bool(found), 0, 0)
        self.transport.sendto(head + data[12:end] + found, sender)
