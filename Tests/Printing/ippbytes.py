"""IPP and as much HTTP as a printer speaks, in bytes: for printers that misbehave on purpose."""
import struct

TEXT, NAME, KEYWORD, ENUM, INTEGER, BOOLEAN, OCTETS = 0x41, 0x42, 0x44, 0x23, 0x21, 0x22, 0x30
CHARSET, LANGUAGE = 0x47, 0x48
# As much as our driver asks for, from a device in which nothing is wrong.
HEALTHY = (
    (ENUM, 'printer-state', [3]), (KEYWORD, 'printer-state-reasons', ['none']),
    (TEXT, 'printer-state-message', ['Ready']), (BOOLEAN, 'printer-is-accepting-jobs', [True]),
    (TEXT, 'printer-make-and-model', ['Other Office Printer']),
    (TEXT, 'printer-device-id', ['MFG:Other;MDL:Office Printer;SN:7;']),
    (TEXT, 'printer-firmware-string-version', ['1.0']),
    (OCTETS, 'printer-supply', ['index=1;class=supplyThatIsConsumed;type=toner;unit=percent;maxcapacity=100;level=80;'
                                'colorantname=black;']),
    (OCTETS, 'printer-input-tray', ['type=sheetFeedAutoRemovableTray;maxcapacity=250;level=200;status=0;name=main;']),
    (NAME, 'marker-names', ['black', 'cyan']), (KEYWORD, 'marker-types', ['toner', 'toner']),
    (INTEGER, 'marker-levels', [80, 70]), (INTEGER, 'marker-low-levels', [10, 10]),
    (INTEGER, 'marker-high-levels', [100, 100]),
    (INTEGER, 'printer-impressions-completed', [1200]), (INTEGER, 'printer-up-time', [600]),
)


def value(tag, found):
    if isinstance(found, bytes):
        return found
    if isinstance(found, str):
        return found.encode()
    return bytes([found]) if tag == BOOLEAN else struct.pack('>i', found)


def attribute(tag, name, values):
    """Several values: the first carries the name, the others an empty one (RFC 8010, 3.1.5)."""
    text = b''
    for place, found in enumerate(values):
        key, raw = (b'' if place else name.encode()), value(tag, found)
        text += bytes([tag]) + struct.pack('>H', len(key)) + key + struct.pack('>H', len(raw)) + raw
    return text


def answer(attributes=HEALTHY, request=b'\x02\x00\x00\x0b\x00\x00\x00\x01'):
    """successful-ok, in the version and with the number of the request."""
    head = request[:2] + b'\0\0' + request[4:8] + b'\x01'
    return (head + attribute(CHARSET, 'attributes-charset', ['utf-8'])
            + attribute(LANGUAGE, 'attributes-natural-language', ['en']) + b'\x04'
            + b''.join(attribute(*entry) for entry in attributes) + b'\x03')


def reply(body):
    return b'HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: %d\r\n\r\n' % len(body) + body


def read_request(connection):
    """The body of one request; None when the other side has gone."""
    text = b''
    while b'\r\n\r\n' not in text:
        more = connection.recv(65536)
        if not more:
            return None
        text += more
    head, _, body = text.partition(b'\r\n\r\n')
    if b'100-continue' in head.lower():
        connection.sendall(b'HTTP/1.1 100 Continue\r\n\r\n')
    fields = dict(line.lower().split(b':', 1) for line in head.split(b'\r\n')[1:])
    chunked = b'chunked' in fields.get(b'transfer-encoding', b'')
    length = int(fields.get(b'content-length', b'0'))
    while not (body.endswith(b'0\r\n\r\n') if chunked else len(body) >= length):
        more = connection.recv(65536)
        if not more:
            return None
        body += more
    return body.partition(b'\r\n')[2] if chunked else body
