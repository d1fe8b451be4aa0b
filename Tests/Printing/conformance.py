"""ipptool's own tests against our simulated printer: how far it is a printer in CUPS' eyes."""
import collections
import os
import shutil

import witness
import zone

TESTS = '/usr/share/cups/ipptool/ipp-1.1.test'
# Named in the tests, and not part of every package.
DOCUMENTS = ('document-a4.pdf', 'document-letter.pdf', 'document-a4.ps', 'document-letter.ps', 'color.jpg', 'gray.jpg')
# What ipptool leaves out, and why. Whatever else is left out is a claim that the printer no longer makes.
SECTION = 'RFC 8011 section '
LEFT_OUT = {
    'a printer that fetches documents from addresses is a hole; ours does not say that it does': (
        SECTION + '4.2.2: Print-URI Operation', 'Print-URI with bad URI: Print-URI Operation',
        SECTION + '4.2.4: Create-Job Operation', SECTION + '4.3.2: Send-URI Operation',
        'Send-URI with bad URI: Create-Job Operation', 'Send-URI with bad URI: Send-URI Operation (bad URI)',
        'Send-URI with bad URI: Cancel-Job Operation'),
    'these wait for print-quality among what a printer says of itself; the standard has print-quality-supported': (
        'Print-Job with JPEG on 4x6, Draft Quality', 'Print-Job with JPEG on 4x6, Normal Quality',
        'Print-Job with JPEG on 4x6, High Quality', 'Print-Job with A4 PDF, Draft Quality',
        'Print-Job with US Letter PDF, Draft Quality'),
}


def suite(bench):
    """Every step of the tests, as ipptool tells them."""
    folder = bench.zone.root + '/ipptool'
    os.makedirs(folder)
    shutil.copy(TESTS, folder)
    for name in DOCUMENTS:
        shutil.copy(bench.document, f'{folder}/{name}')
    return witness.tool(bench.sim.uri, '-f', bench.document, folder + '/ipp-1.1.test')


def ipp_1_1(bench):
    """Nothing to complain about, and nothing left out but what is said above."""
    bench.zone.turn('paper=250')
    steps = suite(bench)
    left_out = collections.Counter(step['Name'] for step in steps if step.get('Skipped'))
    wanted = collections.Counter(name for names in LEFT_OUT.values() for name in names)
    done = [step for step in steps if not step.get('Skipped')]
    bench.say(f'ipp-1.1.test: {sum(step["Successful"] for step in done)} of {len(steps)} steps pass, '
              f'{sum(left_out.values())} are left out by ipptool')
    lines = [f'{step["Name"]}: {error}' for step in done if not step['Successful']
             for error in step.get('Errors') or ['no reason']]
    lines += [f'left out: {name}' for name in (left_out - wanted).elements()]
    lines += [f'no longer left out: {name}' for name in (wanted - left_out).elements()]
    if lines:
        raise zone.Trouble('\n'.join(lines))
