"""Gathers what is tested into one folder for the guest: programs, libraries it lacks, data, the test's own tools."""
import glob
import os
import re
import shutil
import subprocess

PROGRAMS = ('zone-agent', 'zonectl', 'zone-hub')
TOOLS = ('panel.py', 'gadget.py', 'chip.py', 'lp.py', 'kiosk.py', 'asker.py', 'attempt.py', 'hidreport.py', 'uhidpanel.py',
         'evnode.py', 'panels.py', 'peek.py', 'desktop.py', 'touchbench.py', 'touchagent.py', 'touchears.py', 'touchlatency.py',
         'touchturns.py')
DATA = ('hid-touch-panels.json',)
HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))


class Incomplete(Exception):
    """The programs to be tested are not all there."""


def strip(source, target):
    """A debug build is mostly symbols that nobody reads in the guest. What cannot be stripped is copied."""
    if not shutil.which('strip') or subprocess.run(['strip', '-o', target, source], capture_output=True).returncode:
        shutil.copyfile(source, target)
    os.chmod(target, 0o755)


def needed(program):
    """{name: path} of every shared library a program loads; nothing for a script or a static program."""
    listing = subprocess.run(['ldd', program], capture_output=True, text=True).stdout
    lost = re.findall(r'^\s*(\S+) => not found', listing, re.M)
    if lost:
        raise Incomplete(f'{program} needs {", ".join(lost)}, which this host does not have')
    return dict(re.findall(r'^\s*(\S+) => (/\S+)', listing, re.M))


def add_libraries(program, share, present):
    for library, path in needed(program).items():
        target = os.path.join(share, 'lib', library)
        if library not in present and not os.path.exists(target):
            shutil.copyfile(path, target)


def add(programs, share, present):
    """Programs of this host for the guest's /opt/test, with what they load."""
    for program in programs:
        add_libraries(program, share, present)
        shutil.copy(program, os.path.join(share, 'test', os.path.basename(program)))


def gather(folder, share, present):
    """Fills `share` from the build folder; `present` are the libraries that the guest has by itself."""
    for name in ('bin', 'lib', 'test'):
        os.makedirs(os.path.join(share, name))
    for name in PROGRAMS:
        source = os.path.join(folder, name)
        if not os.path.isfile(source):
            raise Incomplete(f'{source} is not there: build it first')
        add_libraries(source, share, present)
        strip(source, os.path.join(share, 'bin', name))
    for bundle in glob.glob(os.path.join(folder, '*.resources')):       # SwiftPM looks for them beside the program
        shutil.copytree(bundle, os.path.join(share, 'bin', os.path.basename(bundle)))
    for folder in ('hw-profiles', 'systemd', 'udev', 'packaging/sysusers.d', 'packaging/modprobe.d',
                   'packaging/calendars', 'packaging/policy'):
        shutil.copytree(os.path.join(REPOSITORY, folder), os.path.join(share, os.path.basename(folder)))
    shutil.copy(os.path.join(REPOSITORY, 'packaging', 'enrol'), os.path.join(share, 'test', 'enrol'))
    for tool in TOOLS:
        shutil.copy(os.path.join(HERE, 'guest', tool), os.path.join(share, 'test', tool))
    for name in DATA:
        shutil.copy(os.path.join(HERE, 'data', name), os.path.join(share, 'test', name))
