#!/usr/bin/env python3
"""Compares what a simulated fleet was told to say (its ledger) with what the hub holds (its database, its wall).

    Tests/Chaos/fleet_check.py LEDGER --hub-db hub.db [--wall http://127.0.0.1:8080] [--may-lower] [--control]

The ledger is written by `zone-hub simulate --ledger`; more than one may be given when fleets ran one after the other.
The database is opened read-only; stop the hub first, or take what a moment shows. `--control` also shows that the check
can fail: on copies of the database in which one row is missing, changed or doubled. Exit code: 0 all holds, 1 not,
2 the call was wrong.
"""
import argparse
import json
import os
import sys
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import tally                                                    # noqa: E402
from fleet_damage import control                                # noqa: E402
from fleet_database import Hub, checksum                        # noqa: E402
from fleet_ledger import Ledger                                 # noqa: E402


def lost(ledger, node, held, pruned):
    """Acknowledged ranges that are not there, or not as they were said."""
    for ack in ledger.acks[node]:
        events, total, forgotten = 0, 0, False
        for epoch, first, last in ack['runs']:
            forgotten = forgotten or first <= pruned.get(epoch, 0)
            for seq in range(first, last + 1):
                if (epoch, seq) in ledger.dropped[node]:
                    continue
                for row in held.get((epoch, seq), ())[:1]:
                    events += 1
                    total += checksum(epoch, seq, row)
        if not forgotten and (events != ack['events'] or total % 2**64 != int(ack['sum'])):
            yield f'{node} {ack["stream"]} {ack["runs"]}: {ack["events"]} acknowledged, {events} held' + (
                '' if events != ack['events'] else ', with other content')


def twice(node, held):
    for (epoch, seq), rows in held.items():
        if len(rows) > 1:
            yield f'{node} epoch {epoch} number {seq}: held {len(rows)} times ({", ".join(row[0] for row in rows)})'


def invented(ledger, node, held):
    """Rows that nobody ever said."""
    for epoch in {epoch for epoch, _ in held}:
        merged = merge(ledger.said[node].get(epoch, []))
        for seq in sorted(seq for other, seq in held if other == epoch):
            while merged and merged[0][1] < seq:
                merged.pop(0)
            if not merged or seq < merged[0][0]:
                yield f'{node} epoch {epoch} number {seq}: nobody said that'


def merge(ranges):
    merged = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def history(ledger, hub, findings):
    complaints = {'lost': [], 'twice': [], 'invented': []}
    nodes = hub.nodes()
    events = acknowledged = 0
    for node in sorted(set(ledger.said) | set(ledger.acks)):
        if node not in nodes:
            if ledger.acks[node]:
                complaints['lost'].append(f'{node}: the hub does not know it')
            continue
        held, pruned = hub.events(nodes[node][0])
        events += len(held)
        acknowledged += sum(ack['events'] for ack in ledger.acks[node])
        complaints['lost'] += lost(ledger, node, held, pruned)
        complaints['twice'] += twice(node, held)
        complaints['invented'] += invented(ledger, node, held)
    findings.check(f'nothing acknowledged is lost or changed ({acknowledged} acknowledged, {events} held)',
                   complaints['lost'])
    findings.check('nothing is held twice', complaints['twice'])
    findings.check('nothing is held that nobody said', complaints['invented'])


# What the hub keeps of one node's unreadable events, and of one heartbeat's.
KEPT_OF_NODE, KEPT_OF_BEAT = 200, 50


def first_told(acks):
    """Without those that overlap earlier ones: a restored image tells again, and the same content is set apart once."""
    known = set()
    for ack in acks:
        numbers = {(epoch, seq) for epoch, first, last in ack['runs'] for seq in range(first, last + 1)}
        if not numbers & known:
            yield ack
        known |= numbers


def poison(ledger, hub, findings):
    quarantine, complaints, expected = hub.quarantine(), [], 0
    for node, acks in ledger.acks.items():
        wanted = min(KEPT_OF_NODE, sum(min(KEPT_OF_BEAT, ack['poison']) for ack in first_told(acks)))
        expected += wanted
        if quarantine.get(node, 0) < wanted and not ledger.lowered:
            complaints.append(f'{node}: {wanted} unreadable events acknowledged, {quarantine.get(node, 0)} set apart')
    findings.check(f'unreadable events are set apart ({expected})', complaints)


