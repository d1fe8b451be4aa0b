#!/usr/bin/python3
"""Another reader of the panel, as a desktop is one. Runs in the guest.

  peek.py NODE FOLDER LINE…      opens NODE, has the panel of FOLDER do each LINE, says how many events came of it
"""
import os
import select
import sys
import time

EVENT = 24


def done(folder):
    with open(folder + '/out') as file:
        return len(file.readlines())


node = os.open(sys.argv[1], os.O_RDONLY | os.O_NONBLOCK)
folder, count = sys.argv[2], 0
for line in sys.argv[3:]:
    before = done(folder)
    with open(folder + '/in', 'w') as fifo:
        fifo.write(line + '\n')
    for _ in range(1200):
        if done(folder) > before:
            break
        time.sleep(0.05)
    else:
        raise SystemExit('the panel does not answer')
# What the kernel had for this reader is there by now: uinput hands events on before write(2) returns.
while select.select([node], [], [], 0.5)[0]:
    count += len(os.read(node, 64 * EVENT)) // EVENT
print(count)
