"""The programs under test: where they are, how they were built, how large they are."""
import os
import shutil
import subprocess
import tempfile

from progress import say

NAMES = ('zone-agent', 'zone-hub', 'zonectl')
NEEDED = NAMES[:2]
BUILD = ['swift', 'build', '-c', 'release', '--static-swift-stdlib', '--scratch-path', '.build-release']


class NotBuilt(Exception):
    pass


def find(repository, folder, may_build):
    """The folder with the programs; builds the default one when it is missing."""
    chosen = folder or os.path.join(repository, '.build-release/release')
    missing = [name for name in NEEDED if not os.access(os.path.join(chosen, name), os.X_OK)]
    if missing and folder is None and may_build:
        say(f'building: {" ".join(BUILD)}')
        if subprocess.run(BUILD, cwd=repository, stdout=2).returncode:
            raise NotBuilt('swift build failed')
    elif missing:
        raise NotBuilt(f'not built: {", ".join(missing)}')
    return os.path.realpath(chosen)


def kind(folder):
    """`release` or `debug`, by SwiftPM's folder names; and whether Swift's runtime is in the program."""
    known = [part for part in folder.split('/') if part in ('debug', 'release')]
    return f'{known[-1] if known else "unknown"}, Swift runtime {runtime(os.path.join(folder, "zone-agent"))}'


def runtime(program):
    try:
        dynamic = subprocess.run(['readelf', '-d', program], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 'unknown (no readelf)'
    return 'in shared libraries' if 'libswiftCore.so' in dynamic else 'linked statically'


def sizes(folder):
    """[(name, bytes, bytes when stripped or None)]."""
    found = []
    with tempfile.TemporaryDirectory() as copies:
        for name in NAMES:
            path = os.path.join(folder, name)
            if os.path.exists(path):
                found.append((name, os.path.getsize(path), stripped(path, os.path.join(copies, name))))
    return found


def stripped(path, copy):
    if not shutil.which('strip') or subprocess.run(['strip', '-o', copy, path], capture_output=True).returncode:
        return None
    return os.path.getsize(copy)
