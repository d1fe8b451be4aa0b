"""What schemathesis does not know by itself: Unix sockets, lines of JSON, and the table of who may do what."""
import json
import os
import socket

import requests
import schemathesis
from hypothesis import strategies
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

from sample import pdf

SOCKET = os.environ['ZONE_SOCKET']
# What the caller may do, as GET /v1/me tells.
MINE = set(os.environ['ZONE_ACTIONS'].split(','))


class UnixConnection(HTTPConnection):
    def _new_conn(self):
        found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        found.settimeout(10)
        found.connect(SOCKET)
        return found


class UnixPool(HTTPConnectionPool):
    ConnectionCls = UnixConnection


class UnixAdapter(HTTPAdapter):
    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {'http': UnixPool}


# Every session that is made from here on goes through the socket.
requests.sessions.HTTPAdapter = UnixAdapter


schemathesis.openapi.media_type('application/pdf', strategies.just(pdf()))


@schemathesis.deserializer('application/x-ndjson')
def lines(context, response):
    return [json.loads(line) for line in response.content.splitlines()]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Recordings that would be taken are made short; what must be refused stays as it is."""
    if case.operation.definition.raw.get('operationId') == 'recordDevice':
        seconds = str((case.query or {}).get('seconds', 60))
        if seconds.isascii() and seconds.isdigit() and 1 <= int(seconds) <= 600:
            case.query = {**(case.query or {}), 'seconds': 1}


@schemathesis.check
def access_table(ctx, response, case):
    """Who may not is refused; who may is not. An operation with several actions is refused when none is there."""
    wanted = case.operation.definition.raw['x-action']
    wanted = set(wanted if isinstance(wanted, list) else [wanted])
    is_refused = response.status_code == 403
    assert not (is_refused and wanted <= MINE), f'refused, but {sorted(wanted)} are allowed'
    # Paths and modes that do not exist are found out before anybody is asked who they are.
    assert is_refused or wanted & MINE or response.status_code in (400, 401, 404), f'allowed, but {sorted(wanted)} are not'