def states(ledger, hub, findings):
    nodes, complaints, unsaid = hub.nodes(), [], 0
    for (node, _), end in ledger.ends.items():
        if node in ledger.twins:
            continue
        if end['held'] != end['state']:
            unsaid += 1
            continue
        held = nodes.get(node, (0, ''))[1]
        if held != end['state']:
            complaints.append(f'{node}: state {held[:16]} held, {end["state"][:16]} acknowledged')
    findings.check(f'the last state that was acknowledged is the one that is held ({len(ledger.ends)} nodes, '
                   f'{unsaid} ended before that)', complaints)


def pages(address):
    zones, after = {}, ''
    while True:
        with urllib.request.urlopen(f'{address}/api/v1/zones?limit=500&after={after}', timeout=60) as answer:
            page = json.load(answer)
        zones.update({zone['zone']: zone for zone in page})
        if len(page) < 500:
            return zones
        after = page[-1]['zone']


def wall(ledger, address, findings):
    zones, complaints, silent, seen = pages(address.rstrip('/')), [], 0, 0
    for (node, _), end in ledger.ends.items():
        if node in ledger.twins or end['held'] != end['state']:
            continue
        name, _, part = node.partition('/')
        shown = zones.get(name)
        if shown is None:
            complaints.append(f'{node}: not on the wall')
            continue
        heard = next((one['state'] for one in shown['nodes'] if one['node'] == part), None) in ('live', 'late')
        silent += not heard
        seen += 1
        there = {device['id']: device for device in shown['devices']}
        for device in end['devices']:
            complaints += differences(node, device, there.get(device['id']), heard)
    findings.check(f'the wall shows each node as it last was ({seen} nodes, {silent} of them silent)', complaints)


def differences(node, told, shown, heard):
    if shown is None:
        return [f'{node} {told["id"]}: not on the wall']
    # The devices of a node that is not heard are unknown; what was open stays visible.
    keys = ('kind', 'health', 'serviceable', 'presence', 'link') if heard else ('kind',)
    found = [f'{node} {told["id"]}: {key} is {told[key]}, the wall says {shown[key]}'
             for key in keys if told[key] != shown[key]]
    open_there = sorted((one['code'], one['severity'], one['since']) for one in shown['conditions'])
    open_here = sorted((one['code'], one['severity'], one['since']) for one in told['conditions'])
    if open_there != open_here:
        found.append(f'{node} {told["id"]}: open {open_here}, the wall says {open_there}')
    return found


def compare(ledger, path, address, may_lower):
    findings, hub = tally.Tally(), Hub(path)
    findings.check('the database is whole', hub.damage())
    history(ledger, hub, findings)
    poison(ledger, hub, findings)
    states(ledger, hub, findings)
    findings.check('the sums of the days are the numbers of their events',
                   [f'{zone} {day} {name}: {rows} rows, sum {amount}' for zone, day, name, rows, amount in hub.rollups()])
    back = [f'{line["node"]} {line["stream"]} {line["runs"]}' for line in ledger.lowered if line['node'] not in ledger.twins]
    if may_lower:
        findings.skip('no acknowledgement was taken back', f'{len(back)} were, which a restored hub may')
    else:
        findings.check('no acknowledgement was taken back', back)
    if address:
        wall(ledger, address, findings)
    else:
        findings.skip('the wall shows each node as it last was', 'no --wall')
    return findings.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('ledger', nargs='+')
    parser.add_argument('--hub-db', required=True, metavar='FILE')
    parser.add_argument('--wall', metavar='URL', help="the hub's people port")
    parser.add_argument('--may-lower', action='store_true', help='the hub was restored from a backup in between')
    parser.add_argument('--control', action='store_true', help='also show that the check can fail')
    options = parser.parse_args()
    for path in options.ledger + [options.hub_db]:
        if not os.path.exists(path):
            print(f'{path}: not there', file=sys.stderr)
            return 2
    ledger = Ledger(options.ledger)
    result = compare(ledger, options.hub_db, options.wall, options.may_lower)
    if options.control:
        result = control(options.hub_db, lambda copy: compare(ledger, copy, None, options.may_lower)) or result
    return result


if __name__ == '__main__':
    sys.exit(main())