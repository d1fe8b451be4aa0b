#!/usr/bin/python3
"""udisks2 as it would answer on a PC, on a bus of the test's own (DBUS_SYSTEM_BUS_ADDRESS); or an answer that nobody expects.

Usage: fakeudisks.py fine|failing|nvme|types|huge|silent; prints `ready` when it has its name. Needs python3-dbus, python3-gi.
"""
import os
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME, PATH = 'org.freedesktop.UDisks2', '/org/freedesktop/UDisks2'
DRIVE, ATA, NVME, BLOCK = (f'{NAME}.{part}' for part in ('Drive', 'Drive.Ata', 'NVMe.Controller', 'Block'))


def drive(model, removable=False, bus=''):
    return {'Model': model, 'Removable': dbus.Boolean(removable), 'ConnectionBus': bus, 'Size': dbus.UInt64(1 << 40)}


def ata(failing=False, sectors=0, kelvin=310.5, updated=1700000000):
    return {'SmartSupported': dbus.Boolean(True), 'SmartFailing': dbus.Boolean(failing), 'SmartTemperature': kelvin,
            'SmartNumBadSectors': dbus.Int64(sectors), 'SmartNumAttributesFailing': dbus.Int32(1 if failing else 0),
            'SmartUpdated': dbus.UInt64(updated)}


def nvme(*warnings):
    return {'SmartCriticalWarning': dbus.Array(warnings, signature='s'), 'SmartTemperature': dbus.UInt16(320),
            'SmartUpdated': dbus.UInt64(1700000000)}


def block(path, of):
    return {'Device': dbus.ByteArray(path.encode() + b'\0'), 'Drive': dbus.ObjectPath(f'{PATH}/drives/{of}')}


def objects(manner):
    inner = {DRIVE: drive('Inner'), ATA: ata(manner == 'failing', 12 if manner == 'failing' else 0)}
    stick = {DRIVE: drive('Stick', True, 'usb'), ATA: ata(True, 999)}
    found = {f'{PATH}/drives/Inner': inner, f'{PATH}/drives/Stick': stick,
             f'{PATH}/block_devices/sdb1': {BLOCK: block('/dev/sdb1', 'Stick')}}
    if manner == 'nvme':
        found[f'{PATH}/drives/Chip'] = {DRIVE: drive('Chip'), NVME: nvme('spare', 'readonly')}
    if manner == 'types':
        found = {f'{PATH}/drives/Odd': {DRIVE: {'Model': dbus.Int32(7), 'Removable': 'no'},
                                         ATA: {'SmartFailing': 'perhaps', 'SmartUpdated': dbus.Boolean(True)}},
                 f'{PATH}/drives/Bare': {DRIVE: drive('Ba\x1b[31mre\u202e'), ATA: {'SmartFailing': dbus.Double(1.0)}},
                 f'{PATH}/block_devices/x': {BLOCK: {'Device': 'text', 'Drive': dbus.Boolean(True)}}}
    if manner == 'huge':
        found = {f'{PATH}/drives/d{number}': {DRIVE: drive('x' * 40), ATA: ata()} for number in range(6000)}
    return dbus.Dictionary({dbus.ObjectPath(path): dbus.Dictionary(
        {name: dbus.Dictionary(members, signature='sv') for name, members in interfaces.items()}, signature='sa{sv}')
        for path, interfaces in found.items()}, signature='oa{sa{sv}}')


class Fake(dbus.service.Object):
    @dbus.service.method('org.freedesktop.DBus.ObjectManager', out_signature='a{oa{sa{sv}}}',
                         async_callbacks=('answer', 'refuse'))
    def GetManagedObjects(self, answer, refuse):
        if sys.argv[1] != 'silent':
            answer(objects(sys.argv[1]))


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(os.environ['DBUS_SYSTEM_BUS_ADDRESS'])
name = dbus.service.BusName(NAME, bus)
fake = Fake(bus, PATH)
print('ready', flush=True)
GLib.MainLoop().run()
