"""The guest's root file system: packages by mmdebstrap, the settings, an ext4 image without loop devices."""
import os
import re
import shlex

import recipe
from steps import Unavailable, call

APT_DIR = '/etc/apt'
# The kernel is downloaded, not installed: its scripts would build an initramfs under no control of ours.
FETCH = ('cd {debs} && export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" && apt-get -q download busybox-static '
         '"$(apt-cache depends linux-image-amd64 | sed -n "s/^ *Depends: //p" | grep ^linux-image- | head -n 1)"')


def from_deb822(text):
    """One-line entries from a *.sources file."""
    lines = []
    for stanza in re.split(r'\n\s*\n', text):
        fields = {}
        for line in stanza.splitlines():
            if ':' in line and not line.startswith(('#', ' ')):
                key, value = line.split(':', 1)
                fields[key.strip().lower()] = value.split()
        if 'deb' not in fields.get('types', []) or fields.get('enabled') == ['no']:
            continue
        options = f'[signed-by={fields["signed-by"][0]}] ' if fields.get('signed-by') else ''
        lines += [f'deb {options}{uri} {suite} {" ".join(fields.get("components", []))}'
                  for uri in fields.get('uris', []) for suite in fields.get('suites', [])]
    return lines


def host_sources():
    """This host's own Debian sources for the suite: the mirror that works here, and the same versions as the build."""
    folder = os.path.join(APT_DIR, 'sources.list.d')
    files = [os.path.join(APT_DIR, 'sources.list')]
    files += sorted(os.path.join(folder, name) for name in (os.listdir(folder) if os.path.isdir(folder) else []))
    lines = []
    for path in files:
        if os.path.isfile(path) and path.endswith(('.list', '.sources')):
            with open(path, errors='replace') as file:
                text = file.read()
            lines += from_deb822(text) if path.endswith('.sources') else text.splitlines()
    kept = []
    for line in lines:
        match = re.match(r'\s*deb\s+(\[[^]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)', line)
        if match and re.split('[-/]', match[3])[0] == recipe.SUITE and 'main' in match[4].split():
            kept.append(f'deb {match[1] or ""}{match[2]} {match[3]} main\n')
    if not kept:
        raise Unavailable(f"this host's apt has no Debian {recipe.SUITE} source")
    return ''.join(kept)


def bootstrap(work, log):
    """Fills work/root with the packages and work/debs with the kernel and busybox."""
    sources, debs, root = (os.path.join(work, name) for name in ('sources.list', 'debs', 'root'))
    with open(sources, 'w') as file:
        file.write(host_sources())
    os.mkdir(debs)
    argv = ['mmdebstrap', '--mode=root', '--variant=apt', '--skip=cleanup/tmp',
            '--aptopt=APT::Install-Recommends "false"', '--aptopt=Acquire::Retries "3"', '--dpkgopt=force-unsafe-io']
    argv += [f'--dpkgopt=path-exclude=/usr/share/{name}/*' for name in ('man', 'locale', 'doc', 'info')]
    argv += ['--include=' + ','.join(recipe.PACKAGES), '--customize-hook=' + FETCH.format(debs=shlex.quote(debs)),
             recipe.SUITE, root, sources]
    if not call(argv, log, 900, dict(os.environ, LC_ALL='C.UTF-8')):
        raise Unavailable('mmdebstrap failed or did not end within 900 s')


def put(root, path, text, mode=0o644):
    full = root + path
    os.makedirs(os.path.dirname(full), exist_ok=True)
    if os.path.lexists(full):
        os.unlink(full)
    with open(full, 'w') as file:
        file.write(text)
    os.chmod(full, mode)


def link(root, path, target):
    full = root + path
    os.makedirs(os.path.dirname(full), exist_ok=True)
    if os.path.lexists(full):
        os.unlink(full)
    os.symlink(target, full)


def configure(root):
    """Settings, the command channel, and nothing that starts by itself at an unforeseen time."""
    for path, text in recipe.GUEST_FILES.items():
        put(root, path, text)
    with open(os.path.join(os.path.dirname(__file__), 'guest', 'channel.py')) as file:
        put(root, '/usr/local/sbin/machine-channel', file.read(), 0o755)
    units = '/etc/systemd/system'
    link(root, f'{units}/multi-user.target.wants/machine-channel.service', '../machine-channel.service')
    link(root, f'{units}/default.target', '/lib/systemd/system/multi-user.target')
    for unit in recipe.MASKED_UNITS:
        link(root, f'{units}/{unit}', '/dev/null')
    os.makedirs(root + '/mnt/share', exist_ok=True)


def libraries(root):
    """Names of the shared libraries the guest has; a program under test brings along all others."""
    names = set()
    for folder in ('/usr/lib', '/usr/lib/x86_64-linux-gnu', '/lib64', '/usr/lib64'):
        if os.path.isdir(root + folder):
            names.update(name for name in os.listdir(root + folder) if '.so' in name)
    return sorted(names)


def pack(root, image, log):
    with open(image, 'wb') as file:
        file.truncate(recipe.DISK_BYTES)
    argv = ['mke2fs', '-q', '-t', 'ext4', '-O', '^metadata_csum', '-E', 'lazy_itable_init=1,nodiscard', '-m', '0',
            '-L', 'machine', '-d', root, image]
    if not call(argv, log, 300):
        raise Unavailable('mke2fs could not make the disk image')
