"""Who answers instead of the hub: without TLS, with a foreign certificate, or with the right one and wrong words."""
import asyncio
import contextlib
import json
import os
import shutil
import ssl
import subprocess
import time
import zlib

import switchboard
import tally

HUNDRED_MB = 100 << 20
OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
# Not one of them is whole seconds of at most nine digits.
ABSURD_WAITS = ('-5', '1e99', '99999999999999999999', 'soon', '3.5', 'Wed, 21 Oct 2099 07:28:00 GMT', '', '١٢٣')
LEAF = '''basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage={use}
subjectAltName={names}
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
'''


class Papers:
    """Certificates as the hub issues them (Sources/Base/ZoneIdentity/Issuing.swift), by its authority or another."""

    def __init__(self, authority, folder):
        if not shutil.which('openssl'):
            raise tally.Skip('no openssl (packaging/install-dependencies chaos)')
        self.folder = folder
        with open(authority, encoding='utf-8') as file:
            issuer = json.load(file)['issuer']
        self.write('ca.pem', issuer['certificate'])
        self.write('ca.key', issuer['key'])
        # Another authority that bears the same name.
        subject = self.openssl('x509', '-in', f'{folder}/ca.pem', '-noout', '-subject', '-nameopt', 'RFC2253')
        self.new_key('other')
        self.openssl('req', '-x509', '-key', f'{folder}/other.key', '-out', f'{folder}/other.pem', '-days', '30',
                     '-subj', '/' + subject.strip().removeprefix('subject='))

    def write(self, name, text):
        with open(f'{self.folder}/{name}', 'w', encoding='utf-8') as file:
            file.write(text)

    def openssl(self, *words):
        done = subprocess.run(['openssl', *words], capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise tally.Skip(f'openssl {words[0]}: {done.stderr.strip()}')
        return done.stdout

    def new_key(self, name):
        self.openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', f'{self.folder}/{name}.key')

    def issue(self, name, names, use='serverAuth', by='ca', subject='/CN=zone-hub', days=30):
        """`by` None: by itself; `days` from now, also into the past. Returns the paths of certificate and key."""
        base = f'{self.folder}/{name}'
        self.new_key(name)
        self.write(name + '.ext', LEAF.format(use=use, names=names))
        self.openssl('req', '-new', '-key', base + '.key', '-subj', subject, '-out', base + '.csr')
        signer = ['-CA', f'{self.folder}/{by}.pem', '-CAkey', f'{self.folder}/{by}.key', '-CAcreateserial'] if by else \
            ['-signkey', base + '.key']
        self.openssl('x509', '-req', '-in', base + '.csr', '-out', base + '.pem', '-days', str(days),
                     '-extfile', base + '.ext', *signer)
        return base + '.pem', base + '.key'

    def server(self, name, host, by='ca', days=30):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue(name, 'DNS:' + host, by=by, days=days))
        return context

    def node(self, zone):
        """A client that the hub accepts as the PC pc-1 of `zone`."""
        context = ssl.create_default_context(cafile=self.folder + '/ca.pem')
        context.load_cert_chain(*self.issue(zone, f'URI:zone:{zone}/pc-1', 'clientAuth', subject=f'/O={zone}/CN=pc-1'))
        return context

    def stranger(self):
        """A client without a certificate."""
        return ssl.create_default_context(cafile=self.folder + '/ca.pem')


class Liar:
    """One pretender on a port of loopback. `answer(liar, beat, writer)` says what follows a request."""

    def __init__(self, stage, answer, context=None):
        self.stage, self.answer, self.is_tls = stage, answer, context is not None
        self.beats, self.moments = [], []
        self.server = stage.do(asyncio.start_server(self.serve, '127.0.0.1', 0, ssl=context))
        self.port = self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, EOFError):
            while True:
                beat = await (read(reader) if self.is_tls else glance(reader))
                self.beats.append(beat)
                self.moments.append(time.monotonic())
                await self.answer(self, beat, writer)
                await writer.drain()
        writer.transport.abort()

    async def pour(self, writer, block, blocks, pause):
        for _ in range(blocks):
            if writer.transport.is_closing():
                raise ConnectionResetError
            writer.write(block)
            await writer.drain()
            await asyncio.sleep(pause)

    def close(self):
        self.stage.loop.call_soon_threadsafe(self.server.close)


async def read(reader):
    """One request; its body as JSON, if it is any."""
    head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').lower()
    fields = dict(line.split(':', 1) for line in head.split('\r\n')[1:] if ':' in line)
    body = await reader.readexactly(int(fields.get('content-length', 0)))
    if 'deflate' in fields.get('content-encoding', ''):
        body = zlib.decompress(body)
    return json.loads(body) if body.startswith(b'{') else {'said': head}


async def glance(reader):
    """Who speaks no TLS answers a handshake at once, as web servers do."""
    said = await reader.read(65536)
    if not said:
        raise EOFError
    return {} if 0x14 <= said[0] <= 0x17 else {'said': said}


def says(head, body=b''):
    async def answer(liar, beat, writer):
        writer.write(head + b'Content-Length: %d\r\n\r\n' % len(body) + body)
    return answer


async def login(liar, beat, writer):
    writer.write(switchboard.LOGIN)


async def absurd(liar, beat, writer):
    wait = ABSURD_WAITS[len(liar.beats) % len(ABSURD_WAITS)]
    await says(b'HTTP/1.1 429 Too Many Requests\r\nRetry-After: ' + wait.encode() + b'\r\n')(liar, beat, writer)


def pours(head, block=b'{"v":1,"x":[' + b' ' * 65524, is_chunked=False, blocks=HUNDRED_MB >> 16, pause=0):
    async def answer(liar, beat, writer):
        writer.write(head)
        await liar.pour(writer, b'%x\r\n' % len(block) + block + b'\r\n' if is_chunked else block, blocks,
                        pause)
        writer.write(b'0\r\n\r\n' if is_chunked else b'')
    return answer


async def bomb(liar, beat, writer):
    """A hundred megabytes of blanks in a hundred kilobytes."""
    body = zlib.compress(b'{"v":1}' + b' ' * HUNDRED_MB)
    await says(OK + b'Content-Encoding: deflate\r\n', body)(liar, beat, writer)


async def rubbish(liar, beat, writer):
    writer.write(os.urandom(4096))
    await writer.drain()
    writer.close()


def acknowledges(lead=0, **more):
    """A reply as a hub's, for whatever came. `lead`: so many events more than there are."""
    async def answer(liar, beat, writer):
        last = max([event['seq'] for event in beat.get('events', [])], default=0)
        now = time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime())
        reply = {'v': 1, 'status': 'accepted', 'stateAck': beat.get('stateHash'), 'serverTime': now,
                 'interval': 10_000, 'want': [], 'commands': [], 'entries': [], **more}
        if last:
            reply['ackThrough'] = {'stream': beat['stream'], 'seq': last + lead}
        await says(OK, json.dumps(reply).encode())(liar, beat, writer)
    return answer
