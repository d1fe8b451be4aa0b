"""What every chaos script shares at its ends: arguments, one line per check, one line for the sum."""
import argparse
import os
import shutil
import signal
import sys
import traceback

import zone


class Skip(Exception):
    """This host lacks what the test needs; the text says what."""


class Tally:
    def __init__(self):
        self.counts = {'passed': 0, 'failed': 0, 'skipped': 0}

    def line(self, outcome, title, why=''):
        self.counts[outcome] += 1
        print(f'{outcome:7} {title}', flush=True)
        for row in str(why).splitlines()[:40]:
            print('    ' + row, flush=True)

    def check(self, title, complaints):
        """Passed when there is nothing to complain about."""
        more = [f'… and {len(complaints) - 12} more'] if len(complaints) > 12 else []
        self.line('failed' if complaints else 'passed', title, '\n'.join(complaints[:12] + more))

    def skip(self, title, why):
        self.line('skipped', title, why)

    def end(self):
        """The sum, for people and for programs that add up. Returns the exit code."""
        print(', '.join(f'{count} {outcome}' for outcome, count in self.counts.items()), flush=True)
        return 1 if self.counts['failed'] else 0


def arguments(text, rounds=None):
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bin', default=zone.REPOSITORY + '/.build/debug', metavar='DIR',
                        help='folder with zone-agent (default: .build/debug)')
    if rounds:
        parser.add_argument('--rounds', type=int, default=rounds, help=f'default: {rounds}')
        parser.add_argument('--seed', type=int, default=1, help='the random moments; default: 1')
    found = parser.parse_args()
    if not os.access(found.bin + '/zone-agent', os.X_OK):
        print(f'{found.bin}/zone-agent is not built: make build', file=sys.stderr)
        sys.exit(2)
    return found


def compiler():
    found = shutil.which('cc') or shutil.which('gcc') or shutil.which('clang')
    if not found:
        raise Skip('no C compiler (packaging/install-dependencies chaos)')
    return found


def run(story, options):
    """Tells the story; whatever ends it, the sum is the last line and no child stays behind."""
    # SIGTERM unwinds like Ctrl-C, so that `with Zone` ends its programs.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    tally = Tally()
    try:
        story(options, tally)
    except Skip as why:
        tally.skip('everything else', why)
    except zone.Trouble as error:
        tally.line('failed', 'the test could go on', error)
    except Exception:
        tally.line('failed', 'the test could go on', traceback.format_exc())
    sys.exit(tally.end())
