"""An IPP Everywhere printer that nobody here wrote, with ipptool as the second witness."""
import witness
import zone
from printzone import same

# Waste and toner in percent, and what is wrong then: 95 percent of waste is said to be almost full, which is not full.
LEVELS = ((95, 5, {'raised': 'prn.toner.low'}), (25, 75, {'activity': 'idle'}))


def recognised(bench):
    eve = bench.eve
    for waste, toner, wanted in LEVELS:
        eve.supplies(waste, toner)
        zone.eventually(lambda w=waste, t=toner: shows(bench, w, t), f'{waste} and {toner} percent are shown')
        device = bench.zone.becomes(eve.name, **wanted)
        compare(device, witness.look(eve.uri))
        bench.say(f'{", ".join(device["details"]["reasons"])}; ' + ', '.join(
            f'{supply["name"]} {supply["level"]} %' for supply in device['details']['supplies']))


def shows(bench, waste, toner):
    device = bench.zone.device(bench.eve.name)
    levels = {supply.get('type'): supply.get('level') for supply in device['details'].get('supplies', [])}
    return device if (levels.get('wasteToner'), levels.get('toner')) == (waste, toner) else None


def compare(device, seen):
    """What the agent says of a device against what ipptool says."""
    details = device['details']
    same(device['identity']['model'], seen['printer-make-and-model'], 'model')
    same(device['activity'], {'idle': 'idle', 'stopped': 'idle', 'processing': 'busy'}[seen['printer-state']], 'state')
    same(details['reasons'], witness.listed(seen['printer-state-reasons']), 'reasons')
    same(details['acceptingJobs'], seen['printer-is-accepting-jobs'], 'accepting jobs')
    same([brief(supply) for supply in details['supplies']], supplies(seen, 'printer-supply'), 'supplies')
    same([brief(tray) for tray in details['trays']], supplies(seen, 'printer-input-tray'), 'trays')
    same('impressionsCompleted' in details, 'printer-impressions-completed' in seen, 'has a life counter')
    if not 0 <= seen['printer-up-time'] - details['upTimeSeconds'] <= 5:
        raise zone.Trouble(f'up-time: {details["upTimeSeconds"]} and then {seen["printer-up-time"]}')


def brief(supply):
    return supply.get('type'), supply.get('level')


def supplies(seen, name):
    """(type, percent) of each; a negative level or no capacity is no level."""
    found = []
    for text in witness.listed(seen[name]):
        one = witness.keyed(text)
        level, whole = int(one['level']), int(one['maxcapacity'])
        found.append((one['type'], round(100 * level / whole) if level >= 0 and whole > 0 else None))
    return found


def printed(bench):
    runs = bench.eve.runs()
    job = bench.zone.job_ends(bench.zone.submit(bench.eve.name))
    same((job['state'], job.get('pagesProven')), ('printed', None), f'the job ({job.get("reason")})')
    same(bench.eve.runs(), runs + 1, 'documents that came out')
