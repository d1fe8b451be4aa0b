#!/usr/bin/env python3
"""Measures the agent at a panel of the test machine, beside libinput debug-events and evtest: one JSON object.

  touch_bench.py --bin DIR [--seconds N] [--rounds N]

Exit code: 0 measured, 1 something failed, 3 machines cannot be run here, or a peer is not installed.
"""
import argparse
import json
import os
import shutil
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
# Behind its own: what all tests share of time.
sys.path[:] = [HERE, *sys.path, os.path.join(os.path.dirname(HERE), 'Chaos')]

import calm                                                     # noqa: E402
import image                                                    # noqa: E402
import payload                                                  # noqa: E402
from machine import Machine, obey_signals                       # noqa: E402
from steps import Failure, MachineGone, Unavailable, say, step  # noqa: E402
from zone import Zone                                           # noqa: E402

PEERS = ['/usr/libexec/libinput/libinput-debug-events', '/usr/bin/evtest']
QUIRKS = '/usr/share/libinput'          # without them libinput opens no device


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bin', required=True, metavar='DIR', help='folder with zone-agent, zonectl and zone-hub')
    parser.add_argument('--seconds', type=int, default=30, help='ten fingers, and idle before')
    parser.add_argument('--rounds', type=int, default=5, help='turns of each for latency')
    return parser.parse_args()


class Stolen(threading.Thread):
    """Keeps in a file what the hypervisor took from this host: the emulated PC cannot know."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.over = path, threading.Event()

    def __enter__(self):
        self.write()
        self.start()

    def __exit__(self, *_):
        self.over.set()
        self.join()

    def run(self):
        while not self.over.wait(0.05):
            self.write()

    def write(self):
        with open(self.path + '.new', 'w') as file:
            file.write(f'{calm.stolen():.2f}')
        os.replace(self.path + '.new', self.path)


def measure(options, place, share):
    with open(os.path.join(place, 'image.json')) as file:
        present = set(json.load(file)['libraries'])
    payload.gather(options.bin, share, present)
    payload.add(PEERS, share, present)
    shutil.copytree(QUIRKS, os.path.join(share, 'quirks'))
    with Stolen(os.path.join(share, 'stolen')), Machine(place, share) as machine:
        zone = Zone(machine)
        with step('install'):
            zone.install()
            machine.check(f'cp -a /mnt/share/quirks {QUIRKS}')
            zone.start('zone-agent')
        with step('measure'):
            result = machine.sh(f'cd /opt/test && python3 touchbench.py {options.seconds} {options.rounds}', 3600)
        if result.code:
            raise Failure(f'{result.out[-2000:]}{result.err[-2000:]}\n{zone.journal()[-3000:]}')
        versions = machine.check('uname -r').strip()
        return dict(json.loads(result.out.splitlines()[-1]), kernel=versions)


def main():
    options = arguments()
    obey_signals()
    share = tempfile.mkdtemp(prefix='zone-share-')
    try:
        missing = [path for path in PEERS if not os.path.exists(path)]
        if missing:
            raise Unavailable('missing here: apt-get install --no-install-recommends libinput-tools evtest')
        print(json.dumps(measure(options, image.folder(), share)))
    except Unavailable as reason:
        say(reason)
        return 3
    except (Failure, MachineGone, payload.Incomplete) as error:
        say(error)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(share, ignore_errors=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
