"""What can be wrong with a line, which words must follow, and what else must hold meanwhile."""
import dataclasses
import typing

import liars
import switchboard

UNREACHABLE = r'cannot be reached'
NO_HUB = r'what answers there is no hub'
FOREIGN = r'cannot prove that it is the hub'


@dataclasses.dataclass
class Fault:
    title: str
    begin: typing.Callable
    # What net.hub says of it; None: it is over before anybody has to be told.
    words: str | None = UNREACHABLE
    # What says where the line ends, instead of net.hub.
    codes: tuple = ()
    # What else must hold, told as complaints.
    also: typing.Callable = lambda zone: []
    # A hub with the right certificate confirms what the real one never saw.
    lies: bool = False
    # Seconds from its beginning; longer when net.hub is not raised before.
    least: float = 10
    mend: typing.Callable = lambda zone: zone.mend()


def set_names(answer):
    def begin(zone):
        zone.names.answer = answer
        zone.board.turn()
    return begin


def turn(manner):
    return lambda zone: zone.board.turn(manner=manner)


def lie(answer, certificate='right'):
    return lambda zone: zone.lie(answer, certificate)


def vanish(zone):
    """The hub's machine starts anew: what was open is forgotten, and its farewell does not arrive."""
    zone.room.swallow()
    zone.board.turn()


def captive(zone):
    zone.page.is_captive = True
    zone.lie(liars.login)


def nothing_was_told(zone):
    told = [beat for beat in zone.liar.beats if beat]
    return [f'somebody who is not the hub was told {str(told[0])[:100]}'] if told else []


def bounded(limit):
    """Of each answer the agent reads so much, and what the kernel has taken before anybody reads."""
    def check(zone):
        each = zone.board.bytes_to_pc / max(1, zone.board.calls)
        return [] if each <= limit else [f'{each / (1 << 20):.1f} MiB went to the PC for each call']
    return check


def keeps_away(seconds):
    def check(zone):
        gaps = [after - before for before, after in zip(zone.liar.moments, zone.liar.moments[1:])]
        return [f'came back after {gap:.1f} s' for gap in gaps if gap < seconds]
    return check


def is_silent(zone):
    calls = len(zone.liar.beats)
    return [] if calls == 1 else [f'{calls} heartbeats to a hub that wants to be left alone']


def rewinds_once(zone):
    """A new stream for each answer would be rows of class A, as fast as the hub answers."""
    rows = [row for row in zone.journal() if row['name'] == 'journal.rewound']
    return [f'{len(rows)} new streams'] if len(rows) > 1 else []


def restart(zone):
    """Nothing else hurries a hub that asked for an hour."""
    zone.watch.is_resting = True
    zone.mend()
    zone.agent.end(15)
    zone.start_agent()
    zone.answers()
    zone.watch.begin()
    zone.watch.is_resting = False


CHUNKED = b'Transfer-Encoding: chunked\r\n\r\n'
# While a farewell of TLS is under way (NIOSSL's shutdownTimeout, 5 s) what comes is thrown away, and not kept.
BIG = 32 << 20
HEADER = b'X-More: ' + b'y' * 1000 + b'\r\n'
GO_ON = b'HTTP/1.1 100 Continue\r\n\r\n' * 400
BUSY = b'HTTP/1.1 429 Too Many Requests\r\nRetry-After: '
ERROR = b'HTTP/1.1 500 Internal Server Error\r\n'
# Each row is one zone's; the rows go on side by side.
LANES = (
    (Fault('name servers are silent', set_names(None), codes=('net.dns',)),
     Fault('name servers know no such name', set_names(switchboard.NO_NAME)),
     Fault('name servers refuse', set_names(switchboard.REFUSED), codes=('net.dns',)),
     Fault('500', lie(liars.says(ERROR)), words='HTTP 500')),
    (Fault('packets vanish both ways', lambda zone: zone.room.swallow(), codes=('net.gateway',)),
     Fault('the hub hears and its answers vanish', lambda zone: zone.room.swallow(from_pc=False),
           codes=('net.gateway',)),
     Fault('the hub is gone without a word and back', vanish, words=None, least=3),
     Fault('429, Retry-After 4', lie(liars.says(BUSY + b'4\r\n')), words='HTTP 429', also=keeps_away(4))),
    (Fault('nobody listens at the port', turn('refuse')),
     Fault('the port accepts and says nothing', turn('mute')),
     Fault('one byte a second each way', turn('drip')),
     Fault('rubbish instead of TLS', lie(liars.rubbish, None))),
    (Fault('a login page without TLS', captive, codes=('net.captive',), also=nothing_was_told),
     Fault('a certificate by itself', lie(liars.login, 'own'), words=FOREIGN, also=nothing_was_told),
     Fault('a certificate of another authority with the same name', lie(liars.login, 'other'), words=FOREIGN,
           also=nothing_was_told),
     Fault('a certificate of the authority for another host', lie(liars.login, 'elsewhere'), words=FOREIGN,
           also=nothing_was_told)),
    (Fault('429, absurd Retry-After', lie(liars.absurd), words='HTTP 429'),
     Fault('100 MB that are announced',
           lie(liars.pours(liars.OK + b'Content-Length: %d\r\n\r\n' % liars.HUNDRED_MB)), words='more than',
           also=bounded(BIG)),
     Fault('100 MB in chunks', lie(liars.pours(liars.OK + CHUNKED, is_chunked=True)),
           words='more than', also=bounded(BIG)),
     Fault('an error of 100 MB', lie(liars.pours(ERROR + CHUNKED, is_chunked=True)),
           words='HTTP 500', also=bounded(BIG))),
    (Fault('100 MB of blanks, packed', lie(liars.bomb), words='not readable'),
     Fault('headers without end', lie(liars.pours(liars.OK, HEADER, blocks=1 << 17)),
           words=NO_HUB, also=bounded(BIG)),
     Fault('go on, go on, go on', lie(liars.pours(b'', GO_ON, blocks=1 << 13, pause=0.04)),
           words='no answer within|deadlineExceeded'),
     Fault('rubbish in TLS', lie(liars.rubbish), words=NO_HUB)),
    (Fault('an acknowledgement from the future', lie(liars.acknowledges(lead=1_000_000)), words=None, lies=True,
           also=rewinds_once),
     Fault('a hub that confirms and forgets', lie(liars.acknowledges()), words=None, lies=True),
     Fault('429, an hour of silence', lie(liars.says(BUSY + b'999999999\r\n')), words=None, also=is_silent,
           mend=restart),
     Fault('a hub of the year 2099', lie(liars.acknowledges(serverTime='2099-01-01T00:00:00.000Z')), words=None,
           lies=True)),
)
