"""Where the memory is: each mapping of a process, with a name a reader understands."""
import dataclasses
import os
import re

import proc

HEADER = re.compile(r'([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)')
ARENA = 64 << 20                # glibc aligns every arena but the first to this


@dataclasses.dataclass
class Mapping:
    start: int
    end: int
    rights: str
    path: str
    name: str = ''
    anonymous: int = 0          # KiB
    rss: int = 0                # KiB


def look(pid):
    """All mappings in the order of their addresses, named."""
    found = []
    for line in proc.read(f'/proc/{pid}/smaps').splitlines():
        if header := HEADER.fullmatch(line):
            start, end, rights, path = header.groups()
            found.append(Mapping(int(start, 16), int(end, 16), rights, path))
        elif line.startswith('Rss:'):
            found[-1].rss = int(line.split()[1])
        elif line.startswith('Anonymous:'):
            found[-1].anonymous = int(line.split()[1])
    pointers = proc.stack_pointers(pid)
    for before, mapping in zip([None, *found], found):
        mapping.name = name(mapping, before, pointers)
    return found


def name(mapping, before, pointers):
    if mapping.path:
        return mapping.path if mapping.path.startswith('[') else os.path.basename(mapping.path)
    for pointer, thread in pointers.items():
        if mapping.start <= pointer < mapping.end:
            return f'stack of thread {thread}'
    if mapping.start % ARENA == 0:
        return 'malloc arena'
    if before and before.end == mapping.start and before.path.startswith('/'):
        return f'{os.path.basename(before.path)} (zeroed data)'
    return 'unnamed'


def largest(then, now, count):
    """[(mapping, KiB of anonymous memory gained since `then`)], most anonymous memory first."""
    earlier = {mapping.start: mapping.anonymous for mapping in then}
    ordered = sorted(now, key=lambda mapping: -mapping.anonymous)[:count]
    return [(mapping, mapping.anonymous - earlier.get(mapping.start, 0)) for mapping in ordered]
