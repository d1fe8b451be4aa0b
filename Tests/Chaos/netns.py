"""Network namespaces of a test's own: the hub's side, and a PC at the end of each cable. Nothing leaves."""
import ctypes
import os
import subprocess

import tally

CLONE_NEWNET = 0x40000000
# A card that is at no end of any cable: what is sent to it vanishes without a word.
NOWHERE = '02:00:00:00:00:99'
# The PC asks its own name server and nobody else, whatever this machine does; it believes an authority of its own if it
# has one; /sys shows the namespace's interfaces.
SETTLE = '''set -e
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf
if [ -e "$1/ca.pem" ]; then mount --bind "$1/ca.pem" /etc/ssl/certs/ca-certificates.crt; fi
mount -t sysfs sysfs /sys 2>/dev/null || true
ip link set lo up
echo ready
exec cat
'''


def ip(*words, inside=()):
    done = subprocess.run([*inside, 'ip', *words], capture_output=True, text=True, timeout=20)
    if done.returncode != 0:
        raise tally.Skip(f'ip {" ".join(words)}: {done.stderr.strip()}')


def move_away():
    """This process, and what it starts from now on, leaves the machine's network. Before the first thread."""
    if os.geteuid() != 0:
        raise tally.Skip('only root can make network namespaces')
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(CLONE_NEWNET) != 0:
        raise tally.Skip(f'no network namespace here: {os.strerror(ctypes.get_errno())}')
    try:
        ip('link', 'set', 'lo', 'up')
    except FileNotFoundError:
        raise tally.Skip('no ip command (packaging/install-dependencies chaos)') from None


class Room:
    """The network of one PC. Its only cable ends at `near`, which is also its gateway and its name server."""

    def __init__(self, number, folder):
        self.cable = f'cable{number}'
        self.near, self.far, self.second = self.addresses(number)
        for name, text in (('resolv.conf', f'nameserver {self.near}\n'), ('nsswitch.conf', 'hosts: files dns\n')):
            with open(f'{folder}/{name}', 'w', encoding='utf-8') as file:
                file.write(text)
        # It ends with whoever holds its input.
        self.holder = subprocess.Popen(['unshare', '--net', '--mount', '--', 'sh', '-c', SETTLE, 'sh', folder],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != 'ready\n':
            raise tally.Skip(f'no namespace of its own for a PC: {self.holder.stderr.read().strip()}')
        self.inside = ['nsenter', f'--target={self.holder.pid}', '--net', '--mount', '--']
        try:
            self.plug_in()
        except BaseException:
            self.close()
            raise

    def addresses(self, number):
        """The near end's, the far end's, and room for one more at the near end."""
        return f'10.77.{number}.1', f'10.77.{number}.2', f'10.77.{number}.3'

    def plug_in(self):
        ip('link', 'add', self.cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', str(self.holder.pid))
        ip('addr', 'add', self.near + '/24', 'dev', self.cable)
        ip('link', 'set', self.cable, 'up')
        ip('addr', 'add', self.far + '/24', 'dev', 'eth0', inside=self.inside)
        ip('link', 'set', 'eth0', 'up', inside=self.inside)
        ip('route', 'add', 'default', 'via', self.near, inside=self.inside)
        # Small buffers: what the far end got rid of is what the agent read, and a little.
        subprocess.run(self.inside + ['sh', '-c', 'echo 4096 65536 131072 >/proc/sys/net/ipv4/tcp_rmem'],
                       capture_output=True, timeout=20, check=False)

    def swallow(self, from_pc=True, to_pc=True):
        """Packets vanish from now on; both ends still see their cable."""
        if from_pc:
            ip('neigh', 'replace', self.near, 'lladdr', NOWHERE, 'dev', 'eth0', 'nud', 'permanent', inside=self.inside)
        if to_pc:
            ip('neigh', 'replace', self.far, 'lladdr', NOWHERE, 'dev', self.cable, 'nud', 'permanent')

    def heal(self):
        for address, card, inside in ((self.near, 'eth0', self.inside), (self.far, self.cable, [])):
            subprocess.run([*inside, 'ip', 'neigh', 'del', address, 'dev', card],
                           capture_output=True, timeout=20, check=False)

    def servers(self):
        """(where a name server listens, what the PC calls it); two of them."""
        ip('addr', 'add', self.second + '/24', 'dev', self.cable)
        return (self.near, self.near), (self.second, self.second)

    def close(self):
        self.holder.stdin.close()
        try:
            self.holder.wait(10)
        except subprocess.TimeoutExpired:
            self.holder.kill()
            self.holder.wait()


class SixRoom(Room):
    """One without IPv4. Its router has, as routers of IPv6 do, an address that is good on its cable only."""

    ROUTER = 'fe80::1'

    def addresses(self, number):
        return f'fd77:{number}::1', f'fd77:{number}::2', f'fd77:{number}::3'

    def plug_in(self):
        ip('link', 'add', self.cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', str(self.holder.pid))
        ip('link', 'set', self.cable, 'up')
        self.near_side('add')
        ip('link', 'set', 'eth0', 'up', inside=self.inside)
        self.far_side('add')
        ip('-6', 'route', 'add', 'default', 'via', self.ROUTER, 'dev', 'eth0', inside=self.inside)

    def near_side(self, act):
        """Everything at the near end is added, or deleted."""
        for address in (self.ROUTER, self.near, self.second):
            ip('-6', 'addr', act, address + '/64', 'dev', self.cable, *(['nodad'] if act == 'add' else []))

    def far_side(self, act):
        """The same of the PC's own address."""
        ip('-6', 'addr', act, self.far + '/64', 'dev', 'eth0', *(['nodad'] if act == 'add' else []), inside=self.inside)

    def servers(self):
        return (f'{self.ROUTER}%{self.cable}', f'{self.ROUTER}%eth0'), (self.second, self.second)
