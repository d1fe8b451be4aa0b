"""The pages that citizens read, with and without TLS, and certificates that are good, old, foreign or for others."""
import asyncio
import json
import os
import ssl
import subprocess

import liars
import tally

MARK = '政府信息公开'
PLAIN, SAFE, LOGIN = 'portal.test', 'safe.test', 'login.test'
TRUSTED = '/etc/ssl/certs/ca-certificates.crt'


def papers(folder):
    """An authority that the PCs know, and one of the same name that they do not know. Returns contexts by name."""
    if not os.path.exists(TRUSTED):
        raise tally.Skip(f'no {TRUSTED} (package ca-certificates)')
    key, certificate = folder + '/root.key', folder + '/root.pem'
    for words in (('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', key),
                  ('req', '-x509', '-key', key, '-out', certificate, '-days', '30', '-subj', '/CN=Test authority')):
        done = subprocess.run(['openssl', *words], capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise tally.Skip(f'openssl {words[0]}: {done.stderr.strip()}')
    texts = {}
    for name, path in (('key', key), ('certificate', certificate)):
        with open(path, encoding='utf-8') as file:
            texts[name] = file.read()
    with open(folder + '/authority.json', 'w', encoding='utf-8') as file:
        json.dump({'issuer': texts}, file)
    made = liars.Papers(folder + '/authority.json', folder)
    return {'good': made.server('good', SAFE), 'elsewhere': made.server('elsewhere', 'other.test'),
            'old': made.server('old', SAFE, days=-1), 'soon': made.server('soon', SAFE, days=5),
            'unknown': made.server('unknown', SAFE, by='other'), 'login': made.server('login', LOGIN, by='other')}


def says(status, text='', header=''):
    body = text.encode()
    head = f'HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{header}\r\n'
    return head.encode() + body


def good(_host, _path):
    return says('200 OK', f'<h1>{MARK}</h1>')


def fails(_host, _path):
    return says('500 Internal Server Error', 'sorry')


def other_page(_host, _path):
    return says('200 OK', '<h1>It works</h1>')


def circle(_host, path):
    return says('302 Found', header=f'Location: {"/a" if path == "/" else "/"}\r\n')


def captive(host, _path):
    if host == LOGIN:
        return says('200 OK', '<form><input type="password"></form>')
    return says('302 Found', header=f'Location: http://{LOGIN}/?mac=02:00:00:00:00:01\r\n')


def by_script(_host, _path):
    return says('200 OK', f"<script>top.self.location.href='http://{LOGIN}/eportal?mac=02:00:00:00:00:01'</script>")


def by_meta(_host, _path):
    return says('200 OK', f'<meta http-equiv="refresh" content="0; url=http://{LOGIN}/wait">')


def by_sms(_host, _path):
    return says('200 OK', '<form><input type="tel" name="phone"><input name="code"></form>')


class Site:
    """Everything at the far end of one PC's cable that speaks HTTP."""

    def __init__(self, stage, address, contexts):
        self.contexts = contexts
        self.mend()
        front = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        front.sni_callback = self.choose
        stage.do(asyncio.start_server(lambda *ends: self.serve(*ends, False), address, 80))
        stage.do(asyncio.start_server(lambda *ends: self.serve(*ends, True), address, 443, ssl=front))

    def mend(self):
        self.plain = self.safe = good
        self.certificate = 'good'

    def choose(self, line, _name, _context):
        line.context = self.contexts[self.certificate]

    async def serve(self, reader, writer, is_safe):
        try:
            head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').split('\r\n')
            hosts = [row.split(':', 1)[1].strip() for row in head if row.lower().startswith('host:')]
            writer.write((self.safe if is_safe else self.plain)(hosts[0] if hosts else '', head[0].split(' ')[1]))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError):
            pass
        writer.close()
