"""What it costs to watch ten printers: processor time of the agent and its worker over two minutes."""
import time

import proc
from printing_zone import PRINTERS, Printers, ask, devices, profile
from progress import say
from workplace import Failure
from zone import Zone

SETTLE, COUNTED = 20, 120       # seconds
INTERVALS = ('none', '30s', '2s')


def measure(folder):
    """{interval: (seconds of processor time, seconds, looks)}"""
    found = {}
    with Printers(folder) as printers:
        for interval in INTERVALS:
            found[interval] = watch(folder, printers, interval)
            say(f'watching {PRINTERS} printers each {interval}: {found[interval][0]:.2f} s of {COUNTED} s')
    return found


def watch(folder, printers, interval):
    def more(zone):
        if interval == 'none':
            return ''
        profile(zone.root, interval)
        return devices(printers)
    with Zone(folder, more) as zone:
        time.sleep(SETTLE)
        expect(zone, 0 if interval == 'none' else PRINTERS)
        before, began = proc.family_seconds(zone.agent.pid), time.monotonic()
        time.sleep(COUNTED)
        used, took = proc.family_seconds(zone.agent.pid) - before, time.monotonic() - began
    return used, took


def expect(zone, count):
    told = ask(zone.kiosk, 'GET', '/v1/devices')[1]['devices']
    up = [device for device in told if device['kind'] == 'printer' and device['link'] == 'up']
    if len(up) != count:
        raise Failure(f'{len(up)} of {count} printers are up')
