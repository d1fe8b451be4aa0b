"""A tiny test framework: steps told in order on one machine, one line each, one line for the sum."""
import time
import traceback
from dataclasses import dataclass

from steps import Failure, MachineGone


@dataclass
class Step:
    title: str
    action: object
    needs: tuple


class Story:
    """Steps in the order they are written. A step whose `needs` failed is skipped: it would only wait in vain."""

    def __init__(self):
        self.steps = []
        self.late = []
        self.counts = {'passed': 0, 'failed': 0, 'skipped': 0}

    def step(self, title, *needs):
        def keep(action):
            self.steps.append(Step(title, action, needs))
            return action
        return keep

    def tell(self, world, explain, seconds=None):
        """Runs every step against `world`; `explain(world)` gives the evidence printed after a failure.

        After `seconds` no step is begun any more: those left over are `late`, and skipped.
        """
        good, gone, start = set(), False, time.monotonic()
        for number, step in enumerate(self.steps):
            if seconds is not None and time.monotonic() - start > seconds:
                self.late = self.steps[number:]
                self.counts['skipped'] += len(self.late)
                break
            missing = [need for need in step.needs if need not in good]
            if gone or missing:
                why = 'the machine is gone' if gone else f'needs: {self.title(missing[0])}'
                self.line('skipped', step.title, 0, f'({why}) [{step.action.__module__}]')
                continue
            began = time.monotonic()
            try:
                step.action(world)
            except Exception as error:
                gone = isinstance(error, MachineGone)
                self.line('failed', step.title, time.monotonic() - began, f'[{step.action.__module__}]')
                print(evidence(error, world, None if gone else explain), flush=True)
            else:
                good.add(step.action)
                self.line('passed', step.title, time.monotonic() - began)

    def only(self, module):
        """Keeps the steps of one file, and what they need of others."""
        wanted = {step.action for step in self.steps if step.action.__module__ == module}
        for step in reversed(self.steps):           # what is needed stands before
            if step.action in wanted:
                wanted.update(step.needs)
        self.steps = [step for step in self.steps if step.action in wanted]

    def title(self, action):
        return next(step.title for step in self.steps if step.action is action)

    def line(self, outcome, title, seconds, why=''):
        self.counts[outcome] += 1
        print(f'{outcome:7} {seconds:6.1f} s  {title}' + (f'  {why}' if why else ''), flush=True)

    def skip(self, why):
        """Nothing can be told here: every step counts as skipped."""
        print(f'skipped: {why}')
        self.counts['skipped'] += len(self.steps)

    def sum(self):
        """The last line of a run, for people and for CI."""
        if self.late:
            print(f'not begun: {len(self.late)} steps from "{self.late[0].title}" on, the time for all is over')
        print(', '.join(f'{count} {outcome}' for outcome, count in self.counts.items()), flush=True)


def evidence(error, world, explain):
    """The failure and what surrounds it; trouble while asking for it must not hide the failure itself."""
    text = str(error) if isinstance(error, (Failure, MachineGone)) else traceback.format_exc()
    if explain:
        try:
            text += '\n' + explain(world)
        except Exception as trouble:
            text += f'\n(no more evidence: {trouble})'
    return '\n'.join('    ' + line for line in text.splitlines())
