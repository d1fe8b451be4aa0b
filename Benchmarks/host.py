"""The machine the figures come from."""
import os
import re
import statistics
import tempfile
import time

from proc import read


def first(pattern, path, otherwise='unknown'):
    try:
        found = re.search(pattern, read(path), re.MULTILINE)
    except OSError:
        return otherwise
    return found[1].strip() if found else otherwise


def describe():
    """[(what, value)]."""
    memory = first(r'^MemTotal:\s+(\d+)', '/proc/meminfo', '0')
    rows = [
        ('CPU', first(r'^model name\s*:\s*(.*)', '/proc/cpuinfo')),
        ('cores', str(len(os.sched_getaffinity(0)))),
        ('memory', f'{int(memory) / (1 << 20):.1f} GiB'),
        ('kernel', f'{os.uname().sysname} {os.uname().release} {os.uname().machine}'),
        ('system', first(r'^PRETTY_NAME="?([^"\n]*)', '/etc/os-release')),
    ]
    if reclaims():
        rows.append(('note', 'this kernel watches for pages that are not touched (DAMON) and may take them back: '
                             'RSS can sink by itself'))
    return rows


def reclaims():
    return any(first('(kdamond)', f'/proc/{name}/comm', '') for name in os.listdir('/proc') if name.isdigit())


def load():
    return ', '.join(f'{value:.2f}' for value in os.getloadavg())


def steal():
    """Seconds, over all cores, in which the hypervisor ran somebody else."""
    return int(read('/proc/stat').split('\n')[0].split()[8]) / os.sysconf('SC_CLK_TCK')


def flush_ms(folder):
    """To append 4 KiB and have it on the disk: what every durable answer waits for at least once."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        times = []
        for _ in range(200):
            begin = time.monotonic()
            os.write(file.fileno(), bytes(4096))
            os.fdatasync(file.fileno())
            times.append(time.monotonic() - begin)
    return statistics.median(times) * 1000
