#!/usr/bin/python3
"""USB devices that the kernel itself plays (configfs gadgets on dummy_hcd): real enumeration, real drivers, a real
place on a bus. Runs in the guest.

  gadget.py plug panel       a multitouch screen with a serial number (HID)
  gadget.py plug desk        printer (usblp), serial port (cdc_acm) and a device of reports only (hidraw)
  gadget.py plug keyboard    says it is a boot keyboard; in the desk's place
  gadget.py unplug panel|desk|keyboard
"""
import os
import subprocess
import sys

ROOT = '/sys/kernel/config/usb_gadget'
UDC = {'panel': 'dummy_udc.0', 'desk': 'dummy_udc.1', 'keyboard': 'dummy_udc.1'}
PRODUCT = {'panel': ('0x0055', 'USB Touch Panel'), 'desk': ('0x0066', 'Desk'), 'keyboard': ('0x0077', 'Keyboard')}


# HID 1.11, section 6.2.2; page 0x0d is the digitizer's. One contact: tip, in range, its number, x and y of 0..4095.
FINGER = bytes.fromhex('0922a102' '094215002501750195018102' '09328102' '95068103' '0951257f750895018102'
                       '050126ff0f75109501' '09308102' '09318102' '050dc0')
# Two contacts, how many of them count, and (a feature) how many there can be.
PANEL = bytes.fromhex('050d0904a1018501') + 2 * FINGER + bytes.fromhex('0954257f750895018102' '85020955250ab102c0')
# A vendor's own page: eight bytes each way. Nothing but hidraw takes it.
REPORTS = bytes.fromhex('0600ff0901a101' '150026ff0075089508' '09018102' '09029102' 'c0')


def put(path, value):
    with open(path, 'wb', buffering=0) as file:
        file.write(value if isinstance(value, bytes) else str(value).encode())


def function(gadget, name, **attributes):
    folder = f'{gadget}/functions/{name}'
    os.mkdir(folder)
    for key, value in attributes.items():
        put(f'{folder}/{key}', value)
    os.symlink(folder, f'{gadget}/configs/c.1/{name}')


def plug(what):
    for module, *options in (('libcomposite',), ('dummy_hcd', 'num=2', 'is_high_speed=1')):
        subprocess.run(['modprobe', module, *options], check=True)
    gadget = f'{ROOT}/{what}'
    for folder in ('', '/strings/0x409', '/configs/c.1'):
        os.mkdir(gadget + folder)
    number, name = PRODUCT[what]
    put(f'{gadget}/idVendor', '0x222a')
    put(f'{gadget}/idProduct', number)
    put(f'{gadget}/strings/0x409/manufacturer', 'Zone')
    put(f'{gadget}/strings/0x409/product', name)
    put(f'{gadget}/strings/0x409/serialnumber', f'SN-{what}-1')
    if what == 'panel':
        function(gadget, 'hid.panel', protocol=0, subclass=0, report_length=14, report_desc=PANEL)
    elif what == 'keyboard':
        function(gadget, 'hid.keyboard', protocol=1, subclass=1, report_length=8, report_desc=REPORTS)
    else:
        function(gadget, 'printer.desk', pnp_string='MFG:Zone;MDL:Desk;CLS:PRINTER;')
        function(gadget, 'acm.desk')
        function(gadget, 'hid.desk', protocol=0, subclass=0, report_length=8, report_desc=REPORTS)
    put(f'{gadget}/UDC', UDC[what])


def unplug(what):
    gadget = f'{ROOT}/{what}'
    put(f'{gadget}/UDC', '\n')
    for name in os.listdir(f'{gadget}/functions'):
        os.unlink(f'{gadget}/configs/c.1/{name}')
        os.rmdir(f'{gadget}/functions/{name}')
    for folder in ('/configs/c.1', '/strings/0x409', ''):
        os.rmdir(gadget + folder)


if __name__ == '__main__':
    {'plug': plug, 'unplug': unplug}[sys.argv[1]](sys.argv[2])
