"""What /proc says about a process: memory, time on the processor, switches, threads, open files, children."""
import os

TICKS = os.sysconf('SC_CLK_TCK')
MEMORY = ('Rss', 'Pss', 'Anonymous', 'Pss_Anon', 'Swap')


def read(path):
    with open(path, encoding='utf-8', errors='replace') as file:
        return file.read()


def memory(pid):
    """KiB from smaps_rollup."""
    found = {}
    for line in read(f'/proc/{pid}/smaps_rollup').splitlines()[1:]:
        name, value = line.split(':')
        found[name] = int(value.split()[0])
    return {name: found.get(name, 0) for name in MEMORY}


def processor_seconds(pid):
    """User and system time of the process with its ended threads; children apart."""
    fields = read(f'/proc/{pid}/stat').rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def family_seconds(pid):
    """The same with its children, those that live and those that have ended."""
    fields = read(f'/proc/{pid}/stat').rsplit(')', 1)[1].split()
    living = 0
    for child, _ in children(pid):
        try:
            living += processor_seconds(child)
        except FileNotFoundError:
            continue
    return sum(map(int, fields[11:15])) / TICKS + living


def threads(pid):
    return [int(name) for name in os.listdir(f'/proc/{pid}/task')]


def open_files(pid):
    return len(os.listdir(f'/proc/{pid}/fd'))


def switches(pid):
    """{thread: (its name, voluntary, involuntary)}: the process's own status counts its first thread only."""
    found = {}
    for thread in threads(pid):
        try:
            lines = dict(line.split(':\t', 1) for line in read(f'/proc/{pid}/task/{thread}/status').splitlines()
                         if ':\t' in line)
        except FileNotFoundError:
            continue
        found[thread] = (lines['Name'], int(lines['voluntary_ctxt_switches']),
                         int(lines['nonvoluntary_ctxt_switches']))
    return found


def children(pid):
    """[(process, the words after its program's name)]."""
    found = []
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            if int(read(f'/proc/{name}/stat').rsplit(')', 1)[1].split()[1]) == pid:
                words = read(f'/proc/{name}/cmdline').rstrip('\0').split('\0')
                found.append((int(name), ' '.join([os.path.basename(words[0]), *words[1:]])))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def stack_pointers(pid):
    """{stack pointer: thread's name} of threads that wait in a system call; empty where that may not be read."""
    found = {}
    for thread in threads(pid):
        try:
            words = read(f'/proc/{pid}/task/{thread}/syscall').split()
            if len(words) >= 3:
                found[int(words[-2], 16)] = read(f'/proc/{pid}/task/{thread}/comm').strip()
        except OSError:
            continue
    return found
