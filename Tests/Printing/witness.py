"""ipptool as the second witness: what a device or a queue answers, read by CUPS and not by us."""
import os
import plistlib
import re
import shutil
import subprocess
from xml.parsers.expat import ExpatError

import zone

# RFC 8011, 5.4.11 and 5.3.7; ipptool tells numbers here.
STATES = {'printer-state': {3: 'idle', 4: 'processing', 5: 'stopped'},
          'job-state': {3: 'pending', 4: 'held', 5: 'processing', 6: 'stopped', 7: 'canceled', 8: 'aborted',
                        9: 'completed'}}
ASK = '''{{
OPERATION {operation}
GROUP operation-attributes-tag
ATTR charset attributes-charset utf-8
ATTR naturalLanguage attributes-natural-language en
ATTR uri printer-uri $uri
{more}
STATUS successful-ok
}}
'''


def program(name):
    """Its path; daemons are where people's shells do not look."""
    return shutil.which(name, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')


def missing(*programs):
    return [name for name in dict.fromkeys(programs) if not program(name)]


def tool(uri, *words, text=None):
    """Runs ipptool. Returns its tests as dictionaries."""
    if text:
        # It does not read standard input by the name -.
        words = (*words, '/dev/stdin')
    done = subprocess.run(['ipptool', '-X', '-I', '-T', '10', *words[:-1], uri, words[-1]], input=text, text=True,
                          capture_output=True, timeout=60)
    try:
        # With -I a sum for people follows.
        return plistlib.loads(done.stdout.partition('</plist>')[0].encode() + b'</plist>')['Tests']
    except (ExpatError, plistlib.InvalidFileException, KeyError, ValueError) as error:
        raise zone.Trouble(f'ipptool {uri}: {error} {done.stderr.strip()} {done.stdout[:300]}') from None


def one(uri, operation, more):
    """The last group of the answer to one question."""
    test = tool(uri, '-V', '2.0', text=ASK.format(operation=operation, more=more))[0]
    if not test['Successful']:
        raise zone.Trouble(f'{operation} {uri}: {test.get("StatusCode")} {test.get("Errors")}')
    return {name: STATES[name].get(value, value) if name in STATES else value
            for name, value in test['ResponseAttributes'][-1].items()}


def look(uri):
    return one(uri, 'Get-Printer-Attributes', 'ATTR keyword requested-attributes all')


def print_job(uri, path):
    """Gives it a document. Returns the device's own number of the job."""
    return one(uri, 'Print-Job', f'ATTR mimeMediaType document-format application/pdf\nFILE {path}')['job-id']


def job(uri, number):
    return one(uri, 'Get-Job-Attributes', f'ATTR integer job-id {number}')


def jobs(uri, which):
    """Up to 200 jobs of a device, completed or not-completed."""
    more = f'ATTR keyword which-jobs {which}\nATTR integer limit 200\nATTR keyword requested-attributes all'
    test = tool(uri, '-V', '2.0', text=ASK.format(operation='Get-Jobs', more=more))[0]
    if not test['Successful']:
        raise zone.Trouble(f'Get-Jobs {uri}: {test.get("StatusCode")} {test.get("Errors")}')
    return [group for group in test['ResponseAttributes'] if 'job-id' in group]


def listed(value):
    """Several values are a list, one is not."""
    return value if isinstance(value, list) else [value]


def keyed(text):
    """A value of printer-supply or printer-input-tray (PWG 5100.13): `key=value;…`."""
    if isinstance(text, bytes):
        text = text.decode()
    return dict(re.findall(r'(\w+)=([^;]*);?', text))
