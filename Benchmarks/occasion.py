"""When and where something was measured, and how quiet it was there."""
import time

import host


class Occasion:
    def __init__(self, command, kind):
        self.command, self.kind = command, kind
        self.date, self.load, self.steal = time.strftime('%Y-%m-%d %H:%M %z'), host.load(), host.steal()
        self.begin = time.monotonic()

    def facts(self):
        """[(what, value)], at the end."""
        return [('command', f'`{self.command}`'), ('date', self.date), ('build', self.kind), *host.describe(),
                ('load average', f'{self.load} before, {host.load()} after; taken by the hypervisor: '
                                 f'{host.steal() - self.steal:.1f} s in {time.monotonic() - self.begin:.0f} s')]
