"""A folder whose durable copy is kept by powercut.c, and the moment at which the power goes."""
import os
import shutil
import subprocess
import uuid

import tally

HERE = os.path.dirname(os.path.abspath(__file__))
BLOCK = 4096
SECTOR = 512


def build(folder):
    """Compiles the library. Returns its path."""
    library = folder + '/powercut.so'
    argv = [tally.compiler(), '-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library,
            HERE + '/powercut.c', '-ldl', '-lpthread']
    subprocess.run(argv, check=True, timeout=120)
    return library


class Disk:
    """`live` is where a program works; `durable` is what a power cut would leave."""

    def __init__(self, library, live, durable):
        self.library, self.live, self.durable = library, live, durable
        os.makedirs(live, exist_ok=True)
        self.settle()
        self.boot()

    def boot(self):
        """After a power cut the kernel has another boot_id."""
        with open(self.durable + '.boot', 'w') as file:
            file.write(f'{uuid.uuid4()}\n')

    def settle(self):
        """Everything that is there is on the disk."""
        shutil.rmtree(self.durable, ignore_errors=True)
        shutil.copytree(self.live, self.durable)

    def environment(self, lie=0):
        """For the program. `lie` N: every Nth sync does nothing."""
        return {'LD_PRELOAD': self.library, 'POWERCUT_LIVE': self.live, 'POWERCUT_DURABLE': self.durable,
                'POWERCUT_LIE': str(lie), 'POWERCUT_BOOT': self.durable + '.boot'}

    def cut(self, torn=None):
        """The program is dead: what was durable becomes what is there. Returns how many unsynced blocks stayed.

        `torn`, a random generator: some of what had been written and not synced did reach the disk, in any order, and
        single blocks only in part.
        """
        kept = sum(self.tear(name, torn) for name in os.listdir(self.durable)) if torn else 0
        shutil.rmtree(self.live)
        os.rename(self.durable, self.live)
        self.settle()
        self.boot()
        return kept

    def tear(self, name, random):
        """Only of SQLite's own files: whatever is replaced by rename has the name of another file before."""
        live, durable = f'{self.live}/{name}', f'{self.durable}/{name}'
        if not name.endswith(('.db', '.db-wal')) or not os.path.exists(live):
            return 0
        kept = 0
        with open(live, 'rb') as written, open(durable, 'r+b') as synced:
            at = 0
            while block := written.read(BLOCK):
                synced.seek(at)
                if synced.read(len(block)) != block and random.random() < 0.5:
                    whole = random.random() < 0.7
                    synced.seek(at)
                    synced.write(block if whole else block[:SECTOR * random.randrange(1, BLOCK // SECTOR)])
                    kept += 1
                at += len(block)
        return kept
