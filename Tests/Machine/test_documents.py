"""Documents and copies under the shipped unit: pdfinfo and scanimage as its bounded children, with nothing left behind."""
import json

from hall import HALL_CONFIGURATION, hall
from paper import pdf
from steps import Failure
from test_agent import same
from test_lp import hall_starts, story
from zone import eventually

ROOT = '/var/tmp/copier'
COPIER = '  - {{id: copier-1, kind: copier, uri: "{uri}", place: 复印角}}\n'
PROFILE = '''kind: copier
driver: ipp-printer
match: {{scheme: ipp}}
set: {{escl: on, esclPort: {port}}}
expect: {{probeInterval: 2s, maxAge: 60s}}
'''
# /run/zone-agent/copies and scan, the spool, and the unit's own /tmp: wherever the agent may write.
LEFT = '''for each in /run/zone-agent/copies /run/zone-agent/scan /var/lib/zone-agent/spool \\
        /tmp/systemd-private-*-zone-agent.service-*/tmp; do find $each -type f 2>/dev/null; done'''
OVER = ('done', 'failed', 'givenUp')


def submit(zone, document):
    """A document for the copier as the kiosk gives it: (HTTP status, answer)."""
    zone.write('/opt/test/pages.pdf', document)
    out = zone.machine.check('runuser -u kiosk -- curl -sS -m 60 --unix-socket /run/zone-agent/kiosk.sock '
                             '-H "Content-Type: application/pdf" --data-binary @/opt/test/pages.pdf '
                             '-w "\\n%{http_code}" "http://localhost/v1/jobs?device=copier-1"', 90)
    zone.seen['POST /v1/jobs'] = out
    body, status = out.rsplit('\n', 1)
    return int(status), json.loads(body)


def simulators(zone):
    zone.machine.check(f'mkdir -p {ROOT}; systemd-run -q --collect --unit=test-copier zone-agent simulate --root {ROOT}')
    return zone.machine.check(f'for i in $(seq 300); do f=$(find {ROOT} -name sim.env) && [ -s "$f" ] && '
                              'sed -n s/^SIM_PRINTER=//p "$f" && exit 0; sleep 0.1; done; '
                              'journalctl -u test-copier -n 20 --no-pager; exit 1', 60).strip()


@story.step('a copier with a scanner joins the zone', hall_starts)
def copier_joins(zone):
    uri = simulators(zone)
    zone.machine.check('systemctl stop zone-agent')
    zone.write('/etc/zone-agent/agent.yaml', HALL_CONFIGURATION + COPIER.format(uri=uri))
    port = uri.split(':')[2].split('/')[0]
    zone.write('/etc/zone-agent/hw-profiles/90-test/copier.yaml', PROFILE.format(port=port))
    zone.start('zone-agent')
    eventually(lambda: hall(zone).device('copier-1'),
               {'link': 'up', 'health': 'ok',
                'details': lambda device: ((device.get('details') or {}).get('scanner') or {}).get('state') == 'idle'})


@story.step('a PDF is looked through by pdfinfo inside the unit: its pages are known, and proven by the counter',
            copier_joins)
def pages_are_counted(zone):
    status, job = submit(zone, pdf(3))
    same(status, 202, f'the document is taken ({job})')
    done = eventually(lambda: hall(zone).admin('GET', f'/v1/jobs/{job["id"]}'), {'state': 'printed'}, 120)
    same((done.get('pages'), done.get('pagesProven')), (3, 3), 'pages, and pages that came out')


@story.step('what pdfinfo cannot read is refused, and the agent lives on', pages_are_counted)
def broken_is_refused(zone):
    status, refusal = submit(zone, '%PDF-1.4\nthis is no document\n')
    same((status, refusal.get('code')), (422, 'document.broken'), f'a broken document ({refusal})')


def copied(zone):
    """A copy as it ended. On an emulated PC that stands still for seconds the printing worker overruns its deadline
    at one device and the other's job is unknown: only that excuses another try.
    """
    for _ in range(4):
        copy = hall(zone).admin('POST', '/v1/copies', {'device': 'copier-1', 'mode': 'page'})
        ended = eventually(lambda: hall(zone).admin('GET', f'/v1/copies/{copy["id"]}'),
                           {'state': lambda now: now.get('state') in OVER}, 240)
        problem = ended.get('problem') or {}
        if problem.get('code') != 'copy.unknown' or 'workerOverrun' not in problem.get('message', ''):
            break
        print('        the machine stood still meanwhile: once more', flush=True)
    return ended


@story.step('a page is copied by scanimage inside the unit, in memory: no file is left, none could go to a swap disk',
            copier_joins)
def page_is_copied(zone):
    same(zone.show('zone-agent', 'MemorySwapMax')['MemorySwapMax'], '0', 'swap')
    same(zone.machine.check('cat /sys/fs/cgroup/system.slice/zone-agent.service/memory.swap.max').strip(), '0',
         "the kernel's own word on swap")
    ended = copied(zone)
    same(ended['state'], 'done', f'the copy ({ended})')
    same(hall(zone).admin('GET', f'/v1/jobs/{ended["job"]}').get('pagesProven'), 1, 'pages that came out')
    left = zone.machine.check(LEFT).split()
    if left:
        raise Failure(f'a copy left files behind: {left}')


@story.step('the simulated copier goes again', copier_joins)
def copier_goes(zone):
    zone.machine.check('systemctl stop test-copier zone-agent; rm /etc/zone-agent/hw-profiles/90-test/copier.yaml')
    zone.write('/etc/zone-agent/agent.yaml', HALL_CONFIGURATION)
    zone.start('zone-agent')
