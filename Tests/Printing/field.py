"""What people reported of CUPS: queue and agent are asked about the same device at the same moment."""
import time

import witness
import zone
from printzone import EMPTY, FINE, REFILLED, SIM, same

# 25 looks: what is named in an answer needs one.
SOON = 5
REFILL = 200


def told(bench, printer, since=None):
    """Both answers, for people."""
    device, (state, reasons) = bench.zone.device(printer.name), bench.cups.state(printer.name)
    after = f' after {time.monotonic() - since:.1f} s' if since else ''
    bench.say(f'{printer.name}: the queue says {state}, {" ".join(reasons)}; '
              f'the agent says link {device["link"]}, {" ".join(device["codes"]) or "no fault"}{after}')


def queue_says(bench, printer, state, *reasons):
    same(bench.cups.state(printer.name), (state, list(reasons)), f'the queue of {printer.name}')


def idle_paper_out(bench):
    """OpenPrinting/cups 5675, also 1104: an idle queue knows nothing of its printer."""
    for printer in bench.printers:
        bench.zone.becomes(printer.name, **FINE)
        queue_says(bench, printer, 'idle', 'none')
        began = time.monotonic()
        printer.paper(0)
        bench.zone.becomes(printer.name, SOON, **EMPTY)
        told(bench, printer, began)
        queue_says(bench, printer, 'idle', 'none')
        printer.paper(REFILL)
        bench.zone.becomes(printer.name, **REFILLED)


def queue_stays_paused(bench):
    """OpenPrinting/cups 278: one trouble pauses a queue, and it stays so until somebody says cupsenable."""
    bench.cups.tell('cupsdisable', SIM)
    waiting, paper = bench.cups.submit(SIM, bench.document), bench.zone.truth()['paper']
    queue_says(bench, bench.sim, 'stopped', 'paused')
    bench.zone.becomes(SIM, **FINE)
    told(bench, bench.sim)
    job = bench.zone.job_ends(bench.zone.submit(SIM))
    same((job['state'], job.get('pagesProven')), ('printed', 1), 'the job given to the agent')
    same(bench.zone.truth()['paper'], paper - 1, 'sheets in the tray')
    same(bench.cups.job(SIM, waiting), 'pending', 'the job in the queue')
    bench.say(f'the job in the queue is pending, the one given to the agent {job["state"]}, '
              f'{job["pagesProven"]} page proven')
    bench.cups.cancel_all(SIM)
    bench.cups.tell('cupsenable', SIM)


def unplugged_idle(bench):
    """OpenPrinting/system-config-printer 182: switched off, and shown as idle."""
    began = time.monotonic()
    bench.zone.turn('power=off')
    bench.zone.becomes(SIM, SOON, link='down', presence='unknown', raised='prn.link.down')
    told(bench, bench.sim, began)
    queue_says(bench, bench.sim, 'idle', 'none')
    bench.zone.turn('power=on')
    bench.zone.becomes(SIM, **REFILLED)


def processing_while_empty(bench):
    """OpenPrinting/cups 1298: a job waits for paper for ever, and its sheet comes out when everybody has gone."""
    eve = bench.eve
    eve.paper(0)
    bench.zone.becomes(eve.name, **EMPTY)
    queued = bench.cups.submit(eve.name, bench.document)
    bench.cups.job_becomes(eve.name, queued, 'processing')
    taken_back(bench)
    same(bench.cups.job(eve.name, queued), 'processing', 'the job in the queue')
    told(bench, eve)
    runs = eve.runs()
    eve.paper(REFILL)
    bench.cups.job_becomes(eve.name, queued, 'completed')
    same(eve.runs(), runs + 1, "the queue's sheet comes out at the refill")
    bench.zone.becomes(eve.name, **REFILLED)


def taken_back(bench):
    bench.zone.turn('paper=0')
    bench.zone.becomes(SIM, **EMPTY)
    # The control: a document that nobody takes back waits in the device.
    control = witness.print_job(bench.sim.uri, bench.document)
    job = bench.zone.job_ends(bench.zone.submit(SIM))
    same(job['state'], 'failed', f'the job given to the agent ({job.get("reason")})')
    same([witness.job(bench.sim.uri, number)['job-state'] for number in (control, control + 1)],
         ['processing', 'canceled'], 'the control and the job, at the device')
    bench.say(f'the job given to the agent {job["state"]}: {job["reason"]}')
    bench.zone.turn('paper=100')
    bench.zone.becomes(SIM, **REFILLED)
    same(witness.job(bench.sim.uri, control)['job-state'], 'completed', 'the control, at the device')
    same(bench.zone.truth()['paper'], 99, 'sheets in the tray, one of them taken by the control')


def power_cycle(bench):
    """A printer that is switched off and on forgets its jobs; what is forgotten is not printed."""
    eve = bench.eve
    runs = eve.runs()
    eve.paper(0)
    bench.zone.becomes(eve.name, **EMPTY)
    queued = bench.cups.submit(eve.name, bench.document)
    zone.eventually(lambda: witness.look(eve.uri)['printer-state'] == 'processing', 'the device has it', pause=0.1)
    eve.cycle()
    bench.cups.job_becomes(eve.name, queued, 'completed')
    told(bench, eve)
    bench.zone.becomes(eve.name, **REFILLED)

    eve.paper(0)
    job = bench.zone.submit(eve.name)
    bench.zone.becomes(eve.name, activity='busy', **EMPTY)
    eve.cycle()
    job = bench.zone.job_ends(job)
    same(job['state'], 'unknown', 'the job given to the agent')
    same(eve.runs(), runs, 'documents that came out')
    bench.say(f'{eve.name}: the queue said completed of its job, the agent says {job["state"]}: {job["reason"]}; '
              'nothing came out')
    bench.zone.becomes(eve.name, **REFILLED)
    cycled_simulator(bench)


def cycled_simulator(bench):
    """The same in the middle of twenty sheets, with a life counter."""
    bench.zone.turn('paper=100', 'pace=1')
    job = bench.zone.submit(SIM, copies=20)
    zone.eventually(lambda: bench.zone.truth()['paper'] < 97, 'a few sheets are out', pause=0.02)
    bench.zone.turn('cycle=now', 'pace=all')
    job, out = bench.zone.job_ends(job), 100 - bench.zone.truth()['paper']
    same(job['state'], 'unknown', f'the job given to the agent, {out} of 20 sheets out')
    same(job['reason'].endswith(f'{out} pages counted'), True, f'it tells {out} pages: {job["reason"]}')
    bench.say(f'{SIM}: the agent says {job["state"]}: {job["reason"]}; {out} of 20 sheets are out')
    bench.zone.becomes(SIM, **REFILLED)
