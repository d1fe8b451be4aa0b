"""Touch: the agent at a panel of an emulated PC, beside libinput debug-events and evtest at the same device."""
import json
import os
import subprocess
import sys

import touch_report
from progress import say
from workplace import Failure
from zone import REPOSITORY

PROGRAM = os.path.join(REPOSITORY, 'Tests/Machine/touch_bench.py')
NO_MACHINE = 3


def measure(options, folder, occasion):
    """{file's name: content}; nothing where machines cannot be run."""
    # A process of its own: the machine's modules have names of their own.
    found = subprocess.run([sys.executable, PROGRAM, '--bin', folder, '--seconds', str(options.touch_seconds)],
                           stdout=subprocess.PIPE)
    if found.returncode == NO_MACHINE:
        say('touch is left out: no machine can be run here')
        return {}
    if found.returncode:
        raise Failure('the machine could not be measured')
    result = json.loads(found.stdout)
    facts = [*occasion.facts(), ('kernel', result['kernel'])]
    return {'figures-touch.md': touch_report.whole(facts, occasion.kind, result)}
